/** The first and the last entry of a journal, without reading what is between: what a list of sessions needs. */
import { type FileHandle, open } from 'node:fs/promises';
import type { JournalEntry } from './event.ts';
import { JournalError, parseLine } from './journal-lines.ts';

const chunkBytes = 16_384;

/** Rejects where the file cannot be read or either end is not an entry. An unfinished last line is passed over. */
export async function readEnds(file: string): Promise<{ first: JournalEntry; last: JournalEntry }> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const head = await firstLine(handle, size);
    if (head === undefined) throw new JournalError(file, undefined, 'The journal has no entry yet.');
    const first = parseLine(head);
    if (first === undefined || first.seq !== 1) {
      throw new JournalError(file, 1, 'This is not a journal of handrail.');
    }
    const last = parseLine(await lastLine(handle, size));
    if (last === undefined) throw new JournalError(file, undefined, 'The last line is damaged.');
    return { first, last };
  } finally {
    await handle.close();
  }
}

async function firstLine(handle: FileHandle, size: number): Promise<string | undefined> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < size) {
    const chunk = await readAt(handle, bytes.length, Math.min(chunkBytes, size - bytes.length));
    if (chunk.length === 0) return undefined;
    bytes = Buffer.concat([bytes, chunk]);
    const end = bytes.indexOf(0x0a);
    if (end >= 0) return bytes.toString('utf8', 0, end);
  }
  return undefined;
}

async function lastLine(handle: FileHandle, size: number): Promise<string> {
  let bytes = Buffer.alloc(0);
  for (let start = size; start > 0; ) {
    // Twice as much each time: a line that holds a large plan takes a few reads, not hundreds.
    const length = Math.min(Math.max(chunkBytes, bytes.length), start);
    start -= length;
    bytes = Buffer.concat([await readAt(handle, start, length), bytes]);
    const end = bytes.lastIndexOf(0x0a);
    const begin = end <= 0 ? -1 : bytes.lastIndexOf(0x0a, end - 1);
    if (end >= 0 && (begin >= 0 || start === 0)) return bytes.toString('utf8', begin + 1, end);
  }
  return '';
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const chunk = Buffer.alloc(length);
  const { bytesRead } = await handle.read(chunk, 0, length, position);
  return chunk.subarray(0, bytesRead);
}
