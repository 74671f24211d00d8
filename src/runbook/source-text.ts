import type { Place } from './model.ts';

/** A file's text that turns offsets into places. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** Offset of the first character of every line. */
  readonly lineStarts: readonly number[];
  /** The place of `[start, end)`; both are brought into the text first. */
  readonly place: (start: number, end?: number) => Place;
}

/** Ends of lines are LF, CRLF and a lone CR, as in CommonMark. */
export function sourceText(file: string, text: string): SourceText {
  const lineStarts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) lineStarts.push(match.index + match[0].length);

  const lineOf = (offset: number) => {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const clamp = (offset: number) => Math.max(0, Math.min(text.length, offset));

  return {
    file,
    text,
    lineStarts,
    place: (start, end = start) => {
      const from = clamp(start);
      const to = Math.max(from, clamp(end));
      const line = lineOf(from);
      const endLine = lineOf(to);
      return {
        file,
        line: line + 1,
        column: from - lineStarts[line]! + 1,
        offset: from,
        endLine: endLine + 1,
        endColumn: to - lineStarts[endLine]! + 1,
        endOffset: to,
      };
    },
  };
}
