/** Lines of a journal: how one is sealed with its hash, and how a file of them is read and verified. Pure. */
import { createHash } from 'node:crypto';
import type { JournalEntry, SessionEvent } from './event.ts';
import { exitCodes } from './exit-codes.ts';
import { OperatorError } from './operator-error.ts';

/** A journal that cannot be trusted or written; the message says what, where, and what to do. */
export class JournalError extends OperatorError {
  readonly file: string;
  /** Counted from 1; undefined where the file as a whole is meant. */
  readonly line: number | undefined;
  /** The message without the place. */
  readonly problem: string;
  constructor(
    file: string,
    line: number | undefined,
    problem: string,
    failed: 'reading' | 'writing' = 'reading',
  ) {
    super(`${file}${line === undefined ? '' : `, line ${line}`}: ${problem}`, {
      exitCode: failed === 'writing' ? exitCodes.broken.code : exitCodes.notReady.code,
    });
    this.name = 'JournalError';
    this.file = file;
    this.line = line;
    this.problem = problem;
  }
}

/** `previous` of the first entry. */
const firstPrevious = '0'.repeat(64);

/** `,"hash":"<64 hex digits>"}`: what stands after the hashed part of a line. */
const sealLength = ',"hash":""}'.length + 64;

/** What could be read of a journal; `torn` says that a last line is there in part, as a crash leaves it. */
export interface ParsedJournal {
  readonly entries: readonly JournalEntry[];
  /** Bytes of whole lines. */
  readonly length: number;
  readonly torn: boolean;
}

/** Makes the line of an event. The entry given back is exactly what reading the line gives. */
export function sealEntry(content: {
  readonly seq: number;
  readonly time: string;
  readonly event: SessionEvent;
  readonly previous: string | undefined;
}): { readonly line: string; readonly entry: JournalEntry } {
  const { seq, time, event, previous = firstPrevious } = content;
  const body = JSON.stringify({ seq, time, event, previous });
  const line = `${body.slice(0, -1)},"hash":"${digest(body)}"}`;
  return { line, entry: JSON.parse(line) as JournalEntry };
}

/** Reads one line that must follow `last`. Throws a `JournalError` that names the line where it does not. */
export function readEntry(file: string, line: string, last: JournalEntry | undefined): JournalEntry {
  const seq = (last?.seq ?? 0) + 1;
  const entry = parseLine(line);
  if (entry === undefined) {
    const problem =
      last === undefined
        ? 'This is not a journal of handrail.'
        : 'The line is damaged. The file was changed by something else; restore it from a backup.';
    throw new JournalError(file, seq, problem);
  }
  if (entry.seq !== seq) {
    throw new JournalError(
      file,
      seq,
      `Entry ${seq} is expected here and ${entry.seq} was found: lines were removed, repeated or moved. Restore the file from a backup.`,
    );
  }
  const body = `${line.slice(0, -sealLength)}}`;
  if (entry.previous !== (last?.hash ?? firstPrevious) || digest(body) !== entry.hash) {
    throw new JournalError(
      file,
      seq,
      'The hash does not fit: this line or the one before was changed after it was written. Restore the file from a backup.',
    );
  }
  return entry;
}

/**
 * Reads a whole journal. Bytes after the last newline are a line the program died over: it was never acted on, and
 * `torn` tells of it. Anything else that does not fit throws a `JournalError`.
 */
export function parseJournal(file: string, bytes: Buffer): ParsedJournal {
  const length = bytes.lastIndexOf(0x0a) + 1;
  const torn = length < bytes.length;
  if (length === 0 && torn && !looksLikeStart(bytes)) {
    throw new JournalError(file, 1, 'This is not a journal of handrail.');
  }
  const entries: JournalEntry[] = [];
  let last: JournalEntry | undefined;
  for (let start = 0; start < length; ) {
    const end = bytes.indexOf(0x0a, start);
    last = readEntry(file, bytes.toString('utf8', start, end), last);
    entries.push(last);
    start = end + 1;
  }
  return { entries, length, torn };
}

/** A first line cut short, or zeros that a power cut left: not somebody else's file. */
function looksLikeStart(bytes: Buffer): boolean {
  const start = '{"seq":1,';
  const head = bytes.toString('latin1', 0, start.length);
  return start.startsWith(head) || bytes.every((byte) => byte === 0);
}

/** One entry by its form alone; undefined where the line is not one. The chain is not looked at. */
export function parseLine(line: string): JournalEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return undefined;
    const { seq, time, event, previous, hash } = value as Record<string, unknown>;
    const fits =
      typeof seq === 'number' &&
      typeof time === 'string' &&
      typeof previous === 'string' &&
      typeof hash === 'string' &&
      typeof event === 'object' &&
      event !== null &&
      typeof (event as { type?: unknown }).type === 'string';
    return fits ? (value as JournalEntry) : undefined;
  } catch {
    return undefined;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
