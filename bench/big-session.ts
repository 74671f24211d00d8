/** A session of 100,000 events: verified and folded, against only parsing the same lines as JSON. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionEvent } from '../src/state/event.ts';
import { readJournal } from '../src/state/journal.ts';
import { sealEntry } from '../src/state/journal-lines.ts';
import { fold } from '../src/state/reduce.ts';
import { median, ratio } from './median.ts';

const count = 100_000;

const operator = { user: 'bench', host: 'bench' };
const at = { frame: 0, step: 'retry-it', action: 'retry-it/1' };

/** One command tried again and again: the longest kind of session there is. */
function eventAt(index: number): SessionEvent {
  if (index === 0) {
    return {
      type: 'session-started',
      id: '20260101-0000-bena',
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

export async function bench(): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
  const file = join(folder, 'journal.jsonl');
  try {
    const lines: string[] = [];
    let previous: string | undefined;
    for (let index = 0; index < count; index += 1) {
      const sealed = sealEntry({
        seq: index + 1,
        time: new Date(index).toISOString(),
        event: eventAt(index),
        previous,
      });
      previous = sealed.entry.hash;
      lines.push(sealed.line);
    }
    writeFileSync(file, `${lines.join('\n')}\n`);
    const parse: number[] = [];
    const open: number[] = [];
    for (let run = 0; run < 7; run += 1) {
      let started = performance.now();
      for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) JSON.parse(line);
      parse.push(performance.now() - started);
      started = performance.now();
      const state = fold((await readJournal(file)).entries);
      open.push(performance.now() - started);
      if (state.seq !== count) throw new Error(`folded ${state.seq} of ${count} events`);
    }
    return {
      'lines parsed as JSON (ms)': median(parse).toFixed(0),
      'journal verified and folded (ms)': median(open).toFixed(0),
      'against only parsing': ratio(median(open), median(parse)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
