/**
 * What a restart writes down as it goes, each line on disk before anything is done that it tells of. From these lines alone a
 * restart is taken up again: what is done is not done again, what is in flight keeps its stamp, and nothing is forgotten.
 */

/** One line, as data. `id` is that of a workload, `wave` counts from 0. */
export type RestartNote =
  /** The stamp of this attempt, RFC 3339. */
  | { readonly type: 'begun'; readonly stamp: string }
  /** Before the patch. With another stamp than before: it is restarted once more. */
  | { readonly type: 'restarting'; readonly id: string; readonly stamp: string }
  /** The server has taken the patch; `generation` is the workload's after it. */
  | { readonly type: 'patched'; readonly id: string; readonly generation: number }
  | { readonly type: 'done'; readonly id: string }
  | { readonly type: 'failed'; readonly id: string; readonly why: string }
  | { readonly type: 'skipped'; readonly id: string; readonly why: string }
  /** The operator holds everything that has not begun. */
  | { readonly type: 'held' }
  | { readonly type: 'released' }
  /** The operator wants the waves to end after this one. */
  | { readonly type: 'stop-after'; readonly wave: number }
  /** The command of the gate has passed, before the soak or after it. */
  | { readonly type: 'gate-passed'; readonly wave: number; readonly when: 'before' | 'after' }
  | { readonly type: 'gate-failed'; readonly wave: number; readonly why: string }
  | { readonly type: 'soaking'; readonly wave: number }
  | { readonly type: 'wave-passed'; readonly wave: number };

const types: ReadonlySet<string> = new Set<RestartNote['type']>([
  'begun',
  'restarting',
  'patched',
  'done',
  'failed',
  'skipped',
  'held',
  'released',
  'stop-after',
  'gate-passed',
  'gate-failed',
  'soaking',
  'wave-passed',
]);

/** The note of that data; undefined where it is none: a line for people, or one of a later version. */
export function restartNote(data: unknown): RestartNote | undefined {
  if (typeof data !== 'object' || data === null || !('type' in data)) return undefined;
  return typeof data.type === 'string' && types.has(data.type) ? (data as RestartNote) : undefined;
}
