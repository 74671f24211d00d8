/** How one Linkerd version stands to another. Rules: linkerd.io, "Upgrading Linkerd", upgrade paths and data plane skew. */
import { linkerdSemver } from '../runbook/linkerd-version.ts';
import type { Skew } from './model.ts';

/** A version taken apart so that two can be compared: the 2.N line, and the numbers that order releases of one channel. */
interface Ordered {
  readonly channel: string;
  /** The N of 2.N. Older than all that are known: `BEFORE_KNOWN`. */
  readonly line: number;
  readonly numbers: readonly number[];
  /** `rc2`: it comes before the release of the same numbers. */
  readonly preview: string;
}

/** Edge releases before the first line that is known, 2.9. */
const BEFORE_KNOWN = 8;

/** The tag of an image reference such as `stable-2.14.10@sha256:…`: what stands before the digest. */
export function versionTag(version: string): string {
  const at = version.indexOf('@');
  return at < 0 ? version : version.slice(0, at);
}

function ordered(name: string): Ordered | undefined {
  const edge = /^edge-(\d{2})\.(\d{1,2})\.(\d{1,3})(?:-(\d+))?$/.exec(name);
  const semver = linkerdSemver(name);
  if (edge) {
    const numbers = edge.slice(1).map((number) => Number(number ?? 0));
    return {
      channel: 'edge',
      line: semver === undefined ? BEFORE_KNOWN : minor(semver),
      numbers,
      preview: '',
    };
  }
  if (semver === undefined) return undefined;
  const [release = '', preview = ''] = semver.split(/-(.*)/s);
  const hotpatch = /-(\d+)$/.exec(name)?.[1];
  const named = /^(stable|enterprise|version)-/.exec(name)?.[1] ?? 'stable';
  return {
    channel: named,
    line: minor(semver),
    numbers: [...release.split('.').map(Number), Number(hotpatch ?? 0)],
    preview,
  };
}

const minor = (semver: string): number => Number(semver.split('.')[1]);

/** Below zero: `a` is older. Releases of one line in different channels have no order: 0. */
function compare(a: Ordered, b: Ordered): number {
  if (a.channel !== b.channel) return a.line - b.line;
  for (const [index, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.preview === b.preview) return 0;
  if (a.preview === '' || b.preview === '') return a.preview === '' ? 1 : -1;
  return a.preview < b.preview ? -1 : 1;
}

/**
 * A proxy's version against the control plane's. `current`: what a new pod gets. `supported`: not current, and at most one
 * 2.N line behind. `old`: further behind. `ahead`: newer, which Linkerd is not designed for. `unknown`: one of the two is not known,
 * or is a build of somebody's own.
 *
 * `fresh` is what the control plane gives to new pods, where that is not its own version.
 */
export function skewOf(proxy: string, controlPlane: string | undefined, fresh = controlPlane): Skew {
  const tag = versionTag(proxy);
  if (tag === '' || controlPlane === undefined) return 'unknown';
  if (tag === (fresh === undefined ? controlPlane : versionTag(fresh))) return 'current';
  const [mine, its] = [ordered(tag), ordered(versionTag(controlPlane))];
  if (mine === undefined || its === undefined) return 'unknown';
  const order = compare(mine, its);
  if (order > 0) return 'ahead';
  return its.line - mine.line <= 1 ? 'supported' : 'old';
}

/** Whether `a` is an older Linkerd than `b`. Of two in one 2.N line in different channels nobody can say that. */
export function isOlder(a: string, b: string): boolean {
  const [one, other] = [ordered(versionTag(a)), ordered(versionTag(b))];
  return one !== undefined && other !== undefined && compare(one, other) < 0;
}

/** Orders versions for people: the oldest first, names that are no versions at the end. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [ordered(versionTag(a)), ordered(versionTag(b))];
  if (one === undefined || other === undefined) {
    return Number(one === undefined) - Number(other === undefined) || byName(a, b);
  }
  // By line first, as channels have no common numbers; then by channel, so that the order is a total one.
  return one.line - other.line || byName(one.channel, other.channel) || compare(one, other) || byName(a, b);
}

/** The order of code units: the same on every machine, and quick. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
