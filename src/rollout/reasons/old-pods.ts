import type { PodFacts, WorkloadFacts } from '../model.ts';
import type { Case, Finding } from './finding.ts';
import { containerFindings } from './new-pod.ts';

const lives = (pod: PodFacts) =>
  pod.deletedAt === undefined && pod.phase !== 'Succeeded' && pod.phase !== 'Failed';

/** How many pods may be unavailable: Deployments round down, DaemonSets up (Kubernetes `pkg/controller/deployment/util` and `pkg/controller/daemon/util`). */
function unavailableBudget({ kind, maxUnavailable, desired }: WorkloadFacts): number {
  const value = maxUnavailable ?? (kind === 'Deployment' ? '25%' : 1);
  if (typeof value === 'number') return value;
  const percent = Number.parseInt(value, 10) || 0;
  const exact = (percent * desired) / 100;
  return kind === 'Deployment' ? Math.floor(exact) : Math.ceil(exact);
}

/** Only a rolling update that goes on replaces pods within a budget. */
const keepsBudget = ({ kind, strategy, paused }: WorkloadFacts) =>
  kind !== 'StatefulSet' && strategy !== 'OnDelete' && strategy !== 'Recreate' && !paused;

/** BUDGET_USED_BY_OLD_PODS: pods of old revisions that are not ready leave no room to replace others. */
function budgetFindings(the: Case, broken: readonly PodFacts[]): readonly Finding[] {
  const { workload } = the.evidence;
  if (!keepsBudget(workload) || workload.updated >= workload.desired) return [];
  const budget = unavailableBudget(workload);
  if (budget < 1 || broken.length < budget) return [];
  return broken.map((pod) => ({
    code: 'BUDGET_USED_BY_OLD_PODS',
    kind: 'transient',
    title: 'old pods are not ready',
    message: `old pods that are not ready use up maxUnavailable (${budget})`,
    subject: '',
    advice: 'Look at why the old pods are not ready; deleting them makes room.',
    pod: pod.name,
    since: pod.conditions.find((each) => each.type === 'Ready')?.changedAt ?? pod.createdAt,
    evidence: `Pod/${pod.name} status.conditions[Ready].status=False (old revision)`,
  }));
}

/**
 * STS_OLD_BROKEN_POD: with OrderedReady a StatefulSet waits for every pod before it goes on, also for one of a revision that
 * was already replaced and never becomes ready (Kubernetes documentation, StatefulSets, Forced rollback).
 */
function blockingPodFindings(the: Case, broken: readonly PodFacts[]): readonly Finding[] {
  const { workload } = the.evidence;
  if (workload.kind !== 'StatefulSet' || workload.podManagement === 'Parallel') return [];
  return broken.flatMap((pod) => {
    const [cause] = containerFindings(pod, the);
    const third = pod.hash !== workload.currentRevision;
    if (cause?.kind !== 'doomed' && !third) return [];
    return [
      {
        code: 'STS_OLD_BROKEN_POD',
        kind: cause?.kind === 'doomed' ? 'doomed' : 'transient',
        title: 'an older broken pod blocks',
        message: `of an older revision, and not ready${cause === undefined ? '' : `: ${cause.title}`}`,
        subject: pod.name,
        advice: `Delete pod ${pod.name}, and only it: the StatefulSet waits for it, and makes it anew at the new revision.`,
        pod: pod.name,
        since: cause?.since ?? pod.createdAt,
        evidence: `Pod/${pod.name} metadata.labels[controller-revision-hash]=${pod.hash}, updateRevision=${workload.updateRevision}`,
        ...(cause?.container === undefined ? {} : { container: cause.container }),
      } as const,
    ];
  });
}

/** What pods of old revisions have to do with the rollout not going on. */
export function oldPodFindings(the: Case): readonly Finding[] {
  const broken = the.members.oldPods.filter((pod) => lives(pod) && !pod.ready);
  return [...budgetFindings(the, broken), ...blockingPodFindings(the, broken)];
}
