/** What may be done after a failure, as a list: the likeliest pitfalls with what points at them. Pure. */
import type { Question } from '../../state/question.ts';
import { span as duration } from '../../terminal/duration.ts';
import { cutLine, type Line, line, span } from '../../terminal/line.ts';
import { windowStart } from '../components/window.ts';
import type { UiState, WalkUi } from '../ui-state.ts';
import { type FailureEntry, failureEntries } from '../words/failure.ts';
import { diagnosisNow } from '../words/findings.ts';
import type { Room } from './parts.ts';

/** The entries in at most so many rows, the selected one always among them. `focus`: one of them is selected. */
export function entryLines(
  ui: UiState,
  walk: WalkUi,
  question: Extract<Question, { type: 'failure' }>,
  width: number,
  height: number,
  focus: boolean,
  room: Room,
): readonly Line[] {
  const entries = failureEntries(walk.state, question);
  const looking = lookingLines(ui, walk, room);
  if (entries.length === 0) return looking;
  // What points at a pitfall is a row of its own, where there is room for two of them.
  const space = Math.max(1, height - looking.length - 1);
  const most = Math.max(1, Math.min(entries.length, space));
  const reasons = entries.filter((entry) => why(entry) !== undefined).length;
  const both = entries.length + reasons <= space;
  const alone = !both && space > 3 ? 1 : 0;
  const rows = both ? entries.length : most - alone;
  const first = windowStart(entries.length, rows, walk.choice);
  const where = rows < entries.length ? ` (${walk.choice + 1} of ${entries.length})` : '';
  return [
    ...looking,
    line(`${heading(walk, question)}${where}`, 'heading'),
    ...entries.slice(first, first + rows).flatMap((entry, index): readonly Line[] => {
      const at = first + index;
      const selected = focus && at === walk.choice;
      const reason = both || (alone > 0 && at === walk.choice) ? why(entry) : undefined;
      const title: Line = [
        span(selected ? `${room.glyphs.current} ` : '  ', 'selected'),
        span(entry.title, selected ? 'selected' : 'plain'),
      ];
      return [title, ...(reason === undefined ? [] : [line(`    ${reason}`, 'quiet')])].map((one) =>
        cutLine(one, width, room.glyphs.cut),
      );
    }),
  ];
}

/** What was found that points at it, or that it is being walked already. */
function why(entry: FailureEntry): string | undefined {
  if (entry.type !== 'branch') return undefined;
  const { found, open } = entry.branch;
  if (found === undefined) return undefined;
  const sure = found.certainty === 'confirmed' ? '' : found.certainty === 'likely' ? 'likely: ' : 'perhaps: ';
  const more = found.codes.length > 1 ? ` (and ${found.codes.length - 1} more)` : '';
  return `${open ? 'you are in it; ' : ''}${sure}${found.text}${more}`;
}

function lookingLines(ui: UiState, { state }: WalkUi, { glyphs }: Room): readonly Line[] {
  const { diagnosing } = state.live;
  if (!diagnosing) return [];
  return [
    line(`${glyphs.waiting} Looking for the cause, ${duration(ui.now - diagnosing.startedAt)}`, 'info'),
  ];
}

/** What the list is of. */
function heading(
  { state }: WalkUi,
  { branches, returnedFrom }: Extract<Question, { type: 'failure' }>,
): string {
  if (returnedFrom !== undefined) return 'What now';
  if (branches.some((branch) => branch.found !== undefined)) return 'Likely';
  const record = diagnosisNow(state)?.record;
  const named = branches.length > 0;
  if (!record) return named ? 'The runbook knows these causes' : 'Pitfalls';
  // What could not be looked at may be the cause: nothing found is no all-clear then.
  if (record.notChecked.length > 0)
    return named
      ? 'Not all could be looked at (f). The runbook names'
      : 'Nothing found, and not all could be looked at (f)';
  return `Nothing found points at a pitfall${named ? '. The runbook names' : ''}`;
}
