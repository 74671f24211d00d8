import stringWidth from 'string-width';
import type { Diagnostic } from './model.ts';
import { sourceText } from './source-text.ts';

interface DiagnosticStyle {
  /** Paints a word; without it there are no colours. */
  readonly paint?: (text: string, as: 'error' | 'warning' | 'caret' | 'dim') => string;
  /** How the file is named; its key unless told. */
  readonly name?: (file: string) => string;
  /** Columns for the excerpt; 100 unless told. */
  readonly width?: number;
}

/** The page that explains a rule. */
export const rulePage = (rule: string) => `docs/rules/${rule}.md`;

/**
 * A diagnostic for people: place, message, the line with a caret under the exact stretch, what was expected, and what
 * to do. `text` is the file's. Whatever the file holds, the result moves no cursor and every caret stands right.
 */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  text: string | undefined,
  style: DiagnosticStyle = {},
): string {
  const { place, severity, rule, message, expected, suggestion } = diagnostic;
  const paint = style.paint ?? ((plain: string) => plain);
  const name = style.name ?? ((file: string) => file);
  const lines = [
    `${visible(name(place.file))}:${place.line}:${place.column}: ${paint(severity, severity)} ${rule}: ${visible(message)}`,
    ...(text === undefined ? [] : excerpt(diagnostic, text, paint, style.width ?? 100)),
    ...(expected === undefined ? [] : [`  expected: ${visible(expected)}`]),
    ...(suggestion === undefined ? [] : [`  did you mean: ${visible(suggestion)}`]),
    paint(`  see: ${rulePage(rule)}`, 'dim'),
  ];
  return lines.join('\n');
}

function excerpt(
  { place, severity }: Diagnostic,
  text: string,
  paint: NonNullable<DiagnosticStyle['paint']>,
  width: number,
): string[] {
  const { lineStarts } = sourceText(place.file, text);
  const start = lineStarts[place.line - 1];
  if (start === undefined || text === '') return [];
  const line = text.slice(start, lineStarts[place.line] ?? text.length).replace(/[\r\n]+$/, '');
  const from = Math.min(place.column - 1, line.length);
  const to = Math.max(from + 1, place.endLine === place.line ? place.endColumn - 1 : line.length);
  // A line may be a megabyte: only the part around the caret is shown.
  const room = Math.max(20, width - 10);
  const first = from > room * 0.7 ? from - Math.floor(room / 3) : 0;
  const shown = line.slice(first, first + room);
  const before = `${first > 0 ? '…' : ''}${visible(line.slice(first, from))}`;
  const marked = visible(line.slice(from, Math.min(to, first + room)));
  const cut = first + room < line.length ? '…' : '';
  const gutter = String(place.line);
  const caret = '^'.repeat(Math.max(1, stringWidth(marked)));
  return [
    `  ${paint(`${gutter} |`, 'dim')} ${first > 0 ? '…' : ''}${visible(shown)}${cut}`,
    `  ${paint(`${' '.repeat(gutter.length)} |`, 'dim')} ${' '.repeat(stringWidth(before))}${paint(caret, severity)}`,
  ];
}

/** One line that only prints: tabs are two blanks, what has no picture is shown as one that has. */
function visible(text: string): string {
  return text
    .replace(/\t/g, '  ')
    .replace(/[\x00-\x1f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
    .replace(/\x7f/g, '\u2421')
    .replace(
      /[\x80-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\p{Surrogate}]|[\u{e0000}-\u{e007f}]/gu,
      '\ufffd',
    );
}
