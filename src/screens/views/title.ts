/** The heading of the walk's right side. Pure. */
import type { WalkState } from '../../state/walk.ts';
import { EMPTY_LINE, type Line, line, lineWidth, span, spreadLine } from '../../terminal/line.ts';
import { elapsed } from '../components/countdown.ts';
import type { UiState, WalkUi } from '../ui-state.ts';
import { breadcrumb, currentAction, isShell, position, returnsTo } from '../words/place.ts';
import { paragraph, type Room } from './parts.ts';

/** The step's number and title; the time of what runs; where a branch returns to. */
export function titleLines(ui: UiState, walk: WalkUi, width: number, room: Room): readonly Line[] {
  const here = position(walk.state);
  const { running, working } = walk.state.live;
  const time = running
    ? [elapsed(running.startedAt, ui.now, running.timeoutMs)]
    : working?.doing === 'plan'
      ? [elapsed(working.startedAt, ui.now, undefined)]
      : [];
  const which = actionOf(walk.state);
  const beside: Line = [
    ...(which === undefined ? [] : [span(which, 'quiet')]),
    ...(which !== undefined && time.length > 0 ? [span('  ')] : []),
    ...time,
  ];
  const title = here.step ? `${here.number} of ${here.total}  ${here.step.title}` : 'Before the first step';
  const crumbs = breadcrumb(walk.state);
  const back = returnsTo(walk.state);
  return [
    ...headingLines(title, beside, width, room),
    ...(crumbs.length > 1
      ? [
          line(`in ${crumbs.slice(1).join(` ${room.glyphs.more} `)}`, 'quiet'),
          line(`returns to ${back ?? 'where it came from'}`, 'quiet'),
        ]
      : []),
    EMPTY_LINE,
  ];
}

/** The title in full, on as many lines as it takes; what stands beside it comes below where it does not fit. */
function headingLines(title: string, beside: Line, width: number, room: Room): readonly Line[] {
  const lines = paragraph(title, width, 'heading');
  const last = lines[lines.length - 1]!;
  if (beside.length === 0) return lines;
  if (lineWidth(last) + 2 + lineWidth(beside) <= width)
    return [...lines.slice(0, -1), spreadLine(last, beside, width, room.glyphs.cut)];
  return [...lines, spreadLine([], beside, width, room.glyphs.cut)];
}

/** `command 3 of 9`, where a step has more than one. */
function actionOf(state: WalkState): string | undefined {
  const { step } = position(state);
  const at = currentAction(state);
  if (!step || step.actions.length < 2 || at?.step !== step.id) return undefined;
  const word = step.actions.every(isShell) ? 'command' : 'part';
  const index = step.actions.findIndex((action) => action.id === at.action);
  return index < 0 ? undefined : `${word} ${index + 1} of ${step.actions.length}`;
}
