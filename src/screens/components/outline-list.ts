import type { Glyphs } from '../../terminal/glyphs.ts';
import type { Line } from '../../terminal/line.ts';
import { cutLine, fitLine, line, lineWidth, span } from '../../terminal/line.ts';
import type { Status } from './status-word.ts';
import { statusMark, statusWord } from './status-word.ts';
import { windowStart } from './window.ts';

export interface OutlineEntry {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly status: Status;
  /** How deep it is indented; 0 for a step of the outermost runbook. */
  readonly level?: number;
}

/**
 * The steps of a runbook with their marks, in at most `height` lines: the step with the id `current` is always visible, and what is
 * out of view is counted. States other than done, current and to do are also written out where there is room.
 */
export function layoutOutline(
  entries: readonly OutlineEntry[],
  current: string | undefined,
  width: number,
  height: number,
  glyphs: Glyphs,
): readonly Line[] {
  if (height <= 0) return [];
  const index = Math.max(
    0,
    entries.findIndex((entry) => entry.id === current),
  );
  if (entries.length <= height) return entries.map((entry) => entryLine(entry, current, width, glyphs));
  if (height < 3) {
    const first = windowStart(entries.length, height, index);
    return entries.slice(first, first + height).map((entry) => entryLine(entry, current, width, glyphs));
  }
  // One row at either end tells how many steps are out of view.
  const room = height - 2;
  const first = windowStart(entries.length, room, index);
  const above = first;
  const below = entries.length - first - room;
  return [
    line(above > 0 ? ` ${glyphs.up} ${above} more` : '', 'quiet'),
    ...entries.slice(first, first + room).map((entry) => entryLine(entry, current, width, glyphs)),
    line(below > 0 ? ` ${glyphs.down} ${below} more` : '', 'quiet'),
  ];
}

const SELF_EVIDENT: readonly Status[] = ['done', 'current', 'pending'];

function entryLine(entry: OutlineEntry, current: string | undefined, width: number, glyphs: Glyphs): Line {
  const isCurrent = entry.id === current;
  const style = isCurrent ? 'selected' : entry.status === 'pending' ? 'plain' : 'quiet';
  const indent = ' '.repeat(Math.min(6, (entry.level ?? 0) * 2));
  const head: Line = [
    span(` ${indent}`),
    statusMark(entry.status, glyphs),
    span(` ${entry.number} ${entry.title}`, style),
  ];
  if (SELF_EVIDENT.includes(entry.status)) return cutLine(head, width, glyphs.cut);
  const word: Line = [span(` ${statusWord(entry.status)}`, 'quiet')];
  const room = width - lineWidth(word);
  // The word gives way where it would leave too little of the title.
  return room < 12
    ? cutLine(head, width, glyphs.cut)
    : [...fitLine(cutLine(head, room, glyphs.cut), Math.min(room, lineWidth(head)), glyphs.cut), ...word];
}
