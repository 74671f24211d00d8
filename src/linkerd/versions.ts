import semver from 'semver';
import { linkerdSemver } from '../runbook/linkerd-version.ts';

/** The second number of a Linkerd version: 14 for `stable-2.14.10`, 17 for `edge-24.11.8`; undefined for a name of nobody's. */
export function logicalMajor(name: string): number | undefined {
  const version = linkerdSemver(name);
  return version === undefined ? undefined : semver.minor(version);
}

const edge = /^edge-(\d+)\.(\d+)\.(\d+)/;

/**
 * Which of two versions is the older: negative, zero or positive as in a sort. Undefined where there is no order: for
 * unknown names, and for an edge and a stable release of one line, which went different ways.
 */
export function compareVersions(a: string, b: string): number | undefined {
  const [left, right] = [linkerdSemver(a), linkerdSemver(b)];
  if (left === undefined || right === undefined) return undefined;
  const [edgeA, edgeB] = [edge.exec(a), edge.exec(b)];
  if (edgeA !== null && edgeB !== null) {
    for (const index of [1, 2, 3]) {
      const difference = Number(edgeA[index]) - Number(edgeB[index]);
      if (difference !== 0) return difference;
    }
    return 0;
  }
  if (semver.minor(left) !== semver.minor(right)) return semver.minor(left) - semver.minor(right);
  return edgeA === null && edgeB === null ? semver.compare(left, right) : undefined;
}

/** What an upgrade from one version to another amounts to. */
export type Hop = 'same' | 'minor' | 'major' | 'skips-a-major' | 'downgrade' | 'unknown';

/** One major version at a time is supported; the command line tool does not refuse more, so others must. */
export function hopBetween(from: string, to: string): Hop {
  const [a, b] = [logicalMajor(from), logicalMajor(to)];
  if (a === undefined || b === undefined) return 'unknown';
  if (from === to) return 'same';
  if (b - a > 1) return 'skips-a-major';
  if (b - a === 1) return 'major';
  if (b < a) return 'downgrade';
  const order = compareVersions(from, to);
  return order === undefined ? 'unknown' : order > 0 ? 'downgrade' : order === 0 ? 'same' : 'minor';
}
