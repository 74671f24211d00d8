import { describe, expect, test } from 'vitest';
import {
  kubernetesMinor,
  kubernetesSupport,
  kubernetesVerdict,
  sharedMinors,
} from '../../../src/linkerd/kubernetes-support.ts';

const of = (version: string) => kubernetesSupport(version)!;

test.each([
  ['stable-2.9.4', 13],
  ['stable-2.10.2', 16],
  ['stable-2.11.0', 16],
  ['stable-2.11.5', 17],
  ['stable-2.12.6', 21],
  ['stable-2.14.10', 21],
  ['edge-23.11.2', 21],
  ['edge-24.2.4', 22],
  ['edge-24.11.8', 22],
  ['edge-25.4.4', 23],
  ['enterprise-2.18.1', 23],
  ['edge-25.10.7', 23],
  // An edge of the line 2.19 that asks for what 2.20 does.
  ['edge-26.4.3', 23],
  ['edge-26.5.1', 31],
  ['edge-26.6.3', 31],
  ['version-2.20', 31],
])('%s refuses what is older than Kubernetes 1.%i', (version, minor) => {
  expect(of(version).enforced).toBe(minor);
  expect(kubernetesVerdict(of(version), minor - 1)).toBe('too-old');
  expect(kubernetesVerdict(of(version), minor)).not.toBe('too-old');
});

test('of what is no release, or older than 2.9, nothing is known', () => {
  for (const version of ['stable-2.8.1', 'edge-19.9.1', 'git-1a2b3c4d', '']) {
    expect(kubernetesSupport(version)).toBeUndefined();
  }
});

test.each([
  // What Kubernetes took away stops a release; what no page says stops nothing.
  ['stable-2.9.5', 21, 'fits'],
  ['stable-2.9.5', 22, 'too-new'],
  ['stable-2.10.2', 24, 'undocumented-new'],
  ['stable-2.11.5', 24, 'undocumented-new'],
  ['stable-2.11.5', 25, 'too-new'],
  ['stable-2.12.6', 25, 'undocumented-new'],
  ['stable-2.14.10', 28, 'fits'],
  ['stable-2.14.10', 31, 'undocumented-new'],
  // Three sources for 2.19: blocked below 1.23, doubtful below 1.29.
  ['edge-25.10.7', 22, 'too-old'],
  ['edge-25.10.7', 28, 'undocumented-old'],
  ['edge-25.10.7', 29, 'fits'],
  // The page allows 1.22 for 2.18, the code does not.
  ['edge-25.4.4', 22, 'too-old'],
  ['edge-26.6.3', 30, 'too-old'],
  ['edge-26.6.3', 36, 'undocumented-new'],
] as const)('%s on Kubernetes 1.%i: %s', (version, minor, verdict) => {
  expect(kubernetesVerdict(of(version), minor)).toBe(verdict);
});

test('two releases share what both run on, and 2.14 and 2.20 share nothing', () => {
  expect(sharedMinors([of('stable-2.13.7'), of('stable-2.14.10')])).toEqual({ min: 21, max: 28 });
  expect(sharedMinors([of('edge-25.4.4'), of('edge-25.10.7')])).toEqual({ min: 29, max: 32 });
  const { min, max } = sharedMinors([of('stable-2.14.10'), of('edge-26.6.3')]);
  expect(min).toBeGreaterThan(max!);
});

describe('the minor of a Kubernetes version', () => {
  test.each([
    ['v1.28.3', 28],
    ['1.28', 28],
    ['v1.24+', 24],
    ['v1.27.4-gke.900', 27],
    ['2.1', undefined],
    ['1.x', undefined],
    ['', undefined],
  ])('%j is %s', (version, minor) => {
    expect(kubernetesMinor(version)).toBe(minor);
  });
});
