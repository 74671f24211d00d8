import type { Block } from './blocks.ts';
import { limits, tooComplex } from './complexity.ts';
import { readMarkdown } from './markdown.ts';
import type { Report } from './report.ts';
import { scanMarkdown } from './scan.ts';
import type { SourceText } from './source-text.ts';

/** False for a file that is no text: it is not worth reading on. What is odd in it is reported. */
export function isText(source: SourceText, report: Report): boolean {
  const sample = source.text.slice(0, 65_536);
  const odd = sample.match(/[\0-\x08\x0e-\x1a\x1c-\x1f\ufffd]/g)?.length ?? 0;
  const first = /[\0\ufffd]/.exec(source.text);
  if (odd > sample.length / 20) {
    report('not-text', 0, 0, 'this is not a text file', { expected: 'Markdown in UTF-8' });
    return false;
  }
  if (first)
    report('not-text', first.index, first.index + 1, 'there is a character here that no text has', {
      expected: 'Markdown in UTF-8',
    });
  return true;
}

/** The blocks behind `from`, the end of the front matter; line by line where the Markdown parser would take too long. */
export function readBlocks(source: SourceText, from: number, report: Report): Block[] {
  const lead = Math.max(from, source.text.startsWith('\ufeff') ? 1 : 0);
  const whole = source.text.slice(0, lead).replace(/[^\r\n]/g, ' ') + source.text.slice(lead);
  const body = whole.slice(0, limits.anyParse);
  if (whole.length > body.length)
    report('too-complex', body.length, body.length, `only the first ${limits.anyParse} characters are read`);
  const complaint = (reason: string) =>
    report('too-complex', lead, lead, `the file is read line by line: ${reason}`, {
      expected: 'a smaller file: only headings with #, fences and links in one line are found in this one',
    });
  const reason = tooComplex(body);
  if (reason === undefined) {
    try {
      return readMarkdown(source, body);
    } catch (error) {
      complaint(`the Markdown parser gave up (${error instanceof Error ? error.message : String(error)})`);
    }
  } else complaint(reason);
  return scanMarkdown(source, body);
}
