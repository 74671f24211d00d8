import type { PodFacts, RevisionFacts, RolloutEvidence, WorkloadFacts } from './model.ts';

/** Which revision is the one rolled out, and which pods have it. */
export interface Membership {
  /** Undefined where it could not be seen. */
  readonly current: RevisionFacts | undefined;
  /** What the pods of the current revision carry as their hash; '' where nothing tells. */
  readonly hash: string;
  /** Revisions of this workload, of all that were given. */
  readonly revisions: readonly RevisionFacts[];
  readonly newPods: readonly PodFacts[];
  readonly oldPods: readonly PodFacts[];
}

const numberOf = (revision: RevisionFacts) => Number.parseInt(revision.revision, 10) || 0;

/** The newest by number, then by age. */
const newest = (revisions: readonly RevisionFacts[]): RevisionFacts | undefined =>
  revisions.reduce<RevisionFacts | undefined>((best, each) => {
    if (best === undefined) return each;
    const ahead = numberOf(each) - numberOf(best) || each.createdAt - best.createdAt;
    return ahead > 0 ? each : best;
  }, undefined);

function currentOf(workload: WorkloadFacts, revisions: readonly RevisionFacts[]): RevisionFacts | undefined {
  switch (workload.kind) {
    case 'Deployment':
      return revisions.find((each) => each.revision === workload.revision) ?? newest(revisions);
    case 'StatefulSet':
      return revisions.find((each) => each.name === workload.updateRevision);
    case 'DaemonSet':
      return newest(revisions);
  }
}

/**
 * Splits the pods of a workload: new are those of the ReplicaSet with the Deployment's revision, with the StatefulSet's
 * `updateRevision`, or with the DaemonSet's newest ControllerRevision. Pods of other owners are left out.
 */
export function membershipOf(evidence: RolloutEvidence): Membership {
  const { workload } = evidence;
  const revisions = evidence.revisions.filter((each) => each.ownerUid === workload.uid);
  const current = currentOf(workload, revisions);
  const owners = new Set(revisions.map((each) => each.uid));
  const isOwn = (pod: PodFacts) =>
    workload.kind === 'Deployment'
      ? owners.has(pod.ownerUid) || (owners.size === 0 && pod.ownerKind === 'ReplicaSet')
      : pod.ownerUid === workload.uid;
  const pods = evidence.pods.filter(isOwn);
  const hash =
    current?.hash ||
    (workload.kind === 'StatefulSet' && workload.updateRevision) ||
    // Revisions could not be seen: the youngest pod has the newest one.
    (pods.reduce<PodFacts | undefined>(
      (best, each) => (best === undefined || each.createdAt > best.createdAt ? each : best),
      undefined,
    )?.hash ??
      '');
  const isNew = (pod: PodFacts) =>
    workload.kind === 'Deployment' && current !== undefined
      ? pod.ownerUid === current.uid || (hash !== '' && pod.hash === hash)
      : hash !== '' && pod.hash === hash;
  const newPods: PodFacts[] = [];
  const oldPods: PodFacts[] = [];
  for (const pod of pods) (isNew(pod) ? newPods : oldPods).push(pod);
  return { current, hash, revisions, newPods, oldPods };
}
