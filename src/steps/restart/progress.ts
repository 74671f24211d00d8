/** What a restart shows of itself while it goes on, besides its notes: what only a look at the cluster tells. */
import type { Waiting } from '../../data-plane/restart-next.ts';
import type { WorkloadState } from '../../data-plane/restart-state.ts';
import { newPods, reasonText, type Sight } from '../../data-plane/restart-verdict.ts';
import type { ReasonCode, RolloutPhase } from '../../rollout/model.ts';
import type { Away } from './watch-wave.ts';

/** How far the rollout of one workload is. */
export interface WorkloadProgress {
  readonly phase: RolloutPhase;
  readonly desired: number;
  /** New pods that are ready. */
  readonly ready: number;
  /** Why it waits, in one line, or ''. */
  readonly reason: string;
  readonly code: ReasonCode | undefined;
  readonly stuck: boolean;
}

/** What it is at just now. */
export type Doing =
  | { readonly type: 'patching'; readonly id: string }
  /** The command of the gate runs. */
  | { readonly type: 'checking'; readonly wave: number }
  /** The server could not be told; it is told again. */
  | { readonly type: 'unheard'; readonly id: string; readonly why: string }
  /** `until`: ms since the epoch. */
  | { readonly type: 'waiting'; readonly for: Waiting; readonly until: number | undefined };

export interface RestartProgress {
  readonly doing: Doing;
  /** Of those whose rollout is watched now, by id. */
  readonly workloads: Readonly<Record<string, WorkloadProgress>>;
  /** Since when the cluster is not seen. */
  readonly away: Away | undefined;
}

/** What is seen of a workload since its restart; undefined where it is not seen at all. */
export function seenOf(state: WorkloadState, { rollout }: Sight): WorkloadProgress | undefined {
  if (!rollout) return undefined;
  const { desired } = rollout.progress;
  const before =
    state.type === 'restarting' && rollout.generation < (state.generation ?? Number.POSITIVE_INFINITY);
  // What is seen is still from before our change: it says nothing of the new pods.
  if (before || rollout.phase === 'NOT_OBSERVED') {
    return { phase: 'NOT_OBSERVED', desired, ready: 0, reason: '', code: undefined, stuck: false };
  }
  const [reason] = rollout.reasons;
  return {
    phase: rollout.phase,
    desired,
    // Pods, revisions and workloads are three streams: the one that is behind decides.
    ready: Math.min(
      rollout.progress.updated,
      newPods(rollout).filter(({ state: of }) => of === 'ready').length,
    ),
    reason: reason ? reasonText(reason) : '',
    code: reason?.code,
    stuck: rollout.phase === 'STUCK',
  };
}
