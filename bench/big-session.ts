/** A session of 100,000 events: verified and folded, against only parsing the same lines as JSON. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJournal } from '../src/state/journal.ts';
import { fold } from '../src/state/reduce.ts';
import { bigSession, eventCount } from './big-journal.ts';
import { median, ratio } from './median.ts';

export async function bench(): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
  const file = join(folder, 'journal.jsonl');
  try {
    writeFileSync(file, bigSession());
    const parse: number[] = [];
    const open: number[] = [];
    for (let run = 0; run < 7; run += 1) {
      let started = performance.now();
      for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) JSON.parse(line);
      parse.push(performance.now() - started);
      started = performance.now();
      const state = fold((await readJournal(file)).entries);
      open.push(performance.now() - started);
      if (state.seq !== eventCount) throw new Error(`folded ${state.seq} of ${eventCount} events`);
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
