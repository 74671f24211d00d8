import stringWidth from 'string-width';

/** Lines of columns, two spaces apart, as kubectl prints them. The last column is not padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => stringWidth(row[column] ?? ''))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell) + 2),
      )
      .join('')
      .trimEnd();
  return `${all.map(line).join('\n')}\n`;
}
