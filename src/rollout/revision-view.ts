import type { Membership } from './membership.ts';
import type { PodFacts, PodView, RevisionView, WorkloadFacts } from './model.ts';
import { podView } from './pod-view.ts';
import type { Finding } from './reasons/finding.ts';
import { byText } from './reasons/group.ts';

const byName = (a: PodView, b: PodView) =>
  a.name.length === b.name.length ? byText(a.name, b.name) : byNumber(a.name, b.name);

/** `db-2` before `db-10`. */
function byNumber(a: string, b: string): number {
  const [, baseA, numberA] = /^(.*-)(\d+)$/.exec(a) ?? [];
  const [, baseB, numberB] = /^(.*-)(\d+)$/.exec(b) ?? [];
  return baseA !== undefined && baseA === baseB ? Number(numberA) - Number(numberB) : byText(a, b);
}

/** The revisions that have pods, and the current one even without: that first, then the newest. Pods are in the order of their names. */
export function revisionViews(
  workload: WorkloadFacts,
  members: Membership,
  foremost: ReadonlyMap<string, Finding>,
  now: number,
): readonly RevisionView[] {
  const { current, hash, revisions } = members;
  const view = (isCurrent: boolean) => (pod: PodFacts) =>
    podView(pod, isCurrent, foremost.get(pod.name), now);
  const known = new Map(revisions.map((each) => [each.hash, each]));
  const old = new Map<string, PodFacts[]>();
  for (const pod of members.oldPods) {
    const list = old.get(pod.hash);
    if (list === undefined) old.set(pod.hash, [pod]);
    else list.push(pod);
  }
  const first: RevisionView = {
    name: current?.name ?? (hash === '' ? workload.name : hash),
    revision: current?.revision ?? workload.revision,
    current: true,
    pods: members.newPods.map(view(true)).sort(byName),
  };
  const rest = [...old].map(([oldHash, pods]) => ({
    name: known.get(oldHash)?.name ?? oldHash,
    revision: known.get(oldHash)?.revision ?? '',
    current: false,
    pods: pods.map(view(false)).sort(byName),
  }));
  rest.sort((a, b) => Number(b.revision) - Number(a.revision) || byText(a.name, b.name));
  return [first, ...rest];
}
