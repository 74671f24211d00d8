import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { KubeError, type KubeObject } from '../kube-client.ts';
import type { ListOptions } from './options.ts';
import { type ApiRequest, isTrue, numberOf } from './request.ts';
import { groupVersion, type ResourceInfo } from './resources.ts';
import { type Form, formOf, objectText, statusText } from './respond.ts';
import type { Store } from './store.ts';

const BOOKMARK_EVERY = 30_000;
const LONGEST = 60 * 60;
/** Bytes that a client may leave unread before it is dropped; it can start again from where it was. */
const UNREAD = 64 * 1024 * 1024;

function bookmark(info: ResourceInfo, revision: number, initialEnd: boolean): string {
  const annotations = initialEnd && { annotations: { 'k8s.io/initial-events-end': 'true' } };
  const metadata = { resourceVersion: String(revision), ...annotations };
  return JSON.stringify({ apiVersion: groupVersion(info), kind: info.kind, metadata });
}

interface Start {
  /** Whether everything there is comes first, as ADDED. */
  readonly initial: boolean;
  readonly since: number | undefined;
  readonly endMarked: boolean;
}

function startOf(query: URLSearchParams): Start {
  const version = query.get('resourceVersion') ?? '';
  const sendInitial = isTrue(query.get('sendInitialEvents'));
  const fromNow = version === '' || version === '0';
  return {
    initial: sendInitial || fromNow,
    since: sendInitial || fromNow ? undefined : numberOf(version),
    endMarked: sendInitial && isTrue(query.get('allowWatchBookmarks')),
  };
}

/**
 * Answers a watch: one JSON event a line, until the client leaves, `timeoutSeconds` have passed or the server closes.
 * A start that is too old is told as an event, as the real server does it: its answer has begun by then.
 */
export function serveWatch(
  store: Store,
  clock: Pick<Clock, 'now'>,
  info: ResourceInfo,
  selection: ListOptions,
  request: ApiRequest,
  response: ServerResponse,
): void {
  const form: Form = formOf(request.accept);
  const include = request.query.get('includeObject') ?? '';
  const start = startOf(request.query);
  const write = (type: string, text: string) => {
    response.write(`{"type":"${type}","object":${text}}\n`);
    if (response.writableLength > UNREAD) response.destroy();
  };
  const show = (object: KubeObject) => objectText(info, object, form, clock.now(), include);
  const begin = () => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'cache-control': 'no-cache, private',
      'transfer-encoding': 'chunked',
    });
    response.flushHeaders();
  };

  let told = store.revision;
  let begun = false;
  const early: string[] = [];
  const tell = (type: string, object: KubeObject) => {
    if (begun) write(type, show(object));
    else early.push(`{"type":"${type}","object":${show(object)}}\n`);
  };
  const follow = () => {
    try {
      return store.watch(info, { ...selection, since: start.since }, (event, revision) => {
        told = revision;
        tell(event.type, event.object);
      });
    } catch (error) {
      if (!(error instanceof KubeError) || error.status.code !== 410) throw error;
      begin();
      write('ERROR', statusText(error));
      response.end();
      return undefined;
    }
  };
  const stop = follow();
  if (stop === undefined) return;
  begin();
  const bookmarks = isTrue(request.query.get('allowWatchBookmarks'));
  const beginning = async () => {
    for (const object of start.initial ? store.list(info, selection).items : []) {
      // What there is may be more than a client is forgiven to leave unread: it comes as fast as it is taken.
      if (!response.write(`{"type":"ADDED","object":${show(object)}}\n`)) await drained(response);
      if (response.destroyed) return;
    }
    begun = true;
    for (const line of early) response.write(line);
    if (start.endMarked) write('BOOKMARK', bookmark(info, store.revision, true));
  };
  void beginning();

  const timer = setInterval(() => {
    told = Math.max(told, store.revision);
    if (bookmarks) write('BOOKMARK', bookmark(info, told, false));
  }, BOOKMARK_EVERY);
  // The server that comes after an upgrade does not know it any more.
  const unserved = store.registry.onKubernetes(() => {
    if (!store.registry.serves(info)) response.end();
  });
  const seconds = Math.min(numberOf(request.query.get('timeoutSeconds')) ?? LONGEST, LONGEST);
  const end = setTimeout(() => response.end(), seconds * 1000);
  // Two seconds before the end, so that the client can go on from there.
  const farewell = setTimeout(
    () => {
      if (bookmarks && seconds > 2) write('BOOKMARK', bookmark(info, store.revision, false));
    },
    Math.max(seconds - 2, 0) * 1000,
  );
  response.on('close', () => {
    stop();
    unserved();
    clearInterval(timer);
    clearTimeout(end);
    clearTimeout(farewell);
  });
}

/** Settles when what was written is taken, or nobody is there any more. */
const drained = (response: ServerResponse) =>
  new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
