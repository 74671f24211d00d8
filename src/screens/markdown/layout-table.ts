import type { Table } from 'mdast';
import type { Glyphs } from '../../terminal/glyphs.ts';
import type { Line, Span } from '../../terminal/line.ts';
import { besides, lineWidth, span } from '../../terminal/line.ts';
import { inlineSpans, wrapSpans } from './inline.ts';
import type { SourceOf } from './source.ts';

const GAP = 2;
/** A column is not made narrower than this, as long as there is room for it at all. */
const NARROWEST = 6;

/** A table in measured columns. What does not fit is wrapped inside its cell, so nothing is lost. */
export function layoutTable(table: Table, width: number, glyphs: Glyphs, source: SourceOf): Line[] {
  const rows = table.children.map((row, index) =>
    row.children.map((cell) => inlineSpans(cell.children, source, index === 0 ? 'strong' : 'plain')),
  );
  const columns = Math.max(0, ...rows.map((row) => row.length));
  if (columns === 0) return [];
  const natural = Array.from({ length: columns }, (_, column) =>
    Math.max(1, ...rows.map((row) => spansWidth(row[column] ?? []))),
  );
  const widths = shareWidth(natural, width - GAP * (columns - 1));
  return rows.flatMap((row, index) => {
    const cells = widths.map((cellWidth, column) => ({
      lines: wrapSpans(row[column] ?? [], cellWidth),
      width: cellWidth,
    }));
    const height = Math.max(1, ...cells.map((cell) => cell.lines.length));
    const lines = [...besides(cells, height, [span(' '.repeat(GAP))], glyphs.cut)];
    return index === 0
      ? [...lines, widths.map((each, column) => ruleSpan(each, column < columns - 1, glyphs))]
      : lines;
  });
}

function ruleSpan(width: number, gap: boolean, glyphs: Glyphs): Span {
  return span(glyphs.rule.repeat(width) + (gap ? ' '.repeat(GAP) : ''), 'rule');
}

function spansWidth(spans: readonly Span[]): number {
  return lineWidth(wrapSpans(spans, Number.MAX_SAFE_INTEGER)[0] ?? []);
}

/** Takes width from the widest columns until all of them fit. */
function shareWidth(natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  const floor = Math.max(1, Math.min(NARROWEST, Math.floor(room / natural.length)));
  let total = widths.reduce((sum, each) => sum + each, 0);
  while (total > room) {
    const widest = widths.indexOf(Math.max(...widths));
    const current = widths[widest] ?? 0;
    if (current <= floor) break;
    widths[widest] = current - 1;
    total -= 1;
  }
  return widths;
}
