/**
 * A process that answers watches as an API server does, over TLS, with the objects of a made cluster and as many changes a
 * second as it is asked for: more than a real API server gives beside everything else on a small machine. Run with `fork`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServingCertificate } from '../../src/practice/api/certificate.ts';
import { kubeconfigText, TOKENS } from '../../test/cluster/server/files.ts';
import { exactly, type Place, type Task, takeOrders, tell, untilNextBeat } from './changing.ts';
import { type Change, Changes } from './made-changes.ts';
import { lineOf, type MadeCluster, makeCluster, metadataLineOf } from './made-cluster.ts';

/** A server ends a watch after some minutes: here after so many changes of the hour. */
const changesOfAWatch = 20_000;
const bookmarkEvery = 1_000;
const beatEvery = 50;

/** The watches that are open, by resource. */
class Watches {
  readonly #open = new Map<string, Set<ServerResponse>>();
  #opened = () => {};

  add(resource: string, response: ServerResponse): void {
    const all = this.#open.get(resource) ?? new Set();
    this.#open.set(resource, all.add(response));
    response.on('close', () => all.delete(response));
    this.#opened();
  }

  write(resource: string, line: string): void {
    for (const response of this.#open.get(resource) ?? []) response.write(line);
  }

  /** Until everything is watched that ever was, and what was sent of pods is on its way. */
  async taken(): Promise<void> {
    for (;;) {
      const [pods] = this.#open.get('pods') ?? [];
      if (pods?.writableNeedDrain) await drained(pods);
      else if ([...this.#open.values()].some(({ size }) => size === 0)) {
        await new Promise<void>((resolve) => {
          this.#opened = resolve;
        });
      } else return;
    }
  }

  bookmark(version: number): void {
    for (const resource of this.#open.keys()) this.write(resource, bookmark(version));
  }

  end(): void {
    for (const all of this.#open.values()) {
      for (const response of all) response.end();
      all.clear();
    }
  }
}

/** Or gone. */
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });

const bookmark = (version: number, annotations = '{}') =>
  `{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"${version}","annotations":${annotations}}}}\n`;

/** Everything there is, then the bookmark that says so; pods are many, so they go in pieces. */
async function sendAll(cluster: MadeCluster, resource: string, response: ServerResponse, metadata: boolean) {
  let piece = '';
  for (const item of [...(cluster.items.get(resource)?.values() ?? [])]) {
    piece += metadata ? metadataLineOf(item) : lineOf('ADDED', item);
    if (piece.length < 1_000_000) continue;
    if (!response.write(piece)) await drained(response);
    piece = '';
  }
  response.write(piece + bookmark(cluster.version, '{"k8s.io/initial-events-end":"true"}'));
}

function answer(cluster: MadeCluster, watches: Watches) {
  const json = (response: ServerResponse, code: number, body: unknown) =>
    void response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'https://127.0.0.1');
    const [, resource = ''] = /^\/(?:api|apis\/apps)\/v1\/([a-z]+)$/.exec(url.pathname) ?? [];
    if (url.pathname === '/version') return json(response, 200, { gitVersion: 'v1.36.2' });
    if (url.pathname === '/api/v1/namespaces/kube-system') {
      const metadata = { name: 'kube-system', uid: 'the-replay' };
      return json(response, 200, { apiVersion: 'v1', kind: 'Namespace', metadata });
    }
    if (!url.searchParams.has('watch')) {
      const status = { apiVersion: 'v1', kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404 };
      return json(response, 404, status);
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const metadata = request.headers.accept?.includes('PartialObjectMetadata') === true;
    if (url.searchParams.has('sendInitialEvents')) await sendAll(cluster, resource, response, metadata);
    watches.add(resource, response);
  };
}

class Replaying {
  readonly #cluster: MadeCluster;
  readonly #watches: Watches;
  readonly #changes: Changes;

  constructor(cluster: MadeCluster, watches: Watches, changes: Changes) {
    this.#cluster = cluster;
    this.#watches = watches;
    this.#changes = changes;
  }

  #send({ resource, type, item }: Change): void {
    this.#watches.write(resource, lineOf(type, item));
  }

  #beat(): void {
    const { beat, change } = this.#changes.beat();
    tell({ type: 'beat', beat, at: exactly() });
    this.#send(change);
  }

  async pace(perSecond: number, seconds: number): Promise<void> {
    const start = performance.now();
    let sent = 0;
    let beatAt = 0;
    for (;;) {
      const passed = (performance.now() - start) / 1000;
      if (passed >= seconds) break;
      for (; sent < passed * perSecond; sent += 1) this.#send(this.#changes.flip());
      if (passed >= beatAt) {
        this.#beat();
        sent += 1;
        beatAt = passed + untilNextBeat();
      }
      await sleep(4);
    }
    tell({ type: 'done', changes: sent, seconds: (performance.now() - start) / 1000 });
  }

  async hour(changes: number): Promise<void> {
    const start = performance.now();
    for (let sent = 0; sent < changes; ) {
      for (const change of this.#changes.ofTheHour()) {
        this.#send(change);
        sent += 1;
        if (sent % beatEvery === 0) this.#beat();
        if (sent % bookmarkEvery === 0) this.#watches.bookmark(this.#cluster.version);
        if (sent % changesOfAWatch === 0) this.#watches.end();
        await this.#watches.taken();
      }
    }
    // Whoever has seen the last one has seen all.
    this.#beat();
    await this.#watches.taken();
    tell({ type: 'done', changes, seconds: (performance.now() - start) / 1000 });
  }
}

async function make(place: Place): Promise<(task: Task) => Promise<void>> {
  if (place.type !== 'make') throw new Error('it makes its cluster itself');
  const { cluster, beacon } = await makeCluster(place);
  const watches = new Watches();
  const serving = await createServingCertificate();
  const respond = answer(cluster, watches);
  const server = createServer({ key: serving.key, cert: serving.certificate }, (request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  tell({ type: 'ready', kubeconfig: kubeconfigText(url, serving.authority, 'admin', TOKENS.admin) });
  const replaying = new Replaying(cluster, watches, new Changes(cluster, beacon));
  return (task) =>
    task.type === 'pace' ? replaying.pace(task.perSecond, task.seconds) : replaying.hour(task.changes);
}

takeOrders(make);
