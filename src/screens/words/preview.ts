/** What the output of a preview comes down to, in a few words. Pure. */
import { isRenewal } from './renewed.ts';

/** The most lines that are read for it. */
export const longestPreview = 50_000;

/**
 * `7 objects differ, +120 -98 lines` for a unified diff, the number of lines for anything else. Objects in which nothing but renewed
 * certificates differs are counted by themselves.
 */
export function previewWords(lines: readonly string[]): string {
  const { files, added, removed, objects, renewed } = countDiff(lines);
  if (files > 0) {
    const what = objects ? 'object' : 'file';
    const differ = `${files} ${files === 1 ? `${what} differs` : `${what}s differ`}`;
    if (renewed === 0) return `${differ}, +${added} -${removed} lines`;
    const which = renewed === files ? '' : `${renewed} of them `;
    return `${differ}, ${which}by renewed certificates only`;
  }
  const printed = lines.filter((line) => line.trim() !== '').length;
  if (printed === 0) return 'nothing would change';
  if (lines.length >= longestPreview) return `more than ${longestPreview} lines`;
  return `${printed} ${printed === 1 ? 'line' : 'lines'}`;
}

/** Counts by the numbers in the hunks' headers, so that a changed line that looks like a header is not taken for one. */
function countDiff(lines: readonly string[]) {
  const counted = { files: 0, added: 0, removed: 0, objects: false, renewed: 0 };
  let [old, fresh] = [0, 0];
  let object = '';
  /** Of the file at hand: it is an object, and nothing else than renewals was seen yet. */
  let renewing = false;
  const end = () => {
    if (renewing) counted.renewed += 1;
  };
  lines.forEach((line, index) => {
    if (old > 0 || fresh > 0) {
      if (line.startsWith('+')) {
        counted.added += 1;
        fresh -= 1;
      } else if (line.startsWith('-')) {
        counted.removed += 1;
        old -= 1;
      } else if (!line.startsWith('\\')) {
        old -= 1;
        fresh -= 1;
        return;
      } else return;
      renewing &&= isRenewal(object, line.slice(1));
      return;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk) [old, fresh] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
    else if (line.startsWith('--- ') && lines[index + 1]?.startsWith('+++ ')) {
      end();
      counted.files += 1;
      // The folders that `kubectl diff` writes both sides of an object to.
      const file = /\/(?:LIVE|MERGED)-\d+\/([^\t]*)/.exec(line);
      object = file?.[1] ?? '';
      renewing = file !== null;
      counted.objects ||= file !== null;
    }
  });
  end();
  return counted;
}
