import {
  createServer as createHttp,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface FakeApi {
  readonly server: string;
  readonly port: number;
  readonly seen: Seen[];
  /** What the next requests are answered with. */
  answer: (request: Seen, response: ServerResponse) => void;
}

export function json(status: number, body: unknown): FakeApi['answer'] {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

export const kubeSystem = (uid: string) =>
  json(200, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid } });

/** A server on loopback that answers as it is told and remembers what it was asked. */
export async function fakeApi(tls?: { readonly cert: string; readonly key: string }): Promise<FakeApi> {
  const seen: Seen[] = [];
  const listener: RequestListener = (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(parts).toString('utf8') };
      seen.push(one);
      api.answer(one, response);
    });
  };
  const server: Server = tls ? createHttps(tls, listener) : createHttp(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const api: FakeApi = {
    server: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    seen,
    answer: kubeSystem('uid-1'),
  };
  return api;
}
