/** How an action ended, and what may be done about it. Pure. */

import type { ActionRef, Ending } from '../../state/event.ts';
import type { Question } from '../../state/question.ts';
import type { CommandRun } from '../../state/session.ts';
import type { WalkState } from '../../state/walk.ts';
import { ago, clock, shortTime } from '../../terminal/duration.ts';
import { EMPTY_LINE, type Line, line, span } from '../../terminal/line.ts';
import { layoutOutput } from '../components/output-pane.ts';
import type { UiState, WalkUi } from '../ui-state.ts';
import { endingWords } from '../words/ending.ts';
import { actionAt, actionState, isShell, lastRun, shownRun } from '../words/place.ts';
import { verifiedLine, wasUndone } from '../words/question.ts';
import { probesOf, waitAt } from '../words/wait.ts';
import { messageOf } from './at-work.ts';
import { commandLines } from './deed.ts';
import { entryLines } from './failure-entries.ts';
import { labelled, paragraph, type Room, stacked } from './parts.ts';
import { type Reading, reading } from './reading.ts';
import { leastOutput, resultAndCommand, shownOutput } from './run-output.ts';
import { linesAfter, linesBefore } from './step-text.ts';

/** What a preview has said, where there is room for it below the command. */
export function previewBelow(
  walk: WalkUi,
  { at }: Extract<Question, { type: 'run' | 'continue' }>,
  width: number,
  height: number,
  room: Room,
): readonly Line[] {
  const run = lastRun(walk.state, at, 'preview');
  const ended = walk.state.question?.type === 'continue' && !wasShown(walk.state, at);
  if (ended || !run?.ending || walk.output?.run !== run.run || height < 5) return [];
  return [EMPTY_LINE, ...layoutOutput(shownOutput(walk, run, width, height - 1), room.glyphs)];
}

/** A dry run has shown the change and not run it. */
const wasShown = (state: WalkState, at: Extract<Question, { type: 'continue' }>['at']): boolean =>
  actionState(state, at)?.shown.includes('change') === true;

export function ended(
  walk: WalkUi,
  question: Extract<Question, { type: 'continue' }>,
  width: number,
  height: number,
  room: Room,
): Reading {
  const { state } = walk;
  const { at } = question;
  const run = shownRun(state, at);
  const remark = question.remark === undefined ? [] : paragraph(question.remark, width, 'warning');
  const after = linesAfter(state, at, width, room);
  if (!run || wasShown(state, at)) {
    const action = actionAt(state, at);
    const shown = action && isShell(action) ? commandLines(state, action, 'change', action.block, width) : [];
    const before = linesBefore(state, at, width, room);
    const lines = stacked(before, [...shown, ...remark], after);
    return reading(lines, { until: lines.length });
  }
  const words = run.ending && endingWords(run.ending);
  const good = run.ending?.type === 'exited' && run.ending.ok;
  const took = run.durationMs === undefined ? '' : ` after ${clock(run.durationMs)}`;
  const status: Line = [
    span(
      `${good ? room.glyphs.done : room.glyphs.warning} ${good ? 'Done' : 'Ended'}`,
      good ? 'ok' : 'warning',
    ),
    span(`, ${words?.short ?? 'ended'}${took}`, 'quiet'),
  ];
  const verify = run.purpose === 'change' ? lastRun(state, at, 'verify') : undefined;
  const verified = verify?.ending ? [verifiedBy(verify.ending, room)] : [];
  return resultAndCommand(
    walk,
    run,
    [status, ...verified, ...remark],
    after,
    width,
    height,
    room,
    after.length,
  );
}

const verifiedBy = (ending: Ending, { glyphs }: Room): Line => {
  const good = ending.type === 'exited' && ending.ok;
  return [
    span(good ? `${glyphs.done} Verified` : `${glyphs.warning} Verify`, good ? 'ok' : 'warning'),
    span(`, ${endingWords(ending).short}`, 'quiet'),
  ];
};

/** What a wait was for, and how often its command ran. */
function waitFailed(
  state: WalkState,
  at: ActionRef,
  run: CommandRun | undefined,
  width: number,
): readonly Line[] {
  const wait = waitAt(state, at);
  if (!wait) return [];
  const ran = probesOf(state, at);
  const how = run?.ending ? `, the last time with ${endingWords(run.ending).short}` : '';
  return [
    ...messageOf(state, at, width),
    ...(run ? paragraph(`Its command ran ${ran === 1 ? 'once' : `${ran} times`}${how}.`, width) : []),
  ];
}

export function failed(
  ui: UiState,
  walk: WalkUi,
  question: Extract<Question, { type: 'failure' }>,
  width: number,
  height: number,
  room: Room,
): Reading {
  const head = failureLines(walk, question, width, room);
  // Beside the head, a few lines of output and the row that tells of more, the list must be in view as a whole.
  const rows = Math.max(2, Math.min(Math.floor(height / 2), height - head.length - leastOutput - 3));
  const tail = entryLines(ui, walk, question, width, rows, true, room);
  return resultAndCommand(walk, question.run, head, tail, width, height, room);
}

/** What went wrong, and what is known of it. */
export function failureLines(
  walk: WalkUi,
  question: Extract<Question, { type: 'failure' }>,
  width: number,
  { glyphs }: Room,
): readonly Line[] {
  const { run } = question;
  const words = run?.ending && endingWords(run.ending);
  const said = question.detail !== '' ? question.detail : (words?.short ?? 'it did not come to its end');
  return [
    ...(wasUndone(run)
      ? paragraph(`${glyphs.undone} ${said}`, width, 'info')
      : paragraph(`${glyphs.failed} ${said}`, width, 'bad')),
    ...(words && words.meaning !== '' ? paragraph(words.meaning, width) : []),
    ...waitFailed(walk.state, question.at, run, width),
    ...(question.returnedFrom === undefined
      ? []
      : paragraph(
          `Back from "${question.returnedFrom}": ${question.canVerify ? 'v or r' : 'r'} says whether it helped.`,
          width,
          'info',
        )),
  ];
}

export function unknown(
  ui: UiState,
  walk: WalkUi,
  question: Extract<Question, { type: 'unknown-outcome' }>,
  width: number,
  height: number,
  room: Room,
): Reading {
  const { run, verified } = question;
  const head: Line[] = [
    line(`${room.glyphs.unknown} Outcome unknown`, 'warning'),
    ...paragraph(
      'This command was started, and nobody saw how it ended. It may have done all of its work, some of it, or none.',
      width,
    ),
    ...labelled(
      'Started',
      `${shortTime(run.startedAt)} (${ago(run.startedAt, ui.now)}); it does not run any more`,
      width,
    ),
    ...paragraph(verifiedLine(verified), width, verified === 'done' ? 'ok' : 'warning'),
  ];
  return resultAndCommand(walk, run, head, [], width, height, room);
}
