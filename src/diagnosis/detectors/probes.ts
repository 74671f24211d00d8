/** Probes of the kubelet that a policy of the mesh denies. */
import { record, records, text } from '../../rollout/json.ts';
import type { EventFacts } from '../../rollout/model.ts';
import { readEvent } from '../../rollout/read-event.ts';
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import { byWorkload, fieldOf, meshedPods, planeOf, refOf } from '../meshed-pods.ts';
import { probesOf } from '../policy.ts';
import { indexPolicies, type PolicyIndex } from '../policy-index.ts';
import { authorizeProbes } from '../policy-manifests.ts';
import type { SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';

/** What the kubelet was told by whoever answered its probe. */
const probeWords = /probe failed: HTTP probe failed with statuscode: (403|404)/;
/** An event of this age still tells of the pod as it is: the kubelet repeats it while it fails. */
const RECENT_MS = 10 * 60_000;

export const probesDetector: Detector = {
  kinds: {
    'probes-denied': {
      severity: 'error',
      layer: 'data-plane',
      title: 'A policy denies the probes of the kubelet',
      causedBy: ['server-invalid-selector'],
    },
  },
  needs: ['events', 'pods', 'servers', 'httpRoutes'],
  look(view) {
    const told = deniedProbes(view);
    if (told.size === 0) return [];
    const policies = indexPolicies(view);
    const eventOf = ({ metadata: { namespace, name } }: SnapshotObject) =>
      told.get(`${text(namespace)}/${text(name)}`);
    const failing = meshedPods(view).filter((pod) => eventOf(pod) !== undefined && !isReady(pod));
    return byWorkload(failing).flatMap(({ subject, pods: [pod] }) => {
      const event = pod && eventOf(pod);
      return pod === undefined || event === undefined
        ? []
        : probesOfWorkload(view, policies, subject, pod, event);
    });
  },
};

interface Told {
  readonly event: EventFacts;
  readonly status: string;
}

/** The latest answer of that kind to a probe of each pod, by namespace and name. */
function deniedProbes(view: View): ReadonlyMap<string, Told> {
  const told = new Map<string, Told>();
  for (const object of view.objects('events')) {
    if (text(object.reason) !== 'Unhealthy') continue;
    const event = readEvent(object);
    const status = probeWords.exec(event?.message ?? '')?.[1];
    if (event === undefined || status === undefined || view.now - event.at >= RECENT_MS) continue;
    const key = `${event.about.namespace}/${event.about.name}`;
    if ((told.get(key)?.event.at ?? 0) <= event.at) told.set(key, { event, status });
  }
  return told;
}

const isReady = (pod: SnapshotObject): boolean =>
  records(record(pod.status).conditions).some(({ type, status }) => type === 'Ready' && status === 'True');

function probesOfWorkload(
  view: View,
  policies: PolicyIndex,
  subject: Found['subjects'][number],
  pod: SnapshotObject,
  { event, status }: Told,
): readonly Found[] {
  const probes = probesOf(pod);
  const servers = probes.flatMap(({ port }) => policies.serversAt(pod, port));
  const [server] = servers;
  // Without a Server nothing of Linkerd's answers 403: the application does.
  if (server === undefined) return [];
  const routes = policies.routesOf(server);
  const [route] = routes;
  const http = routes.find(({ kind }) => kind === 'HTTPRoute');
  if (status === '404' && route === undefined) return [];
  const line = planeOf(view, pod)?.line ?? 12;
  // From 2.12 on probes of a Server without routes are let through without being told.
  const explained = route !== undefined || line < 12;
  const paths = [...new Set(probes.map(({ path }) => path))];
  const at: Evidence = {
    kind: 'event',
    ref: refOf(pod),
    value: event.message,
    at: new Date(event.at).toISOString(),
  };
  return [
    {
      code: 'probes-denied',
      certainty: explained ? 'confirmed' : 'likely',
      title: `${status} for the probes of ${subject.kind} ${subject.namespace}/${subject.name}`,
      explanation:
        'The kubelet is no member of the mesh. A proxy of 2.12 and later lets its probes through by itself, until a route is attached to the Server of the port; one of 2.11 never does. Pods that start then do not become ready, and running ones restart.',
      subjects: [subject],
      evidence: [
        at,
        fieldOf(server, 'spec.port', String(record(server.spec).port)),
        ...(route === undefined
          ? []
          : [fieldOf(route, 'spec.parentRefs[?(@.kind=="Server")].name', text(server.metadata.name))]),
      ],
      causes:
        route === undefined
          ? ['A Server selects the port of the probes, and nobody without a certificate is authorized']
          : [
              `${text(route.kind)} ${text(route.metadata.name)} is attached to the Server, and probes have no route of their own`,
            ],
      remedy: {
        text: http
          ? 'Give the probes a route of their own that asks for no certificate.'
          : 'Authorize the addresses of the nodes for this Server, or leave the port of the probes to a Server of its own.',
        risk: 'change',
        verify: `kubectl --namespace ${subject.namespace} get pods`,
        // Without an HTTPRoute only the whole Server could be opened: that is for its owner to decide.
        parameters: {
          CASE: http ? 'authorize' : 'by-hand',
          NAMESPACE: subject.namespace ?? '',
          ...(http ? { MANIFEST: authorizeProbes(server, http, paths) } : {}),
        },
      },
    },
  ];
}
