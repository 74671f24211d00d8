import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface Lines {
  /** The next line, or undefined where the input has ended. Lines that came early wait for their question. */
  next(): Promise<string | undefined>;
  close(): void;
}

/** Reads answers line by line, one for each time somebody asks. */
export function readLines(input: Readable): Lines {
  const reader = createInterface({ input, terminal: false, crlfDelay: Number.POSITIVE_INFINITY });
  const waiting: string[] = [];
  let ended = false;
  let ask: ((line: string | undefined) => void) | undefined;
  const answer = (line: string | undefined): boolean => {
    const asked = ask;
    ask = undefined;
    asked?.(line);
    return asked !== undefined;
  };
  reader.on('line', (line) => {
    if (!answer(line)) waiting.push(line);
  });
  reader.on('close', () => {
    ended = true;
    answer(undefined);
  });
  return {
    next: () =>
      new Promise((resolve) => {
        const line = waiting.shift();
        if (line !== undefined || ended) resolve(line);
        else ask = resolve;
      }),
    close: () => reader.close(),
  };
}
