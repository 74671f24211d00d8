/** Nodes for the replicas of the control plane: as many as are needed, and the pods really spread over them and over zones. */
import { entry, record, records, text } from '../../../rollout/json.ts';
import { matchesSelector } from '../../../rollout/label-selector.ts';
import { fitsNode } from '../../../rollout/node-fit.ts';
import { fieldOf } from '../../meshed-pods.ts';
import type { SnapshotObject } from '../../snapshot.ts';
import type { View } from '../../view.ts';
import type { PreflightCheck, PreflightRemark } from '../model.ts';
import { fail, info, listed, warn } from '../remarks.ts';
import { keepsApart, replicasOf, replicatedOf } from './high-availability.ts';

const ZONE = 'topology.kubernetes.io/zone';

/** Nodes that are ready and on which pods of a template may be placed, resources aside. */
export function nodesFor(view: View, template: unknown): readonly SnapshotObject[] {
  const spec = record(record(template).spec);
  return view.objects('nodes').filter((node) => isReady(node) && fitsNode(spec, node) === undefined);
}

const isReady = ({ status }: SnapshotObject) =>
  records(record(status).conditions).some(({ type, status: is }) => type === 'Ready' && is === 'True');

export const nodesCheck: PreflightCheck = {
  name: 'nodes-for-replicas',
  group: 'availability',
  holds: 'there are nodes enough for the replicas of each component',
  needs: ['nodes', 'deployments', 'configMaps'],
  look: (view) =>
    view.controlPlanes.flatMap((plane) => {
      const short = replicatedOf(plane).flatMap((deployment) => {
        const nodes = nodesFor(view, record(deployment.spec).template).length;
        const wanted = replicasOf(deployment);
        return keepsApart(deployment) && nodes < wanted ? [{ deployment, nodes, wanted }] : [];
      });
      const [first] = short;
      if (first === undefined) {
        const ready = view.objects('nodes').filter(isReady).length;
        return [info(`${ready} of ${view.objects('nodes').length} nodes are ready.`)];
      }
      const barred = view
        .objects('nodes')
        .filter((node) => !isReady(node) || record(node.spec).unschedulable === true);
      return [
        fail(
          `${listed(short.map(({ deployment }) => deployment.metadata.name))} wants ${first.wanted} pods on as many nodes, and ${first.nodes} can take one: the upgrade waits for a pod that is placed nowhere.`,
          [
            ...short.map(({ deployment, wanted, nodes }) =>
              fieldOf(deployment, 'spec.replicas', String(wanted), `${nodes} at most`),
            ),
            ...barred.map((node) =>
              isReady(node)
                ? fieldOf(node, 'spec.unschedulable', 'true')
                : fieldOf(node, 'status.conditions[?(@.type=="Ready")].status', 'not True'),
            ),
          ],
          'Add nodes, take cordons and taints off, or make the anti-affinity a preferred one before the upgrade.',
        ),
      ];
    }),
};

export const spreadCheck: PreflightCheck = {
  name: 'replicas-apart',
  group: 'availability',
  holds: 'replicas of one component are on different nodes and in different zones',
  needs: ['pods', 'nodes', 'deployments', 'configMaps'],
  look: (view) =>
    view.controlPlanes.flatMap((plane) =>
      replicatedOf(plane)
        .filter((deployment) => replicasOf(deployment) > 1)
        .flatMap((deployment) => spreadOf(view, deployment)),
    ),
};

function spreadOf(view: View, deployment: SnapshotObject): readonly PreflightRemark[] {
  const { name, namespace = '' } = deployment.metadata;
  const selector = record(deployment.spec).selector as Parameters<typeof matchesSelector>[0];
  const pods = view
    .objects('pods', namespace)
    .filter(
      ({ metadata, spec, status }) =>
        matchesSelector(selector, metadata.labels ?? {}) &&
        metadata.deletionTimestamp === undefined &&
        text(record(spec).nodeName) !== '' &&
        text(record(status).phase) === 'Running',
    );
  const nodeOf = (pod: SnapshotObject) => text(record(pod.spec).nodeName);
  const nodes = new Set(pods.map(nodeOf));
  if (pods.length < 2) return [];
  if (nodes.size < pods.length) {
    return [
      warn(
        `${pods.length} pods of ${name} are on ${nodes.size === 1 ? `one node, ${[...nodes][0]}` : `${nodes.size} nodes`}: one that is lost takes several of them along.`,
        pods.map((pod) => fieldOf(pod, 'spec.nodeName', nodeOf(pod))),
        'Set enablePodAntiAffinity=true, which values-ha.yaml and --ha do, and see to it that there is a node for each.',
      ),
    ];
  }
  const zoneOf = (node: string) => entry(view.object('nodes', '', node)?.metadata.labels, ZONE);
  const all = new Set(view.objects('nodes').map(({ metadata }) => entry(metadata.labels, ZONE)));
  const zones = new Set([...nodes].map(zoneOf));
  all.delete('');
  if (all.size < 2 || zones.size > 1) return [];
  return [
    warn(
      `All pods of ${name} are in the zone ${[...zones][0]}, and the cluster has ${all.size} zones.`,
      [...nodes].map((node) => ({
        kind: 'field' as const,
        ref: `Node ${node}`,
        path: `metadata.labels["${ZONE}"]`,
        value: zoneOf(node),
      })),
      'The anti-affinity of high availability prefers different zones: restart the component when there is room in the others.',
    ),
  ];
}
