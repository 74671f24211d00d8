/** What was seen of notices, by what it asks of a person. */
import type { NoticeResult } from './model.ts';

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
