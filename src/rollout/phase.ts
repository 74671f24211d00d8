import { kubectlVerdict } from './kubectl-status.ts';
import type { RolloutPhase, WorkloadFacts } from './model.ts';

/** StatefulSets and DaemonSets have no deadline of their own: so long without any change counts as one. */
export const SOFT_DEADLINE_MS = 10 * 60_000;

/** What changes with every bit of progress: whoever watches sets `lastProgressAt` anew when this differs. */
export const progressKey = (workload: WorkloadFacts): string =>
  [
    workload.generation,
    workload.observedGeneration,
    workload.updated,
    workload.ready,
    workload.available,
  ].join(' ');

/** How many pods a StatefulSet's partition keeps at the old revision; 0 where there is no new one. */
export const heldByPartition = (workload: WorkloadFacts): number =>
  workload.kind === 'StatefulSet' && workload.updateRevision !== workload.currentRevision
    ? Math.max(0, Math.min(workload.partition ?? 0, workload.desired))
    : 0;

/** The controller has seen the newest spec. StatefulSets and DaemonSets without a status at all count as not observed. */
export const observed = (workload: WorkloadFacts): boolean =>
  workload.observedGeneration !== 0 && workload.observedGeneration >= workload.generation;

/** Of a strategy that waits for a human to delete pods. */
const isManual = (workload: WorkloadFacts) =>
  workload.kind !== 'Deployment' && workload.strategy === 'OnDelete';

/** Every pod of an OnDelete workload has the new revision and serves. */
export const manualDone = (workload: WorkloadFacts): boolean =>
  observed(workload) && workload.updated >= workload.desired && workload.ready >= workload.desired;

/**
 * The phase by the workload's own fields, the first that fits; whether something is stuck, its pods and conditions tell.
 * A DaemonSet counts its nodes only when it was observed, so that one just made does not pass for one without nodes.
 */
export function phaseOf(workload: WorkloadFacts): Exclude<RolloutPhase, 'STUCK'> {
  if (workload.deletedAt !== undefined) return 'TERMINATING';
  if (workload.desired === 0 && (workload.kind !== 'DaemonSet' || observed(workload)))
    return 'SCALED_TO_ZERO';
  if (workload.kind === 'Deployment' && workload.paused) return 'PAUSED';
  if (isManual(workload)) return 'MANUAL';
  if (!observed(workload)) return 'NOT_OBSERVED';
  const { done, error } = kubectlVerdict(workload);
  // Of a strategy that it does not know kubectl says done, with an error.
  if (!done || error) return 'PROGRESSING';
  return heldByPartition(workload) > 0 ? 'DONE_PARTITION_HELD' : 'DONE';
}
