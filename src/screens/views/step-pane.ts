/** The right side of the walk: the step, what it does, and what came of it. Pure; never more lines than there is room for. */
import type { ActionRef } from '../../state/event.ts';
import type { Question } from '../../state/question.ts';
import type { CommandRun } from '../../state/session.ts';
import type { WalkState } from '../../state/walk.ts';
import { elapsed } from '../components/countdown.ts';
import { EMPTY_LINE, fitHeight, type Line, line, span, spreadLine } from '../components/line.ts';
import { layoutOutput } from '../components/output-pane.tsx';
import { windowStart } from '../components/window.ts';
import type { UiState, WalkUi } from '../ui-state.ts';
import { age, ago, clock, timeOfDay } from '../words/duration.ts';
import { endingWords } from '../words/ending.ts';
import {
  actionAt,
  blockFor,
  breadcrumb,
  currentAction,
  isShell,
  lastRun,
  position,
  returnsTo,
  shownRun,
} from '../words/place.ts';
import { verifiedLine } from '../words/question.ts';
import { contentLines } from './briefing.ts';
import { deedLines, riskLine, shortScript, valueLines } from './deed.ts';
import { labelled, paragraph, type Room, stacked, windowed } from './parts.ts';

/** What the pane consists of, from the top: the part that must be seen gives way last. */
export interface StepPane {
  readonly lines: readonly Line[];
  /** Rows left below for a list to choose from. */
  readonly listRows: number;
}

/** The step's number and title; the time of what runs; where a branch returns to. */
function titleLines(ui: UiState, walk: WalkUi, width: number, room: Room): readonly Line[] {
  const here = position(walk.state);
  const { running } = walk.state.live;
  const time = running ? [elapsed(running.startedAt, ui.now, running.timeoutMs)] : [];
  const title = here.step ? `${here.number} of ${here.total}  ${here.step.title}` : 'Before the first step';
  const crumbs = breadcrumb(walk.state);
  const back = returnsTo(walk.state);
  return [
    spreadLine([span(title, 'heading')], time, width, room.glyphs.cut),
    ...(crumbs.length > 1
      ? [
          line(
            `${crumbs.slice(1).join(` ${room.glyphs.more} `)}; returns to ${back ?? 'where it came from'}`,
            'quiet',
          ),
        ]
      : []),
    EMPTY_LINE,
  ];
}

export function stepPane(ui: UiState, width: number, height: number, room: Room): StepPane {
  const walk = ui.walk!;
  const title = titleLines(ui, walk, width, room);
  const rest = Math.max(1, height - title.length);
  const below = body(ui, walk, width, rest, room);
  return { lines: [...title, ...below.lines], listRows: below.listRows };
}

const only = (lines: readonly Line[]): StepPane => ({ lines, listRows: 0 });

function body(ui: UiState, walk: WalkUi, width: number, height: number, room: Room): StepPane {
  const { state } = walk;
  const { question } = state;
  // While an answer is on its way the question stays in sight.
  if (question && !state.live.running) return asked(ui, walk, question, width, height, room);
  return only(atWork(ui, walk, width, height, room));
}

/** The text of the step. */
const prose = (state: WalkState, width: number, room: Room): readonly Line[] =>
  contentLines(position(state).step?.content ?? [], width, room);

/**
 * The text above, what must be seen below it. Where both do not fit, the text gives way, and scrolling goes through all of it.
 */
function textAndDeed(
  text: readonly Line[],
  deed: readonly Line[],
  height: number,
  scroll: number,
  room: Room,
): readonly Line[] {
  const all = stacked(text, deed);
  if (all.length <= height) return all;
  if (scroll > 0) return windowed(all, height, scroll, room.glyphs);
  // A command longer than the room is cut, and says so: it is not to be approved unseen, but scrolled through.
  const kept = windowed(deed, Math.min(deed.length, height), 0, room.glyphs);
  const left = height - kept.length - 1;
  return left < 2 ? kept : [...windowed(text, left, 0, room.glyphs), EMPTY_LINE, ...kept];
}

function asked(
  ui: UiState,
  walk: WalkUi,
  question: Question,
  width: number,
  height: number,
  room: Room,
): StepPane {
  const { state, scroll } = walk;
  const text = prose(state, width, room);
  const withText = (deed: readonly Line[]) => only(textAndDeed(text, deed, height, scroll, room));
  switch (question.type) {
    case 'run': {
      const action = actionAt(state, question.at);
      const deed = deedLines(state, action, question.at, question.purpose, question.block, width);
      const error = question.error === undefined ? [] : paragraph(question.error, width, 'bad');
      const lines = textAndDeed(text, [...deed, ...error], height, scroll, room);
      return only([...lines, ...previewBelow(walk, question.at, width, height - lines.length, room)]);
    }
    case 'confirm':
      return withText([
        ...paragraph(question.message, width, 'strong'),
        ...(question.error === undefined ? [] : paragraph(question.error, width, 'bad')),
      ]);
    case 'parameter': {
      const { parameter } = question;
      const ask = [
        ...paragraph(parameter.ask ?? `A value for ${parameter.name}`, width, 'strong'),
        ...(parameter.help === undefined ? [] : paragraph(parameter.help, width, 'quiet')),
        ...(question.error === undefined ? [] : paragraph(question.error, width, 'bad')),
      ];
      return withList(text, ask, parameter.choices?.length ?? 0, height, room);
    }
    case 'choose':
      return withList(
        text,
        paragraph(question.message, width, 'strong'),
        question.options.length,
        height,
        room,
      );
    case 'continue':
      return only(ended(walk, question, width, height, room));
    case 'failure':
      return only(failed(walk, question, width, height, room));
    case 'unknown-outcome':
      return only(unknown(ui, walk, question, width, height, room));
    case 'branch-finished':
      return withText(
        paragraph(
          `This branch is at its end. Enter goes back to ${returnsTo(state) ?? 'the step that failed'}.`,
          width,
          'strong',
        ),
      );
    case 'wrong-cluster':
      return only(windowed(wrongCluster(state, question.detail, width), height, scroll, room.glyphs));
  }
}

/** What a preview has said, where there is room for it below the command. */
function previewBelow(
  walk: WalkUi,
  at: ActionRef,
  width: number,
  height: number,
  room: Room,
): readonly Line[] {
  const run = lastRun(walk.state, at, 'preview');
  if (!run?.ending || walk.output?.run !== run.run || height < 5) return [];
  return [EMPTY_LINE, ...layoutOutput(shownOutput(walk, run, width, height - 1), room.glyphs)];
}

/** Text, a question, and room for its entries below. */
function withList(
  text: readonly Line[],
  ask: readonly Line[],
  entries: number,
  height: number,
  room: Room,
): StepPane {
  if (entries === 0) return only(textAndDeed(text, ask, height, 0, room));
  const listRows = Math.max(1, Math.min(entries + 1, height - ask.length - 1, Math.max(5, height - 8)));
  const lines = textAndDeed(text, ask, Math.max(1, height - listRows - 1), 0, room);
  return { lines: [...lines, EMPTY_LINE], listRows };
}

function wrongCluster(state: WalkState, detail: string, width: number): readonly Line[] {
  const { cluster } = state.session;
  return [
    ...paragraph('This is not the cluster the session was started on, or it does not answer.', width, 'bad'),
    ...paragraph(detail, width),
    ...(cluster
      ? [
          EMPTY_LINE,
          line('Pinned at the start', 'heading'),
          ...labelled('Name', cluster.name, width),
          ...labelled('Context', cluster.context, width),
          ...labelled('Server', cluster.server, width),
          ...labelled('Identity', cluster.uid, width),
        ]
      : []),
    EMPTY_LINE,
    ...paragraph('Nothing has been run on it. Make the pinned cluster reachable, then r looks again.', width),
  ];
}

/** The lines of a command over its output: what ran in a few lines, then as much output as there is room for. */
function commandAndOutput(
  walk: WalkUi,
  run: CommandRun | undefined,
  head: readonly Line[],
  tail: readonly Line[],
  width: number,
  height: number,
  room: Room,
): readonly Line[] {
  const { state, output } = walk;
  const action = run && actionAt(state, run);
  const deed: Line[] =
    run && action && isShell(action)
      ? [
          riskLine(state, action, run.purpose, blockFor(action, run.purpose)),
          ...shortScript(run.script, width, height > 24 ? 10 : 3, room),
          ...valueLines(state, run.script, width).slice(0, height > 24 ? 6 : 2),
        ]
      : [];
  const top = stacked(deed, head);
  const space = height - top.length - tail.length - 1;
  const pane =
    run && output?.run === run.run && space >= 3
      ? [EMPTY_LINE, ...layoutOutput(shownOutput(walk, run, width, space), room.glyphs)]
      : [];
  const gap = tail.length > 0 && pane.length === 0 ? [EMPTY_LINE] : [];
  return fitHeight(
    [...top, ...pane, ...gap, ...tail].slice(0, height),
    Math.min(height, top.length + pane.length + gap.length + tail.length),
  );
}

function shownOutput(walk: WalkUi, run: CommandRun, width: number, height: number) {
  const window = walk.output?.window;
  const rows = height - 1;
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
  };
}

function atWork(ui: UiState, walk: WalkUi, width: number, height: number, room: Room): readonly Line[] {
  const { state } = walk;
  const { running, soak } = state.live;
  const at = currentAction(state);
  const run = shownRun(state, at);
  if (soak)
    return [
      ...soakLines(ui, soak, width, room),
      ...commandAndOutput(walk, run, [], [], width, height - 4, room),
    ];
  if (!running) {
    const text = prose(state, width, room);
    return windowed(stacked(text, [line('...', 'quiet')]), height, walk.scroll, room.glyphs);
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
  return commandAndOutput(walk, run, status, [], width, height, room);
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
          `${probe}${soak.probes > 0 ? `, ${soak.probes} times so far` : ''}.`,
          width,
          soak.probe === 'failing' ? 'bad' : 'plain',
        )),
    EMPTY_LINE,
  ];
}

function ended(
  walk: WalkUi,
  question: Extract<Question, { type: 'continue' }>,
  width: number,
  height: number,
  room: Room,
): readonly Line[] {
  const { state } = walk;
  const run = shownRun(state, question.at);
  const remark = question.remark === undefined ? [] : paragraph(question.remark, width, 'warning');
  if (!run) {
    const action = actionAt(state, question.at);
    const shown =
      action && isShell(action)
        ? deedLines(state, action, question.at, 'change', action.block, width).slice(0, -3)
        : [];
    return textAndDeed(prose(state, width, room), [...shown, ...remark], height, walk.scroll, room);
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
  return commandAndOutput(walk, run, [status, ...remark], [], width, height, room);
}

function failed(
  walk: WalkUi,
  question: Extract<Question, { type: 'failure' }>,
  width: number,
  height: number,
  room: Room,
): readonly Line[] {
  const { glyphs } = room;
  const { run, branches } = question;
  const words = run?.ending && endingWords(run.ending);
  const took = run?.durationMs === undefined ? '' : ` after ${clock(run.durationMs)}`;
  const head: Line[] = [
    line(`${glyphs.failed} Failed: ${words ? `${words.short}${took}` : question.detail}`, 'bad'),
    ...(words && words.meaning !== '' ? paragraph(words.meaning, width) : []),
    ...(words &&
    question.detail !== '' &&
    !words.meaning.includes(question.detail) &&
    !words.short.includes(question.detail)
      ? paragraph(question.detail, width, 'quiet')
      : []),
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
  return commandAndOutput(walk, run, head, tail, width, height, room);
}

function unknown(
  ui: UiState,
  walk: WalkUi,
  question: Extract<Question, { type: 'unknown-outcome' }>,
  width: number,
  height: number,
  room: Room,
): readonly Line[] {
  const { run, verified } = question;
  const head: Line[] = [
    line(`${room.glyphs.unknown} Outcome unknown`, 'warning'),
    ...paragraph(
      'This command was started, and nobody saw how it ended. It may have done all of its work, some of it, or none.',
      width,
    ),
    ...labelled(
      'Started',
      `${run.startedAt} (${ago(run.startedAt, ui.now)}); it does not run any more`,
      width,
    ),
    ...paragraph(verifiedLine(verified), width, verified === 'done' ? 'ok' : 'warning'),
  ];
  return commandAndOutput(walk, run, head, [], width, height, room);
}
