import type { Line } from '../terminal/line.ts';
import { readSize } from '../terminal/size.ts';
import type { Sheet } from './diagnose/sheet.ts';
import { planStage, type ScreenOptions } from './stage.ts';

/** What a command tells people, laid out for where standard output goes: a terminal of a width, or a pipe without one. */
export async function printedSheet(
  options: ScreenOptions,
  draw: (sheet: Sheet & { readonly ascii: boolean }) => readonly Line[],
): Promise<string> {
  const { stdout } = process;
  const { glyphs, ascii, colour } = planStage(options);
  const width = stdout.isTTY ? readSize(stdout).columns : undefined;
  return painted(
    draw({ width, glyphs, ascii }),
    colour,
    stdout.isTTY === true && process.env.TERM !== 'dumb',
  );
}

/** Lines as text. Through a pipe nothing but the text comes, unless colours were asked for. */
async function painted(lines: readonly Line[], colour: boolean, attributes: boolean): Promise<string> {
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
