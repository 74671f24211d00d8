/** Cells in columns, cut to the width of a terminal where there is one. */
import { type Line, type Span, span } from '../../terminal/line.ts';
import { displayWidth, dropColumns, takeColumns, truncate } from '../../terminal/text.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand on the right. */
  readonly right?: boolean;
  /** It may be cut down to so many columns; without it the column keeps its width. */
  readonly atLeast?: number;
  /** As long as there is an optional column, it keeps so many: it is more than a nicety. */
  readonly comfort?: number;
  /** What is too long loses its middle: names of workloads differ at their ends. */
  readonly middle?: boolean;
  /** Left out where there is no room for it; for the last column. */
  readonly optional?: boolean;
}

const GAP = 2;

/** The widths of the columns: as wide as what is in them, the widest that may be cut getting narrower until all fit. */
function widthsOf(
  columns: readonly Column[],
  rows: readonly (readonly Span[])[],
  width: number | undefined,
): number[] {
  const widths = columns.map(({ title }, index) => {
    let widest = displayWidth(title);
    for (const row of rows) widest = Math.max(widest, displayWidth(row[index]?.text ?? ''));
    return widest;
  });
  if (width === undefined) return widths;
  const spacious = columns.at(-1)?.optional === true;
  while (totalOf(widths) > width) {
    let widest = -1;
    for (const [index, { atLeast, comfort = 0 }] of columns.entries()) {
      if (atLeast === undefined || widths[index]! <= Math.max(atLeast, spacious ? comfort : 0)) continue;
      if (widest < 0 || widths[index]! > widths[widest]!) widest = index;
    }
    if (widest < 0) break;
    widths[widest]! -= 1;
  }
  return widths;
}

function truncateMiddle(text: string, columns: number, mark: string): string {
  const width = displayWidth(text);
  if (width <= columns) return text;
  const room = columns - displayWidth(mark);
  if (room < 4) return truncate(text, columns, mark);
  const start = Math.ceil(room / 2);
  return takeColumns(text, start) + mark + dropColumns(text, width - (room - start));
}

const totalOf = (widths: readonly number[]) =>
  widths.reduce((sum, each) => sum + each, GAP * (widths.length - 1));

/** A heading and a line for each row. What was cut ends in `mark`. */
export function columnLines(
  columns: readonly Column[],
  rows: readonly (readonly Span[])[],
  { width, mark }: { readonly width: number | undefined; readonly mark: string },
): Line[] {
  const widths = widthsOf(columns, rows, width);
  const last = columns.length - 1;
  if (width !== undefined && columns[last]?.optional && totalOf(widths) > width) {
    const fewer = rows.map((row) => row.slice(0, last));
    return columnLines(columns.slice(0, last), fewer, { width, mark });
  }
  const line = (cells: readonly Span[]): Line => {
    const filled = cells.reduce((end, cell, index) => (cell.text === '' ? end : index), 0);
    return cells.slice(0, filled + 1).flatMap((cell, index) => {
      const cut = columns[index]?.middle ? truncateMiddle : truncate;
      const text = cut(cell.text, widths[index]!, mark);
      const space = ' '.repeat(Math.max(0, widths[index]! - displayWidth(text)));
      const gap = ' '.repeat(GAP);
      const shown = { text, style: cell.style };
      if (columns[index]?.right) return [span(space), shown, span(index === filled ? '' : gap)];
      return [shown, span(index === last || index === filled ? '' : space + gap)];
    });
  };
  return [line(columns.map(({ title }) => span(title, 'quiet'))), ...rows.map(line)];
}
