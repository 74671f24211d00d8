/** What the kinds of notices write down when they have looked: the data of their last note, which their panel shows. */
import type { NoticeResult } from '../../diagnosis/notices/model.ts';

/** The results of one look. */
export interface Noticed {
  readonly type: 'noticed';
  /** The oldest line first. */
  readonly results: readonly NoticeResult[];
}

/** The data of a note where it is that; it was written by this program or an older one. */
export const noticedIn = (data: unknown): Noticed | undefined =>
  typeof data === 'object' && data !== null && (data as { type?: unknown }).type === 'noticed'
    ? (data as Noticed)
    : undefined;
