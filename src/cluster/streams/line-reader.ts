/** Lines out of chunks of bytes, without making text of them. */

const newline = 0x0a;
/** An object is at most a few MB; more than this without a newline is no watch. */
const longestLine = 64 * 1024 * 1024;

export interface LineReader {
  /** Gives every line that this chunk completes, without its newline. False: a line is too long to be true. */
  push(chunk: Buffer): boolean;
  /** How many bytes of a line are there that has not ended. */
  readonly pending: number;
}

/** Empty lines are passed over. The bytes of a line are the reader's: take from them what is needed at once. */
export function createLineReader(onLine: (line: Buffer) => void): LineReader {
  let parts: Buffer[] = [];
  let size = 0;
  return {
    push(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        const piece = chunk.subarray(start, end);
        start = end + 1;
        if (size === 0) {
          if (piece.length > 0) onLine(piece);
        } else {
          const line = Buffer.concat([...parts, piece]);
          parts = [];
          size = 0;
          onLine(line);
        }
      }
      if (start === chunk.length) return true;
      parts.push(chunk.subarray(start));
      size += chunk.length - start;
      return size <= longestLine;
    },
    get pending() {
      return size;
    },
  };
}
