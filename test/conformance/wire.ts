import { Agent, type RequestOptions, request } from 'node:https';
import { gunzipSync } from 'node:zlib';
import type { KubeObject } from '../../src/practice/kube-client.ts';
import { parseKubeconfig } from '../../src/practice/kubeconfig.ts';

export interface Ask {
  readonly method?: string;
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly gzip?: boolean;
}

/** What an API server answered, byte for byte and as data. */
export interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers have many shapes
  readonly json: any;
}

/** One line of a watch. */
export interface Seen {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

/** Requests to an API server with nothing in between that would smooth its answers. */
export interface Wire {
  ask(path: string, ask?: Ask): Promise<Answer>;
  /**
   * Follows a watch until `enough`, or until the server ends it; `ended` tells which. A refusal before the first event is
   * in `refusal`.
   */
  watch(
    path: string,
    enough: (seen: readonly Seen[]) => boolean,
    options?: { readonly accept?: string; readonly started?: () => void },
  ): Promise<{ readonly seen: readonly Seen[]; readonly ended: boolean; readonly refusal?: Answer }>;
  close(): void;
}

/** Undefined for what is not JSON: a log, or the lines of a watch. */
function dataOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Requests as the user of a kubeconfig (its text). */
export function createWire(kubeconfig: string): Wire {
  const { server, ca, token } = parseKubeconfig(kubeconfig);
  const agent = new Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) });
  const bodyOf = ({ body }: Ask) =>
    body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const options = (ask: Ask): RequestOptions => ({
    agent,
    method: ask.method ?? 'GET',
    headers: {
      authorization: `Bearer ${token}`,
      accept: ask.accept ?? 'application/json',
      'user-agent': 'conformance/1',
      ...(ask.gzip === true ? { 'accept-encoding': 'gzip' } : {}),
      ...(ask.body === undefined
        ? {}
        : {
            'content-type': ask.contentType ?? 'application/json',
            // A DELETE with a body has no length unless it is told.
            'content-length': String(Buffer.byteLength(bodyOf(ask) ?? '')),
          }),
    },
  });

  return {
    ask: (path, ask = {}) =>
      new Promise((resolve, reject) => {
        const sent = request(new URL(path, server), options(ask), (message) => {
          const chunks: Buffer[] = [];
          message.on('error', reject).on('data', (chunk) => chunks.push(chunk));
          message.on('end', () => {
            const bytes = Buffer.concat(chunks);
            const packed = message.headers['content-encoding'] === 'gzip';
            const text = (packed ? gunzipSync(bytes) : bytes).toString();
            resolve({ code: message.statusCode ?? 0, headers: message.headers, text, json: dataOf(text) });
          });
        });
        sent.on('error', reject).end(bodyOf(ask));
      }),
    watch: (path, enough, { accept, started } = {}) =>
      new Promise((resolve, reject) => {
        const seen: Seen[] = [];
        const ask = accept === undefined ? {} : { accept };
        const sent = request(new URL(path, server), { ...options(ask), agent: false, ...(ca && { ca }) });
        sent.on('response', (message) => {
          let rest = '';
          started?.();
          message.setEncoding('utf8').on('data', (text) => {
            rest += text;
            if (message.statusCode !== 200) return;
            const lines = rest.split('\n');
            rest = lines.pop() ?? '';
            for (const line of lines) seen.push(JSON.parse(line));
            if (!enough(seen)) return;
            resolve({ seen, ended: false });
            sent.destroy();
          });
          message.on('end', () => {
            if (message.statusCode === 200) return resolve({ seen, ended: true });
            const { statusCode: code = 0, headers } = message;
            resolve({ seen, ended: true, refusal: { code, headers, text: rest, json: dataOf(rest) } });
          });
        });
        sent.on('error', (error) => seen.length === 0 && reject(error)).end();
      }),
    close: () => agent.destroy(),
  };
}
