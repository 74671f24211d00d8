/** The text of a step and what must be seen below it, in the room there is. Pure. */
import type { WalkState } from '../../state/walk.ts';
import { EMPTY_LINE, type Line } from '../components/line.ts';
import { position } from '../words/place.ts';
import { contentLines } from './briefing-parts.ts';
import { type Room, stacked, windowed } from './parts.ts';

/** The text of the step. */
export const prose = (state: WalkState, width: number, room: Room): readonly Line[] =>
  contentLines(position(state).step?.content ?? [], width, room);

/**
 * The text above, what must be seen below it. Where both do not fit, the text gives way, and scrolling goes through all of it.
 */
export function textAndDeed(
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
