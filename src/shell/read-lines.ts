/** Reads single lines out of a file by its index. However long a line is, only its ends are read. */
import type { FileHandle } from 'node:fs/promises';
import type { LineIndex } from './line-index.ts';

const chunkBytes = 64 * 1024;
/** Bytes kept of either end of a long line. 4,000 characters are at most 16,000 bytes. */
export const endBytes = 16 * 1024;

/** The texts of whole lines `first` to `first + count - 1`, without their newlines; the middle of a long one is left out. */
export async function readLines(
  handle: FileHandle,
  index: LineIndex,
  first: number,
  count: number,
): Promise<string[]> {
  const last = Math.min(first + count, index.lines);
  let texts: string[] = [];
  let { line, offset } = index.before(first);
  let next = index.after(line);
  while (line < last) {
    while (next !== undefined && next.line <= line) next = index.after(line);
    if (next?.line === line + 1) {
      if (line >= first) texts.push(await readStretch(handle, offset, next.offset - 1));
      ({ line, offset } = next);
      continue;
    }
    // Up to the line before the next place: what follows may be a long one that must not be read through.
    const stop = Math.min(last, next === undefined ? last : next.line - 1);
    const chunk = await readAt(handle, offset, chunkBytes);
    const skipped = newlines(chunk, 0, first - line);
    const taken = newlines(chunk, skipped.end, stop - line - skipped.count);
    if (taken.count > 0 && line + skipped.count >= first) {
      texts = texts.concat(chunk.toString('utf8', skipped.end, taken.end - 1).split('\n'));
    }
    line += skipped.count + taken.count;
    if (taken.end > 0) {
      offset += taken.end;
      continue;
    }
    // No newline in a whole chunk, and no place for the next line (places were thinned out): look for it.
    const end = await findNewline(handle, offset, index.lastStart);
    if (line >= first) texts.push(await readStretch(handle, offset, end));
    line += 1;
    offset = end + 1;
  }
  return texts;
}

/** Up to so many newlines from an offset on: how many there are, and where the line after them begins. */
function newlines(
  chunk: Buffer,
  from: number,
  most: number,
): { readonly count: number; readonly end: number } {
  let count = 0;
  let end = from;
  for (let at = from; at < chunk.length && count < most; at += 1) {
    if (chunk[at] !== 0x0a) continue;
    count += 1;
    end = at + 1;
  }
  return { count, end };
}

/** The text between two offsets, or both ends of it. */
export async function readStretch(handle: FileHandle, start: number, end: number): Promise<string> {
  if (end - start <= 2 * endBytes) return decode(await readAt(handle, start, end - start));
  const tail = decode(await readAt(handle, end - endBytes, endBytes)).replace(/\r+$/, '');
  // A bar that redraws itself shows what came last; anything else is read from its beginning.
  const redraw = tail.lastIndexOf('\r');
  if (redraw >= 0) return tail.slice(redraw + 1);
  return decode(await readAt(handle, start, endBytes));
}

/** Where the next newline is, or `limit`. */
export async function findNewline(handle: FileHandle, from: number, limit: number): Promise<number> {
  for (let offset = from; offset < limit; offset += chunkBytes) {
    const end = (await readAt(handle, offset, chunkBytes)).indexOf(0x0a);
    if (end >= 0) return offset + end;
  }
  return limit;
}

/** At most `length` bytes; fewer at the end of the file. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const chunk = Buffer.allocUnsafe(Math.max(0, length));
  const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
  return chunk.subarray(0, bytesRead);
}

function decode(bytes: Buffer): string {
  return bytes.toString('utf8');
}
