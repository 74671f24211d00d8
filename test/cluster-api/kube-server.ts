/** A small Kubernetes API for one resource: lists in pages, watches, watch-lists, and what goes wrong with them. */
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { KubeObject } from '../../src/cluster/objects.ts';
import { type FakeServer, failure, fakeServer, json, type Seen } from './fake-server.ts';

interface Event {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

export interface KubeServer {
  readonly server: FakeServer;
  /** By `namespace/name`: the label `value` of what there is now. */
  state(): Record<string, string>;
  put(key: string, value: string): void;
  remove(key: string): void;
  /** Forgets what has happened so far: whoever stands before it gets 410, and no next page. */
  compact(): void;
  bookmark(): void;
  /** Leaves all watches as they are, and never says anything on them again. */
  freeze(): void;
  /** Ends all watches in an orderly way. */
  endWatches(): void;
  /** Raw bytes to every watch. */
  write(bytes: string | Buffer): void;
  readonly watches: number;
  /** Whether it knows watch-lists; `silent`: it takes them for watches, and never says that this was all. */
  watchList: 'yes' | 'refused' | 'silent';
  /** Answers in place of the server, when it gives true. */
  intercept: (request: Seen, response: ServerResponse) => boolean;
  /** How many objects at most are in a page, whatever is asked. */
  pageSize: number;
}

const gone = (message: string) => failure(410, message, {}, { reason: 'Expired' });

export async function kubeServer(tls?: { readonly cert: string; readonly key: string }): Promise<KubeServer> {
  const objects = new Map<string, KubeObject>();
  const pages = new Map<string, { readonly rest: KubeObject[]; readonly version: number }>();
  let history: Event[] = [];
  let version = 1;
  let forgotten = 0;
  let nextUid = 1;
  const watchers = new Set<ServerResponse>();

  const line = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;
  const bookmarkLine = (annotations?: Record<string, string>) =>
    line('BOOKMARK', {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { resourceVersion: String(version), ...(annotations ? { annotations } : {}) },
    });
  const happen = (type: Event['type'], object: KubeObject) => {
    history.push({ version, type, object });
    for (const watcher of watchers) watcher.write(line(type, object));
  };
  const at = (object: Omit<KubeObject, 'metadata'> & { metadata: object }): KubeObject => {
    version++;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } } as KubeObject;
  };

  const serveList = (request: Seen, response: ServerResponse) => {
    const token = request.query.get('continue');
    const begun = token === null ? { rest: [...objects.values()], version } : pages.get(token);
    if (begun === undefined || begun.version < forgotten) {
      gone('The provided continue parameter is too old')(request, response);
      return;
    }
    const size = Math.min(Number(request.query.get('limit') ?? 500), kube.pageSize);
    const rest = begun.rest.slice(size);
    const next = rest.length === 0 ? undefined : `token-${begun.version}-${rest.length}`;
    if (next !== undefined) pages.set(next, { rest, version: begun.version });
    const body = JSON.stringify({
      kind: 'PodList',
      apiVersion: 'v1',
      metadata: { resourceVersion: String(begun.version), ...(next ? { continue: next } : {}) },
      items: begun.rest.slice(0, size).map(({ kind: _, apiVersion: __, ...item }) => item),
    });
    if (request.headers['accept-encoding'] === 'gzip') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(body));
    } else {
      json(200, body)(request, response);
    }
  };

  const serveWatch = (request: Seen, response: ServerResponse) => {
    const initial = request.query.get('sendInitialEvents') === 'true';
    const from = Number(request.query.get('resourceVersion') ?? 0);
    if (initial && kube.watchList === 'refused') {
      failure(422, 'sendInitialEvents is forbidden for watch')(request, response);
      return;
    }
    if (!initial && from < forgotten) {
      gone('too old resource version')(request, response);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (initial) {
      for (const object of objects.values()) response.write(line('ADDED', object));
      if (kube.watchList === 'yes') response.write(bookmarkLine({ 'k8s.io/initial-events-end': 'true' }));
    } else {
      for (const event of history) {
        if (event.version > from) response.write(line(event.type, event.object));
      }
    }
    watchers.add(response);
    response.on('close', () => watchers.delete(response));
  };

  const server = await fakeServer((request, response) => {
    if (kube.intercept(request, response)) return;
    if (request.query.get('watch') === '1') serveWatch(request, response);
    else serveList(request, response);
  }, tls);

  const kube: KubeServer = {
    server,
    state: () =>
      Object.fromEntries([...objects].map(([key, { metadata }]) => [key, metadata.labels?.value ?? ''])),
    put(key, value) {
      const [namespace, name] = key.split('/');
      const before = objects.get(key);
      const object = at({
        kind: 'Pod',
        apiVersion: 'v1',
        metadata: { name, namespace, uid: before?.metadata.uid ?? `uid-${nextUid++}`, labels: { value } },
      });
      objects.set(key, object);
      happen(before ? 'MODIFIED' : 'ADDED', object);
    },
    remove(key) {
      const before = objects.get(key);
      if (!before) return;
      objects.delete(key);
      happen('DELETED', at(before));
    },
    compact() {
      history = [];
      forgotten = version + 1;
      version++;
    },
    bookmark() {
      for (const watcher of watchers) watcher.write(bookmarkLine());
    },
    freeze: () => watchers.clear(),
    endWatches() {
      for (const watcher of watchers) watcher.end();
      watchers.clear();
    },
    write(bytes) {
      for (const watcher of watchers) watcher.write(bytes);
    },
    get watches() {
      return watchers.size;
    },
    watchList: 'yes',
    intercept: () => false,
    pageSize: 500,
  };
  return kube;
}
