/** The right side of the walk: the step, what it does, and what came of it. Pure; never more lines than there is room for. */
import type { Question } from '../../state/question.ts';
import type { WalkState } from '../../state/walk.ts';
import { EMPTY_LINE, type Line, line } from '../../terminal/line.ts';
import type { UiState, WalkUi } from '../ui-state.ts';
import { actionAt, actionState, currentAction, isShell, returnsTo } from '../words/place.ts';
import { atWork } from './at-work.ts';
import { deedLines, riskLines, scriptLines } from './deed.ts';
import { ended, failed, previewBelow, unknown } from './outcome-pane.ts';
import { labelled, paragraph, type Room, stacked } from './parts.ts';
import { type Reading, reading, scrolled, type View } from './reading.ts';
import { linesAround, linesBefore } from './step-text.ts';
import { titleLines } from './title.ts';

/** What the pane consists of, from the top: the part that must be seen gives way last. */
export interface StepPane {
  readonly lines: readonly Line[];
  /** Rows left below for a list to choose from. */
  readonly listRows: number;
  /** Where the window into the text is. */
  readonly view: View;
}

/** What is longer than its room is seen from its end. */
const atEnd = (lines: readonly Line[], rows: number): Reading =>
  reading(lines, { start: Math.max(0, lines.length - rows) });

export function stepPane(ui: UiState, width: number, height: number, room: Room): StepPane {
  const walk = ui.walk!;
  const title = titleLines(ui, walk, width, room);
  const rest = Math.max(1, height - title.length);
  const { question, live } = walk.state;
  const listRows = question && !live.running ? rowsOfList(question, rest) : 0;
  const rows = Math.max(1, rest - (listRows > 0 ? listRows + 1 : 0));
  // While an answer is on its way the question stays in sight.
  const text =
    question && !live.running
      ? asked(ui, walk, question, width, rows, room)
      : atEnd(atWork(ui, walk, width, rows, room), rows);
  const { lines, view } = scrolled(text, rows, walk.scroll, room);
  const below =
    question?.type === 'run' || question?.type === 'continue'
      ? previewBelow(walk, question, width, rows - lines.length, room)
      : [];
  const gap = listRows > 0 ? [EMPTY_LINE] : [];
  return { lines: [...title, ...lines, ...below, ...gap], listRows, view };
}

/** Room for the entries that a question lets choose from, below its text. */
function rowsOfList(question: Question, height: number): number {
  const entries =
    question.type === 'choose'
      ? question.options.length
      : question.type === 'parameter'
        ? (question.parameter.choices?.length ?? 0)
        : 0;
  if (entries === 0) return 0;
  return Math.max(1, Math.min(entries + 1, height - 4, Math.max(5, height - 8)));
}

function asked(
  ui: UiState,
  walk: WalkUi,
  question: Question,
  width: number,
  height: number,
  room: Room,
): Reading {
  const { state } = walk;
  const answered = (deed: readonly Line[]) =>
    reading(stacked(linesAround(state, currentAction(state), width, room), deed));
  switch (question.type) {
    case 'read': {
      const text = linesBefore(state, question.at, width, room);
      const action = actionAt(state, question.at);
      const said = question.deed === undefined ? [] : paragraph(question.deed, width, 'strong');
      const deed =
        action && isShell(action)
          ? deedLines(walk, action, question.at, 'look', action.block, width, room)
          : said;
      return reading(stacked(text, deed), { until: text.length });
    }
    case 'run': {
      const action = actionAt(state, question.at);
      const text = question.purpose === 'change' ? linesBefore(state, question.at, width, room) : [];
      const deed = deedLines(walk, action, question.at, question.purpose, question.block, width, room);
      const error = question.error === undefined ? [] : paragraph(question.error, width, 'bad');
      const begin = text.length === 0 ? 0 : text.length + 1;
      // The line that names the risk and the cluster, and the beginning of the script.
      const risk = riskLines(state, action, question.purpose, question.block, width);
      const least = risk.length + Math.min(3, scriptLines(question.block.script, width).length);
      return reading(stacked(text, [...deed, ...error]), {
        until: begin + least,
        to: Math.max(0, begin - 1),
      });
    }
    case 'confirm': {
      const said = answered([
        ...paragraph(question.message, width, 'strong'),
        ...(question.error === undefined ? [] : paragraph(question.error, width, 'bad')),
      ]);
      const plan = question.planned ? actionState(state, question.at)?.plan?.text : undefined;
      if (plan === undefined) return said;
      // No panel shows it: nobody agrees to a plan that was not on screen.
      const rows = plan.trimEnd().split('\n');
      const lines = stacked(
        said.lines,
        rows.flatMap((row) => paragraph(row, width)),
      );
      return reading(lines, { until: lines.length });
    }
    case 'parameter': {
      const { parameter } = question;
      const ask = [
        ...paragraph(parameter.ask ?? `A value for ${parameter.name}`, width, 'strong'),
        ...(parameter.help === undefined ? [] : paragraph(parameter.help, width, 'quiet')),
        ...(question.error === undefined ? [] : paragraph(question.error, width, 'bad')),
      ];
      return question.at ? answered(ask) : reading(ask);
    }
    case 'choose':
      return answered(paragraph(question.message, width, 'strong'));
    case 'continue':
      return ended(walk, question, width, height, room);
    case 'failure':
      return failed(ui, walk, question, width, height, room);
    case 'unknown-outcome':
      return unknown(ui, walk, question, width, height, room);
    case 'branch-finished':
      return reading(
        paragraph(
          `This branch is at its end. Enter goes back to ${returnsTo(state) ?? 'the step that failed'}.`,
          width,
          'strong',
        ),
      );
    case 'wrong-cluster':
      return reading(wrongCluster(state, question.detail, width));
  }
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
    ...paragraph(
      cluster?.practice
        ? 'Nothing has been run on it. Leave with q; a new session on the practice cluster begins at home.'
        : 'Nothing has been run on it. Make the pinned cluster reachable, then r looks again.',
      width,
    ),
  ];
}
