/** HTTP with one API server, signed in as its kubeconfig says: the one place that sends requests. */
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { CredentialPlugins } from './credential-plugins.ts';
import { type Problem, readKubeconfig, selectContext } from './kubeconfig.ts';
import { connectionFailure, RequestFailure } from './request-failure.ts';
import { createSignIn, type SignedIn } from './sign-in.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Long enough for a cluster behind a VPN, short enough to be noticed. */
const callMs = 10_000;
/** A page of 500 objects of the largest size is not larger. */
const largestAnswer = 256 * 1024 * 1024;

/** The text of a kubeconfig, or its file; its current context is meant. */
export type KubeconfigSource = string | { readonly file: string };

/** One request. */
export interface Call {
  /** Below the server's address, with its query. */
  readonly path: string;
  /** GET unless told. */
  readonly method?: 'POST' | 'PATCH' | 'DELETE';
  readonly accept?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly contentType?: string;
  /** The answer may come compressed; `send` unpacks it. */
  readonly gzip?: boolean;
}

/** A whole answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How long to wait: `ms` for a whole answer (`send`) or for its beginning (`open`). */
export interface Patience {
  readonly ms?: number;
  readonly signal?: AbortSignal;
}

/** Connections to one server. Where it does not accept the credentials (401), it signs in anew, once for each request. */
export interface Connection {
  /** The address as messages name it. */
  readonly server: string;
  /** Rejects with a `RequestFailure` only. */
  send(call: Call, patience?: Patience): Promise<Answer>;
  /** The answer when its head is there, to be read as it comes. Rejects with a `RequestFailure` only. */
  open(call: Call, patience?: Patience): Promise<IncomingMessage>;
  /** Ends every connection and every request under way. */
  close(): void;
}

/** Nothing is read, started or sent before the first request. */
export function connect(source: KubeconfigSource, env: Env, plugins?: CredentialPlugins): Connection {
  const signIn = createSignIn(() => kubeconfigText(source), env, plugins);
  const underWay = new Set<() => void>();
  let server = 'this address';
  let closed = false;

  const open = async (call: Call, { ms = callMs, signal }: Patience = {}): Promise<IncomingMessage> => {
    const exchange = async (signedIn: SignedIn) => {
      if (closed || signal?.aborted) throw endedByUs();
      server = stripToLine(signedIn.server);
      return begin(signedIn, call, ms, (end) => {
        underWay.add(end);
        signal?.addEventListener('abort', end, { once: true });
        return () => {
          underWay.delete(end);
          signal?.removeEventListener('abort', end);
        };
      });
    };
    if (closed) throw endedByUs();
    const signedIn = await signIn.current();
    const response = await exchange(signedIn);
    if (response.statusCode !== 401) return response;
    response.destroy();
    return exchange(await signIn.renew(signedIn));
  };
  return {
    get server() {
      return server;
    },
    open,
    async send(call, { ms = callMs, signal } = {}) {
      return readAnswer(await open(call, { ms, ...(signal ? { signal } : {}) }), ms);
    },
    close() {
      closed = true;
      for (const end of underWay) end();
      signIn.close();
    },
  };
}

/** A file is read as kubectl reads it; what is wrong with it is said in the failure. */
async function kubeconfigText(source: KubeconfigSource): Promise<string> {
  if (typeof source === 'string') return source;
  const config = readKubeconfig([source.file], true);
  if ('message' in config) throw unusable(config);
  const selected = selectContext(config, undefined);
  if ('message' in selected) throw unusable(selected);
  return selected.yaml;
}

const unusable = ({ message, fix }: Problem) => new RequestFailure('kubeconfig', message, { fix });
const endedByUs = () => new RequestFailure('closed', 'the connection was closed');
const noAnswer = (ms: number) => new RequestFailure('timeout', `no answer within ${ms / 1000} s`);

/** `register` is given what ends the request, and gives what forgets that again. */
function begin(
  signedIn: SignedIn,
  call: Call,
  ms: number,
  register: (end: () => void) => () => void,
): Promise<IncomingMessage> {
  const { server, agent } = signedIn;
  const text = call.body === undefined ? undefined : JSON.stringify(call.body);
  const headers = {
    ...signedIn.headers,
    'user-agent': 'handrail',
    accept: call.accept ?? 'application/json',
    ...(call.gzip ? { 'accept-encoding': 'gzip' } : {}),
    ...(text === undefined
      ? {}
      : {
          'content-type': call.contentType ?? 'application/json',
          'content-length': Buffer.byteLength(text),
        }),
  };
  const url = new URL(server + call.path);
  const method = call.method ?? 'GET';
  return new Promise((resolve, reject) => {
    const request = started(url, { agent, method, headers });
    const forget = register(() => request.destroy(endedByUs()));
    const timer = setTimeout(() => request.destroy(noAnswer(ms)), ms);
    request.on('response', (response) => {
      clearTimeout(timer);
      // Whoever reads it hears of an error too; before that nobody may be listening.
      response.on('error', () => {});
      response.once('close', forget);
      resolve(response);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      forget();
      reject(connectionFailure(error));
    });
    request.end(text);
  });
}

/** Certificates, keys and tokens are looked at when a request is made: one that makes no sense is found out here. */
function started(url: URL, options: RequestOptions): ClientRequest {
  try {
    return url.protocol === 'http:' ? httpRequest(url, options) : httpsRequest(url, options);
  } catch (error) {
    throw new RequestFailure(
      'kubeconfig',
      `The certificate, key or token in the kubeconfig makes no sense: ${(error as Error).message}.`,
      { fix: 'Log in to the cluster again with the tool that made this kubeconfig.' },
    );
  }
}

const unpack = promisify(gunzip);

/** All of an answer that was opened, unpacked. Rejects with a `RequestFailure` only. */
export async function readAnswer(response: IncomingMessage, ms: number): Promise<Answer> {
  const timer = setTimeout(() => response.destroy(noAnswer(ms)), ms);
  try {
    return await collect(response);
  } catch (error) {
    throw connectionFailure(error as Error);
  } finally {
    clearTimeout(timer);
  }
}

async function collect(response: IncomingMessage): Promise<Answer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largestAnswer) throw new Error('the answer is too large');
    parts.push(part);
  }
  const { statusCode: status = 0, headers } = response;
  const whole = Buffer.concat(parts);
  const body =
    headers['content-encoding'] === 'gzip' ? await unpack(whole, { maxOutputLength: largestAnswer }) : whole;
  return { status, headers, body: body.toString('utf8') };
}
