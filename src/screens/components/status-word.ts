import type { Glyphs } from '../../terminal/glyphs.ts';
import type { Span, StyleName } from '../../terminal/line.ts';

/** How far something is, as it is shown: a mark, a word and a style, of which the first two suffice. */
export type Status =
  | 'done'
  | 'done-by-hand'
  | 'skipped'
  | 'not-applicable'
  | 'current'
  | 'pending'
  | 'running'
  | 'failed'
  | 'unknown'
  | 'warning';

const STATUSES: Readonly<
  Record<Status, { readonly glyph: keyof Glyphs; readonly word: string; readonly style: StyleName }>
> = {
  done: { glyph: 'done', word: 'done', style: 'ok' },
  'done-by-hand': { glyph: 'byHand', word: 'by hand', style: 'ok' },
  skipped: { glyph: 'skipped', word: 'skipped', style: 'warning' },
  'not-applicable': { glyph: 'skipped', word: 'not needed', style: 'quiet' },
  current: { glyph: 'current', word: 'current', style: 'selected' },
  pending: { glyph: 'pending', word: 'to do', style: 'quiet' },
  running: { glyph: 'waiting', word: 'running', style: 'info' },
  failed: { glyph: 'failed', word: 'failed', style: 'bad' },
  unknown: { glyph: 'unknown', word: 'unknown', style: 'warning' },
  warning: { glyph: 'warning', word: 'warning', style: 'warning' },
};

/** The word of a status, for screen readers and narrow places. */
export function statusWord(status: Status): string {
  return STATUSES[status].word;
}

/** The mark of a status alone: one column. */
export function statusMark(status: Status, glyphs: Glyphs): Span {
  const { glyph, style } = STATUSES[status];
  return { text: glyphs[glyph], style };
}

/** Mark and word, e.g. `✔ done`. */
export function statusSpan(status: Status, glyphs: Glyphs): Span {
  const { glyph, word, style } = STATUSES[status];
  return { text: `${glyphs[glyph]} ${word}`, style };
}
