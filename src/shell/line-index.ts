/** Where the lines of a growing file begin: enough places to find any line fast, few enough to stay small. Pure. */

/** Lines longer than this get a place of their own, so that nobody has to read through them. */
const longLine = 64 * 1024;
const firstStride = 256;
/** When there are this many places every other one is dropped: 16,384 pairs of numbers at most. */
const mostPlaces = 16_384;

export interface Place {
  readonly line: number;
  readonly offset: number;
}

export interface LineIndex {
  /** Whole lines so far. */
  readonly lines: number;
  /** Where the line after the last newline begins. */
  readonly lastStart: number;
  /** How far the file was read. */
  readonly end: number;
  /** Takes the bytes that follow `end`. */
  add(bytes: Uint8Array): void;
  /** The nearest known place at or before a line. */
  before(line: number): Place;
  /** The nearest known place after a line, if any. */
  after(line: number): Place | undefined;
}

export function createLineIndex(): LineIndex {
  let places: Place[] = [{ line: 0, offset: 0 }];
  let stride = firstStride;
  let lines = 0;
  let lastStart = 0;
  let end = 0;

  function note(line: number, offset: number): void {
    if (places.at(-1)?.line === line) return;
    places.push({ line, offset });
    if (places.length < mostPlaces) return;
    places = places.filter((_, index) => index % 2 === 0);
    stride *= 2;
  }

  /** The index into `places` of the last one at or before a line. */
  function find(line: number): number {
    let [low, high] = [0, places.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((places[middle]?.line ?? 0) <= line) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  return {
    get lines() {
      return lines;
    },
    get lastStart() {
      return lastStart;
    },
    get end() {
      return end;
    },
    add(bytes) {
      for (let at = 0; at < bytes.length; at += 1) {
        if (bytes[at] !== 0x0a) continue;
        const next = end + at + 1;
        const long = next - lastStart > longLine;
        if (long) note(lines, lastStart);
        lines += 1;
        lastStart = next;
        if (long || lines % stride === 0) note(lines, next);
      }
      end += bytes.length;
    },
    before: (line) => places[find(line)] ?? { line: 0, offset: 0 },
    after: (line) => places[find(line) + 1],
  };
}
