import { describe, expect, test } from 'vitest';
import type { JournalEntry, SessionEvent } from '../../src/state/event.ts';
import { emptySession, fold, reduce } from '../../src/state/reduce.ts';
import { bundle, runbook, started } from './build.ts';

const of = bundle(runbook('main.md', []));

function journal(events: readonly SessionEvent[]): JournalEntry[] {
  return events.map((event, index) => ({
    seq: index + 1,
    time: new Date(Date.UTC(2026, 10, 21, 2, 0, index)).toISOString(),
    event,
    previous: '',
    hash: '',
  }));
}

const at = { frame: 0, step: 'a', action: 'a/1' };

/** A session of retries without end: the most that one action can gather. */
function long(count: number): SessionEvent[] {
  const events: SessionEvent[] = [started(of), { type: 'step-entered', frame: 0, step: 'a' }];
  for (let run = 1; events.length < count; run += 1) {
    events.push(
      {
        type: 'command-started',
        ...at,
        run: `r${run}`,
        purpose: 'change',
        script: 'true',
        timeoutMs: undefined,
      },
      { type: 'command-spawned', run: `r${run}`, pid: run, bootId: 'b', startTicks: '1' },
      {
        type: 'command-ended',
        run: `r${run}`,
        ending: { type: 'exited', code: 1, ok: false },
        durationMs: 10,
      },
      { type: 'note-added', text: 'again', operator: { user: 'ada', host: 'desk' } },
      { type: 'retry-requested', ...at },
    );
  }
  return events.slice(0, count);
}

describe('the fold', () => {
  test('does not touch the state it starts from', () => {
    const entries = journal(long(40));
    const before = fold(entries.slice(0, 20));
    const copy = structuredClone(before);
    fold(entries.slice(20), before);
    for (const entry of entries.slice(20)) reduce(before, entry);
    expect(before).toEqual(copy);
    expect(emptySession.stack).toEqual([]);
  });

  test('is the same in one go, in parts, and one by one', () => {
    const entries = journal(long(60));
    const whole = fold(entries);
    expect(fold(entries.slice(17), fold(entries.slice(0, 17)))).toEqual(whole);
    expect(entries.reduce(reduce, emptySession)).toEqual(whole);
  });

  test('passes over events that fit nothing, and events of a later version', () => {
    const later = { type: 'rollout-watched', pods: 3 } as unknown as SessionEvent;
    const entries = journal([
      started(of),
      { type: 'command-ended', run: 'nobody', ending: { type: 'unknown' }, durationMs: 0 },
      { type: 'frame-left', frame: 0, outcome: 'left' },
      { type: 'frame-left', frame: 7, outcome: 'left' },
      { type: 'step-done', frame: 9, step: 'x' },
      { type: 'outcome-settled', run: 'nobody', done: true, by: 'operator', note: '' },
      later,
    ]);
    const state = fold(entries);
    expect(state.seq).toBe(7);
    expect(state.stack).toHaveLength(1);
    expect(state.runs).toEqual({});
  });

  test('knows everybody who acted', () => {
    const bob = { user: 'bob', host: 'laptop' };
    const state = fold(
      journal([
        started(of),
        { type: 'session-paused', operator: { user: 'ada', host: 'desk' } },
        { type: 'session-resumed', operator: bob, torn: false, unattended: true },
      ]),
    );
    expect(state.operators).toEqual([{ user: 'ada', host: 'desk' }, bob]);
    expect(state).toMatchObject({ operator: bob, paused: false, resumes: 1, unattended: true });
  });

  test('100,000 events take time in proportion to their number', () => {
    const entries = journal(long(100_000));
    const time = (count: number) => {
      const part = entries.slice(0, count);
      const begun = performance.now();
      fold(part);
      return performance.now() - begun;
    };
    time(10_000);
    // Ten times as many events would take a hundred times as long were anything copied whole for each of them.
    expect(time(100_000)).toBeLessThan(Math.max(1000, time(10_000) * 40));
  });
});
