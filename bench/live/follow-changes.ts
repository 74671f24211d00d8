/** What following changes costs, and how late they come on screen, while somebody presses keys. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Done } from './changing.ts';
import { type Follower, selectedRow } from './follower.ts';
import { latenessWords, measureLateness } from './lateness.ts';
import { cpuSeconds, memoryOf, quantile } from './process-figures.ts';

export interface Followed {
  readonly perSecond: number;
  /** Of one core. */
  readonly cpu: number;
  /** ms from change to screen, of each change that somebody waited for. */
  readonly delays: readonly number[];
  /** ms from key to screen. */
  readonly keys: readonly number[];
  readonly keysPressed: number;
  readonly memory: number;
  /** By how many ms the timers of a program were late that does nothing else. */
  readonly lateness: readonly number[];
}

/** Every key moves the selection by one row: one down, one up, and so on. One that does nothing for so long is lost. */
const lostAfterMs = 3_000;

/** Follows a run of changes from its beginning to its end. */
export async function followChanges(
  follower: Follower,
  run: (onBeat: (beat: number, at: number) => void) => Promise<Done>,
): Promise<Followed> {
  const { program } = follower;
  const waiting = new Map<number, number>();
  const delays: number[] = [];
  let last = { beat: 0, at: 0 };
  const settle = () => {
    for (const [beat, since] of waiting) {
      if (beat > last.beat) continue;
      // A watch may be faster than the answer to whoever made the change.
      delays.push(Math.max(0, last.at - since));
      waiting.delete(beat);
    }
  };
  follower.onBeat((beat, at) => {
    last = { beat, at };
    settle();
  });
  const lateness = measureLateness();
  const [cpuBefore, begun] = [cpuSeconds(program.pid), performance.now()];
  let over = false;
  const changes = run((beat, at) => {
    waiting.set(beat, at);
    settle();
  }).finally(() => {
    over = true;
  });
  const keys: number[] = [];
  let keysPressed = 0;
  for (; !over; keysPressed += 1) {
    const before = selectedRow(program.screen());
    const pressedAt = performance.now();
    program.write(keysPressed % 2 === 0 ? '\x1b[B' : '\x1b[A');
    await program
      .waitFor((screen) => selectedRow(screen) !== before, lostAfterMs)
      .then(
        () => keys.push(performance.now() - pressedAt),
        () => {},
      );
    await sleep(200 + 200 * Math.random());
  }
  const done = await changes;
  const cpu = (cpuSeconds(program.pid) - cpuBefore) / ((performance.now() - begun) / 1000);
  // What was told last may still be on its way.
  await sleep(2_000);
  // What never came counts as never.
  for (const _ of waiting) delays.push(Number.POSITIVE_INFINITY);
  return {
    perSecond: done.changes / done.seconds,
    cpu,
    delays,
    keys,
    keysPressed,
    memory: memoryOf(program.pid).most,
    lateness: await lateness(),
  };
}

/** As lines of a bench; `what` stands before each. */
export function figuresOf(followed: Followed, what: string): Record<string, string> {
  const { perSecond, cpu, delays, keys, keysPressed, memory, lateness } = followed;
  const ms = (values: readonly number[], share: number) => quantile(values, share).toFixed(0);
  return {
    [`${what}: changes a second`]: perSecond.toFixed(0),
    [`${what}: of one core (under 0.5)`]: cpu.toFixed(2),
    [`${what}: change to screen (ms), median`]: ms(delays, 0.5),
    [`${what}: change to screen (ms), p99 (under 500)`]: `${ms(delays, 0.99)} (of ${delays.length})`,
    [`${what}: a bare timer is late (ms), p99 and most`]: latenessWords(lateness),
    [`${what}: keys answered`]: `${keys.length} of ${keysPressed}`,
    [`${what}: key to screen (ms), median and most`]: `${ms(keys, 0.5)} and ${ms(keys, 1)}`,
    [`${what}: memory at the most (MB)`]: memory.toFixed(0),
  };
}
