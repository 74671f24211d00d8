/** Which image of the CNI plugin belongs to which Linkerd. It has versions of its own since 2.12.5 (`LinkerdCNIVersion` of each release). */
import { linkerdSemver } from '../runbook/linkerd-version.ts';

/** The plugin of a line; where its patch releases have several, that of the first one, and the patch that has the last. */
const plugins: Readonly<
  Record<number, { readonly tag: string; readonly first?: string; readonly since?: number }>
> = {
  13: { tag: 'v1.2.2', first: 'v1.1.0', since: 7 },
  14: { tag: 'v1.3.0', first: 'v1.2.0', since: 10 },
  15: { tag: 'v1.3.0' },
  16: { tag: 'v1.5.1' },
  17: { tag: 'v1.5.2' },
  18: { tag: 'v1.6.2' },
  19: { tag: 'v1.6.4' },
  20: { tag: 'v1.6.8' },
};

/** The first one that knows native sidecars (linkerd2 #12391). */
export const NATIVE_SIDECAR_PLUGIN = 'v1.5.0';

/** The tag of `linkerd/cni-plugin` that a Linkerd release was made with; undefined for a release that is not known. */
export function cniPluginTag(version: string): string | undefined {
  const [, line, patch] = (linkerdSemver(version) ?? '').split('.').map(Number);
  if (line === undefined || patch === undefined || Number.isNaN(line)) return undefined;
  if (line < 12 || (line === 12 && patch < 5)) return version;
  if (line === 12) return 'v1.1.1';
  const plugin = plugins[line];
  return patch === 0 ? (plugin?.first ?? plugin?.tag) : plugin?.tag;
}

/** The oldest plugin that a release may have been made with: of patch releases in between it is not known exactly. */
export function oldestCniPluginTag(version: string): string | undefined {
  const [, line = 0, patch = 0] = (linkerdSemver(version) ?? '').split('.').map(Number);
  const { first, since } = plugins[line] ?? {};
  return first !== undefined && since !== undefined && patch < since ? first : cniPluginTag(version);
}

/** Whether a plugin's tag is one that was ever pushed: `v1.3.0`, or that of a Linkerd before 2.12.5. */
export function isCniPluginTag(tag: string): boolean {
  return /^v\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(tag) || cniPluginTag(tag) === tag;
}

/** Below zero where plugin `a` is older than `b`; undefined where one of them is no version of its own. */
export function compareCniPlugins(a: string, b: string): number | undefined {
  const [one, other] = [a, b].map((tag) => /^v(\d+)\.(\d+)\.(\d+)/.exec(tag)?.slice(1).map(Number));
  if (one === undefined || other === undefined) return undefined;
  for (const [index, number] of one.entries()) {
    const difference = number - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
