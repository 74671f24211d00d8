/** A journal of 100,000 events, sealed as sessions seal theirs. */
import type { SessionEvent } from '../src/state/event.ts';
import { sealEntry } from '../src/state/journal-lines.ts';

export const eventCount = 100_000;
export const sessionId = '20260101-0000-bena';

const operator = { user: 'bench', host: 'bench' };
const at = { frame: 0, step: 'retry-it', action: 'retry-it/1' };

/** One command tried again and again: the longest kind of session there is. */
function eventAt(index: number): SessionEvent {
  if (index === 0) {
    return {
      type: 'session-started',
      id: sessionId,
      title: 'A long night',
      file: 'night.md',
      bundleHash: '0'.repeat(64),
      mode: 'live',
      unattended: false,
      operator,
      cluster: undefined,
      version: '0.0.0',
    };
  }
  if (index === 1) return { type: 'step-entered', frame: 0, step: 'retry-it' };
  const run = `run-${Math.floor((index - 2) / 4)}`;
  switch ((index - 2) % 4) {
    case 0:
      return {
        type: 'command-started',
        ...at,
        run,
        purpose: 'change',
        script: 'kubectl apply -f objects.yaml',
        timeoutMs: 60_000,
      };
    case 1:
      return { type: 'command-spawned', run, pid: index, bootId: 'boot', startTicks: String(index) };
    case 2:
      return { type: 'command-ended', run, ending: { type: 'exited', code: 1, ok: false }, durationMs: 1200 };
    default:
      return { type: 'retry-requested', ...at };
  }
}

/** All lines of it. */
export function bigSession(): string {
  const lines: string[] = [];
  let previous: string | undefined;
  for (let index = 0; index < eventCount; index += 1) {
    const time = new Date(index).toISOString();
    const sealed = sealEntry({ seq: index + 1, time, event: eventAt(index), previous });
    previous = sealed.entry.hash;
    lines.push(sealed.line);
  }
  return `${lines.join('\n')}\n`;
}
