/** Which changes are on a way: those after the version that runs, up to the target. */
import { expect, test } from 'vitest';
import { isCrossed } from '../../../src/diagnosis/notices/crossed.ts';

const whole = { since: undefined, from: undefined, to: undefined };

test.each([
  // A line without more: entered on the way.
  ['2.11', {}, 'stable-2.10.2', 'stable-2.11.0', true],
  ['2.11', {}, 'stable-2.10.2', 'stable-2.14.10', true],
  ['2.11', {}, 'stable-2.11.0', 'stable-2.11.5', false],
  ['2.11', {}, 'stable-2.9.5', 'stable-2.10.2', false],
  ['2.16', {}, 'edge-24.7.5', 'edge-24.8.2', true],
  ['2.16', {}, 'edge-24.8.3', 'edge-24.11.8', false],
  ['2.15', {}, 'stable-2.14.10', 'edge-24.2.4', true],
  ['2.15', {}, 'stable-2.14.10', 'version-2.15', true],
  ['2.15', {}, 'enterprise-2.15.1', 'edge-24.8.2', false],
  ['2.8', {}, 'stable-2.7.1', 'stable-2.8.0', true],
  // From a release on.
  ['2.14', { since: 'stable-2.14.5' }, 'stable-2.14.2', 'stable-2.14.10', true],
  ['2.14', { since: 'stable-2.14.5' }, 'stable-2.14.5', 'stable-2.14.10', false],
  ['2.14', { since: 'stable-2.14.5' }, 'stable-2.13.7', 'stable-2.14.4', false],
  ['2.14', { since: 'stable-2.14.5' }, 'stable-2.13.7', 'edge-24.2.4', true],
  // An edge of the line before: it is in 2.19 as in what came just before it.
  ['2.19', { since: 'edge-25.7.1' }, 'edge-25.4.4', 'edge-25.8.1', true],
  ['2.19', { since: 'edge-25.7.1' }, 'edge-25.8.1', 'edge-25.10.7', false],
  ['2.19', { since: 'edge-25.7.1' }, 'stable-2.14.10', 'edge-25.10.7', true],
  // In one line nobody knows which of two channels is later: it is told.
  ['2.16', { since: 'edge-24.9.1' }, 'enterprise-2.16.2', 'edge-24.11.8', true],
  // Only on some ways.
  ['2.13', { to: '<2.13.5' }, 'stable-2.12.6', 'stable-2.13.4', true],
  ['2.13', { to: '<2.13.5' }, 'stable-2.12.6', 'stable-2.13.7', false],
  ['2.10', { from: '>=2.9 <2.9.4' }, 'stable-2.9.2', 'stable-2.10.2', true],
  ['2.10', { from: '>=2.9 <2.9.4' }, 'stable-2.9.5', 'stable-2.10.2', false],
  // Not known, so not told.
  ['2.11', {}, 'dev-undefined', 'stable-2.11.5', false],
] as const)('%s %j from %s to %s: %s', (line, more, from, to, crossed) => {
  expect(isCrossed({ line, ...whole, ...more }, from, to)).toBe(crossed);
});
