/** Words for a command line that mean exactly what they say. */

/** No character of these means anything to a shell, wherever it stands. */
const plain = /^[A-Za-z0-9_@%+:,./-]+$/;

/** `text` as one word of a POSIX shell: in single quotes nothing is special but the quote itself (POSIX, 2.2.2). Throws for a NUL. */
export function shellQuote(text: string): string {
  if (text.includes('\0')) throw new RangeError('A word of a command line cannot hold a NUL.');
  if (plain.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
