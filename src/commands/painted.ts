import type { Line } from '../terminal/line.ts';

/** Lines as text. Through a pipe nothing but the text comes, unless colours were asked for. */
export async function painted(lines: readonly Line[], colour: boolean, attributes: boolean): Promise<string> {
  if (!colour && !attributes) return lines.map((line) => `${plain(line)}\n`).join('');
  const { paint } = await import('../screens/theme.ts');
  return lines
    .map((line) => `${line.map(({ text, style }) => paint(text, style, colour)).join('')}\n`)
    .join('');
}

const plain = (line: Line) =>
  line
    .map(({ text }) => text)
    .join('')
    .trimEnd();
