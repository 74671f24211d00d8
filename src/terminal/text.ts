/** Text measured in terminal columns. Everything here expects text without control characters or escape sequences. */
import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Printable ASCII is one column each, and by far the most of what is shown. */
const PLAIN = /^[\x20-\x7e]*$/;

/** How many columns a terminal gives the text. */
export function displayWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** What a reader sees as one character each. */
export function graphemes(text: string): string[] {
  if (PLAIN.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/** The longest beginning of the text that is at most `columns` wide. A wide character is never cut in two. */
export function takeColumns(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (PLAIN.test(text)) return text.slice(0, columns);
  let used = 0;
  let taken = '';
  for (const part of segmenter.segment(text)) {
    const width = stringWidth(part.segment);
    if (used + width > columns) break;
    used += width;
    taken += part.segment;
  }
  return taken;
}

/** What is left after `columns` columns. A wide character cut by the border is replaced by a space, so that columns stay in line. */
export function dropColumns(text: string, columns: number): string {
  if (columns <= 0) return text;
  if (PLAIN.test(text)) return text.slice(columns);
  let used = 0;
  let offset = 0;
  for (const part of segmenter.segment(text)) {
    if (used >= columns) break;
    used += stringWidth(part.segment);
    offset += part.segment.length;
  }
  return ' '.repeat(Math.max(0, used - columns)) + text.slice(offset);
}

/** The text in at most `columns` columns, ending in `mark` where something was cut off. */
export function truncate(text: string, columns: number, mark: string): string {
  if (displayWidth(text) <= columns) return text;
  const room = columns - displayWidth(mark);
  return room < 0 ? takeColumns(text, columns) : takeColumns(text, room) + mark;
}

/** The text in exactly `columns` columns: cut with a mark, or filled with spaces at its end. */
export function padEnd(text: string, columns: number, mark: string): string {
  const cut = truncate(text, columns, mark);
  return cut + ' '.repeat(Math.max(0, columns - displayWidth(cut)));
}

/**
 * Breaks text into lines of at most `columns` columns, between words where it can. Line breaks in the text are kept, and so are
 * spaces at the beginning of a line; a word longer than a line is broken.
 */
export function wrap(text: string, columns: number): string[] {
  const width = Math.max(1, columns);
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
  if (displayWidth(line) <= width) return [line];
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=\s)(?=\S)/)) {
    const bare = word.trimEnd();
    if (displayWidth(current) + displayWidth(bare) <= width) {
      current += word;
      continue;
    }
    if (current.trim() !== '') lines.push(current.trimEnd());
    current = word;
    while (displayWidth(current.trimEnd()) > width) {
      const piece = takeColumns(current, width) || (graphemes(current)[0] ?? '');
      lines.push(piece);
      current = current.slice(piece.length);
    }
  }
  if (current.trim() !== '' || lines.length === 0) lines.push(takeColumns(current.trimEnd(), width));
  return lines;
}

/** Tabs as spaces up to the next multiple of `every` columns. */
export function expandTabs(text: string, every = 8): string {
  if (!text.includes('\t')) return text;
  let out = '';
  for (const part of text.split(/(\t)/)) {
    out += part === '\t' ? ' '.repeat(every - (displayWidth(out) % every)) : part;
  }
  return out;
}
