/** An operator at a terminal who presses what the last lines of the screen offer: Enter to read on, y to agree. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PtyProgram } from './pty.ts';

/** So long after a change a screen is whole. */
const settledMs = 300;

/** A step has failed, and it is asked what is to be done. */
export const failed = (screen: readonly string[]): boolean =>
  screen.some((line) => line.includes('This step failed'));

/** What the keys line offers now, or undefined while something runs or a step has failed. */
export function offered(screen: readonly string[]): 'y' | 'Enter' | undefined {
  const footer = screen.slice(-5).join('\n');
  if (/\by (?:run|read on|yes)\b/.test(footer)) return 'y';
  if (/↵/.test(footer) && !failed(screen)) return 'Enter';
  return undefined;
}

/** Presses what is offered until `done` says so, or a step fails. */
export async function goOn(t: PtyProgram, done: (screen: string[]) => boolean): Promise<void> {
  for (;;) {
    await t.waitFor((screen) => done(screen) || offered(screen) !== undefined || failed(screen), 120_000);
    const screen = t.screen();
    const key = offered(screen);
    if (done(screen)) return;
    if (failed(screen)) {
      // A frame may have come by half: what was asked before is still below what is new.
      await sleep(settledMs);
      if (failed(t.screen())) return;
      continue;
    }
    const before = t.text();
    if (key === undefined) continue;
    await t.press(key);
    await t.waitFor(() => t.text() !== before, 120_000);
  }
}
