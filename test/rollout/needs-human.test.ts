import { describe, expect, test } from 'vitest';
import type { Reason, Rollout } from '../../src/rollout/model.ts';
import { needOf } from '../../src/rollout/needs-human.ts';
import { ago, assessed, deployment, type Json, NOW, pod, progressing, running, waiting } from './objects.ts';

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

describe('a human is needed', () => {
  test('for nothing that is good or goes on', () => {
    expect(needOf(with_({}))).toBeUndefined();
    expect(needOf(with_({ phase: 'DONE', settled: true, good: true }))).toBeUndefined();
    expect(needOf(with_({ phase: 'PAUSED' }))).toBeUndefined();
    expect(needOf(with_({ phase: 'MANUAL' }))).toBeUndefined();
  });

  test('soon, where a controller may mend it yet', () => {
    expect(needOf(with_({ phase: 'STUCK', reasons: [reason()] }))).toBe('soon');
  });

  test('now, where nothing but a change of the objects can help', () => {
    const reasons = [reason(), reason({ code: 'POD_SECURITY_VIOLATION', final: true })];
    expect(needOf(with_({ phase: 'STUCK', reasons }))).toBe('now');
  });

  test('never for what may pass, the deadline over or not', () => {
    const kinds = ['transient', 'benign'] as const;
    for (const kind of kinds)
      expect(needOf(with_({ phase: 'STUCK', reasons: [reason({ kind })] }))).toBeUndefined();
  });

  test('for pods without a proxy when the rollout has come to its end', () => {
    const reasons = [reason({ code: 'SILENTLY_UNMESHED' })];
    expect(needOf(with_({ reasons }))).toBeUndefined();
    expect(needOf(with_({ phase: 'DONE', settled: true, good: false, reasons }))).toBe('now');
  });

  test('where the workload is being deleted', () => {
    expect(needOf(with_({ phase: 'TERMINATING', settled: true, good: false }))).toBe('now');
  });
});

describe('from objects to the need', () => {
  const judged = (scene: { readonly status?: Json; readonly container: Json }, now = NOW) =>
    needOf(
      assessed(
        {
          workload: deployment({ status: scene.status }),
          pods: [pod('web-a', { ready: false, status: { containerStatuses: [scene.container] } })],
        },
        now,
      ),
    );

  test('a deadline that is over, with nothing found', () => {
    const status = { conditions: [progressing('False', 'ProgressDeadlineExceeded', 15)] };
    const young = running('app', { ready: false, state: { running: { startedAt: ago(5) } } });
    expect(judged({ status, container: young })).toBe('soon');
    expect(judged({ status, container: running('app', { ready: false }) })).toBeUndefined();
  });

  test('a registry that cannot be reached gets its minute', () => {
    const container = waiting('app', 'ErrImagePull', 'dial tcp 1.2.3.4:443: i/o timeout');
    expect(judged({ container }, NOW - 45_000)).toBeUndefined();
    expect(judged({ container })).toBe('soon');
  });
});
