/**
 * What a restart does next. All of its flow is here and nothing is remembered but the notes: after a crash they are folded
 * again and decided anew. Pure.
 */
import type { PlannedWorkload } from './restart-plan.ts';
import { type RestartState, stateOf, waveState } from './restart-state.ts';

/** What is known of a workload in flight, of what was seen of it last. */
export type Verdict =
  /** `stuck`: it needs a human, as it looks now; nothing more is begun meanwhile. */
  | { readonly type: 'waiting'; readonly stuck: boolean }
  | { readonly type: 'done'; readonly detail: string }
  | { readonly type: 'failed'; readonly why: string }
  /** It is not there any more. */
  | { readonly type: 'gone'; readonly why: string };

/** What is waited for, where nothing can be done. */
export type Waiting = 'rollouts' | 'stuck' | 'others' | 'held' | 'soak';

export type Deed =
  | { readonly type: 'begin' }
  /** Note it unless that was done, then patch. */
  | {
      readonly type: 'patch';
      readonly workload: PlannedWorkload;
      readonly stamp: string;
      readonly noted: boolean;
    }
  | {
      readonly type: 'settle';
      readonly workload: PlannedWorkload;
      readonly verdict: Exclude<Verdict, { type: 'waiting' }>;
    }
  | { readonly type: 'check'; readonly wave: number; readonly when: 'before' | 'after' }
  | { readonly type: 'soak'; readonly wave: number }
  | { readonly type: 'pass'; readonly wave: number }
  /** `until`: ms since the epoch; undefined: until something is heard. */
  | { readonly type: 'wait'; readonly for: Waiting; readonly until: number | undefined }
  | { readonly type: 'end'; readonly ok: boolean; readonly why: EndReason };

export type EndReason =
  | { readonly type: 'all-done' }
  | { readonly type: 'stopped'; readonly wave: number }
  | { readonly type: 'failed'; readonly id: string; readonly why: string }
  | { readonly type: 'gate'; readonly wave: number; readonly why: string };

/** How it is to be done. */
export interface Rules {
  readonly waves: readonly (readonly PlannedWorkload[])[];
  readonly atOnce: number;
  /** There is a command that must pass after each wave. */
  readonly gate: boolean;
  /** ms; 0: none. */
  readonly soakMs: number;
}

/** What is seen of the workloads. */
export interface Eyes {
  /** Asked about workloads whose patch was taken, and no others. */
  readonly verdict: (workload: PlannedWorkload) => Verdict;
  /** Why a workload that was done is not good any more. Asked when its wave has soaked. */
  readonly relapse: (workload: PlannedWorkload) => string | undefined;
}

/** The number that stands for what is before the first wave. */
export const beforeAll = -1;

/** The next thing to do. */
export function nextDeed(rules: Rules, state: RestartState, eyes: Eyes, now: number): Deed {
  if (state.stamp === '') return { type: 'begin' };
  // What is broken before the first restart is not to be blamed on it.
  const first = waveState(state, beforeAll);
  if (first.gateFailed !== undefined) return gateFailed(beforeAll, first.gateFailed);
  if (rules.gate && !first.checkedBefore) return { type: 'check', wave: beforeAll, when: 'before' };
  const all = rules.waves.flat();
  let inFlight = 0;
  let stuck = false;
  for (const workload of all) {
    const at = stateOf(state, workload.id);
    if (at.type !== 'restarting') continue;
    // Nobody knows whether the server took it: the same stamp once more changes nothing where it did.
    if (at.generation === undefined) return { type: 'patch', workload, stamp: at.stamp, noted: true };
    const seen = eyes.verdict(workload);
    if (seen.type !== 'waiting') return { type: 'settle', workload, verdict: seen };
    inFlight += 1;
    stuck ||= seen.stuck;
  }
  const failed = all.find(({ id }) => stateOf(state, id).type === 'failed');
  if (failed) {
    if (inFlight > 0) return wait('others');
    const at = stateOf(state, failed.id);
    const why = at.type === 'failed' ? at.why : '';
    return { type: 'end', ok: false, why: { type: 'failed', id: failed.id, why } };
  }
  const wave = rules.waves.findIndex((_, index) => !waveState(state, index).passed);
  if (wave < 0) return { type: 'end', ok: true, why: { type: 'all-done' } };
  const last = state.stopAfter;
  if (last !== undefined && wave > last) {
    return { type: 'end', ok: false, why: { type: 'stopped', wave: last } };
  }
  const next = (rules.waves[wave] ?? []).find(({ id }) => stateOf(state, id).type === 'waiting');
  if (next) {
    if (state.held) return wait('held');
    if (stuck) return wait('stuck');
    if (inFlight >= rules.atOnce) return wait('rollouts');
    return { type: 'patch', workload: next, stamp: next.begun ?? state.stamp, noted: false };
  }
  if (inFlight > 0) return wait(stuck ? 'stuck' : 'rollouts');
  return gateOf(rules, state, eyes, wave, now);
}

const gateFailed = (wave: number, why: string): Deed => ({
  type: 'end',
  ok: false,
  why: { type: 'gate', wave, why },
});

const wait = (what: Waiting, until?: number): Deed => ({ type: 'wait', for: what, until });

/** What stands between a wave whose workloads are over and the next one. */
function gateOf(rules: Rules, state: RestartState, eyes: Eyes, wave: number, now: number): Deed {
  const at = waveState(state, wave);
  if (at.gateFailed !== undefined) return gateFailed(wave, at.gateFailed);
  // Where nothing was restarted there is nothing to be looked at.
  const restarted = (rules.waves[wave] ?? []).filter(({ id }) => stateOf(state, id).type === 'done');
  if (restarted.length === 0) return { type: 'pass', wave };
  if (rules.gate && !at.checkedBefore) return { type: 'check', wave, when: 'before' };
  if (rules.soakMs <= 0) return { type: 'pass', wave };
  if (at.soakFrom === undefined) return { type: 'soak', wave };
  const until = at.soakFrom + rules.soakMs;
  if (now < until) return wait('soak', until);
  for (const workload of restarted) {
    const why = at.checkedAfter ? undefined : eyes.relapse(workload);
    if (why !== undefined) return { type: 'settle', workload, verdict: { type: 'failed', why } };
  }
  if (rules.gate && !at.checkedAfter) return { type: 'check', wave, when: 'after' };
  return { type: 'pass', wave };
}
