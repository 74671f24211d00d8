/**
 * How far a journal was written, in a small file beside it. The chain of hashes proves that no line is missing between others;
 * this tells of whole lines missing at the end. It is written after an entry is on disk and is not synced itself: after a power cut it
 * may be behind the journal, and never ahead of it.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import type { JournalEntry } from './event.ts';
import { JournalError, type ParsedJournal } from './journal-lines.ts';

export interface JournalHead {
  readonly seq: number;
  readonly hash: string;
}

/** The path of the head of a journal. */
export const headFile = (journal: string): string => `${journal}.head`;

/** Undefined where there is none, or none that can be read: it then proves nothing. Read it before the journal, which may grow. */
export async function readHead(journal: string): Promise<JournalHead | undefined> {
  try {
    const { seq, hash } = JSON.parse(await readFile(headFile(journal), 'utf8')) as Record<string, unknown>;
    return Number.isSafeInteger(seq) && typeof hash === 'string' ? { seq: seq as number, hash } : undefined;
  } catch {
    return undefined;
  }
}

/** Throws a `JournalError` where the journal is not the one that was written, or ends before it. */
export function expectHead(
  journal: string,
  { entries, torn }: ParsedJournal,
  head: JournalHead | undefined,
): void {
  if (head === undefined) return;
  const wayOut = `Restore the file from a backup; to go on with what is there, delete ${headFile(journal)}.`;
  if (head.seq > entries.length + (torn ? 1 : 0)) {
    throw new JournalError(
      journal,
      entries.length + 1,
      `The journal ends here, and entry ${head.seq} had been written: lines at its end were removed. ${wayOut}`,
    );
  }
  const entry = entries[head.seq - 1];
  if (entry !== undefined && entry.hash !== head.hash) {
    throw new JournalError(
      journal,
      head.seq,
      `This is not the entry that was written here: the lines were made anew. ${wayOut}`,
    );
  }
}

export interface HeadWriter {
  /** Notes the last entry that is on disk. Never rejects: a head that is behind is an old head, no wrong one. */
  note(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
}

/** Always as long, so that one write replaces all of the one before, also on a full disk. */
const headLength = 128;

/** Opens the head of a journal for writing. Without one that can be opened a session goes on all the same. */
export async function openHead(journal: string): Promise<HeadWriter> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(headFile(journal), constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch {
    handle = undefined;
  }
  return {
    async note({ seq, hash }) {
      const line = `${JSON.stringify({ seq, hash }).padEnd(headLength - 1)}\n`;
      await handle?.write(line, 0).catch(() => undefined);
    },
    async close() {
      await handle?.close().catch(() => undefined);
    },
  };
}
