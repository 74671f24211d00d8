/** Lines out of chunks of bytes, each made into text once, when it is whole. */

const newline = 0x0a;
/** An object is at most a few MB; more than this without a newline is no watch. */
const longestLine = 64 * 1024 * 1024;

export interface LineReader {
  /** Gives every line that this chunk completes, without its newline. False: a line is too long to be true. */
  push(chunk: Buffer): boolean;
  /** How many bytes of a line are there that has not ended. */
  readonly pending: number;
}

/** Reads UTF-8. Empty lines are passed over. */
export function createLineReader(onLine: (line: string) => void): LineReader {
  let parts: Buffer[] = [];
  let size = 0;
  return {
    push(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        if (size === 0) {
          if (end > start) onLine(chunk.toString('utf8', start, end));
        } else {
          parts.push(chunk.subarray(start, end));
          const line = Buffer.concat(parts).toString('utf8');
          parts = [];
          size = 0;
          onLine(line);
        }
        start = end + 1;
      }
      if (start === chunk.length) return true;
      // The rest is kept as it came: a copy would cost more than the chunk it keeps alive until the line is whole.
      parts.push(start === 0 ? chunk : chunk.subarray(start));
      size += chunk.length - start;
      return size <= longestLine;
    },
    get pending() {
      return size;
    },
  };
}
