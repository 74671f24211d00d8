import { describe, expect, test } from 'vitest';
import { imagesOf, isOfTheRelease } from '../../src/linkerd/images.ts';
import { broughtCrd, neededCrds, nextCrd } from '../../src/linkerd/release-crds.ts';
import { lineOf } from '../../src/linkerd/version-order.ts';

describe('the images of a workload', () => {
  const workload = (...images: readonly unknown[]) => ({
    spec: { template: { spec: { containers: images.map((image, at) => ({ name: `c${at}`, image })) } } },
  });

  test('are taken apart, whatever the registry', () => {
    const images = imagesOf(
      workload('cr.l5d.io/linkerd/controller:stable-2.14.10', 'registry:5000/proxy', 'proxy@sha256:1f', 7),
    );
    expect(images.map(({ repository, tag }) => [repository, tag])).toEqual([
      ['controller', 'stable-2.14.10'],
      ['proxy', undefined],
      ['proxy@sha256:1f', undefined],
    ]);
  });

  test('carry the version of the release, but for that of proxy-init', () => {
    const images = imagesOf(workload('a/proxy-init:v2.2.3', 'a/policy-controller:stable-2.14.10'));
    expect(images.map(isOfTheRelease)).toEqual([false, true]);
  });

  test('are none where the object has no such shape', () => {
    expect(imagesOf({})).toEqual([]);
    expect(imagesOf({ spec: { template: { spec: { containers: 'none' } } } })).toEqual([]);
  });
});

describe('the definitions of a release', () => {
  const versionOf = (version: string, name: string) =>
    neededCrds(version)?.find((needed) => needed.name === name)?.version;

  test('are its own where they are known, and those of its line where they are not', () => {
    expect(versionOf('stable-2.14.10', 'httproutes.policy.linkerd.io')).toBe('v1beta3');
    expect(versionOf('stable-2.14.3', 'httproutes.policy.linkerd.io')).toBe('v1beta3');
    expect(versionOf('stable-2.10.0', 'trafficsplits.split.smi-spec.io')).toBe('v1alpha1');
    expect(neededCrds('stable-2.99.0')).toBeUndefined();
    expect(neededCrds('git-1a2b3c')).toBeUndefined();
  });

  test('never ask for the Gateway API, which may be anybody’s', () => {
    expect(neededCrds('stable-2.14.10')?.filter(({ name }) => name.includes('gateway'))).toEqual([]);
  });

  test('of an edge release between two lines may be those of the later one', () => {
    const servers = 'servers.policy.linkerd.io';
    expect(broughtCrd('edge-24.7.5', servers)?.versions).toContain('v1beta3');
    expect(broughtCrd('stable-2.14.3', servers)?.versions).toEqual(['v1alpha1', 'v1beta1']);
    expect(broughtCrd('git-1a2b3c', servers)).toBeUndefined();
    expect(nextCrd('stable-2.14.10', servers)?.storage).toBe('v1beta2');
    expect(nextCrd('edge-26.8.1', servers)).toBeUndefined();
  });

  test('lines of versions', () => {
    expect(['stable-2.14.10', 'edge-24.11.8', 'dev-undefined'].map(lineOf)).toEqual([14, 17, undefined]);
  });
});
