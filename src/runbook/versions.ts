import semver from 'semver';
import { linkerdSemver } from './linkerd-version.ts';

const options = { includePrerelease: true } as const;

/** The semantic version of a `version` or `linkerd-version` value, or undefined. */
export function toSemver(value: string): string | undefined {
  return linkerdSemver(value) ?? semver.parse(value, { loose: true })?.version ?? partial(value);
}

/** `1.24` and `v1.24+` as tools print them. */
function partial(value: string): string | undefined {
  return /^v?\d+(?:\.\d+){0,2}\+?$/.test(value) ? semver.coerce(value)?.version : undefined;
}

/** A range in the form that semver reads, Linkerd's names in it replaced by their versions; undefined where it is none. */
export function toRange(text: string): string | undefined {
  if (text.length > 500 || text.trim() === '') return undefined;
  const replaced = text.replace(
    /\b(?:stable|enterprise|edge|version)-[0-9][0-9a-z.-]*/g,
    (name) => linkerdSemver(name) ?? name,
  );
  return semver.validRange(replaced, options) === null ? undefined : replaced;
}

/** False also where the value is no version or the range cannot be read. */
export function inRange(value: string, range: string): boolean {
  const version = toSemver(value);
  const readable = toRange(range);
  return version !== undefined && readable !== undefined && semver.satisfies(version, readable, options);
}

/** Whether any version can be in all of the ranges. Ranges that cannot be read do not count. */
export function compatible(ranges: readonly string[]): boolean {
  const readable = ranges.map(toRange).filter((range) => range !== undefined);
  try {
    // A range meets itself unless it is empty, as ">=2 <1" is.
    return readable.every((one, index) =>
      readable.slice(index).every((other) => semver.intersects(one, other, options)),
    );
  } catch {
    return true;
  }
}

/** What is expected where a range was not understood, for messages. */
export const rangeForm = 'a range such as >=2.12, ^1.24, 2.13.x or ">=2.12 <2.15"';
