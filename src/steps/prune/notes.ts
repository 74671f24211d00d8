/** What a pruning writes down as it goes, each line on disk before what it tells of is done; a later program goes on from them. */
import type { ActionNote } from '../../state/session.ts';

/** What is written down of one object. */
export type PruneNote =
  /** Before the deletion is sent. */
  | { readonly type: 'deleting'; readonly id: string }
  /** It was looked for and is not there any more. */
  | { readonly type: 'deleted'; readonly id: string }
  | { readonly type: 'failed'; readonly id: string; readonly why: string };

/** How far an object is; `waiting` where nothing was written down of it. `since`: ms since the epoch. */
export type RowState =
  | { readonly type: 'waiting' }
  | { readonly type: 'deleting'; readonly since: number }
  | { readonly type: 'deleted' }
  | { readonly type: 'failed'; readonly why: string };

/** The state of each object of which there are notes, by its id. What is no note of a pruning is passed over. */
export function statesOf(notes: readonly ActionNote[]): ReadonlyMap<string, RowState> {
  const states = new Map<string, RowState>();
  for (const { time, data } of notes) {
    const note = data as Partial<PruneNote> | null | undefined;
    if (typeof note !== 'object' || note === null || typeof note.id !== 'string') continue;
    switch (note.type) {
      case 'deleting':
        states.set(note.id, { type: 'deleting', since: Date.parse(time) });
        break;
      case 'deleted':
        states.set(note.id, { type: 'deleted' });
        break;
      case 'failed':
        states.set(note.id, { type: 'failed', why: String(note.why) });
        break;
      default:
        break;
    }
  }
  return states;
}
