/** What of a cluster decides who may speak with whom. */
import { collectSnapshot } from '../../cluster/evidence/collect-snapshot.ts';
import type { ListedPod } from '../../diagnosis/network-policy/connectivity.ts';
import { ownerIn, ownersOf, peerName } from '../../diagnosis/network-policy/owners.ts';
import { readPod } from '../../diagnosis/network-policy/read-pod.ts';
import type { ObjectPart, Snapshot } from '../../diagnosis/snapshot.ts';
import { record } from '../../rollout/json.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import { exitCodes } from '../../state/exit-codes.ts';
import { withCluster } from '../live-cluster.ts';
import type { ClusterOptions } from '../target.ts';
import { OperatorError } from '../trouble.ts';

/** Parts that a list rests on. Without the last two owners and foreign policies are not known, and that is all. */
const listParts: readonly ObjectPart[] = [
  'pods',
  'namespaces',
  'networkPolicies',
  'replicaSets',
  'jobs',
  'customResourceDefinitions',
  'foreignPolicies',
];
const needed = ['pods', 'networkPolicies'] as const;
/** What Linkerd's flows rest on besides. */
const linkerdParts: readonly ObjectPart[] = [
  ...listParts,
  'configMaps',
  'deployments',
  'daemonSets',
  'services',
  'endpointSlices',
  'nodes',
  'mutatingWebhooks',
  'validatingWebhooks',
];

/** What is missing from the answer where a part cannot be seen. Parts without a line are missed where they matter: the verdict says so. */
const without: Partial<Record<ObjectPart, string>> = {
  namespaces: 'rules that select namespaces by labels other than their name count for nothing in a list',
  replicaSets: 'pods are those of their ReplicaSet, not of its Deployment',
  jobs: 'pods are those of their Job, not of its CronJob',
  customResourceDefinitions: 'policies of other engines are not looked for',
  foreignPolicies: 'policies of other engines may change it',
  configMaps: 'the release of Linkerd is the one that its pods were made by',
  services: 'the cluster’s DNS is left out',
  endpointSlices: 'the way to the API server is left out',
};

/** Throws an OperatorError where pods or policies cannot be seen: half a list would say the wrong thing. */
export async function readCluster(
  options: ClusterOptions,
  { linkerd }: { readonly linkerd: boolean },
): Promise<Snapshot> {
  return withCluster(options, async (api, { name, server, uid, practice }) => {
    const snapshot = await collectSnapshot(api, {
      cluster: { name: stripToLine(name), server: stripToLine(server), uid, practice },
      only: linkerd ? linkerdParts : listParts,
      signal: new AbortController().signal,
      timeoutMs: 30_000,
    });
    for (const part of needed) {
      const read = snapshot.objects[part];
      if (read.state === 'read') continue;
      throw new OperatorError(`Who may speak with whom cannot be told. ${read.message}`, {
        fix: read.why === 'denied' ? 'Ask for that permission.' : 'Look at the API server.',
        exitCode: exitCodes.notReady.code,
      });
    }
    return snapshot;
  });
}

/** What could not be seen, and what the answer lacks without it. */
export const unreadRemarks = ({ objects }: Snapshot): readonly string[] =>
  linkerdParts.flatMap((part) => {
    const read = objects[part];
    const lack = without[part];
    if (read.state === 'read' || read.why === 'absent' || read.why === 'skipped' || lack === undefined)
      return [];
    return [`${read.message.replace(/\.$/, '')}; without it ${lack}`];
  });

/** The pods of a snapshot, by the workload that they belong to. */
export function listedPods({ objects }: Snapshot): readonly ListedPod[] {
  const of = (part: ObjectPart) => {
    const read = objects[part];
    return read.state === 'read' ? read.value : [];
  };
  const owners = ownersOf([...of('replicaSets'), ...of('jobs')]);
  return of('pods').map((object) => {
    const pod = readPod(object);
    const self = { kind: 'Pod', name: pod.name };
    return { pod, peer: peerName(owners, pod.namespace, self, ownerIn(record(object).metadata)) };
  });
}
