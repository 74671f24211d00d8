/** Looks for text in what is shown of an output file: raw text is sifted first, and only what may hold a hit is made ready to show. */
import type { FileHandle } from 'node:fs/promises';
import { contextLines } from '../runbook/redact.ts';
import type { LineIndex } from './line-index.ts';
import { placeBefore, scanBlocks } from './scan-blocks.ts';

/** How many lines are made ready to show at a time. */
const pieceLines = 1000;

export interface SearchedOutput {
  readonly handle: FileHandle;
  readonly index: LineIndex;
  readonly size: number;
  /** Raw text as it is shown, but for tabs and secrets; of one line or of many. */
  readonly clean: (text: string) => string;
  /** False where redaction would change nothing in a text. */
  readonly mayHoldSecret: (text: string) => boolean;
  /** Lines as they are stored, and as they are shown. */
  readonly raw: (first: number, count: number) => Promise<string[]>;
  readonly shown: (first: number, count: number) => Promise<string[]>;
  readonly closed: () => boolean;
}

/** The first line from a line on that shows the text (in lower case), or -1. */
export async function searchForward(source: SearchedOutput, wanted: string, from: number): Promise<number> {
  const { handle, index, size } = source;
  const sieve = createSieve(wanted, source.clean);
  for await (const block of scanBlocks(handle, index, index.before(from), size)) {
    if (source.closed()) break;
    const last = block.line + block.count;
    if (last <= from || !sieve(block.text)) continue;
    const hit = await findShown(source, wanted, sieve, Math.max(from, block.line), last, 1);
    if (hit >= 0) return hit;
  }
  return -1;
}

/** The last line up to a line that shows the text (in lower case), or -1. Where lines begin is only known from the front: so it goes forward within stretches that come one before the other. */
export async function searchBackward(source: SearchedOutput, wanted: string, from: number): Promise<number> {
  const { handle, index, size } = source;
  const sieve = createSieve(wanted, source.clean);
  let last = from + 1;
  let limit = index.after(from)?.offset ?? size;
  while (last > 0) {
    const place = placeBefore(index, last - 1);
    const candidates: (readonly [number, number])[] = [];
    for await (const { line, count, text } of scanBlocks(handle, index, place, limit)) {
      if (source.closed()) return -1;
      if (line < last && sieve(text)) candidates.push([line, Math.min(last, line + count)]);
    }
    for (const [start, end] of candidates.reverse()) {
      const hit = await findShown(source, wanted, sieve, start, end, -1);
      if (hit >= 0) return hit;
    }
    ({ line: last, offset: limit } = place);
  }
  return -1;
}

/** The first (or last) line from `first` to before `last` that shows the text. */
async function findShown(
  source: SearchedOutput,
  wanted: string,
  sieve: Sieve,
  first: number,
  last: number,
  direction: 1 | -1,
): Promise<number> {
  const pieces = Math.ceil((last - first) / pieceLines);
  if (pieces > 1 && wanted.includes('*') && !(await mayShowStars(source, first, last))) return -1;
  for (let turn = 0; turn < pieces && !source.closed(); turn += 1) {
    const start = first + (direction === 1 ? turn : pieces - 1 - turn) * pieceLines;
    const count = Math.min(pieceLines, last - start);
    if (pieces > 1 && !sieve((await source.raw(start, count)).join('\n'))) continue;
    const hits = (await source.shown(start, count)).map((line) => line.toLowerCase().includes(wanted));
    const hit = direction === 1 ? hits.indexOf(true) : hits.lastIndexOf(true);
    if (hit >= 0) return start + hit;
  }
  return -1;
}

/** Stars stand for secrets, which lines around may make of a line. */
async function mayShowStars(source: SearchedOutput, first: number, last: number): Promise<boolean> {
  const start = Math.max(0, first - contextLines);
  const text = source.clean((await source.raw(start, last - start + contextLines)).join('\n'));
  return text.includes('*') || source.mayHoldSecret(text);
}

type Sieve = (text: string) => boolean;

/** A quick look at many raw lines at once: false where none of them can show the text. */
function createSieve(wanted: string, clean: (text: string) => string): Sieve {
  // A tab is shown as one or more spaces, so where there are tabs all white space counts alike.
  const loose = wanted.includes(' ') ? wanted.replace(/ +/g, ' ') : undefined;
  // Stars may stand for a secret.
  if (wanted.includes('*')) return () => true;
  return (raw) => {
    const text = clean(raw).toLowerCase();
    if (text.includes(wanted)) return true;
    return loose !== undefined && text.includes('\t') && text.replace(/[\t ]+/g, ' ').includes(loose);
  };
}
