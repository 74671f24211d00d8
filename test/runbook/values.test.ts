/** Values of parameters, versions, durations and conditions. */
import { describe, expect, test } from 'vitest';
import { describeCondition, holds, unmet } from '../../src/runbook/conditions.ts';
import { formatDuration, parseDuration } from '../../src/runbook/durations.ts';
import { linkerdSemver } from '../../src/runbook/linkerd-version.ts';
import type { ParameterSpec, ParameterType, Place } from '../../src/runbook/model.ts';
import { checkValue } from '../../src/runbook/parameters.ts';

const place: Place = { file: 'x.md', line: 1, column: 1, offset: 0, endLine: 1, endColumn: 1, endOffset: 0 };
const spec = (type: ParameterType, more: Partial<ParameterSpec> = {}): ParameterSpec => ({
  name: 'P',
  type,
  place,
  ...more,
});

describe('a value is taken as', () => {
  test.each<[ParameterType, string, string]>([
    ['string', ' a b ', 'a b'],
    ['version', '1.24.3', '1.24.3'],
    ['version', 'v1.24', 'v1.24'],
    ['linkerd-version', '2.14.10', 'stable-2.14.10'],
    ['linkerd-version', 'v2.14.10', 'stable-2.14.10'],
    ['linkerd-version', ' stable-2.13.7\n', 'stable-2.13.7'],
    ['linkerd-version', 'edge-24.11.8', 'edge-24.11.8'],
    ['linkerd-version', 'version-2.18', 'version-2.18'],
    ['linkerd-version', 'enterprise-2.18.1', 'enterprise-2.18.1'],
    ['namespace', 'linkerd-viz', 'linkerd-viz'],
    ['context', 'arn:aws:eks:eu-1:1:cluster/prod', 'arn:aws:eks:eu-1:1:cluster/prod'],
    ['duration', '1h30m', '1h30m'],
    ['secret', ' keep my blanks ', ' keep my blanks '],
  ])('%s %j', (type, given, value) => {
    expect(checkValue(spec(type), given)).toEqual({ ok: true, value });
  });
});

describe('a value is refused as', () => {
  test.each<[ParameterType, string]>([
    ['string', ''],
    ['string', 'a\nb'],
    ['string', 'a\0b'],
    ['version', 'latest'],
    ['linkerd-version', '2.14'],
    ['linkerd-version', '3.1.0'],
    ['linkerd-version', 'edge-2024.1.1'],
    ['linkerd-version', 'dev-undefined'],
    ['namespace', 'Linkerd'],
    ['namespace', '-x'],
    ['namespace', 'a'.repeat(64)],
    ['context', '--kubeconfig=x'],
    ['duration', '5'],
    ['duration', '-5m'],
    ['secret', 'a\0b'],
  ])('%s %j', (type, given) => {
    expect(checkValue(spec(type), given).ok).toBe(false);
  });

  test('a secret is never repeated in the reason', () => {
    const refused = checkValue(spec('secret', { pattern: 'x+' }), 'hunter2');
    expect(refused).toMatchObject({ ok: false });
    expect(JSON.stringify(refused)).not.toContain('hunter2');
  });

  test('choices, patterns and ranges count, and the reason names them', () => {
    expect(checkValue(spec('choice', { choices: ['cli', 'helm'] }), 'Helm')).toEqual({
      ok: false,
      message: '"Helm" is none of cli or helm.',
    });
    expect(checkValue(spec('string', { pattern: 'a|b' }), 'ab').ok).toBe(false);
    expect(checkValue(spec('string', { pattern: 'a|b' }), 'b').ok).toBe(true);
    expect(checkValue(spec('linkerd-version', { range: '>=2.12 <2.15' }), '2.11.5').ok).toBe(false);
    expect(checkValue(spec('linkerd-version', { range: '>=2.12 <2.15' }), '2.14.10').ok).toBe(true);
    expect(checkValue(spec('string', { optional: true }), '').ok).toBe(true);
  });
});

test.each([
  ['stable-2.14.10', '2.14.10'],
  ['stable-2.12.0-rc2', '2.12.0-rc2'],
  ['stable-2.14.10-1', '2.14.10'],
  ['enterprise-2.18.1', '2.18.1'],
  ['version-2.20', '2.20.0'],
  ['edge-24.2.4', '2.15.0'],
  ['edge-24.2.3', '2.14.0'],
  ['edge-24.11.8', '2.17.0'],
  ['edge-24.11.7', '2.16.0'],
  ['edge-25.10.10', '2.19.0'],
  ['edge-26.6.3', '2.20.0'],
  ['edge-26.8.1', '2.20.0'],
  ['edge-19.1.1', undefined],
  ['git-12345678', undefined],
  ['', undefined],
])('%s stands for %s', (name, version) => {
  expect(linkerdSemver(name)).toBe(version);
});

test.each([
  ['>=2.14', 'stable-2.14.10', true],
  ['>=2.14', 'stable-2.13.7', false],
  ['>=2.14', 'edge-24.11.8', true],
  ['2.13.x', 'stable-2.13.7', true],
  ['>=stable-2.13.5 <edge-24.2.4', 'stable-2.14.10', true],
  ['>=stable-2.13.5 <edge-24.2.4', 'edge-24.8.2', false],
  ['>=2.12', 'stable-2.12.0-rc2', true],
  ['<2.12 || >=2.14', 'stable-2.13.0', false],
  ['>=2.14', 'git-123', false],
  ['>=2.14', '', false],
])('%s holds for %s: %s', (range, value, expected) => {
  const condition = { parameter: 'P', accepts: [range], place };
  expect(holds(condition, [spec('linkerd-version')], { P: value })).toBe(expected);
});

test('other values must be equal to one that is accepted, and the first that is not is named', () => {
  const when = [
    { parameter: 'A', accepts: ['x', 'y'], place },
    { parameter: 'B', accepts: ['z'], place },
  ];
  expect(unmet(when, [], { A: 'y', B: 'z' })).toBeUndefined();
  expect(describeCondition(unmet(when, [], { A: 'q', B: 'z' })!)).toBe('A is x or y');
  expect(unmet(when, [], { A: 'x' })?.parameter).toBe('B');
});

test.each([
  ['500ms', 500, '500ms'],
  ['90s', 90_000, '1m30s'],
  ['10m', 600_000, '10m'],
  ['1h30m', 5_400_000, '1h30m'],
  ['0.5h', 1_800_000, '30m'],
  ['0s', 0, '0ms'],
])('%s is %i ms', (text, ms, shown) => {
  expect(parseDuration(text)).toBe(ms);
  expect(formatDuration(ms)).toBe(shown);
});

test.each(['', '5', 'm', '5 m', '1d', '-1s', '1h 30m', '1e3s'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
