/** The operator's words while a restart goes on, and what each of them means at that moment. */
import type { RestartNote } from '../../data-plane/restart-notes.ts';
import { type PlannedWorkload, workloadName } from '../../data-plane/restart-plan.ts';
import { type RestartState, stateOf, waveState } from '../../data-plane/restart-state.ts';
import type { Steer } from '../../state/kind.ts';
import { newStamp } from './patch-workload.ts';

/** What a word comes to: a line to be written down, or why it is not taken. */
export type Heard =
  | { readonly type: 'note'; readonly text: string; readonly note: RestartNote }
  | { readonly type: 'refused'; readonly why: string };

/** Pure: the same word at the same moment always means the same. */
export function hear(
  steer: Steer,
  waves: readonly (readonly PlannedWorkload[])[],
  state: RestartState,
  now: number,
): Heard {
  switch (steer.word) {
    case 'hold':
      return note('The operator holds: no further restart begins.', { type: 'held' });
    case 'go-on':
      return note('The operator lets it go on.', { type: 'released' });
    case 'stop-after': {
      const wave = waves.findIndex((_, index) => !waveState(state, index).passed);
      if (wave < 0) return refused('All waves are over.');
      return note(`The operator ends it after wave ${wave + 1} of ${waves.length}.`, {
        type: 'stop-after',
        wave,
      });
    }
    case 'skip':
    case 'retry': {
      const workload = waves.flat().find(({ id }) => id === steer.subject);
      if (!workload) return refused('Select a workload first.');
      return steer.word === 'skip' ? skip(workload, state) : retry(workload, state, now);
    }
    default:
      return refused(`It does not know the word "${steer.word}".`);
  }
}

const note = (text: string, data: RestartNote): Heard => ({ type: 'note', text, note: data });
const refused = (why: string): Heard => ({ type: 'refused', why });

function skip(workload: PlannedWorkload, state: RestartState): Heard {
  const { id } = workload;
  const name = workloadName(workload);
  switch (stateOf(state, id).type) {
    case 'waiting':
      return note(`${name} is skipped by the operator.`, {
        type: 'skipped',
        id,
        why: 'by the operator, before its restart',
      });
    case 'restarting':
      return note(`${name} is no longer waited for, says the operator; its rollout goes on.`, {
        type: 'skipped',
        id,
        why: 'by the operator, while it restarted',
      });
    case 'failed':
      return note(`${name} has failed and is passed over by the operator.`, {
        type: 'skipped',
        id,
        why: 'by the operator, after it failed',
      });
    case 'done':
      return refused(`${name} is done.`);
    case 'skipped':
      return refused(`${name} is skipped already.`);
  }
}

function retry(workload: PlannedWorkload, state: RestartState, now: number): Heard {
  const { id } = workload;
  const name = workloadName(workload);
  if (stateOf(state, id).type !== 'failed')
    return refused(`${name} has not failed: only what failed is retried.`);
  const used = [...state.workloads.values()].flatMap((one) => ('stamp' in one ? [one.stamp] : []));
  const stamp = newStamp(now, [state.stamp, ...used]);
  return note(`Restarting ${name} once more.`, { type: 'restarting', id, stamp });
}
