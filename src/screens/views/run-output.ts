/** A command with its output: as it comes, or after its end. Pure. */

import type { OutputWindow } from '../../shell/port.ts';
import type { CommandRun } from '../../state/session.ts';
import { EMPTY_LINE, type Line, line } from '../../terminal/line.ts';
import { wrap } from '../../terminal/text.ts';
import { layoutOutput } from '../components/output-pane.ts';
import type { WalkUi } from '../ui-state.ts';
import { actionAt, blockFor, clusterName, currentAction, hadTerminal, isShell } from '../words/place.ts';
import { riskLines, scriptLines, shortScript, valueLines } from './deed.ts';
import { type Room, stacked } from './parts.ts';
import { type Reading, resultFirst } from './reading.ts';
import { linesBefore } from './step-text.ts';

/** In the place of the output of a command that had the terminal. */
export const tookTerminal = 'it had the terminal; what it printed is not kept';

/** A sentence in the place of output is read in full; lines of output keep their length. */
export const readable = (window: OutputWindow | undefined, width: number): OutputWindow | undefined =>
  window?.withheld
    ? { ...window, total: 0, lines: window.lines.flatMap((text) => wrap(text, Math.max(8, width))) }
    : window;

/** Rows of output below which there is no point in showing any. */
export const leastOutput = 3;

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

/**
 * A command that runs: what it is, how it stands, and below it as much of its output as there is room for. Where what it is
 * takes all the room, there are more lines than `height`, and the last ones are those to be seen.
 */
export function commandAndOutput(
  walk: WalkUi,
  run: CommandRun | undefined,
  head: readonly Line[],
  width: number,
  height: number,
  room: Room,
): readonly Line[] {
  const top = stacked(deedOf(walk, run, width, height, room), head);
  const space = height - top.length - 1;
  const rows = Math.max(space, Math.min(leastOutput + 1, height - 1));
  const pane =
    run && walk.output?.run === run.run
      ? [EMPTY_LINE, ...layoutOutput(shownOutput(walk, run, width, rows), room.glyphs)]
      : [];
  return [...top, ...pane];
}

/**
 * A command that has ended: how, what it said, what is to be known or chosen now, and last what it was. The text that was
 * read before it is above. `must`: rows of `tail` that are to be seen before going on.
 */
export function resultAndCommand(
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

/** The end of a run's output, as much of it as fits. */
export function shownOutput(walk: WalkUi, run: CommandRun, width: number, height: number) {
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
