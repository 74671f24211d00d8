/** How often a session that has much to tell is drawn. */
import { afterEach, expect, test, vi } from 'vitest';
import type { Message } from '../../src/screens/messages.ts';
import { createPerformer } from '../../src/screens/perform.ts';
import { fakeServices } from './fake-services.ts';
import { at, fakeWalk } from './fake-walk.ts';
import { question } from './scenes.ts';

afterEach(() => vi.useRealTimers());

test('news come to the screen five times a second at most, the last of them too; a question at once', () => {
  vi.useFakeTimers();
  const told: Message[] = [];
  const performer = createPerformer({
    services: fakeServices(),
    dispatch: (message) => told.push(message),
    redraw: () => {},
    coalesceMs: 200,
  });
  const walk = fakeWalk();
  performer.adopt(walk);
  told.length = 0;
  walk.set({ live: { progress: { at: at('restart'), value: -1 } } });
  vi.advanceTimersByTime(0);
  // Nothing was told for a while: nobody waits for the first.
  expect(told).toHaveLength(1);
  for (let turn = 0; turn < 1000; turn += 1) {
    walk.set({ live: { progress: { at: at('restart'), value: turn } } });
    vi.advanceTimersByTime(1);
  }
  expect(told.length).toBeGreaterThanOrEqual(5);
  expect(told.length).toBeLessThanOrEqual(6);
  vi.advanceTimersByTime(200);
  expect(told.at(-1)).toMatchObject({ state: { live: { progress: { value: 999 } } } });
  const before = told.length;
  walk.set({ question: question() });
  expect(told).toHaveLength(before + 1);
});
