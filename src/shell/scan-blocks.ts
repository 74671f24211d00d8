/** Walks through whole lines of an output file in blocks small enough that nothing else has to wait long. */
import type { FileHandle } from 'node:fs/promises';
import type { LineIndex, Place } from './line-index.ts';
import { endBytes, findNewline, readAt, readStretch } from './read-lines.ts';

const blockBytes = 128 * 1024;
/** A longer line is shown by its ends only, so it is searched by its ends only, and stands alone in its block. */
const longLine = 2 * endBytes;

export interface Block {
  /** The first line, and how many there are. */
  readonly line: number;
  readonly count: number;
  readonly text: string;
}

/** The blocks from one place up to another offset where a line begins, or to the end of the file with its unfinished line. */
export async function* scanBlocks(
  handle: FileHandle,
  index: LineIndex,
  from: Place,
  limit: number,
): AsyncGenerator<Block> {
  let { line, offset } = from;
  const whole = Math.min(limit, index.lastStart);
  while (offset < whole) {
    const next = index.after(line);
    let end = next?.line === line + 1 ? next.offset - 1 : -1;
    if (end - offset <= longLine) {
      const chunk = await readAt(handle, offset, Math.min(blockBytes, whole - offset));
      const lines = shortLines(chunk);
      if (lines.count > 0) {
        yield { line, count: lines.count, text: chunk.toString('utf8', 0, lines.end - 1) };
        line += lines.count;
        offset += lines.end;
        continue;
      }
      end = await findNewline(handle, offset, whole);
    }
    yield { line, count: 1, text: await readStretch(handle, offset, end) };
    line += 1;
    offset = end + 1;
  }
  if (limit > index.lastStart) yield { line, count: 1, text: await readStretch(handle, offset, limit) };
}

/** How many lines end in the chunk before the first long one, and where the last of them does. */
function shortLines(chunk: Buffer): { readonly count: number; readonly end: number } {
  let count = 0;
  let end = 0;
  for (let at = 0; at < chunk.length; at += 1) {
    if (chunk[at] !== 0x0a) continue;
    if (at - end > longLine) break;
    count += 1;
    end = at + 1;
  }
  return { count, end };
}

/** A place so far before a line that the way there is worth a block. */
export function placeBefore(index: LineIndex, line: number): Place {
  const near = index.before(line);
  let place = near;
  while (place.line > 0 && near.offset - place.offset < blockBytes) place = index.before(place.line - 1);
  return place;
}
