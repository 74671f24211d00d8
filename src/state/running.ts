/** What the screen hears of a running command. */
import type { CommandHandle } from '../shell/port.ts';
import type { Desk } from './desk.ts';
import type { CommandRun } from './session.ts';

/** ms between two looks at it. */
const tickMs = 250;

/** Calls `tick` now and then again and again; the function given back ends it. */
export function repeat(desk: Desk, tick: () => void): () => void {
  const { clock } = desk.options.ports;
  let cancel = () => {};
  const again = () => {
    tick();
    cancel = clock.after(tickMs, again);
  };
  again();
  return () => cancel();
}

/** Gives a function that tells the store what has changed, and nothing when nothing has. After `silentMs` without output it says so. */
export function progressTick(
  desk: Desk,
  run: CommandRun,
  handle: CommandHandle,
  silentMs: number | undefined,
  isStopping: () => boolean,
): () => void {
  const { clock } = desk.options.ports;
  const startedAt = Date.parse(run.startedAt);
  let shown = '';
  // A probe is part of an action that shows its progress itself.
  if (run.purpose === 'probe') return () => {};
  return () => {
    const lastOutputAt = Math.max(handle.progress().lastOutputAt, startedAt);
    const silent = silentMs !== undefined && clock.now() - lastOutputAt > silentMs;
    const stopping = isStopping();
    const now = `${lastOutputAt} ${silent} ${stopping}`;
    if (now === shown) return;
    shown = now;
    desk.live({
      running: { run: run.run, startedAt, lastOutputAt, timeoutMs: run.timeoutMs, silent, stopping },
    });
  };
}
