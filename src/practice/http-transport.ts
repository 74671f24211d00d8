import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';
import { KubeError } from './kube-client.ts';
import type { Connection } from './kubeconfig.ts';

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** Sends requests to one API server over connections that are kept open. */
export interface Transport {
  /** The answer as data. Throws KubeError for a refusal. */
  json<T>(exchange: Exchange): Promise<T>;
  /** The lines of an answer as they come, until it ends or the signal aborts. */
  lines(exchange: Exchange): AsyncIterable<string>;
  close(): void;
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function refusal(code: number, text: string): KubeError {
  try {
    const status = JSON.parse(text);
    if (status.kind === 'Status') {
      return new KubeError({ code, reason: status.reason ?? '', message: status.message ?? text });
    }
  } catch {
    // Not a Status: a proxy's page, or plain text. It is the message then.
  }
  return new KubeError({ code, reason: '', message: text.trim() || `the API server answered ${code}` });
}

export function createTransport(connection: Connection): Transport {
  const base = new URL(connection.server);
  const secure = base.protocol === 'https:';
  const { ca, cert, key, insecure, token } = connection;
  const agent = secure
    ? new Agent({
        keepAlive: true,
        rejectUnauthorized: !insecure,
        ...(ca && { ca }),
        ...(cert && { cert }),
        ...(key && { key }),
      })
    : new HttpAgent({ keepAlive: true });

  const open = ({ method, path, body, contentType = 'application/json', signal }: Exchange) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        accept: 'application/json',
        'user-agent': 'handrail-practice',
        ...(token && { authorization: `Bearer ${token}` }),
        ...(text !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }),
      };
      const request = (secure ? httpsRequest : httpRequest)(
        new URL(path, base),
        { method, headers, agent, ...(signal && { signal }) },
        resolve,
      );
      request.on('error', reject);
      request.end(text);
    });
  const checked = async (exchange: Exchange) => {
    const message = await open(exchange);
    const code = message.statusCode ?? 0;
    if (code < 200 || code > 299) throw refusal(code, await textOf(message));
    return message;
  };
  return {
    json: async (exchange) => JSON.parse(await textOf(await checked(exchange))),
    async *lines(exchange) {
      const message = await checked(exchange);
      try {
        yield* createInterface({ input: message, crlfDelay: Number.POSITIVE_INFINITY });
      } finally {
        message.destroy();
      }
    },
    close: () => agent.destroy(),
  };
}
