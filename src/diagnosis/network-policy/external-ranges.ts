/** What lies outside the cluster, cut where any policy draws a line: IPv4, from 0.0.0.0 to 255.255.255.255. */
import { type AddressRange, formatFour } from './addresses.ts';
import type { BlockPeer, Direction, Policy } from './model.ts';

export interface ExternalRange {
  /** `10.0.0.0-10.255.255.255[External]`. */
  readonly name: string;
  readonly range: AddressRange;
}

const LAST = 2n ** 32n - 1n;

/** All blocks of a direction, whether their policy isolates in it or not. */
export const blocksOf = (policies: readonly Policy[], direction: Direction): readonly BlockPeer[] =>
  policies.flatMap(({ rules }) =>
    rules[direction].flatMap((rule) =>
      rule.type === 'unreadable' ? [] : (rule.peers ?? []).filter((peer) => peer.type === 'block'),
    ),
  );

/** Ranges within which no policy tells one address from another, in this direction. */
export function externalRanges(policies: readonly Policy[], direction: Direction): readonly ExternalRange[] {
  const cuts = new Set([0n]);
  for (const { ranges } of blocksOf(policies, direction)) {
    for (const { family, from, to } of ranges) {
      if (family !== 4) continue;
      cuts.add(from);
      if (to < LAST) cuts.add(to + 1n);
    }
  }
  const starts = [...cuts].sort((a, b) => (a < b ? -1 : 1));
  return starts.map((from, at) => {
    const to = at + 1 < starts.length ? starts[at + 1]! - 1n : LAST;
    return { name: `${formatFour(from)}-${formatFour(to)}[External]`, range: { family: 4, from, to } };
  });
}
