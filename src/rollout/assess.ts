import { indexEvents } from './event-index.ts';
import { deadlineExceeded, kubectlVerdict } from './kubectl-status.ts';
import { lookedAt } from './looked-at.ts';
import { type Membership, membershipOf } from './membership.ts';
import type { Reason, Rollout, RolloutEvidence, RolloutPhase, WorkloadFacts } from './model.ts';
import { normaliser } from './normalise.ts';
import { heldByPartition, manualDone, phaseOf, SOFT_DEADLINE_MS } from './phase.ts';
import { findAll } from './reasons/find-all.ts';
import type { Case } from './reasons/finding.ts';
import { byRank, codesByPod, groupFindings } from './reasons/group.ts';
import { revisionViews } from './revision-view.ts';

/** Why nothing is waited for any more, where it is so. */
const settledPhases: ReadonlySet<RolloutPhase> = new Set([
  'TERMINATING',
  'SCALED_TO_ZERO',
  'DONE',
  'DONE_PARTITION_HELD',
]);

/** When the controller gives up on a Deployment, or when nothing will have changed for ten minutes. */
function deadlineOf({ workload, lastProgressAt }: RolloutEvidence): number | undefined {
  if (workload.kind !== 'Deployment') return lastProgressAt + SOFT_DEADLINE_MS;
  const progressing = workload.conditions.find((each) => each.type === 'Progressing');
  const { progressDeadlineSeconds } = workload;
  if (progressDeadlineSeconds === undefined || progressing?.updatedAt === undefined) return undefined;
  // Once all is there the controller does not count any more (Kubernetes deployment_util.go, DeploymentTimedOut).
  if (progressing.reason === 'NewReplicaSetAvailable') return undefined;
  return progressing.updatedAt + progressDeadlineSeconds * 1000;
}

/** Since when the time for this rollout is over, or undefined while it is not. */
function overdueSince(
  evidence: RolloutEvidence,
  reasons: readonly Reason[],
  now: number,
): number | undefined {
  const { workload, lastProgressAt } = evidence;
  if (workload.kind === 'Deployment') {
    if (!deadlineExceeded(workload)) return undefined;
    return workload.conditions.find((each) => each.type === 'Progressing')?.changedAt ?? lastProgressAt;
  }
  const strikes = lastProgressAt + SOFT_DEADLINE_MS;
  const expected = reasons.some((each) => each.kind === 'benign');
  return now > strikes && !expected ? strikes : undefined;
}

const blocks = (reason: Reason) => reason.kind === 'doomed' && reason.code !== 'SILENTLY_UNMESHED';
const explains = (reason: Reason) => reason.kind !== 'benign' && reason.code !== 'SILENTLY_UNMESHED';

const undetermined = (workload: WorkloadFacts, since: number): Reason => ({
  code: 'UNDETERMINED',
  kind: 'doomed',
  title: 'no cause found',
  message: 'it does not go on, and nothing that was looked at tells why',
  subject: '',
  advice: 'Look at the pods and at the controller manager’s log; what could not be seen is named.',
  count: 0,
  pods: [],
  since,
  evidence:
    workload.kind === 'Deployment'
      ? [`Deployment/${workload.name} status.conditions[Progressing].reason=ProgressDeadlineExceeded`]
      : ['no change of updated, ready and available for 10 minutes'],
});

/** Whether a rollout that is neither over nor held goes on, and what is to be said when its time is over. */
function judge(
  evidence: RolloutEvidence,
  phase: RolloutPhase,
  reasons: readonly Reason[],
  now: number,
): { readonly phase: RolloutPhase; readonly reasons: readonly Reason[] } {
  if (phase !== 'PROGRESSING') return { phase, reasons };
  const over = overdueSince(evidence, reasons, now);
  if (over === undefined) return { phase: reasons.some(blocks) ? 'STUCK' : phase, reasons };
  if (reasons.some(explains)) return { phase: 'STUCK', reasons };
  return { phase: 'STUCK', reasons: [...reasons, undetermined(evidence.workload, over)].sort(byRank) };
}

function progressOf(workload: WorkloadFacts, members: Membership): Rollout['progress'] {
  const gone = (pod: { deletedAt: number | undefined }) => pod.deletedAt !== undefined;
  return {
    desired: workload.desired,
    updated: workload.updated,
    ready: workload.ready,
    available: workload.available,
    newReady: members.newPods.filter((pod) => pod.ready && !gone(pod)).length,
    oldTerminating: members.oldPods.filter(gone).length,
    held: heldByPartition(workload),
  };
}

/**
 * What is to be said of a workload's rollout at this moment: phase, progress, kubectl's verdict, its pods, and why it waits.
 * Pure and linear in the number of pods; nothing is remembered from one call to the next, so what recovers is good again.
 */
export function assess(evidence: RolloutEvidence, now: number): Rollout {
  const { workload } = evidence;
  const members = membershipOf(evidence);
  const eventsOf = indexEvents(evidence.events, members.current?.createdAt ?? 0);
  const normal = normaliser(workload.name);
  const the: Case = { evidence, members, now, eventsOf, normal, pullTroubles: new Map() };
  const early = phaseOf(workload);
  const findings = findAll(the, early);
  const { phase, reasons } = judge(evidence, early, groupFindings(findings), now);
  const complete = phase === 'MANUAL' && manualDone(workload);
  const settled = settledPhases.has(phase) || complete;
  const unmeshed = reasons.some((each) => each.code === 'SILENTLY_UNMESHED');
  return {
    ref: { kind: workload.kind, namespace: workload.namespace, name: workload.name },
    uid: workload.uid,
    generation: workload.generation,
    restartedAt: workload.restartedAt,
    phase,
    settled,
    good: settled && phase !== 'TERMINATING' && !unmeshed,
    kubectl: kubectlVerdict(workload),
    progress: progressOf(workload, members),
    revision: workload.revision || workload.updateRevision || (members.current?.revision ?? ''),
    revisions: revisionViews(workload, members, codesByPod(findings), now),
    reasons,
    lookedAt: reasons.some((each) => each.code === 'UNDETERMINED') ? lookedAt(evidence, members) : [],
    deadlineAt: phase === 'PROGRESSING' || phase === 'STUCK' ? deadlineOf(evidence) : undefined,
  };
}
