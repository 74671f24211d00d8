import type { Rollout } from './model.ts';

/** How a rollout needs a human: `now` where nothing but a change of the objects can help, `soon` where a controller may mend it yet. */
export type Need = 'now' | 'soon';

/**
 * Whether waiting is in vain: a reason stands that needs a human, or the workload is being deleted. Reasons that may pass never
 * count, whether the deadline is over or not. It holds for this moment only: what has recovered is judged anew.
 */
export function needOf({ good, phase, settled, reasons }: Rollout): Need | undefined {
  if (good) return undefined;
  if (phase === 'TERMINATING') return 'now';
  // Pods without a proxy are found early, but the rollout is let come to its end.
  const doomed = reasons.filter(
    ({ kind, code }) => kind === 'doomed' && (code !== 'SILENTLY_UNMESHED' || settled),
  );
  if (doomed.length === 0) return undefined;
  return settled || doomed.some(({ final }) => final === true) ? 'now' : 'soon';
}
