/** What the control plane and proxies ask for and may take, against what they are known to need. */
import { counted } from '../../../data-plane/words.ts';
import { PROXY_CONTAINER } from '../../../linkerd/proxy.ts';
import { record, records, text, whole } from '../../../rollout/json.ts';
import { quantity } from '../../../rollout/quantities.ts';
import type { Evidence } from '../../finding.ts';
import { byWorkload, fieldOf, meshedPods, proxyOf } from '../../meshed-pods.ts';
import type { SnapshotObject } from '../../snapshot.ts';
import type { ControlPlane, View } from '../../view.ts';
import type { PreflightCheck, PreflightRemark } from '../model.ts';
import { info, listed, warn } from '../remarks.ts';

const containersOf = (workload: SnapshotObject) =>
  records(record(record(record(workload.spec).template).spec).containers);

const lacking = (container: unknown): readonly string[] => {
  const requests = record(record(record(container).resources).requests);
  return ['cpu', 'memory'].filter((what) => quantity(requests[what]) === 0);
};

export const controlPlaneResourcesCheck: PreflightCheck = {
  name: 'control-plane-resources',
  group: 'resources',
  holds: 'containers of the control plane request cpu and memory',
  needs: ['deployments', 'configMaps'],
  look: (view) =>
    view.controlPlanes.flatMap(({ namespace, deployments }): readonly PreflightRemark[] => {
      const evidence = deployments.flatMap((deployment) =>
        containersOf(deployment)
          .filter(({ name }) => name !== PROXY_CONTAINER)
          .filter((container) => lacking(container).length > 0)
          .map((container) =>
            fieldOf(
              deployment,
              `spec.template.spec.containers[?(@.name=="${text(container.name)}")].resources.requests`,
              `no ${lacking(container).join(', no ')}`,
            ),
          ),
      );
      const rule = info(
        'A rule of thumb for a control plane in high availability: half a core and 512 MB on each of three nodes.',
      );
      if (evidence.length === 0) return [rule];
      return [
        warn(
          `${counted(evidence.length, 'container')} of the control plane in ${namespace} ${evidence.length === 1 ? 'requests' : 'request'} nothing: under pressure the node takes memory and time from the mesh first.`,
          evidence,
          'Upgrade with --ha or values-ha.yaml, which set requests and limits; or set controllerResources and the like.',
        ),
        rule,
      ];
    }),
};

export const proxyResourcesCheck: PreflightCheck = {
  name: 'proxy-resources',
  group: 'resources',
  holds: 'proxies request cpu and memory',
  needs: ['pods'],
  look: (view) => {
    const pods = meshedPods(view);
    const bare = pods.filter((pod) => lacking(proxyOf(pod)?.container).length > 0);
    const rule = info(
      'A rule of thumb for a proxy: a quarter of a core and 20 MB for each 1,000 requests per second of its pod; an ingress may need settings of its own (config.linkerd.io/proxy-cpu-limit and its like).',
    );
    if (bare.length === 0) return [rule];
    const workloads = byWorkload(bare);
    return [
      warn(
        `${counted(bare.length, 'proxy', 'proxies')} of ${pods.length} request nothing.`,
        workloads.map(
          ({ subject, pods: of }): Evidence => ({
            kind: 'field',
            ref: `${subject.kind} ${subject.namespace}/${subject.name}`,
            path: 'linkerd-proxy resources.requests',
            value: `no ${lacking(proxyOf(of[0]!)?.container).join(', no ')}`,
          }),
        ),
        'Set proxy.resources (values-ha.yaml requests 100m and 20Mi), or annotations for single workloads; new pods get it.',
      ),
      rule,
    ];
  },
};

/** Ours, not Linkerd's: where less than that is left for each meshed pod, a restart of all watches at once has been seen to be too much. */
const BYTES_FOR_A_POD = 256 * 1024;

export const destinationMemoryCheck: PreflightCheck = {
  name: 'destination-memory',
  group: 'resources',
  holds: 'linkerd-destination has memory for all proxies',
  needs: ['pods', 'deployments', 'configMaps'],
  look: (view) => view.controlPlanes.flatMap((plane) => destinationMemory(view, plane)),
};

function destinationMemory(view: View, plane: ControlPlane): readonly PreflightRemark[] {
  const deployment = plane.deployments.find(({ metadata }) => metadata.name === 'linkerd-destination');
  if (deployment === undefined) return [];
  const container = containersOf(deployment).find(({ name }) => name === 'destination');
  const limit = text(record(record(container?.resources).limits).memory);
  const pods = meshedPods(view).length;
  const path = 'spec.template.spec.containers[?(@.name=="destination")].resources.limits.memory';
  const shown = fieldOf(deployment, path, limit || 'not set');
  const killed = killedPods(view, plane);
  const figures = `It knows all endpoints that ${counted(pods, 'proxy', 'proxies')} ask for, so what it needs grows with the mesh; while its replicas restart, those that are left serve all of them.`;
  const tight = limit !== '' && pods * BYTES_FOR_A_POD > quantity(limit);
  if (killed.length === 0 && !tight) {
    return [
      info(
        `${figures} Its limit is ${limit || 'not set'}: look at what it takes now before it is restarted.`,
        [shown],
      ),
    ];
  }
  return [
    warn(
      killed.length > 0
        ? `linkerd-destination was ended for want of memory (${listed(killed.map(({ ref }) => ref))}). ${figures}`
        : `linkerd-destination may take ${limit}, which is little for ${pods} proxies. ${figures}`,
      [shown, ...killed],
      'Raise destinationResources.memory.limit with the upgrade, by what its metrics show at its peak.',
    ),
  ];
}

function killedPods(view: View, { namespace }: ControlPlane): readonly Evidence[] {
  return view
    .objects('pods', namespace)
    .filter(({ metadata }) => metadata.labels?.['linkerd.io/control-plane-component'] === 'destination')
    .flatMap((pod) =>
      records(record(pod.status).containerStatuses).flatMap((status) =>
        ['state', 'lastState'].flatMap((at) => {
          const { reason } = record(record(status[at]).terminated);
          return reason === 'OOMKilled'
            ? [
                fieldOf(
                  pod,
                  `status.containerStatuses[?(@.name=="${text(status.name)}")].${at}.terminated.reason`,
                  `OOMKilled, ${whole(status.restartCount)} restarts`,
                ),
              ]
            : [];
        }),
      ),
    );
}
