/**
 * The journal: one JSON line for every event, each bound to the one before by a hash, and on disk before the event is
 * acted on. The hash is SHA-256 over the line as it would be without its `hash` member; `previous` is part of it.
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, reasonOf } from '../shell/io-error.ts';
import { makeFolder } from '../shell/make-folder.ts';
import type { JournalEntry, SessionEvent } from './event.ts';
import { expectHead, type HeadWriter, openHead, readHead } from './journal-head.ts';
import { JournalError, type ParsedJournal, parseJournal, sealEntry } from './journal-lines.ts';
import type { Clock } from './kind.ts';

export { followJournal } from './follow-journal.ts';
export { JournalError } from './journal-lines.ts';

/** A journal open for writing. Hold the session's lock while you have one. */
export interface Journal {
  /** All entries so far, in order; grows with every append. */
  readonly entries: readonly JournalEntry[];
  /** Opening found an unfinished last line (the program died while writing it) and cut it off. */
  readonly torn: boolean;
  /**
   * Settles when the entry is on disk. Calls are written in the order they were made. Rejects with a `JournalError`;
   * the file then ends with the last whole line, and nothing that depends on the event may be done.
   */
  append(event: SessionEvent): Promise<JournalEntry>;
  /** Waits for appends under way. Appends made later are refused. */
  close(): Promise<void>;
}

/** Starts a new journal (0600; a folder that has to be made for it is 0700). Rejects with a `JournalError` where the file exists. */
export async function createJournal(file: string, clock: Clock['now']): Promise<Journal> {
  try {
    makeFolder(dirname(file));
    const handle = await open(file, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
    await syncFolder(dirname(file)).catch(async (error) => {
      await handle.close();
      throw error;
    });
    const start = { entries: [], length: 0, torn: false };
    return writer({ file, handle, head: await openHead(file) }, start, clock);
  } catch (error) {
    throw new JournalError(file, undefined, `The journal cannot be created: ${reasonOf(error)}.`, 'writing');
  }
}

/** Opens a journal to go on with it: verifies every line and cuts off an unfinished last one. Nothing else is changed. */
export async function openJournal(file: string, clock: Clock['now']): Promise<Journal> {
  const noted = await readHead(file);
  const handle = await openForReading(file, constants.O_RDWR);
  try {
    const parsed = parseJournal(file, await handle.readFile());
    expectHead(file, parsed, noted);
    const head = await openHead(file);
    if (parsed.torn) {
      await handle.truncate(parsed.length);
      await handle.datasync();
      const last = parsed.entries.at(-1);
      if (last !== undefined) await head.note(last);
    }
    return writer({ file, handle, head }, parsed, clock);
  } catch (error) {
    await handle.close();
    if (error instanceof JournalError) throw error;
    throw new JournalError(file, undefined, `The journal cannot be opened: ${reasonOf(error)}.`);
  }
}

/** Reads and verifies a journal without touching it, whoever writes it at the moment. */
export async function readJournal(
  file: string,
): Promise<{ readonly entries: readonly JournalEntry[]; readonly torn: boolean }> {
  const noted = await readHead(file);
  const handle = await openForReading(file, constants.O_RDONLY);
  try {
    const parsed = parseJournal(file, await handle.readFile());
    expectHead(file, parsed, noted);
    return { entries: parsed.entries, torn: parsed.torn };
  } catch (error) {
    if (error instanceof JournalError) throw error;
    throw new JournalError(file, undefined, `The journal cannot be read: ${reasonOf(error)}.`);
  } finally {
    await handle.close();
  }
}

async function openForReading(file: string, flags: number): Promise<FileHandle> {
  try {
    return await open(file, flags);
  } catch (error) {
    const failed = flags === constants.O_RDONLY || errorCode(error) === 'ENOENT' ? 'reading' : 'writing';
    throw new JournalError(file, undefined, `The journal cannot be opened: ${reasonOf(error)}.`, failed);
  }
}

/** A new file is only safe from a power cut once its folder is on disk too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface OpenFiles {
  readonly file: string;
  readonly handle: FileHandle;
  readonly head: HeadWriter;
}

function writer({ file, handle, head }: OpenFiles, start: ParsedJournal, clock: Clock['now']): Journal {
  const entries = [...start.entries];
  let length = start.length;
  let queue: Promise<unknown> = Promise.resolve();
  let refusal: string | undefined;

  async function write(event: SessionEvent): Promise<JournalEntry> {
    if (refusal !== undefined) throw new JournalError(file, undefined, refusal, 'writing');
    const last = entries.at(-1);
    const { line, entry } = sealEntry({
      seq: (last?.seq ?? 0) + 1,
      time: new Date(clock()).toISOString(),
      event,
      previous: last?.hash,
    });
    const bytes = Buffer.from(`${line}\n`);
    await expectUntouched();
    try {
      await writeAll(handle, bytes, length);
    } catch (error) {
      await cutBack();
      throw new JournalError(
        file,
        entry.seq,
        `The event could not be written: ${reasonOf(error)}.`,
        'writing',
      );
    }
    try {
      await handle.datasync();
    } catch (error) {
      // After a failed sync a second one may report success for data that is lost, so this is the end of this writer.
      await cutBack();
      refusal ??= `The disk did not confirm an earlier event (${reasonOf(error)}). Leave and resume the session.`;
      throw new JournalError(file, entry.seq, refusal, 'writing');
    }
    length += bytes.length;
    entries.push(entry);
    await head.note(entry);
    return entry;
  }

  async function expectUntouched(): Promise<void> {
    const { size, nlink } = await handle.stat();
    if (nlink === 0) refusal = 'The journal was deleted while the session ran. Nothing more is done.';
    else if (size !== length)
      refusal = 'Another program has changed the journal. Nothing more is written to it.';
    if (refusal !== undefined) throw new JournalError(file, entries.length + 1, refusal, 'writing');
  }

  async function cutBack(): Promise<void> {
    try {
      await handle.truncate(length);
    } catch (error) {
      refusal = `An unfinished line could not be removed: ${reasonOf(error)}. Leave and resume the session.`;
    }
  }

  return {
    entries,
    torn: start.torn,
    append(event) {
      const done = queue.then(() => write(event));
      queue = done.catch(() => undefined);
      return done;
    },
    async close() {
      await queue;
      if (refusal !== undefined && refusal === closed) return;
      refusal = closed;
      await head.close();
      await handle.close();
    },
  };
}

const closed = 'The journal is closed.';

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
