/** Connections that an HTTP proxy opens for us (RFC 9110, 9.3.6: CONNECT), for servers with TLS and without. */
import { type Agent, type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { RequestFailure } from './request-failure.ts';

type Opened = (error: Error | null, socket?: Socket) => void;

/** Where a connection of an agent is to lead. */
interface Target extends ConnectionOptions {
  readonly host?: string;
  readonly port?: number;
}

/**
 * An agent whose connections go through `proxy`, an http:// or https:// address with name and password where it wants them. The
 * proxy has `timeoutMs` for each. `destroy` also ends the ones that are still being opened.
 */
export function createTunnelAgent(
  server: string,
  proxy: URL,
  options: AgentOptions,
  timeoutMs: number,
): Agent {
  const opening = new Set<ClientRequest>();
  const secure = server.startsWith('https:');
  const agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
  const { destroy } = agent;
  return Object.assign(agent, {
    createConnection(target: Target, opened: Opened): void {
      const asked = ask(proxy, target, timeoutMs, (error, socket) => {
        opening.delete(asked);
        if (socket === undefined) opened(error);
        else opened(null, secure ? connectTls({ ...target, socket }) : socket);
      });
      opening.add(asked);
    },
    destroy() {
      for (const asked of opening) asked.destroy();
      destroy.call(agent);
    },
  });
}

/** Asks the proxy for one connection; `answered` is told once. */
function ask(proxy: URL, { host, port }: Target, timeoutMs: number, answered: Opened): ClientRequest {
  const where = `${host?.includes(':') ? `[${host}]` : host}:${port}`;
  const credentials = [proxy.username, proxy.password].map(decodeURIComponent).join(':');
  const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: where,
    agent: false,
    timeout: timeoutMs,
    headers: {
      host: where,
      ...(credentials === ':'
        ? {}
        : { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }),
    },
  });
  request.once('connect', (response, socket) => {
    socket.setTimeout(0);
    if (response.statusCode === 200) {
      answered(null, socket as Socket);
      return;
    }
    socket.destroy();
    answered(refused(`the proxy ${proxy.host} answered with ${response.statusCode}`));
  });
  request.once('timeout', () =>
    request.destroy(refused(`the proxy ${proxy.host} gave no answer within ${timeoutMs / 1000} s`)),
  );
  // A proxy that answers in any other way is none.
  request.once('response', (response) => {
    response.resume();
    request.destroy(refused(`${proxy.host} is no proxy for this: it answered with ${response.statusCode}`));
  });
  request.once('error', (error: NodeJS.ErrnoException) => {
    answered(
      error instanceof RequestFailure
        ? error
        : refused(`the proxy ${proxy.host} cannot be used: ${error.message}`),
    );
  });
  request.end();
  return request;
}

/** Not the server's failure, and told as such. */
const refused = (message: string) => new RequestFailure('connection', message, { code: 'PROXY' });
