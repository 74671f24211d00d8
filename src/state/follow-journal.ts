/** Reading a journal while somebody else writes it. */
import { watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { reasonOf } from '../shell/io-error.ts';
import type { JournalEntry } from './event.ts';
import { JournalError, readEntry } from './journal-lines.ts';

const pollMs = 250;
const chunkBytes = 1 << 20;

/**
 * Calls `onEntry` for every entry, the ones already there first, until the signal aborts; then settles. A line that is
 * not finished yet is waited for. Rejects with a `JournalError` where the file cannot be read or its chain is broken.
 */
export async function followJournal(
  file: string,
  onEntry: (entry: JournalEntry) => void,
  signal: AbortSignal,
): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    throw new JournalError(file, undefined, `The journal cannot be opened: ${reasonOf(error)}.`);
  }
  try {
    await follow(file, handle, onEntry, signal);
  } finally {
    await handle.close();
  }
}

async function follow(
  file: string,
  handle: FileHandle,
  onEntry: (entry: JournalEntry) => void,
  signal: AbortSignal,
): Promise<void> {
  let last: JournalEntry | undefined;
  let offset = 0;
  while (!signal.aborted) {
    const changed = nextChange(file, signal);
    try {
      const whole = await readWholeLines(file, handle, offset);
      offset += whole.length;
      for (let start = 0; start < whole.length && !signal.aborted; ) {
        const end = whole.indexOf(0x0a, start);
        last = readEntry(file, whole.toString('utf8', start, end), last);
        onEntry(last);
        start = end + 1;
      }
      if (whole.length === 0) await changed.promise;
    } finally {
      changed.cancel();
    }
  }
}

/** All bytes from `offset` to the last newline. The rest is read again next time: its writer may yet take it back. */
async function readWholeLines(file: string, handle: FileHandle, offset: number): Promise<Buffer> {
  const { size } = await handle.stat();
  if (size < offset) {
    throw new JournalError(
      file,
      undefined,
      'The journal became shorter while it was followed. Open it again.',
    );
  }
  let bytes = Buffer.alloc(0);
  while (offset + bytes.length < size) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, size - offset - bytes.length));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, offset + bytes.length);
    if (bytesRead === 0) break;
    bytes = Buffer.concat([bytes, chunk.subarray(0, bytesRead)]);
  }
  return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
}

/** Settles on a change of the file, after a while, or on abort. Watching fails on some file systems; the clock never does. */
function nextChange(file: string, signal: AbortSignal): { promise: Promise<void>; cancel(): void } {
  let cancel = () => {};
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(() => cancel(), pollMs);
    let watcher: ReturnType<typeof watch> | undefined;
    try {
      watcher = watch(file, { persistent: false }, () => cancel());
      watcher.on('error', () => cancel());
    } catch {
      watcher = undefined;
    }
    cancel = () => {
      clearTimeout(timer);
      watcher?.close();
      signal.removeEventListener('abort', cancel);
      resolve();
    };
    signal.addEventListener('abort', cancel);
  });
  return { promise, cancel };
}
