import { afterEach, expect, test, vi } from 'vitest';
import { createClock, timestamp } from '../../src/practice/clock.ts';
import { createWorkQueue } from '../../src/practice/controllers/work-queue.ts';

afterEach(() => vi.useRealTimers());

test('time stands still until it is moved, and timers go off in their order', () => {
  const clock = createClock({ start: 1000, speed: 10 });
  const rang: string[] = [];
  clock.after(300, () => rang.push('late'));
  clock.after(100, () => rang.push('early'));
  clock.after(200, () => rang.push('never')).cancel();
  expect(clock.next()).toBe(1100);
  clock.moveTo(1500);
  expect(rang).toEqual(['early', 'late']);
  expect([clock.now(), clock.elapsed(1000), clock.moment(50)]).toEqual([1500, 500, 1550]);
  expect(timestamp(clock.now())).toBe('1970-01-01T00:00:01Z');
});

test('once it runs, what has to pass passes faster, and objects get wall time', () => {
  vi.useFakeTimers({ now: 1_000_000 });
  const clock = createClock({ start: 0, speed: 10 });
  const rang: string[] = [];
  const old = clock.after(5000, () => rang.push('from before'));
  clock.run();
  expect(old.due).toBe(1_000_500);
  clock.after(1000, () => rang.push('new'));
  vi.advanceTimersByTime(99);
  expect(rang).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(rang).toEqual(['new']);
  expect(clock.now()).toBe(1_000_100);
  expect(clock.elapsed(1_000_000)).toBe(1000);
  vi.advanceTimersByTime(400);
  expect(rang).toEqual(['new', 'from before']);
});

test('a wish for soon is not lost to one from before time ran', async () => {
  vi.useFakeTimers({ now: 1_000_000 });
  const clock = createClock({ start: 0 });
  let looks = 0;
  const queue = createWorkQueue(clock, async () => {
    looks += 1;
  });
  queue.addAfter('key', 600_000);
  clock.run();
  queue.addAfter('key', 3000);
  await vi.advanceTimersByTimeAsync(3000);
  expect(looks).toBe(1);
});

test('one key is never in two hands, and a failure is tried again after longer and longer waits', async () => {
  const clock = createClock({ start: 0 });
  const at: number[] = [];
  let inHand = 0;
  let most = 0;
  const queue = createWorkQueue(clock, async () => {
    inHand += 1;
    most = Math.max(most, inHand);
    await new Promise((resolve) => setImmediate(resolve));
    inHand -= 1;
    at.push(clock.now());
    if (at.length < 5) throw new Error('not yet');
  });
  for (let time = 0; time < 3; time += 1) queue.add('key');
  const settled = async () => {
    do await new Promise((resolve) => setImmediate(resolve));
    while (!queue.idle());
  };
  await settled();
  for (let next = clock.next(); next !== undefined; next = clock.next()) {
    clock.moveTo(next);
    await settled();
  }
  expect(most).toBe(1);
  expect(at).toHaveLength(5);
  const waits = at.slice(1).map((time, index) => time - at[index]!);
  expect([...waits].sort((a, b) => a - b)).toEqual(waits);
});
