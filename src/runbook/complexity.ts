/** What a file may be for the full Markdown parser, whose time grows with the square of some inputs. */
export const limits = {
  /** Characters: about a second on a slow machine. */
  fullParse: 262_144,
  /** Quotes and lists inside each other. */
  nesting: 60,
  /** Marks of links, emphasis and code in one paragraph. */
  inlineMarks: 4_000,
  /** Characters with no blank line between them. */
  paragraph: 65_536,
  /** Cells of one row of a table. */
  cells: 300,
  /** Characters that are read at all; the rest is left out, and said so. */
  anyParse: 16_777_216,
} as const;

const markers = /^[ \t]*(?:(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))[ \t]*)+/;

/** Why the full parser must not be given this text, or undefined where it may. */
export function tooComplex(text: string): string | undefined {
  if (text.length > limits.fullParse)
    return `it has ${text.length} characters, and only ${limits.fullParse} are read in full`;
  let marks = 0;
  let length = 0;
  let indents = new Set<number>();
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (/^[ \t>]*$/.test(line.slice(0, 1000)) && line.length < 1000) {
      marks = 0;
      length = 0;
      continue;
    }
    const lead = markers.exec(line.slice(0, 4 * limits.nesting * 4));
    const depth = lead ? (lead[0].match(/>|[-+*]|\d+[.)]/g)?.length ?? 0) : 0;
    if (depth > limits.nesting) return `a line is nested ${depth} levels deep or more`;
    if (lead) {
      indents.add(/^[ \t]*/.exec(line)![0].length);
      if (indents.size > limits.nesting) return `lists are nested more than ${limits.nesting} levels deep`;
    } else if (/^\S/.test(line)) indents = new Set();
    length += line.length;
    if (length > limits.paragraph) return `a paragraph has more than ${limits.paragraph} characters`;
    let cells = 0;
    for (const character of line) {
      if (character === '|') cells += 1;
      if ('[]*_`<!~&'.includes(character)) marks += 1;
    }
    if (cells > limits.cells) return `a table has more than ${limits.cells} columns`;
    if (marks > limits.inlineMarks) return `a paragraph has more than ${limits.inlineMarks} marks in it`;
  }
  return undefined;
}
