/** A text that is read from its start, in a window that is scrolled. What must have been in view is told apart. Pure. */
import { EMPTY_LINE, type Line } from '../../terminal/line.ts';
import { clampOffset } from '../components/window.ts';
import { type Room, windowed } from './parts.ts';

export interface Reading {
  readonly lines: readonly Line[];
  /** The row at the top before anything was scrolled. */
  readonly start: number;
  /** The rows above this one must have been in view before the key that goes on does so. */
  readonly until: number;
  /** The row that such a key brings to the top instead; undefined: a page further down. */
  readonly to: number | undefined;
}

/** Where the window is, in rows. */
export interface View extends Omit<Reading, 'lines'> {
  readonly first: number;
  readonly rows: number;
  readonly total: number;
}

/** Read from the top; nothing in it has to be seen first. */
export const reading = (lines: readonly Line[], more: Partial<Reading> = {}): Reading => ({
  lines,
  start: 0,
  until: 0,
  to: undefined,
  ...more,
});

/** What came of an action stands at the top; the text before it is above, for whoever scrolls up. */
export function resultFirst(
  text: readonly Line[],
  result: readonly Line[],
  height: number,
  until = 0,
): Reading {
  if (text.length === 0) return reading(result, { until });
  const missing = Math.max(0, height - 1 - result.length);
  const padding = Array.from({ length: missing }, () => EMPTY_LINE);
  // The empty row between both is where the window says how much is above.
  return reading([...text, EMPTY_LINE, ...result, ...padding], {
    start: text.length,
    until: until === 0 ? 0 : text.length + 1 + until,
  });
}

/** The window of a text, `scroll` rows from where it starts, and where that is. */
export function scrolled(
  of: Reading,
  height: number,
  scroll: number,
  room: Room,
): { readonly lines: readonly Line[]; readonly view: View } {
  const { lines, ...rest } = of;
  const first = clampOffset(of.start + scroll, lines.length, height);
  return {
    lines: windowed(lines, height, first, room.glyphs),
    view: { ...rest, first, rows: height, total: lines.length },
  };
}

/** Whether all that must be seen has been in view, here or above. The last row may tell of more below. */
export function wasInView({ first, rows, total, until }: View): boolean {
  const below = first + rows < total;
  return first + rows - (below ? 1 : 0) >= Math.min(until, total);
}

/** How far to scroll, from the start, for the next of what must be seen. */
export function scrollOn(view: View): number {
  return scrollTo(view, view.to ?? view.first + pageOf(view));
}

/** A page leaves a row of the one before, and the rows that tell of more, out of account. */
export const pageOf = (view: View): number => Math.max(1, view.rows - 2);

export const scrollTo = (view: View, first: number): number =>
  clampOffset(first, view.total, view.rows) - view.start;
