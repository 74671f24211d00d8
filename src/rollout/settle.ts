import type { Reason, Rollout } from './model.ts';

/** What has become of several rollouts together. */
export type RolloutVerdict =
  /** `held` wait for a human: paused, or with pods to be deleted by hand. */
  | { readonly type: 'running'; readonly waiting: readonly Rollout[]; readonly held: readonly Rollout[] }
  | { readonly type: 'done' }
  /** At least one of them cannot go on, or ended badly; the foremost reason of each says why. */
  | { readonly type: 'failed'; readonly failures: readonly RolloutFailure[] }
  | { readonly type: 'timed-out'; readonly waiting: readonly Rollout[] };

export interface RolloutFailure {
  readonly rollout: Rollout;
  /** Those for which it counts as failed; none where the workload is being deleted. */
  readonly reasons: readonly Reason[];
}

export interface SettleOptions {
  readonly now: number;
  /** When watching began. */
  readonly startedAt: number;
  /** How long to wait, in ms. */
  readonly timeout: number;
  /** So long, in ms, a reason that needs a human must have stood: what a controller mends by itself is gone by then. 10 s unless told. */
  readonly grace?: number;
}

const GRACE_MS = 10_000;

/** What ends the wait for a rollout: reasons that need a human, when they have stood for the grace or nothing can mend them. */
function failureOf(rollout: Rollout, now: number, grace: number): RolloutFailure | undefined {
  if (rollout.good) return undefined;
  if (rollout.phase === 'TERMINATING') return { rollout, reasons: [] };
  const reasons = rollout.reasons.filter(
    (each) =>
      each.kind === 'doomed' &&
      // Pods without a proxy are found early, but the rollout is let come to its end.
      (each.code !== 'SILENTLY_UNMESHED' || rollout.settled) &&
      (each.final === true || each.since === undefined || now - each.since >= grace),
  );
  return reasons.length === 0 ? undefined : { rollout, reasons };
}

/**
 * The verdict on a set of rollouts: failed as soon as one of them is, done when all are good, timed out when the time is
 * over. Reasons that may pass never fail a rollout. It holds for this moment only: what has recovered is judged anew.
 */
export function settle(rollouts: readonly Rollout[], options: SettleOptions): RolloutVerdict {
  const { now, startedAt, timeout, grace = GRACE_MS } = options;
  const failures = rollouts.flatMap((each) => failureOf(each, now, grace) ?? []);
  if (failures.length > 0) return { type: 'failed', failures };
  const waiting = rollouts.filter((each) => !each.good);
  if (waiting.length === 0) return { type: 'done' };
  if (now - startedAt >= timeout) return { type: 'timed-out', waiting };
  const held = waiting.filter((each) => each.phase === 'PAUSED' || each.phase === 'MANUAL');
  return { type: 'running', waiting, held };
}
