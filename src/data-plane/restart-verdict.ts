/** What the cluster shows of a workload that was restarted: under way, done with the right proxies, or failed and why. Pure. */

import type { PodView, Reason, Rollout } from '../rollout/model.ts';
import { formatDuration } from '../runbook/durations.ts';
import type { Verdict } from './restart-next.ts';
import type { PlannedWorkload } from './restart-plan.ts';
import type { WorkloadState } from './restart-state.ts';
import { sameVersion } from './workload-proxies.ts';

/** What is seen of the cluster at one moment. */
export interface Sight {
  /** False while it is not up to date: then nothing is concluded from it. */
  readonly live: boolean;
  /** Since when it has been up to date without a break, in ms since the epoch. */
  readonly liveSince: number;
  readonly rollout: Rollout | undefined;
  /** It was looked for and is not there. */
  readonly missing: boolean;
  /** Why its kind must not be watched; undefined where it may be. */
  readonly unwatchable: string | undefined;
  /** Its pods cannot be seen, so that its proxies cannot be checked. */
  readonly podsUnseen: boolean;
}

/** How patient it is. ms. */
export interface Patience {
  /** For one workload, from the beginning of its restart. */
  readonly timeoutMs: number;
  /** How long a cause that needs a human must have lasted before it counts as a failure. */
  readonly doomedMs: number;
}

/** What was out of sight may have gone on: so long it is given to show itself before it counts as late. */
const showMs = 60_000;

/** Whether its time is over. Who is given less than that at all is given no more after an outage. */
const isLate = (since: number, liveSince: number, timeoutMs: number, now: number): boolean =>
  now - since > timeoutMs && now - liveSince > Math.min(showMs, timeoutMs);

const waiting = (stuck = false): Verdict => ({ type: 'waiting', stuck });
const failed = (why: string): Verdict => ({ type: 'failed', why });

/** Judges a workload whose patch the server has taken. */
export function verdictOn(
  workload: PlannedWorkload,
  state: WorkloadState,
  sight: Sight,
  patience: Patience,
  now: number,
): Verdict {
  if (sight.unwatchable !== undefined) return failed(`It cannot be watched: ${sight.unwatchable}`);
  if (!sight.live || state.type !== 'restarting') return waiting();
  if (sight.missing) return { type: 'gone', why: 'It is not there any more.' };
  const { rollout } = sight;
  const late = isLate(state.since, sight.liveSince, patience.timeoutMs, now);
  const tooLate = (why: string) => failed(`Not done after ${formatDuration(patience.timeoutMs)}: ${why}`);
  if (!rollout) return late ? tooLate('it could not be seen.') : waiting();
  if (rollout.uid !== workload.uid) {
    return { type: 'gone', why: 'It was deleted, and another one of its name was made meanwhile.' };
  }
  if (rollout.generation < (state.generation ?? 0)) {
    return late ? tooLate('the change was not seen to arrive.') : waiting();
  }
  switch (rollout.phase) {
    case 'DONE':
    case 'DONE_PARTITION_HELD':
      return proxies(workload, rollout, sight, late ? tooLate : undefined);
    case 'SCALED_TO_ZERO':
      return { type: 'done', detail: 'scaled to zero meanwhile' };
    case 'TERMINATING':
      return { type: 'gone', why: 'It is being deleted.' };
    case 'PAUSED':
      return failed('Its rollouts were paused meanwhile: resume them, then retry.');
    case 'MANUAL':
      return failed(
        'Its strategy was changed to OnDelete meanwhile: its pods are replaced only when they are deleted.',
      );
    case 'STUCK': {
      const doomed = rollout.reasons.find(({ kind }) => kind === 'doomed') ?? rollout.reasons[0];
      const why = doomed ? reasonText(doomed) : rollout.kubectl.message;
      if (late) return tooLate(why);
      const since = Math.max(doomed?.since ?? state.since, state.since);
      return doomed?.final === true || now - since >= patience.doomedMs ? failed(why) : waiting(true);
    }
    case 'NOT_OBSERVED':
    case 'PROGRESSING': {
      if (!late) return waiting();
      const [reason] = rollout.reasons;
      return tooLate(reason ? reasonText(reason) : rollout.kubectl.message);
    }
  }
}

/** Why a workload that was done is not good any more; undefined where it is, or it cannot be told. */
export function relapse(workload: PlannedWorkload, sight: Sight): string | undefined {
  const { rollout } = sight;
  if (!sight.live || !rollout || rollout.uid !== workload.uid || rollout.phase !== 'STUCK') return undefined;
  const [reason] = rollout.reasons;
  return `It was done and is not any more: ${reason ? reasonText(reason) : rollout.kubectl.message}`;
}

/** `image pull back-off, proxy:stable-2.14.10: not found (2 pods, web-1)` */
export function reasonText({ title, subject, message, count, pods }: Reason): string {
  const about = subject === '' || message.includes(subject) || title.includes(subject) ? '' : `, ${subject}`;
  const which = pods.length === 0 ? '' : ` (${count > 1 ? `${count} pods, ` : ''}${pods[0]})`;
  return `${title}${about}${message === '' ? '' : `: ${message}`}${which}`;
}

/** The pods of the revision that is rolled out, without those that end. */
export function newPods(rollout: Rollout): readonly PodView[] {
  const current = rollout.revisions.find((revision) => revision.current);
  return (current?.pods ?? []).filter(({ state }) => state !== 'terminating' && state !== 'finished');
}

function proxies(
  workload: PlannedWorkload,
  rollout: Rollout,
  sight: Sight,
  tooLate: ((why: string) => Verdict) | undefined,
): Verdict {
  const { desired, held } = rollout.progress;
  if (!workload.meshed) return { type: 'done', detail: `${desired} of ${desired} ready` };
  if (sight.podsUnseen) return { type: 'done', detail: 'its proxies could not be looked at' };
  const pods = newPods(rollout);
  // Pods and their workload are two streams: one may be a moment behind the other.
  if (pods.length < desired - held) {
    const why = `${pods.length} of its ${desired - held} new pods were seen.`;
    return tooLate ? tooLate(why) : waiting();
  }
  const bare = pods.filter(({ meshed }) => !meshed);
  if (bare.length > 0) {
    return failed(`${bare.length} of its ${pods.length} new pods have no proxy (${bare[0]?.name}).`);
  }
  const { expect } = workload;
  const other = expect === undefined ? [] : pods.filter((pod) => !sameVersion(pod.proxyVersion, expect));
  if (other.length > 0) {
    const version = other[0]?.proxyVersion || 'an unknown version';
    return failed(
      `${other.length} of its ${pods.length} new pods have the proxy ${version}, not ${expect} (${other[0]?.name}).`,
    );
  }
  const kept = held > 0 ? `, ${held} held by its partition` : '';
  return {
    type: 'done',
    detail: `${pods.length} ready${expect === undefined ? '' : ` at ${expect}`}${kept}`,
  };
}
