/** Which changes lie on the way from one version to another. */
import { distance, lineOf } from '../../linkerd/version-order.ts';
import { readLinkerdName } from '../../runbook/linkerd-version.ts';
import { inRange } from '../../runbook/versions.ts';
import type { Notice } from './model.ts';

/**
 * Whether the change is not in `from` and is in `to`. Nobody knows the order of two releases of one line in different channels: told is
 * then what may be on the way.
 */
export function isCrossed(
  notice: Pick<Notice, 'line' | 'since' | 'from' | 'to'>,
  from: string,
  to: string,
): boolean {
  const { since } = notice;
  const between =
    since === undefined
      ? isInLine(from, notice) === false && isInLine(to, notice) === true
      : has(from, since) !== true && has(to, since) !== false;
  return between && within(from, notice.from) && within(to, notice.to);
}

const within = (version: string, range: string | undefined) => range === undefined || inRange(version, range);

/** Whether the version is of the notice's line or of a later one; undefined for what is no release. */
function isInLine(version: string, { line }: Pick<Notice, 'line'>): boolean | undefined {
  if (readLinkerdName(version) === undefined) return undefined;
  return (lineOf(version) ?? 0) >= numberOf(line);
}

/** Whether what came with `since` is in the version; undefined where that cannot be told. */
function has(version: string, since: string): boolean | undefined {
  const apart = distance(version, since);
  if (apart === undefined) return undefined;
  const mixed = readLinkerdName(version)?.channel !== readLinkerdName(since)?.channel;
  return apart.lines === 0 && mixed ? undefined : apart.order >= 0;
}

/** The N of `2.N`. */
export const numberOf = (line: string): number => Number(/^2\.(\d{1,4})$/.exec(line)?.[1] ?? Number.NaN);
