/** The findings below the table, each with its advice and the first of what it is about. */
import type { SurveyFinding } from '../../data-plane/finding.ts';
import type { StyleName } from '../../terminal/line.ts';
import { EMPTY_LINE, type Line, span } from '../../terminal/line.ts';
import { truncate, wrap } from '../../terminal/text.ts';
import type { Sheet } from './header-lines.ts';

/** A table has the rest, and the JSON has all. */
const MOST_ITEMS = 8;

const STYLES: Readonly<Record<SurveyFinding['level'], StyleName>> = {
  problem: 'bad',
  attention: 'warning',
  note: 'info',
};

export function findingLines(findings: readonly SurveyFinding[], { width, glyphs }: Sheet): Line[] {
  const marks = { problem: glyphs.failed, attention: glyphs.warning, note: glyphs.info } as const;
  const room = (width ?? 100) - 2;
  return findings.flatMap(({ level, title, advice, items }) => {
    const hidden = items.length - MOST_ITEMS;
    const shown = hidden > 1 ? items.slice(0, MOST_ITEMS) : items;
    return [
      EMPTY_LINE,
      ...wrap(title, room).map(
        (text, index): Line =>
          index === 0
            ? [span(`${marks[level]} `, STYLES[level]), span(text, 'strong')]
            : [span(`  ${text}`, 'strong')],
      ),
      ...wrap(advice, room).map((text): Line => [span(`  ${text}`)]),
      ...shown.map(
        (item): Line => [
          span(
            `    ${width === undefined ? item : truncate(item, Math.max(8, width - 4), glyphs.cut)}`,
            'quiet',
          ),
        ],
      ),
      ...(hidden > 1 ? [[span(`    and ${hidden} more (-o json has them all)`, 'quiet')]] : []),
    ];
  });
}
