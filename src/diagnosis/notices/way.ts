/** The changes on a way from one version to another, as they were seen: for the walk, the journal, the report and `handrail impact`. */
import type { Snapshot } from '../snapshot.ts';
import { isCrossed } from './crossed.ts';
import { evaluateNotices } from './evaluate.ts';
import type { Notice, NoticeResult } from './model.ts';

/** Plain data. */
export interface Impact {
  readonly from: string;
  readonly to: string;
  /** The oldest line first. */
  readonly results: readonly NoticeResult[];
}

/** Which of the notices are on the way, and what the snapshot says of each. */
export const impactOf = (
  snapshot: Snapshot,
  notices: readonly Notice[],
  { from, to }: { readonly from: string; readonly to: string },
): Impact => ({
  from,
  to,
  results: evaluateNotices(
    snapshot,
    notices.filter((notice) => isCrossed(notice, from, to)),
  ),
});

/** Results by what they ask of a person. */
export interface NoticeGroups {
  /** Objects of this cluster are touched, or may be. */
  readonly touched: readonly NoticeResult[];
  /** Whether they are could not be looked at. */
  readonly unseen: readonly NoticeResult[];
  /** Nothing can be seen of it on a cluster. */
  readonly acknowledge: readonly NoticeResult[];
  /** It touches nothing here. */
  readonly elsewhere: readonly NoticeResult[];
}

/** In the order that they came in. */
export function grouped(results: readonly NoticeResult[]): NoticeGroups {
  const of = (type: NoticeResult['outcome']['type']) =>
    results.filter(({ outcome }) => outcome.type === type);
  return {
    touched: of('touched'),
    unseen: of('not-checked'),
    acknowledge: of('to-acknowledge'),
    elsewhere: of('not-here'),
  };
}
