import {
  createServer as createHttp,
  type IncomingHttpHeaders,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';

export interface Seen {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answer = (request: Seen, response: ServerResponse) => void;

export interface FakeServer {
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
  /** How requests are answered from now on. */
  answer: Answer;
  /** How many connections there were. */
  readonly accepted: number;
  /** How many are open. */
  readonly open: number;
  /** Cuts every connection, as a server does that is killed. */
  cut(): void;
  /** Takes no more connections, and cuts those there are. */
  stop(): Promise<void>;
  /** Takes connections again, at the same port. */
  start(): Promise<void>;
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** A Status of the API. */
export const failure = (
  code: number,
  message: string,
  headers: Record<string, string> = {},
  more: object = {},
) => json(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message, ...more }, headers);

/** Answers in turn, the last one for all that follow. */
export function inTurn(...answers: readonly Answer[]): Answer {
  let next = 0;
  return (request, response) => {
    answers[Math.min(next++, answers.length - 1)]!(request, response);
  };
}

/** Breaks the connection without an answer. */
export const reset: Answer = (_, response) => {
  response.socket?.resetAndDestroy();
};

/** A server on loopback that answers as it is told and remembers what it was asked. */
export async function fakeServer(
  answer: Answer,
  tls?: { readonly cert: string; readonly key: string },
): Promise<FakeServer> {
  const seen: Seen[] = [];
  const listener: RequestListener = (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const { pathname, searchParams } = new URL(url, 'http://x');
      const one: Seen = {
        method,
        path: decodeURIComponent(pathname),
        query: searchParams,
        headers,
        body: Buffer.concat(parts).toString('utf8'),
      };
      seen.push(one);
      fake.answer(one, response);
    });
  };
  const server: Server = tls ? createHttps(tls, listener) : createHttp(listener);
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const fake: FakeServer = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    seen,
    answer,
    get accepted() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        fake.cut();
      }),
    start: () => listen(port),
  };
  onTestFinished(() => {
    fake.cut();
    server.close();
  });
  return fake;
}

/** The text of a kubeconfig for one server. */
export function kubeconfigFor(server: string, user: object = { token: 't' }, cluster: object = {}): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
    clusters: [{ name: 'here', cluster: { server, ...cluster } }],
    users: [{ name: 'me', user }],
  });
}
