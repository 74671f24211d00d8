import type { Condition, EventFacts, PodFacts, Reason, ReasonCode, WorkloadFacts } from '../model.ts';
import { creationTrouble } from './creation-message.ts';
import { type Case, doomedAfter, eventEvidence, type Finding, PASSING_MS } from './finding.ts';

/** A failure to create pods as it was seen. */
interface Seen {
  readonly message: string;
  readonly since: number;
  readonly evidence: string;
}

/**
 * Why pods of the current revision are not created: by the condition ReplicaFailure (Deployments alone have it), or else by
 * FailedCreate events, which StatefulSets and DaemonSets have instead of conditions.
 */
export function creationFindings(the: Case): readonly Finding[] {
  const { evidence, members, normal } = the;
  const live = members.newPods.filter((pod) => pod.phase !== 'Failed' && pod.phase !== 'Succeeded');
  const missing = Math.max(evidence.workload.desired - live.length, 1);
  const condition = failureCondition(the);
  const seen =
    condition === undefined && live.length < evidence.workload.desired ? failureEvents(the) : condition;
  if (seen === undefined) return [];
  const trouble = creationTrouble(normal(seen.message));
  return [
    {
      ...trouble,
      kind: kindOf(trouble.code, seen, the),
      pod: undefined,
      count: missing,
      since: seen.since,
      evidence: seen.evidence,
    },
  ];
}

/**
 * A message that nobody knows gets a minute. A quota that the workload's own pods use up may have room again when those that
 * terminate are gone, or when those that start are ready and old ones go for them.
 */
function kindOf(code: ReasonCode, { since }: Seen, { evidence, members, now }: Case): Reason['kind'] {
  if (code === 'UNDETERMINED') return doomedAfter(PASSING_MS, since, now);
  if (code !== 'QUOTA_EXCEEDED') return 'doomed';
  const leaves = (pod: PodFacts) => pod.deletedAt !== undefined && now <= pod.deletedAt + PASSING_MS;
  const starts = (pod: PodFacts) => !pod.ready && now - pod.createdAt <= PASSING_MS;
  const moves =
    [...members.oldPods, ...members.newPods].some(leaves) ||
    (members.oldPods.length > 0 && members.newPods.some(starts)) ||
    (evidence.workload.terminating ?? 0) > 0;
  return moves ? 'transient' : 'doomed';
}

const isFailure = (each: Condition) => each.type === 'ReplicaFailure' && each.status === 'True';

/** The Deployment repeats what any of its ReplicaSets says; only the new one counts, where it can be seen. */
function failureCondition({ evidence: { workload }, members }: Case): Seen | undefined {
  if (workload.kind !== 'Deployment') return undefined;
  const own = workload.conditions.find(isFailure);
  const { current } = members;
  const fresh = current?.conditions.find(isFailure);
  const old = members.revisions.some((each) => each !== current && each.conditions.some(isFailure));
  const told = fresh ?? (old ? undefined : own);
  if (told === undefined) return undefined;
  const where = told === own ? `Deployment/${workload.name}` : `ReplicaSet/${current?.name}`;
  return {
    message: told.message,
    since: told.changedAt ?? workload.createdAt,
    evidence: `${where} status.conditions[ReplicaFailure].reason=${told.reason}`,
  };
}

/** The last FailedCreate, unless a pod was made after it. */
function failureEvents({ evidence: { workload }, members, eventsOf }: Case): Seen | undefined {
  const about = creator(workload, members.current);
  if (about === undefined) return undefined;
  const events = eventsOf(about);
  const made = events.find((each) => each.reason === 'SuccessfulCreate');
  const youngest = members.newPods.reduce((at, pod) => Math.max(at, pod.createdAt), made?.at ?? 0);
  const failed = (each: EventFacts) => each.reason === 'FailedCreate' && each.at >= youngest;
  const last = events.find(failed);
  if (last === undefined) return undefined;
  const since = events.filter(failed).reduce((at, each) => Math.min(at, each.firstAt), last.at);
  return { message: last.message, since, evidence: eventEvidence(last) };
}

/** Who makes the pods: the new ReplicaSet, or the workload itself. */
function creator(workload: WorkloadFacts, current: Case['members']['current']) {
  const { namespace } = workload;
  if (workload.kind !== 'Deployment') return workload;
  return current && { kind: 'ReplicaSet', namespace, name: current.name, uid: current.uid };
}
