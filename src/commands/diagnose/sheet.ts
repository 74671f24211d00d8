/** What text is laid out on. */
import type { Glyphs } from '../../terminal/glyphs.ts';
import { type Line, type StyleName, span } from '../../terminal/line.ts';
import { wrap } from '../../terminal/text.ts';

export interface Sheet {
  /** Columns of the terminal; undefined: nothing is wrapped. */
  readonly width: number | undefined;
  readonly glyphs: Glyphs;
}

/** Text in as many lines as it takes, all of them behind the same margin. */
export function indented(text: string, sheet: Sheet, indent: number, style: StyleName = 'plain'): Line[] {
  return wrapped(text, sheet, indent).map((part) => [span(' '.repeat(indent) + part, style)]);
}

/** The text behind a margin, line by line and without the margin. */
export const wrapped = (text: string, { width }: Sheet, indent: number): readonly string[] =>
  width === undefined ? [text] : wrap(text, Math.max(20, width - indent));
