/** The right side of the walk: the step, what it does, and what came of it. Pure; never more lines than there is room for. */
import type { Question } from '../../state/question.ts';
import type { WalkState } from '../../state/walk.ts';
import { elapsed } from '../components/countdown.ts';
import { EMPTY_LINE, type Line, line, span, spreadLine } from '../components/line.ts';
import type { UiState, WalkUi } from '../ui-state.ts';
import { actionAt, breadcrumb, position, returnsTo } from '../words/place.ts';
import { deedLines } from './deed.ts';
import { atWork, ended, failed, previewBelow, unknown } from './outcome-pane.ts';
import { labelled, paragraph, type Room, windowed } from './parts.ts';
import { prose, textAndDeed } from './step-text.ts';

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
          line(`in ${crumbs.slice(1).join(` ${room.glyphs.more} `)}`, 'quiet'),
          line(`returns to ${back ?? 'where it came from'}`, 'quiet'),
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
