/** Pieces that several screens share, as lines. Pure. */

import { clock, span as duration } from '../../terminal/duration.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import type { StyleName } from '../../terminal/line.ts';
import { EMPTY_LINE, type Line, line, type Span, span, spreadLine } from '../../terminal/line.ts';
import { displayWidth, padEnd, wrap } from '../../terminal/text.ts';
import type { UiState } from '../ui-state.ts';
import { clusterName, estimateLeft, modeWord } from '../words/place.ts';

/** What a screen is drawn from, besides the state. */
export interface Room {
  readonly columns: number;
  readonly glyphs: Glyphs;
}

const modeStyles = { LIVE: 'live', 'DRY RUN': 'dryRun', PRACTICE: 'practice' } as const;

/** `LIVE`, `DRY RUN` or `PRACTICE` as a badge. The word says it; the colour only helps. */
export const badge = (word: keyof typeof modeStyles): Span => span(` ${word} `, modeStyles[word]);

/** The title at the left, where one is at the right, over the whole width. */
export function headerLine(title: string, right: Line, { columns, glyphs }: Room): Line {
  return spreadLine([span(` ${title}`, 'title')], [...right, span(' ')], columns, glyphs.cut);
}

/** The header of a session: title; mode and cluster; time passed and what is left by the estimate. */
export function sessionHeader(ui: UiState, room: Room): Line {
  const walk = ui.walk!.state;
  const { session } = walk;
  const left = estimateLeft(walk);
  const passed = ui.now - Date.parse(session.startedAt);
  const times = [
    ...(Number.isNaN(passed) ? [] : [clock(passed)]),
    ...(left === undefined || session.ended ? [] : [`~${duration(left)} left`]),
  ].join(', ');
  return headerLine(
    session.title,
    [
      ...(walk.readOnly ? [span('READ ONLY', 'warning'), span('  ')] : []),
      badge(modeWord(session)),
      span(` ${clusterName(session)}`, 'strong'),
      span(`  ${times}`, 'quiet'),
    ],
    room,
  );
}

/** Text wrapped to a width, every line in one style, behind a margin. */
export function paragraph(
  text: string,
  width: number,
  style: StyleName = 'plain',
  margin = '',
): readonly Line[] {
  return wrap(text, Math.max(8, width - margin.length)).map((part) =>
    margin === '' ? line(part, style) : [span(margin), span(part, style)],
  );
}

/** A label in a column of its own and text wrapped beside it. */
export function labelled(
  label: string,
  text: string,
  width: number,
  style: StyleName = 'plain',
): readonly Line[] {
  const column = 11;
  return wrap(text, Math.max(8, width - column)).map((part, row) => [
    span(padEnd(row === 0 ? label : '', column, ''), 'quiet'),
    span(part, style),
  ]);
}

/** Blocks with an empty line between those that have lines. */
export function stacked(...blocks: readonly (readonly Line[])[]): readonly Line[] {
  return blocks
    .filter((block) => block.length > 0)
    .flatMap((block, index) => (index === 0 ? block : [EMPTY_LINE, ...block]));
}

/** A window of lines, the last row telling what is below and the first what is above, where something is. */
export function windowed(
  lines: readonly Line[],
  height: number,
  offset: number,
  glyphs: Glyphs,
): readonly Line[] {
  if (lines.length <= height || height <= 0) return lines.slice(0, Math.max(0, height));
  const first = Math.min(Math.max(0, offset), lines.length - height);
  const shown = [...lines.slice(first, first + height)];
  const below = lines.length - first - height;
  if (first > 0) shown[0] = line(`${glyphs.up} ${first + 1} more lines`, 'quiet');
  if (below > 0) shown[height - 1] = line(`${glyphs.down} ${below + 1} more lines, PgDn`, 'quiet');
  return shown;
}

/** The widest of some texts, at most a limit: the width of a column. */
export const columnOf = (texts: readonly string[], limit: number): number =>
  Math.min(limit, Math.max(0, ...texts.map(displayWidth)));
