/** Jobs that have done their work and do not end, because their proxy runs on. */
import { entry, record, records, text, time } from '../../rollout/json.ts';
import type { Detector } from '../detector.ts';
import { byWorkload, fieldOf, meshedPods, planeOf, proxyOf } from '../meshed-pods.ts';
import type { SnapshotObject } from '../snapshot.ts';

/** From here on a proxy ends for nobody who asks it at its admin port, unless it is told to (linkerd2, CVE-2024-40632). */
const SHUTDOWN_DISABLED = 16;
const SHUTDOWN = 'config.linkerd.io/proxy-admin-shutdown';
/** A proxy may take a while to end its connections. */
const LINGER_MS = 5 * 60_000;

export const jobProxyDetector: Detector = {
  kinds: {
    'job-held-by-proxy': {
      severity: 'warning',
      layer: 'data-plane',
      title: 'A Job does not end because its proxy runs on',
    },
  },
  needs: ['pods'],
  look(view) {
    const held = meshedPods(view).flatMap((pod) => {
      const since = doneSince(pod);
      return since !== undefined && view.now - since > LINGER_MS ? [pod] : [];
    });
    return byWorkload(held).flatMap(({ subject, pods: [pod] }) => {
      if (pod === undefined) return [];
      const line = planeOf(view, pod)?.line ?? 0;
      const disabled = line >= SHUTDOWN_DISABLED && entry(pod.metadata.annotations, SHUTDOWN) !== 'enabled';
      const { name, namespace } = subject;
      return [
        {
          code: 'job-held-by-proxy',
          certainty: 'confirmed' as const,
          title: `${subject.kind} ${namespace}/${name} is done, and its proxy runs on`,
          explanation: disabled
            ? 'A Job ends when all of its containers have ended. Since 2.16 a proxy that is a container of its own does not end for linkerd-await --shutdown, nor for a request to /shutdown, unless it is told to.'
            : 'A Job ends when all of its containers have ended, and nothing has told the proxy to.',
          subjects: [subject],
          evidence: [
            fieldOf(pod, 'status.containerStatuses[?(@.name!="linkerd-proxy")].state', 'terminated'),
            fieldOf(pod, 'status.containerStatuses[?(@.name=="linkerd-proxy")].state', 'running'),
            ...(disabled
              ? [
                  fieldOf(
                    pod,
                    `metadata.annotations["${SHUTDOWN}"]`,
                    entry(pod.metadata.annotations, SHUTDOWN) || 'not set',
                    'enabled',
                  ),
                ]
              : []),
          ],
          causes: disabled
            ? ['The proxy’s shutdown endpoint is disabled by default since 2.16']
            : ['The Job does not tell its proxy that it is done'],
          remedy: {
            text: `Make the proxy a native sidecar (config.alpha.linkerd.io/proxy-enable-native-sidecar, Kubernetes 1.29 and later), or annotate the template of the Job with ${SHUTDOWN}: enabled. Delete the pods that hang.`,
            risk: 'change' as const,
            verify: `kubectl --namespace ${namespace} get jobs`,
          },
        },
      ];
    });
  },
};

/** Since when all containers but the proxy have ended, of a pod of a Job whose proxy is one of them. */
function doneSince(pod: SnapshotObject): number | undefined {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner?.kind !== 'Job' || proxyOf(pod)?.native !== false) return undefined;
  const statuses = records(record(pod.status).containerStatuses);
  const proxy = statuses.find(({ name }) => name === 'linkerd-proxy');
  if (record(record(proxy?.state).running).startedAt === undefined) return undefined;
  const ends = statuses
    .filter(({ name }) => text(name) !== 'linkerd-proxy')
    .map(({ state }) => time(record(record(state).terminated).finishedAt));
  return ends.length === 0 || ends.includes(undefined)
    ? undefined
    : Math.max(...ends.flatMap((at) => at ?? []));
}
