import { expect, test } from 'vitest';
import type { CheckLine, CheckReport } from '../../src/linkerd/check-report.ts';
import { countsText, type ExpectedCheck, judge } from '../../src/linkerd/expected-checks.ts';

const hint = (anchor: string) => `https://linkerd.io/2.14/checks/#${anchor}`;
const behind: CheckLine = {
  category: 'linkerd-data-plane',
  description: 'data plane is up-to-date',
  result: 'warning',
  error: 'some proxies are not running the current version:\n  * web-1 (stable-2.13.7)',
  hint: hint('l5d-data-plane-version'),
};
const fine: CheckLine = {
  category: 'linkerd-data-plane',
  description: 'data plane proxies are ready',
  result: 'success',
};
const broken: CheckLine = {
  category: 'linkerd-multicluster',
  description: 'all gateway mirrors are healthy',
  result: 'error',
  error: 'no endpoints',
  hint: hint('l5d-multicluster-gateways-endpoints'),
};
const dark: CheckLine = {
  category: 'linkerd-identity',
  description: 'issuer cert is within its validity period',
  result: 'unseen',
  error: 'Not permitted: get secrets in linkerd.',
};

const report = (...checks: CheckLine[]): CheckReport => ({
  success: checks.every(({ result }) => result !== 'error'),
  checks,
  rest: '',
  ends: [],
});
const until = (check: string): ExpectedCheck => ({ check, until: 'it is restarted' });

test.each([
  ['the id of a category', 'linkerd-data-plane'],
  ['the anchor of a hint', 'l5d-data-plane-version'],
  ['an anchor as an address has it', '#l5d-data-plane-version'],
  ['a part of the description', 'data plane is up'],
  ['any case', 'DATA PLANE IS UP-TO-DATE'],
])('what was announced is recognised by %s', (_, check) => {
  const { lines, missing, counts, ok } = judge(report(fine, behind), [until(check)]);
  expect(lines.map(({ expected }) => expected?.until)).toEqual([undefined, 'it is restarted']);
  expect(missing).toEqual([]);
  expect(counts).toEqual({ passed: 1, warnings: 0, failed: 0, unseen: 0, expected: 1 });
  expect(ok).toBe(true);
});

test('a failure fails, and one that was announced does not', () => {
  expect(judge(report(fine, broken), []).ok).toBe(false);
  expect(judge(report(fine, broken), [until('l5d-multicluster-gateways-endpoints')]).ok).toBe(true);
  expect(judge(report(fine, broken, behind), [until('data plane')]).ok).toBe(false);
});

test('what was announced and did not come is told: it held, or nobody looked', () => {
  const { missing, ok } = judge(report(fine), [until('proxies are ready'), until('no such check')]);
  expect(ok).toBe(true);
  expect(missing).toEqual([
    { expected: until('proxies are ready'), held: true },
    { expected: until('no such check'), held: false },
  ]);
});

test('an announcement is no excuse for what nobody could see, nor for a report that is cut off', () => {
  const { lines, counts } = judge(report(dark), [until('issuer cert')]);
  expect(lines[0]).not.toHaveProperty('expected');
  expect(counts.unseen).toBe(1);
  expect(judge({ ...report(fine), broken: 'Its output was cut off.' }, [until('fine')]).ok).toBe(false);
});

test('one announcement covers every line that it is about', () => {
  expect(judge(report(behind, broken), [until('linkerd')]).counts.failed).toBe(1);
  expect(judge(report(behind, { ...behind, category: 'x' }), [until('up-to-date')]).counts.expected).toBe(2);
});

test('the counts are read as a sentence', () => {
  expect(countsText({ passed: 41, warnings: 1, failed: 2, unseen: 3, expected: 1 })).toBe(
    '2 failed, 1 warning, 3 not seen, 1 as expected, 41 passed',
  );
  expect(countsText({ passed: 41, warnings: 0, failed: 0, unseen: 0, expected: 0 })).toBe('41 passed');
});
