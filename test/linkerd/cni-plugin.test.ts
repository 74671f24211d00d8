import { expect, test } from 'vitest';
import {
  cniPluginTag,
  compareCniPlugins,
  isCniPluginTag,
  oldestCniPluginTag,
} from '../../src/linkerd/cni-plugin.ts';

test.each([
  ['stable-2.11.5', 'stable-2.11.5'],
  ['stable-2.12.4', 'stable-2.12.4'],
  ['stable-2.12.6', 'v1.1.1'],
  ['stable-2.13.0', 'v1.1.0'],
  ['stable-2.13.7', 'v1.2.2'],
  ['stable-2.14.10', 'v1.3.0'],
  ['edge-24.8.2', 'v1.5.1'],
  ['version-2.18', 'v1.6.2'],
  ['edge-26.8.1', 'v1.6.8'],
  ['dev-1234', undefined],
])('%s goes with the plugin %s', (version, tag) => {
  expect(cniPluginTag(version)).toBe(tag);
});

test.each([
  ['stable-2.13.3', 'v1.1.0'],
  ['stable-2.13.7', 'v1.2.2'],
  ['stable-2.14.9', 'v1.2.0'],
  ['edge-24.8.2', 'v1.5.1'],
  ['stable-2.11.5', 'stable-2.11.5'],
  ['dev-1234', undefined],
])('a plugin is not behind %s from %s on', (version, tag) => {
  expect(oldestCniPluginTag(version)).toBe(tag);
});

test('a tag of the plugin is a version of its own, or that of a Linkerd before 2.12.5', () => {
  expect(['v1.3.0', 'v1.6.2-rc1', 'stable-2.11.5'].every(isCniPluginTag)).toBe(true);
  expect(['stable-2.14.10', 'latest', 'edge-25.10.7'].some(isCniPluginTag)).toBe(false);
});

test('versions of the plugin are compared by their numbers', () => {
  expect(compareCniPlugins('v1.10.0', 'v1.9.9')).toBeGreaterThan(0);
  expect(compareCniPlugins('v1.2.2', 'v1.3.0')).toBeLessThan(0);
  expect(compareCniPlugins('v1.3.0', 'v1.3.0')).toBe(0);
  expect(compareCniPlugins('stable-2.11.5', 'v1.3.0')).toBeUndefined();
});
