/** Room on the nodes: a rollout starts a new pod before it ends an old one, and that one has to be placed somewhere. */
import { readRestartTarget } from '../../../data-plane/read-restart-target.ts';
import { mayBeMissing } from '../../../data-plane/restart-remarks.ts';
import { record, text } from '../../../rollout/json.ts';
import { type Load, requestsOf } from '../../../rollout/node-fit.ts';
import { quantity } from '../../../rollout/quantities.ts';
import { byWorkload, fieldOf, meshedPods } from '../../meshed-pods.ts';
import type { SnapshotObject } from '../../snapshot.ts';
import type { View } from '../../view.ts';
import type { PreflightCheck } from '../model.ts';
import { fail, info, warn } from '../remarks.ts';
import { nodesFor } from './nodes-for-replicas.ts';

export const roomCheck: PreflightCheck = {
  name: 'room-for-new-pods',
  group: 'resources',
  holds: 'a node has room for one more pod of each Deployment that is restarted',
  needs: ['nodes', 'pods', 'deployments'],
  look(view) {
    const free = freeOf(view);
    const remarks = byWorkload(meshedPods(view))
      .filter(({ subject }) => subject.kind === 'Deployment')
      .flatMap(({ subject, pods }) => {
        const deployment = view.object('deployments', subject.namespace ?? '', subject.name);
        const [pod] = pods;
        if (deployment === undefined || pod === undefined) return [];
        // With the proxy: what the template asks for is less than what its pods do.
        const wanted = requestsOf(record(pod.spec));
        const nodes = nodesFor(view, record(deployment.spec).template);
        if (nodes.some((node) => hasRoom(free.get(node.metadata.name), wanted))) return [];
        const target = readRestartTarget(deployment, 'Deployment', undefined);
        const waits = target !== undefined && target.strategy !== 'Recreate' && mayBeMissing(target) === 0;
        const say = waits ? fail : warn;
        return [
          say(
            `No node has room for one more pod of ${subject.namespace}/${subject.name}${waits ? ', and none of its pods may be missing: its restart cannot begin' : ': its restart ends an old pod first'}.`,
            [
              fieldOf(
                pod,
                'spec.containers[*].resources.requests',
                `cpu ${wanted.cpu}, memory ${Math.ceil(wanted.memory / 2 ** 20)}Mi`,
              ),
              ...nodes.slice(0, 3).map((node) => {
                const { cpu, memory, pods: left } = free.get(node.metadata.name) ?? nothing;
                return fieldOf(
                  node,
                  'status.allocatable, less what its pods request',
                  `cpu ${Math.max(0, cpu).toFixed(2)}, memory ${Math.max(0, Math.floor(memory / 2 ** 20))}Mi, ${Math.max(0, left)} pods`,
                );
              }),
            ],
            'Add a node, or let the autoscaler: a pod that waits for one makes the restart longer.',
          ),
        ];
      });
    return remarks.length > 0 ? remarks : [info('Each Deployment with proxies has room for one more pod.')];
  },
};

const nothing: Load = { cpu: 0, memory: 0, pods: 0 };

const hasRoom = (free: Load | undefined, wanted: Load): boolean =>
  free !== undefined && free.pods >= 1 && free.cpu + 1e-9 >= wanted.cpu && free.memory >= wanted.memory;

/** What is left of each node, by its name. */
function freeOf(view: View): ReadonlyMap<string, Load> {
  const free = new Map(
    view.objects('nodes').map((node) => {
      const { cpu, memory, pods } = record(record(node.status).allocatable);
      return [
        node.metadata.name,
        { cpu: quantity(cpu), memory: quantity(memory), pods: quantity(pods ?? '110') },
      ];
    }),
  );
  for (const pod of view.objects('pods')) {
    const node = free.get(text(record(pod.spec).nodeName));
    if (node === undefined || isOver(pod)) continue;
    const { cpu, memory } = requestsOf(record(pod.spec));
    node.cpu -= cpu;
    node.memory -= memory;
    node.pods -= 1;
  }
  return free;
}

const isOver = ({ status }: SnapshotObject) => ['Succeeded', 'Failed'].includes(text(record(status).phase));
