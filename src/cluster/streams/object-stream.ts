/**
 * A list that stays up to date. What there is comes as a watch-list (KEP-3157: everything as events, then a bookmark that says
 * that this was all) or, where the server has none, in pages; then a watch goes on from there, anew whenever it ends.
 */

import type { Connection } from '../access/connection.ts';
import { connectionFailure } from '../access/request-failure.ts';
import type { ObjectStream, StreamOptions, StreamStatus } from '../api.ts';
import type { Timing } from '../backoff.ts';
import type { KubeObject } from '../objects.ts';
import { eachPage, type ListEnd } from '../pages.ts';
import { acceptFor, resourcePath, selectionQuery } from '../resource-path.ts';
import { afterEnd, type Next, type Phase } from './after-end.ts';
import { createKnownObjects } from './known-objects.ts';
import type { WatchEvent } from './read-event.ts';
import { followWatch, type WatchEnd } from './watch.ts';

/** How long streams wait for what; ms unless told. */
export interface StreamLimits {
  /** Without a sign of life. A server sends a bookmark about every minute (apiserver, `cacher.go`: bookmarkFrequency). */
  readonly idleMs: number;
  /** The server is asked to end a watch after so long, or up to twice that. */
  readonly serverTimeoutSeconds: number;
  /** Until an answer begins, and between two events of a list. */
  readonly headMs: number;
  /** For one page of a list. */
  readonly pageMs: number;
  /** Until something is asked again that was denied or is not there. */
  readonly deniedAgainMs: number;
  /** A request that went on for so long went well. */
  readonly lastingMs: number;
}

export const streamLimits: StreamLimits = {
  idleMs: 75_000,
  serverTimeoutSeconds: 300,
  headMs: 15_000,
  pageMs: 60_000,
  deniedAgainMs: 30_000,
  lastingMs: 5_000,
};

/** What all streams of one server share. */
export interface StreamSurroundings {
  readonly connection: Connection;
  readonly timing: Timing;
  readonly limits: StreamLimits;
  /** Becomes false when the server turns out to have no watch-list. */
  watchList: boolean;
}

/** Opens a stream, which goes on until it is closed; `onClosed` is told then. */
export function openStream<T>(
  around: StreamSurroundings,
  options: StreamOptions<T>,
  onClosed: () => void,
): ObjectStream<T> {
  const { connection, timing, limits } = around;
  const known = createKnownObjects(options);
  const closed = new AbortController();
  let settle = () => {};
  const synced = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let status: StreamStatus = { type: 'connecting' };
  let heardAt = timing.now();
  /** The version that `items` is of; undefined: it has to be listed (again). */
  let version: string | undefined;
  let watchListRefused = false;

  const say = (next: StreamStatus) => {
    if (status.type === 'closed' || sameStatus(status, next)) return;
    status = next;
    options.onStatus?.(next);
  };
  const complete = (at: string) => {
    known.endList();
    version = at;
    if (watchListRefused) around.watchList = false;
    say({ type: 'live' });
    settle();
  };
  const take = ({ type, object }: WatchEvent) => {
    if (closed.signal.aborted) return;
    const at = object.metadata.resourceVersion;
    if (type === 'DELETED') known.remove(object);
    else if (type !== 'BOOKMARK') known.put(object);
    if (version === undefined && type === 'BOOKMARK' && isInitialEnd(object)) complete(at ?? '');
    else if (version !== undefined && at) version = at;
  };

  // What cannot be taken in is told like any other failure: nobody is there who would catch it.
  const failed = (error: unknown) =>
    ({ type: 'failed', failure: connectionFailure(error as Error) }) as const;
  const watch = (from: string | undefined): Promise<WatchEnd> =>
    followWatch(connection, watchCall(options, from, around), {
      signal: closed.signal,
      headMs: limits.headMs,
      idleMs: () => (version === undefined ? Math.min(limits.headMs, limits.idleMs) : limits.idleMs),
      onOpen: () => (from === undefined ? known.beginList() : say({ type: 'live' })),
      onHeard: () => {
        heardAt = timing.now();
      },
      onEvent: take,
    }).catch(failed);
  const list = async (): Promise<ListEnd | WatchEnd> => {
    known.beginList();
    try {
      const end = await eachPage(
        (call) => connection.send(call, { ms: limits.pageMs, signal: closed.signal }),
        options,
        (items) => {
          heardAt = timing.now();
          for (const item of items) if (!closed.signal.aborted) known.put(item);
        },
      );
      if (end.type === 'complete' && !closed.signal.aborted) complete(end.resourceVersion);
      return end;
    } catch (error) {
      return failed(error);
    }
  };

  const run = async () => {
    let next: Pick<Next, 'failures' | 'inPages'> = { failures: 0, inPages: false };
    while (!closed.signal.aborted) {
      const begunAt = timing.now();
      const phase: Phase =
        version !== undefined ? 'watch' : around.watchList && !next.inPages ? 'watch-list' : 'pages';
      const end = phase === 'pages' ? await list() : await watch(version);
      if (closed.signal.aborted) return;
      const after = afterEnd(end, {
        phase,
        listed: version !== undefined,
        lasted: timing.now() - begunAt >= limits.lastingMs,
        failures: next.failures,
        ref: options.ref,
        server: connection.server,
        timing,
        deniedAgainMs: limits.deniedAgainMs,
      });
      if (phase === 'watch-list') watchListRefused = end.type === 'answered' && end.answer.status !== 403;
      if (after.relist) version = undefined;
      if (after.status)
        say(after.status.type === 'stale' ? { ...after.status, since: heardAt } : after.status);
      if (after.refused) settle();
      next = after;
      if (after.waitMs > 0) await timing.sleep(after.waitMs, closed.signal);
    }
  };
  void run();
  return {
    items: known.items,
    get status() {
      return status;
    },
    synced,
    close() {
      if (closed.signal.aborted) return;
      closed.abort();
      say({ type: 'closed' });
      settle();
      onClosed();
    },
  };
}

/** `from` undefined: everything there is first. */
function watchCall(
  { ref, form, ...selection }: Omit<StreamOptions<unknown>, 'pick' | 'onChange' | 'onStatus'>,
  from: string | undefined,
  { timing, limits }: StreamSurroundings,
): { readonly path: string; readonly accept: string } {
  const start =
    from === undefined
      ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }
      : { resourceVersion: from };
  const query = {
    ...selectionQuery(selection),
    watch: 1,
    allowWatchBookmarks: true,
    timeoutSeconds: Math.ceil(limits.serverTimeoutSeconds * (1 + timing.random())),
    ...start,
  };
  return { path: resourcePath(ref, { query }), accept: acceptFor(form, 'watch') };
}

function isInitialEnd({ metadata }: KubeObject): boolean {
  return metadata.annotations?.['k8s.io/initial-events-end'] === 'true';
}

/** Stale since the same moment for the same reason is no news. */
function sameStatus(one: StreamStatus, other: StreamStatus): boolean {
  if (one.type === 'stale' && other.type === 'stale') return one.why === other.why;
  if (one.type === 'denied' && other.type === 'denied') return one.message === other.message;
  return one.type === other.type;
}
