/**
 * A line of a screen as data: stretches of text with a style each. Screens are laid out as lines by pure functions and painted
 * by `Rows`, so what is shown can be measured, cut, scrolled and tested without a terminal.
 */
import { stripControls } from '../runbook/strip-controls.ts';
import { displayWidth, dropColumns, takeColumns } from './text.ts';

/** Styles by their meaning; how each looks is the screens' business. */
export type StyleName =
  | 'plain'
  | 'strong'
  | 'emphasis'
  | 'quiet'
  | 'title'
  | 'heading'
  | 'rule'
  | 'code'
  | 'link'
  | 'ok'
  | 'warning'
  | 'bad'
  | 'info'
  | 'key'
  | 'disabled'
  | 'selected'
  | 'cursor'
  | 'match'
  | 'currentMatch'
  | 'look'
  | 'change'
  | 'irreversible'
  | 'live'
  | 'dryRun'
  | 'practice';

export interface Span {
  readonly text: string;
  readonly style: StyleName;
}

/** One row, left to right. No span holds a line break. */
export type Line = readonly Span[];

export const EMPTY_LINE: Line = [];

/** A span; `text` may be hostile: control characters and line breaks do not get through. */
export function span(text: string, style: StyleName = 'plain'): Span {
  return { text: stripControls(text).replace(/[\n\t]+/g, ' '), style };
}

/** A line of one span. */
export function line(text: string, style: StyleName = 'plain'): Line {
  return [span(text, style)];
}

/** The text without its styles. */
export function lineText(of: Line): string {
  return of.map((part) => part.text).join('');
}

export function lineWidth(of: Line): number {
  return of.reduce((sum, part) => sum + displayWidth(part.text), 0);
}

/** The line in at most `columns` columns; `mark` takes the place of what was cut off. */
export function cutLine(of: Line, columns: number, mark: string): Line {
  if (lineWidth(of) <= columns) return of;
  const room = Math.max(0, columns - displayWidth(mark));
  const kept = takeLine(of, room);
  if (columns < displayWidth(mark)) return takeLine(of, columns);
  return [...kept, { text: mark, style: kept.at(-1)?.style ?? of[0]?.style ?? 'plain' }];
}

/** The first `columns` columns of a line, with no mark. */
export function takeLine(of: Line, columns: number): Line {
  const kept: Span[] = [];
  let left = columns;
  for (const part of of) {
    if (left <= 0) break;
    const text = takeColumns(part.text, left);
    if (text !== '') kept.push({ text, style: part.style });
    left -= displayWidth(part.text);
  }
  return kept;
}

/** The line without its first `columns` columns: how a long line is scrolled sideways. */
export function dropLine(of: Line, columns: number): Line {
  const kept: Span[] = [];
  let skip = columns;
  for (const part of of) {
    const width = displayWidth(part.text);
    if (skip >= width) {
      skip -= width;
      continue;
    }
    kept.push(skip > 0 ? { text: dropColumns(part.text, skip), style: part.style } : part);
    skip = 0;
  }
  return kept;
}

/** The line in exactly `columns` columns: cut with a mark, or filled with spaces. */
export function fitLine(of: Line, columns: number, mark: string): Line {
  const cut = cutLine(of, columns, mark);
  const missing = columns - lineWidth(cut);
  return missing > 0 ? [...cut, { text: ' '.repeat(missing), style: 'plain' }] : cut;
}

/** `left` at the left border and `right` at the right one, in exactly `columns`; where both do not fit, `left` is cut. */
export function spreadLine(left: Line, right: Line, columns: number, mark: string): Line {
  const tail = cutLine(right, columns, mark);
  const room = columns - lineWidth(tail);
  const gap = room > 0 && tail.length > 0 ? 1 : 0;
  return [
    ...fitLine(left, room - gap, mark),
    ...(gap ? [{ text: ' ', style: 'plain' } as const] : []),
    ...tail,
  ];
}

/** Exactly `height` lines: cut at the end, or filled with empty ones. */
export function fitHeight(lines: readonly Line[], height: number): readonly Line[] {
  if (lines.length >= height) return lines.slice(0, Math.max(0, height));
  return [...lines, ...Array.from({ length: height - lines.length }, () => EMPTY_LINE)];
}

/** Blocks of lines beside each other, each as wide as told, with `between` in every gap. */
export function besides(
  blocks: readonly { readonly lines: readonly Line[]; readonly width: number }[],
  height: number,
  between: Line,
  mark: string,
): readonly Line[] {
  return Array.from({ length: height }, (_, row) =>
    blocks.flatMap((block, index) => [
      ...(index > 0 ? between : []),
      ...fitLine(block.lines[row] ?? EMPTY_LINE, block.width, mark),
    ]),
  );
}
