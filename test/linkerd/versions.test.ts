import { describe, expect, it } from 'vitest';
import { compareVersions, hopBetween, logicalMajor } from '../../src/linkerd/versions.ts';

describe('the versions of Linkerd', () => {
  it.each([
    ['stable-2.14.10', 14],
    ['edge-24.2.4', 15],
    ['edge-24.11.8', 17],
    ['version-2.18', 18],
    ['enterprise-2.16.2', 16],
    ['dev-undefined', undefined],
    ['', undefined],
  ])('%s is of 2.%s', (name, major) => {
    expect(logicalMajor(name)).toBe(major);
  });

  it('are ordered by number, not by letter', () => {
    expect(compareVersions('stable-2.9.5', 'stable-2.10.0')).toBeLessThan(0);
    expect(compareVersions('stable-2.14.10', 'stable-2.14.9')).toBeGreaterThan(0);
    expect(compareVersions('edge-24.11.8', 'edge-24.2.4')).toBeGreaterThan(0);
    expect(compareVersions('stable-2.14.10', 'edge-24.2.4')).toBeLessThan(0);
  });

  it('have no order between an edge and a stable release of one line', () => {
    expect(compareVersions('edge-23.11.1', 'stable-2.14.3')).toBe(undefined);
  });

  it.each([
    ['stable-2.13.7', 'stable-2.14.10', 'major'],
    ['stable-2.14.1', 'stable-2.14.10', 'minor'],
    ['stable-2.14.10', 'stable-2.14.10', 'same'],
    ['stable-2.12.6', 'stable-2.14.10', 'skips-a-major'],
    ['stable-2.14.10', 'edge-24.8.2', 'skips-a-major'],
    ['stable-2.14.10', 'stable-2.13.7', 'downgrade'],
    ['edge-24.8.2', 'edge-24.8.1', 'downgrade'],
    ['git-1234', 'stable-2.14.10', 'unknown'],
  ])('%s to %s: %s', (from, to, hop) => {
    expect(hopBetween(from, to)).toBe(hop);
  });
});
