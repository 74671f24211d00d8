/** What a command did: its output as it comes, how it ended, what may be done about it. Pure. */

import type { OutputWindow } from '../../shell/port.ts';
import type { ActionRef, Ending } from '../../state/event.ts';
import type { Question } from '../../state/question.ts';
import type { CommandRun } from '../../state/session.ts';
import type { WalkState } from '../../state/walk.ts';
import { wrap } from '../../terminal/text.ts';
import { EMPTY_LINE, type Line, line, span } from '../components/line.ts';
import { layoutOutput } from '../components/output-pane.ts';
import { windowStart } from '../components/window.ts';
import type { UiState, WalkUi } from '../ui-state.ts';
import { age, ago, clock, shortTime, timeOfDay } from '../words/duration.ts';
import { endingWords } from '../words/ending.ts';
import {
  actionAt,
  actionState,
  blockFor,
  clusterName,
  currentAction,
  hadTerminal,
  isShell,
  lastRun,
  shownRun,
} from '../words/place.ts';
import { verifiedLine, wasUndone } from '../words/question.ts';
import { probesOf, soakNow, waitAt } from '../words/wait.ts';
import { commandLines, riskLines, scriptLines, shortScript, valueLines } from './deed.ts';
import { labelled, paragraph, type Room, stacked } from './parts.ts';
import { type Reading, reading, resultFirst } from './reading.ts';
import { linesAfter, linesBefore } from './step-text.ts';

/** In the place of the output of a command that had the terminal. */
export const tookTerminal = 'it had the terminal; what it printed is not kept';

/** A sentence in the place of output is read in full; lines of output keep their length. */
export const readable = (window: OutputWindow | undefined, width: number): OutputWindow | undefined =>
  window?.withheld
    ? { ...window, total: 0, lines: window.lines.flatMap((text) => wrap(text, Math.max(8, width))) }
    : window;

/** Rows of output below which there is no point in showing any. */
const leastOutput = 3;

/** What ran, in few lines. */
function deedOf(walk: WalkUi, run: CommandRun | undefined, width: number, height: number, room: Room) {
  const { state } = walk;
  const action = run && actionAt(state, run);
  const tall = height > 24;
  if (run && action && !isShell(action))
    return [line(`PROBE  on ${clusterName(state.session)}`, 'look'), ...scriptLines(run.script, width)];
  if (!run || !action || !isShell(action)) return [];
  return [
    ...riskLines(state, action, run.purpose, blockFor(action, run.purpose), width),
    ...shortScript(run.script, width, tall ? 10 : 3, room),
    ...valueLines(state, run.script, width),
  ];
}

/** A command that runs: what it is, how it stands, and below it as much of its output as there is room for. */
function commandAndOutput(
  walk: WalkUi,
  run: CommandRun | undefined,
  head: readonly Line[],
  width: number,
  height: number,
  room: Room,
): readonly Line[] {
  const top = stacked(deedOf(walk, run, width, height, room), head);
  const space = height - top.length - 1;
  const pane =
    run && walk.output?.run === run.run && space >= leastOutput
      ? [EMPTY_LINE, ...layoutOutput(shownOutput(walk, run, width, space), room.glyphs)]
      : [];
  return [...top, ...pane].slice(0, height);
}

/**
 * A command that has ended: how, what it said, what is to be known or chosen now, and last what it was. The text that was
 * read before it is above. `must`: rows of `tail` that are to be seen before going on.
 */
function resultAndCommand(
  walk: WalkUi,
  run: CommandRun | undefined,
  head: readonly Line[],
  tail: readonly Line[],
  width: number,
  height: number,
  room: Room,
  must = 0,
): Reading {
  const deed = deedOf(walk, run, width, height, room);
  const text = linesBefore(walk.state, run ?? currentAction(walk.state), width, room);
  const others = Math.min(tail.length, Math.floor(height / 2)) + deed.length + (text.length > 0 ? 1 : 0);
  const space = Math.max(leastOutput, height - head.length - others - 3);
  const output =
    run && walk.output?.run === run.run
      ? layoutOutput(shownOutput(walk, run, width, space), room.glyphs)
      : [];
  const result = stacked(head, output, tail);
  return resultFirst(text, stacked(result, deed), height, must === 0 ? 0 : result.length);
}

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

function shownOutput(walk: WalkUi, run: CommandRun, width: number, height: number) {
  const window = readable(walk.output?.window, width);
  const rows = height - 1;
  const none =
    window === undefined || window.withheld ? '' : hadTerminal(walk.state, run) ? tookTerminal : undefined;
  // The window was read for the tallest pane there can be: its end is what is shown.
  const lines = window?.lines.slice(-rows) ?? [];
  const first = window ? window.first + window.lines.length - lines.length : 0;
  const running = walk.state.live.running?.run === run.run;
  return {
    output: { total: window?.total ?? 0, first, lines },
    width,
    // No more rows than there are lines, once it is over.
    height: running ? height : Math.min(height, Math.max(2, lines.length + 1)),
    following: true,
    running,
    ...(none === undefined ? {} : { none }),
  };
}

export function atWork(
  ui: UiState,
  walk: WalkUi,
  width: number,
  height: number,
  room: Room,
): readonly Line[] {
  const { state } = walk;
  const { running } = state.live;
  const at = currentAction(state);
  const run = shownRun(state, at);
  const soak = soakNow(state, at);
  if (soak) {
    const about = [
      ...messageOf(state, at, width),
      ...soakLines(ui, soak, width, room),
      ...probeEnded(run, width),
    ];
    const left = Math.max(0, height - about.length - 1);
    return stacked(about, commandAndOutput(walk, run, [], width, left, room)).slice(0, height);
  }
  if (!running) {
    return [line('...', 'quiet')];
  }
  const quiet = ui.now - running.lastOutputAt;
  const status: Line[] = running.stopping
    ? [line('Ending it: TERM was sent to its process group, KILL follows.', 'warning')]
    : running.silent
      ? [
          ...paragraph(
            `${room.glyphs.warning} Silent for ${age(quiet)}: longer than expected. It may be stuck, or only slow. It is not ended by itself.`,
            width,
            'warning',
          ),
        ]
      : [
          [
            span('Running', 'info'),
            span(`, last output ${quiet < 2000 ? 'now' : `${age(quiet)} ago`}`, 'quiet'),
          ],
        ];
  return commandAndOutput(walk, run, status, width, height, room);
}

const probes = {
  none: '',
  passing: 'Its check passes',
  failing: 'Its check FAILS',
  running: 'Its check runs',
} as const;

function soakLines(
  ui: UiState,
  soak: NonNullable<WalkState['live']['soak']>,
  width: number,
  { glyphs }: Room,
): readonly Line[] {
  const probe = probes[soak.probe];
  return [
    [
      span(`${glyphs.waiting} Waiting until ${timeOfDay(soak.endsAt)}`, 'info'),
      span(`  ${clock(soak.endsAt - ui.now)} left`, 'strong'),
    ],
    ...(probe === ''
      ? []
      : paragraph(
          `${probe}${soak.probes > 0 ? `, ${soak.probes === 1 ? 'once' : `${soak.probes} times`} so far` : ''}.`,
          width,
          soak.probe === 'failing' ? 'bad' : 'plain',
        )),
  ];
}

/** What the runbook says about a wait. */
function messageOf(state: WalkState, at: ActionRef | undefined, width: number): readonly Line[] {
  const message = waitAt(state, at)?.message;
  return message === undefined ? [] : paragraph(message, width);
}

/** How the last probe of a wait ended, where it has. */
const probeEnded = (run: CommandRun | undefined, width: number): readonly Line[] =>
  run?.purpose === 'probe' && run.ending
    ? paragraph(
        `Last run: ${endingWords(run.ending).short}, ${timeOfDay(Date.parse(run.startedAt))}`,
        width,
        'quiet',
      )
    : [];

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
  walk: WalkUi,
  question: Extract<Question, { type: 'failure' }>,
  width: number,
  height: number,
  room: Room,
): Reading {
  const { glyphs } = room;
  const { run, branches } = question;
  const words = run?.ending && endingWords(run.ending);
  const said = question.detail !== '' ? question.detail : (words?.short ?? 'it did not come to its end');
  const head: Line[] = [
    ...(wasUndone(run)
      ? paragraph(`${glyphs.undone} ${said}`, width, 'info')
      : paragraph(`${glyphs.failed} ${said}`, width, 'bad')),
    ...(words && words.meaning !== '' ? paragraph(words.meaning, width) : []),
    ...waitFailed(walk.state, question.at, run, width),
    ...(question.returnedFrom === undefined
      ? []
      : paragraph(`Back from "${question.returnedFrom}": v or r says whether it helped.`, width, 'info')),
  ];
  const rows = Math.max(1, Math.min(branches.length, Math.floor(height / 3)));
  const first = windowStart(branches.length, rows, walk.choice);
  const more = branches.length > rows ? ` (${walk.choice + 1} of ${branches.length})` : '';
  const tail: Line[] =
    branches.length === 0
      ? []
      : [
          line(`The runbook knows these causes${more}`, 'heading'),
          ...branches.slice(first, first + rows).map((branch, index): Line => {
            const selected = first + index === walk.choice;
            return [
              span(selected ? `${glyphs.current} ` : '  ', 'selected'),
              span(branch.title, selected ? 'selected' : 'plain'),
            ];
          }),
        ];
  return resultAndCommand(walk, run, head, tail, width, height, room);
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
