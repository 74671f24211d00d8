import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Reason, RolloutPhase } from '../../src/rollout/model.ts';
import {
  phaseTitle,
  rankOf,
  reasonCodes,
  reasonDetail,
  reasonLine,
  reasonTitle,
} from '../../src/rollout/words.ts';

const doc = readFileSync(new URL('../../docs/rollouts.md', import.meta.url), 'utf8');
const rows = (heading: string): string[][] => {
  const section = doc.split(/^## /m).find((each) => each.startsWith(heading)) ?? '';
  return section
    .split('\n')
    .filter((line) => /^\| `/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
};

describe('docs/rollouts.md', () => {
  test('has every reason with its meaning, in the order of their rank', () => {
    expect(rows('Why it waits').map(([code, meaning]) => [code, meaning])).toEqual(
      reasonCodes.map((code) => [`\`${code}\``, reasonTitle(code)]),
    );
  });

  test('has every phase with its words', () => {
    const phases: readonly RolloutPhase[] = [
      'TERMINATING',
      'SCALED_TO_ZERO',
      'PAUSED',
      'MANUAL',
      'NOT_OBSERVED',
      'DONE',
      'DONE_PARTITION_HELD',
      'STUCK',
      'PROGRESSING',
    ];
    expect(rows('Phases').map(([code, words]) => [code, words])).toEqual(
      phases.map((phase) => [`\`${phase}\``, phaseTitle(phase)]),
    );
  });
});

const reason = (change: Partial<Reason>): Reason => ({
  code: 'IMAGE_PULL',
  kind: 'doomed',
  title: 'image pull back-off',
  message: 'not found',
  subject: 'proxy:stable-2.14.10',
  advice: '',
  count: 1,
  pods: ['web-a'],
  since: undefined,
  evidence: [],
  ...change,
});
const progress = { desired: 3, updated: 1, ready: 3, available: 3, newReady: 0, oldTerminating: 0, held: 0 };
const line = (change: Partial<Reason>) => reasonLine(reason(change), { progress });

describe('a reason in one line', () => {
  test.each<readonly [Partial<Reason>, string]>([
    [{}, 'IMAGE_PULL, 1 of 3 new pods'],
    [{ code: 'QUOTA_EXCEEDED', count: 2 }, 'QUOTA_EXCEEDED, 2 of 3 pods not created'],
    [{ code: 'STS_OLD_BROKEN_POD' }, 'STS_OLD_BROKEN_POD, 1 pod'],
    [{ code: 'BUDGET_USED_BY_OLD_PODS', count: 2 }, 'BUDGET_USED_BY_OLD_PODS, 2 pods'],
    [{ code: 'UNDETERMINED', count: 0 }, 'UNDETERMINED'],
    [{ count: 5 }, 'IMAGE_PULL, 5 of 5 new pods'],
  ])('%o', (change, words) => {
    expect(line(change)).toBe(words);
  });

  test('says what it is about and what the cluster says', () => {
    expect(reasonDetail(reason({}))).toBe('proxy:stable-2.14.10: not found');
    expect(reasonDetail(reason({ subject: '' }))).toBe('not found');
    expect(reasonDetail(reason({ subject: 'app', message: '' }))).toBe('app');
    expect(reasonDetail(reason({ subject: '', message: '' }))).toBe('image pull back-off');
    expect(reasonDetail(reason({ subject: 'node-1', message: 'node node-1 is not ready' }))).toBe(
      'node node-1 is not ready',
    );
  });
});

test('ranks follow the table', () => {
  expect(rankOf('CONTROLLER_NOT_OBSERVING')).toBe(0);
  expect(rankOf('IMAGE_PULL')).toBeLessThan(rankOf('READINESS_FAILING'));
  expect(reasonCodes.at(-1)).toBe('UNDETERMINED');
});
