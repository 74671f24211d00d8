import { describe, expect, test } from 'vitest';
import type { Reason, Rollout } from '../../src/rollout/model.ts';
import { settle } from '../../src/rollout/settle.ts';
import { ago, assessed, deployment, type Json, NOW, pod, progressing, running, waiting } from './objects.ts';

const options = { now: NOW, startedAt: NOW - 30_000, timeout: 60_000 };
const with_ = (change: Partial<Rollout>): Rollout => ({ ...assessed(), ...change });
const reason = (change: Partial<Reason> = {}): Reason => ({
  code: 'CRASH_LOOP',
  kind: 'doomed',
  title: 'crash loop',
  message: 'exit code 1',
  subject: 'app',
  advice: '',
  count: 1,
  pods: ['web-a'],
  since: NOW - 20_000,
  evidence: [],
  ...change,
});
const done = with_({ phase: 'DONE', settled: true, good: true });

describe('the verdict', () => {
  test('is running while one is, whatever the others are', () => {
    expect(settle([done, with_({})], options)).toMatchObject({
      type: 'running',
      waiting: [{ phase: 'PROGRESSING' }],
      held: [],
    });
  });

  test('is done when all are good', () => {
    expect(settle([done, with_({ phase: 'SCALED_TO_ZERO', settled: true, good: true })], options)).toEqual({
      type: 'done',
    });
  });

  test('is timed out at the end of the time, and not before', () => {
    expect(settle([with_({})], { ...options, now: NOW + 29_999 }).type).toBe('running');
    expect(settle([with_({})], { ...options, now: NOW + 30_000 })).toMatchObject({
      type: 'timed-out',
      waiting: [{}],
    });
    expect(settle([done], { ...options, now: NOW + 30_000 })).toEqual({ type: 'done' });
  });

  test('names those that wait for a human', () => {
    const verdict = settle([with_({ phase: 'PAUSED' }), with_({})], options);
    expect(verdict).toMatchObject({ type: 'running', waiting: [{}, {}], held: [{ phase: 'PAUSED' }] });
  });

  test('is failed for a reason that needs a human, once it has stood for a while', () => {
    const since = (ms: number) =>
      settle([done, with_({ phase: 'STUCK', reasons: [reason({ since: NOW - ms })] })], options);
    expect(since(9_999).type).toBe('running');
    expect(since(10_000)).toMatchObject({
      type: 'failed',
      failures: [{ reasons: [{ code: 'CRASH_LOOP' }] }],
    });
    const young = with_({ reasons: [reason({ since: NOW - 2000 })] });
    expect(settle([young], { ...options, grace: 1000 }).type).toBe('failed');
  });

  test('is failed at once for what nothing can mend', () => {
    expect(settle([with_({ reasons: [reason({ since: NOW, final: true })] })], options).type).toBe('failed');
  });

  test('is not failed for what may pass, the deadline over or not', () => {
    const kinds = ['transient', 'benign'] as const;
    for (const kind of kinds)
      expect(settle([with_({ phase: 'STUCK', reasons: [reason({ kind })] })], options).type).toBe('running');
  });

  test('is failed for pods without a proxy when the rollout has come to its end', () => {
    const unmeshed = [reason({ code: 'SILENTLY_UNMESHED' })];
    expect(settle([with_({ reasons: unmeshed })], options).type).toBe('running');
    const over = with_({ phase: 'DONE', settled: true, good: false, reasons: unmeshed });
    expect(settle([over], options)).toMatchObject({ type: 'failed', failures: [{ reasons: unmeshed }] });
  });

  test('is failed where the workload is being deleted', () => {
    const going = with_({ phase: 'TERMINATING', settled: true, good: false });
    expect(settle([going], options)).toMatchObject({ type: 'failed', failures: [{ reasons: [] }] });
  });
});

describe('from objects to a verdict', () => {
  const judged = (scene: { readonly status?: Json; readonly container: Json }, now = NOW) =>
    settle(
      [
        assessed(
          {
            workload: deployment({ status: scene.status }),
            pods: [pod('web-a', { ready: false, status: { containerStatuses: [scene.container] } })],
          },
          now,
        ),
      ],
      { now, startedAt: NOW, timeout: 600_000 },
    );

  test('a deadline that is over, with nothing found, fails', () => {
    const status = { conditions: [progressing('False', 'ProgressDeadlineExceeded', 15)] };
    const young = running('app', { ready: false, state: { running: { startedAt: ago(5) } } });
    expect(judged({ status, container: young })).toMatchObject({
      type: 'failed',
      failures: [{ reasons: [{ code: 'UNDETERMINED' }] }],
    });
    expect(judged({ status, container: running('app', { ready: false }) }).type).toBe('running');
  });

  test('a registry that cannot be reached gets its minute', () => {
    const container = waiting('app', 'ErrImagePull', 'dial tcp 1.2.3.4:443: i/o timeout');
    expect(judged({ container }, NOW - 45_000).type).toBe('running');
    expect(judged({ container }).type).toBe('failed');
  });
});
