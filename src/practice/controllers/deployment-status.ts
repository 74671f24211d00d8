import { type Clock, timestamp } from '../clock.ts';
import type { KubeObject } from '../kube-client.ts';
import { counted } from './control.ts';

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
  lastUpdateTime: string;
  lastTransitionTime: string;
}

const sum = (sets: readonly KubeObject[], field: string) =>
  sets.reduce((total, set) => total + (set.status?.[field] ?? 0), 0);

/** How many pods are asked for. */
export const replicasOf = (set: KubeObject): number => set.spec?.replicas ?? 0;

/** Puts a condition in, keeping the time of the last transition where the status stays the same. */
export function withCondition(
  conditions: readonly Condition[],
  clock: Clock,
  next: Pick<Condition, 'type' | 'status' | 'reason' | 'message'>,
): Condition[] {
  const now = timestamp(clock.now());
  const before = conditions.find((each) => each.type === next.type);
  if (before?.status === next.status && before.reason === next.reason && before.message === next.message) {
    return [...conditions];
  }
  const entry: Condition = {
    type: next.type,
    status: next.status,
    lastUpdateTime: now,
    lastTransitionTime: before?.status === next.status ? before.lastTransitionTime : now,
    reason: next.reason,
    message: next.message,
  };
  return [...conditions.filter((each) => each.type !== next.type), entry];
}

/** Where a rollout stands, from the sets' own statuses. */
export function deploymentCounts(sets: readonly KubeObject[], newSet: KubeObject | undefined) {
  const available = sum(sets, 'availableReplicas');
  const replicas = sum(sets, 'replicas');
  return {
    replicas,
    updatedReplicas: (newSet?.status?.replicas ?? 0) as number,
    readyReplicas: sum(sets, 'readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(sets.reduce((total, set) => total + replicasOf(set), 0) - available, 0),
    terminatingReplicas: sum(sets, 'terminatingReplicas'),
  };
}
type Counts = ReturnType<typeof deploymentCounts>;

/** Whether every pod that is asked for is new and available, and no old one is left. */
export function isComplete(deployment: KubeObject, counts: Counts): boolean {
  const wanted = replicasOf(deployment);
  return (
    counts.updatedReplicas === wanted && counts.replicas === wanted && counts.availableReplicas === wanted
  );
}

function isProgressing(before: Partial<Counts>, counts: Counts): boolean {
  const old = (of: Partial<Counts>) => (of.replicas ?? 0) - (of.updatedReplicas ?? 0);
  return (
    counts.updatedReplicas > (before.updatedReplicas ?? 0) ||
    old(counts) < old(before) ||
    counts.readyReplicas > (before.readyReplicas ?? 0) ||
    counts.availableReplicas > (before.availableReplicas ?? 0)
  );
}

/** Milliseconds of the cluster's time until the rollout has taken too long; undefined where no deadline runs. */
export function untilDeadline(deployment: KubeObject, clock: Clock): number | undefined {
  const seconds = deployment.spec?.progressDeadlineSeconds ?? 600;
  const progressing = (deployment.status?.conditions as Condition[] | undefined)?.find(
    (each) => each.type === 'Progressing',
  );
  if (progressing === undefined || deployment.spec?.paused === true || seconds >= 2 ** 31 - 1)
    return undefined;
  if (progressing.reason === 'NewReplicaSetAvailable') return undefined;
  if (progressing.reason === 'ProgressDeadlineExceeded') return 0;
  return Math.max(seconds * 1000 - clock.elapsed(Date.parse(progressing.lastUpdateTime)), 0);
}

/** The whole status of a Deployment, with the words that a cluster's own controller writes. */
export function deploymentStatus(
  deployment: KubeObject,
  sets: readonly KubeObject[],
  newSet: KubeObject | undefined,
  maxUnavailable: number,
  clock: Clock,
): Record<string, unknown> {
  const counts = deploymentCounts(sets, newSet);
  const before = deployment.status ?? {};
  let conditions: Condition[] = [...(before.conditions ?? [])];
  const put = (type: string, status: string, reason: string, message: string) => {
    conditions = withCondition(conditions, clock, { type, status, reason, message });
  };
  const progressing = () => conditions.find((each) => each.type === 'Progressing');

  if (counts.availableReplicas >= replicasOf(deployment) - maxUnavailable) {
    put('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.');
  } else {
    put('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.');
  }

  const name = newSet === undefined ? undefined : `ReplicaSet "${newSet.metadata.name}"`;
  const subject = name ?? `Deployment "${deployment.metadata.name}"`;
  const settled =
    counts.replicas === counts.updatedReplicas && progressing()?.reason === 'NewReplicaSetAvailable';
  if (deployment.spec?.paused !== true && !settled) {
    const deadline = untilDeadline(deployment, clock);
    if (isComplete(deployment, counts)) {
      put('Progressing', 'True', 'NewReplicaSetAvailable', `${subject} has successfully progressed.`);
    } else if (isProgressing(before, counts)) {
      const now = timestamp(clock.now());
      put('Progressing', 'True', 'ReplicaSetUpdated', `${subject} is progressing.`);
      // Progress starts the deadline anew even where the words stay the same.
      conditions = conditions.map((each) =>
        each.type === 'Progressing' ? { ...each, lastUpdateTime: now } : each,
      );
    } else if (deadline === 0) {
      put('Progressing', 'False', 'ProgressDeadlineExceeded', `${subject} has timed out progressing.`);
    }
  }

  const failing = [newSet, ...sets]
    .flatMap((set) => (set?.status?.conditions ?? []) as Condition[])
    .find((each) => each.type === 'ReplicaFailure');
  if (failing === undefined) conditions = conditions.filter((each) => each.type !== 'ReplicaFailure');
  else put('ReplicaFailure', failing.status, failing.reason, failing.message);

  return {
    observedGeneration: deployment.metadata.generation,
    ...counted({ ...counts, terminatingReplicas: 0 }),
    terminatingReplicas: counts.terminatingReplicas,
    ...(before.collisionCount === undefined ? {} : { collisionCount: before.collisionCount }),
    conditions,
  };
}
