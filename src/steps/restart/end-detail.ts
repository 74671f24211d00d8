import type { EndReason } from '../../data-plane/restart-next.ts';
import { beforeAll } from '../../data-plane/restart-next.ts';
import { type PlannedWorkload, workloadName } from '../../data-plane/restart-plan.ts';
import { type RestartState, stateOf } from '../../data-plane/restart-state.ts';
import { counted } from '../../data-plane/words.ts';

/** How a restart ended, in a sentence or two: why, what is done and what is not. */
export function endDetail(
  why: EndReason,
  waves: readonly (readonly PlannedWorkload[])[],
  state: RestartState,
): string {
  const all = waves.flat();
  const count = (type: ReturnType<typeof stateOf>['type']) =>
    all.filter(({ id }) => stateOf(state, id).type === type).length;
  const [done, skipped, waiting] = [count('done'), count('skipped'), count('waiting')];
  const rest = [
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(waiting > 0 ? [`${waiting} not begun`] : []),
  ];
  const sum = `${done} of ${counted(all.length, 'workload')} restarted${rest.map((one) => `, ${one}`).join('')}.`;
  switch (why.type) {
    case 'all-done':
      return sum;
    case 'stopped':
      return `Stopped after wave ${why.wave + 1} of ${waves.length}, as the operator asked: ${sum}`;
    case 'failed': {
      const workload = all.find(({ id }) => id === why.id);
      return `${workload ? workloadName(workload) : why.id}: ${ended(why.why)} ${sum}`;
    }
    case 'gate': {
      const place =
        why.wave === beforeAll ? 'before the first wave' : `after wave ${why.wave + 1} of ${waves.length}`;
      return `The gate ${place} ${why.why}. ${sum}`;
    }
  }
}

const ended = (sentence: string) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);
