import { describe, expect, test } from 'vitest';
import { skewOf } from '../../src/data-plane/skew.ts';
import { compareVersions, isOlder } from '../../src/linkerd/version-order.ts';

describe('a proxy against its control plane', () => {
  test.each([
    // proxy, control plane, skew
    ['stable-2.14.10', 'stable-2.14.10', 'current'],
    ['stable-2.14.9', 'stable-2.14.10', 'supported'],
    ['stable-2.13.7', 'stable-2.14.10', 'supported'],
    ['stable-2.13.0', 'stable-2.14.0', 'supported'],
    ['stable-2.12.6', 'stable-2.14.0', 'old'],
    ['stable-2.9.5', 'stable-2.10.2', 'supported'],
    ['stable-2.9.5', 'stable-2.11.5', 'old'],
    ['stable-2.14.10', 'stable-2.13.7', 'ahead'],
    ['stable-2.13.7', 'stable-2.13.3', 'ahead'],
    ['stable-2.12.0-rc2', 'stable-2.12.0', 'supported'],
    ['stable-2.12.0', 'stable-2.12.0-rc2', 'ahead'],
    ['stable-2.14.10', 'stable-2.14.10-1', 'supported'],
    ['stable-2.14.10-2', 'stable-2.14.10-1', 'ahead'],
    // Edges are compared number by number, never as text, and belong to the line whose first edge is not after them.
    ['edge-24.11.8', 'edge-24.11.8', 'current'],
    ['edge-24.2.4', 'edge-24.11.8', 'old'],
    ['edge-24.8.2', 'edge-24.11.8', 'supported'],
    ['edge-24.11.9', 'edge-24.11.10', 'supported'],
    ['edge-24.11.10', 'edge-24.11.9', 'ahead'],
    ['edge-24.11.8', 'edge-25.4.4', 'supported'],
    ['edge-24.11.8', 'edge-25.10.7', 'old'],
    ['edge-25.10.7', 'edge-25.4.4', 'ahead'],
    ['edge-19.9.1', 'edge-25.4.4', 'old'],
    ['edge-19.9.1', 'edge-19.10.1', 'supported'],
    // From the last stable release to the edges of the line after it.
    ['stable-2.14.10', 'edge-24.2.4', 'supported'],
    ['stable-2.14.10', 'edge-24.8.2', 'old'],
    ['stable-2.13.7', 'edge-24.2.4', 'old'],
    ['edge-24.2.4', 'stable-2.14.10', 'ahead'],
    // Within one line two channels have no order: neither is told to be ahead.
    ['edge-23.9.1', 'stable-2.14.10', 'supported'],
    ['stable-2.14.10', 'edge-23.9.1', 'supported'],
    // Builds of a vendor, and a git tag that an operator may have used.
    ['enterprise-2.17.1', 'enterprise-2.18.0', 'supported'],
    ['enterprise-2.16.0', 'enterprise-2.18.0', 'old'],
    ['enterprise-2.18.0', 'edge-25.4.4', 'supported'],
    ['version-2.17', 'version-2.18', 'supported'],
    ['version-2.18', 'edge-25.4.4', 'supported'],
    // With a digest the tag counts.
    ['stable-2.14.10@sha256:0123', 'stable-2.14.10', 'current'],
    // What is no release.
    ['', 'stable-2.14.10', 'unknown'],
    ['dev-undefined', 'stable-2.14.10', 'unknown'],
    ['git-1a2b3c4d', 'stable-2.14.10', 'unknown'],
    ['dev-undefined', 'dev-undefined', 'current'],
    ['stable-2.14.10', 'dev-undefined', 'unknown'],
    ['2.14', 'stable-2.14.10', 'unknown'],
    ['sha256:0123', 'stable-2.14.10', 'unknown'],
  ] as const)('%s under %s is %s', (proxy, controlPlane, skew) => {
    expect(skewOf(proxy, controlPlane)).toBe(skew);
  });

  test('is unknown where the control plane is', () => {
    expect(skewOf('stable-2.14.10', undefined)).toBe('unknown');
  });

  test('is current with the version that new pods get, where the configuration names one for proxies', () => {
    expect(skewOf('stable-2.14.9', 'stable-2.14.10', 'stable-2.14.9')).toBe('current');
    expect(skewOf('stable-2.14.10', 'stable-2.14.10', 'stable-2.14.9')).toBe('supported');
    expect(skewOf('stable-2.12.6', 'stable-2.14.10', 'stable-2.14.9')).toBe('old');
  });
});

test('versions are ordered from the oldest to the newest, what is no version last', () => {
  const oldestFirst = [
    'edge-19.9.1',
    'stable-2.9.5',
    'stable-2.13.7',
    'stable-2.14.9',
    'stable-2.14.10',
    'edge-24.2.4',
    'edge-24.11.8',
    'edge-24.11.10',
    'enterprise-2.18.0',
    '',
    'dev-undefined',
  ];
  expect([...oldestFirst].reverse().sort(compareVersions)).toEqual(oldestFirst);
  expect([...oldestFirst].sort(compareVersions)).toEqual(oldestFirst);
});

test('the order of versions is a total one, whatever names there are', () => {
  const names = [
    'stable-2.14.10',
    'edge-23.9.1',
    'edge-23.10.4',
    'enterprise-2.14.1',
    'x',
    '',
    'version-2.14',
  ];
  for (const a of names)
    for (const b of names) {
      expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
      for (const c of names) {
        if (compareVersions(a, b) < 0 && compareVersions(b, c) < 0) {
          expect(compareVersions(a, c), `${a} < ${b} < ${c}`).toBeLessThan(0);
        }
      }
    }
});

describe('which of two is the older Linkerd', () => {
  test.each([
    ['stable-2.13.7', 'stable-2.14.10', true],
    ['stable-2.14.9', 'stable-2.14.10', true],
    ['stable-2.14.10', 'stable-2.14.10', false],
    ['stable-2.14.10', 'edge-24.8.2', true],
    // In one line, and of two channels: nobody can say.
    ['edge-25.4.4', 'enterprise-2.18.0', false],
    ['enterprise-2.18.0', 'edge-25.4.4', false],
    ['git-1a2b3c', 'stable-2.14.10', false],
  ])('%s than %s: %s', (a, b, older) => {
    expect(isOlder(a, b)).toBe(older);
  });
});
