/** What a restart shows of itself while it goes on, besides its notes: what only a look at the cluster tells. */
import type { Waiting } from '../../data-plane/restart-next.ts';
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
