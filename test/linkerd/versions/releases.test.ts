/** Which releases there are, which line each is of, which is older, and which nobody should go to. */
import { describe, expect, test } from 'vitest';
import { avoided } from '../../../src/linkerd/avoid.ts';
import { knownVersions } from '../../../src/linkerd/facts.ts';
import { oldestKubectl, pruneFlag } from '../../../src/linkerd/kubectl-limits.ts';
import { exists, lines, newestEdge, newestLine } from '../../../src/linkerd/lines.ts';
import { has, isOlder, lineOf } from '../../../src/linkerd/version-order.ts';
import { linkerdSemver, readLinkerdName } from '../../../src/runbook/linkerd-version.ts';

describe('the line of a version', () => {
  test.each([
    ['stable-2.9.0', 9],
    ['stable-2.14.10', 14],
    ['stable-2.14.10-1', 14],
    ['stable-2.12.0-rc2', 12],
    ['2.13.4', 13],
    ['enterprise-2.17.1', 17],
    ['version-2.18', 18],
    // The number after the month is no day, and 11.8 is after 2.4.
    ['edge-24.2.3', 14],
    ['edge-24.2.4', 15],
    ['edge-24.8.1', 15],
    ['edge-24.8.2', 16],
    ['edge-24.11.7', 16],
    ['edge-24.11.8', 17],
    ['edge-24.11.10', 17],
    ['edge-25.4.3', 17],
    ['edge-25.4.4', 18],
    ['edge-25.10.6', 18],
    ['edge-25.10.7', 19],
    ['edge-26.6.2', 19],
    ['edge-26.6.3', 20],
    ['edge-26.8.3', 20],
    // Before 2.15 by the date of the stable release.
    ['edge-20.11.1', undefined],
    ['edge-20.11.2', 9],
    ['edge-21.3.2', 9],
    ['edge-21.3.3', 10],
    ['edge-21.9.5', 10],
    ['edge-21.10.1', 11],
    ['edge-23.11.2', 14],
    ['edge-19.9.1', undefined],
    ['dev-undefined', undefined],
    ['git-1a2b3c4d', undefined],
    ['', undefined],
  ])('of %s is %s', (version, line) => {
    expect(lineOf(version)).toBe(line);
  });
});

test('a name of a channel of its own is told apart, with its hotpatch and its candidate', () => {
  expect(readLinkerdName('stable-2.14.10-3')?.numbers).toEqual([14, 10, 3]);
  expect(readLinkerdName('stable-2.12.0-rc2')?.preview).toBe('rc2');
  expect(linkerdSemver('stable-2.12.0-rc2')).toBe('2.12.0-rc2');
  expect(linkerdSemver('edge-24.11.8')).toBe('2.17.0');
  expect(readLinkerdName('enterprise-2.18.2')?.channel).toBe('enterprise');
  for (const none of ['edge-2024.1.1', '3.1.0', '2.14', 'edge-24.1', 'stable-2.14.10-']) {
    expect(readLinkerdName(none), none).toBeUndefined();
  }
});

test('edges are ordered by their numbers, and a line has what came with its first release', () => {
  expect(isOlder('edge-24.2.4', 'edge-24.11.8')).toBe(true);
  expect(isOlder('edge-24.11.8', 'edge-24.2.4')).toBe(false);
  expect(has('edge-24.11.8', 'edge-24.8.2')).toBe(true);
  expect(has('stable-2.14.10', 'edge-24.2.4')).toBe(false);
  expect(has('edge-24.2.4', 'stable-2.12.0')).toBe(true);
  expect(has('git-1a2b', 'stable-2.12.0')).toBe(false);
});

describe('whether a release exists', () => {
  test.each([
    ['stable-2.9.5', 'yes'],
    ['stable-2.9.6', 'no'],
    ['stable-2.10.3', 'no'],
    ['stable-2.14.10', 'yes'],
    ['stable-2.14.11', 'no'],
    ['stable-2.15.0', 'no'],
    ['stable-2.8.1', 'no'],
    ['edge-24.8.2', 'yes'],
    ['edge-24.9.1', 'maybe'],
    ['edge-24.13.1', 'no'],
    ['edge-24.0.1', 'no'],
    ['edge-24.9.0', 'no'],
    ['edge-26.8.3', 'maybe'],
    ['edge-26.8.4', 'no'],
    ['version-2.18', 'yes'],
    ['version-2.14', 'no'],
    ['enterprise-2.18.0', 'maybe'],
    ['foo', 'no'],
  ])('%s: %s', (version, answer) => {
    expect(exists(version)).toBe(answer);
  });
});

test('every line begins and is best with a release of its own that exists and that nobody avoids', () => {
  for (const { line, first, best } of lines) {
    expect([lineOf(first), lineOf(best)], first).toEqual([line, line]);
    expect(exists(best), best).toBe('yes');
    expect(avoided(best), best).toBeUndefined();
    expect(isOlder(best, first), best).toBe(false);
  }
  expect(lines.map(({ line }) => line)).toEqual([9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  expect(isOlder(newestLine.best, newestEdge)).toBe(true);
});

test('the practice cluster can run the best release of every line', () => {
  for (const { best } of lines) expect(knownVersions).toContain(best);
});

describe('who should not be gone to', () => {
  test.each([
    ['stable-2.9.0', 'stable-2.9.5'],
    ['stable-2.9.3', 'stable-2.9.5'],
    ['stable-2.11.1', 'stable-2.11.5'],
    ['stable-2.12.0', 'stable-2.12.6'],
    ['stable-2.12.0-rc2', 'stable-2.12.6'],
    ['stable-2.13.0', 'stable-2.13.7'],
    ['stable-2.13.5', 'stable-2.13.7'],
    ['edge-24.5.3', 'edge-24.5.5'],
    ['edge-24.9.3', 'edge-24.10.3'],
    ['edge-24.10.2', 'edge-24.10.3'],
    ['edge-25.3.4', 'edge-25.4.1'],
    ['edge-25.6.1', 'edge-25.7.6'],
    ['edge-25.7.3', 'edge-25.7.6'],
    ['edge-25.10.4', 'edge-25.10.7'],
    ['edge-25.11.2', 'edge-25.11.3'],
  ])('%s: %s instead', (version, instead) => {
    expect(avoided(version)?.instead).toBe(instead);
    expect(avoided(instead)).toBeUndefined();
  });

  test.each([
    'stable-2.9.4',
    'stable-2.11.2',
    'stable-2.12.1',
    'stable-2.13.6',
    'stable-2.14.5',
    'edge-24.5.5',
    'edge-24.10.3',
    'edge-25.10.1',
    'edge-25.10.7',
    'edge-23.5.1',
    'enterprise-2.13.0',
  ])('%s is none of them', (version) => {
    expect(avoided(version)).toBeUndefined();
  });

  test('2.14.6 is left out by those who use its chart, and by those of whom it is not known', () => {
    expect(avoided('stable-2.14.6', 'helm')?.instead).toBe('stable-2.14.10');
    expect(avoided('stable-2.14.6', 'cli')).toBeUndefined();
    expect(avoided('stable-2.14.6')).toBeDefined();
  });
});

describe('the flag of kubectl that names what may be pruned', () => {
  test.each([
    ['v1.25.9', '--prune-whitelist'],
    ['v1.26.0', '--prune-allowlist'],
    ['1.29', '--prune-allowlist'],
    ['v1.32.4', '--prune-allowlist'],
    ['', undefined],
  ])('of %j is %s', (kubectl, flag) => {
    expect(pruneFlag(kubectl)).toBe(flag);
  });

  test('a check of 2.12 and earlier asks for a kubectl that is not too old', () => {
    expect(oldestKubectl('stable-2.12.6')).toBe(21);
    expect(oldestKubectl('stable-2.13.7')).toBeUndefined();
  });
});
