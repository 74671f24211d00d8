import type { Timing } from '../../src/cluster/backoff.ts';

export interface TestTiming extends Timing {
  /** What was waited for, in ms, in order. */
  readonly waits: number[];
  /** True: waiting takes until `go`. */
  held: boolean;
  /** Ends all waiting. */
  go(): void;
}

/** Waiting takes no time, but is remembered; nothing is random. */
export function testTiming(random = () => 0.5): TestTiming {
  const waits: number[] = [];
  let waiting: (() => void)[] = [];
  const timing: TestTiming = {
    waits,
    held: false,
    now: Date.now,
    random,
    sleep: (ms, signal) => {
      waits.push(ms);
      return new Promise((resolve) => {
        const end = () => {
          signal?.removeEventListener('abort', end);
          resolve();
        };
        signal?.addEventListener('abort', end);
        if (timing.held) waiting.push(end);
        else setImmediate(end);
      });
    },
    go() {
      const all = waiting;
      waiting = [];
      for (const resolve of all) resolve();
    },
  };
  return timing;
}
