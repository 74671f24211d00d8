/** Which of two Linkerd versions is the older one. */
import { type LinkerdName, readLinkerdName } from '../runbook/linkerd-version.ts';

/** Edge releases before the first line that is known, 2.9. */
const BEFORE_KNOWN = 8;

const lineIn = ({ line = BEFORE_KNOWN }: LinkerdName): number => line;

/** The N of 2.N of a version's name; undefined where it is none that Linkerd releases. */
export const lineOf = (version: string): number | undefined => readLinkerdName(version)?.line;

/** The tag of an image reference such as `stable-2.14.10@sha256:…`: what stands before the digest. */
export function versionTag(version: string): string {
  const at = version.indexOf('@');
  return at < 0 ? version : version.slice(0, at);
}

/** How far a version is ahead of another, and in lines. `order` is below zero where it is older, and 0 where nobody can say. */
export function distance(
  a: string,
  b: string,
): { readonly order: number; readonly lines: number } | undefined {
  const [one, other] = [readLinkerdName(versionTag(a)), readLinkerdName(versionTag(b))];
  if (one === undefined || other === undefined) return undefined;
  return { order: compare(one, other), lines: lineIn(one) - lineIn(other) };
}

/** Releases of one line in different channels have no order: stable branches got fixes that edges had later, or never. */
function compare(a: LinkerdName, b: LinkerdName): number {
  if (a.channel !== b.channel) return lineIn(a) - lineIn(b);
  for (const [index, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.preview === b.preview) return 0;
  if (a.preview === '' || b.preview === '') return a.preview === '' ? 1 : -1;
  return a.preview < b.preview ? -1 : 1;
}

/** Whether `a` is an older Linkerd than `b`. Of two in one 2.N line in different channels nobody can say that. */
export const isOlder = (a: string, b: string): boolean => (distance(a, b)?.order ?? 0) < 0;

/** Whether what came with the release `since` is in `version`. Of one line in another channel: what came with the line's first is. */
export function has(version: string, since: string): boolean {
  const apart = distance(version, since);
  return apart !== undefined && apart.order >= 0;
}

/** Orders versions for people: the oldest first, names that are no versions at the end. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [readLinkerdName(versionTag(a)), readLinkerdName(versionTag(b))];
  if (one === undefined || other === undefined) {
    return Number(one === undefined) - Number(other === undefined) || byName(a, b);
  }
  // By line first, as channels have no common numbers; then by channel, so that the order is a total one.
  return (
    lineIn(one) - lineIn(other) || byName(one.channel, other.channel) || compare(one, other) || byName(a, b)
  );
}

/** The order of code units: the same on every machine, and quick. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
