/** One request to the Kubernetes API, signed in as the kubeconfig says. The client library is loaded when it is first needed. */
import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { proxyFor } from './proxy.ts';

/** Long enough for a cluster behind a VPN, short enough to be noticed. */
const requestTimeoutMs = 10_000;
/** An exec plugin may have to ask a cloud's login service. */
const signInTimeoutMs = 30_000;
const largestAnswer = 4 * 1024 * 1024;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Why no answer came. `sign-in`: the kubeconfig's credentials could not be had. */
export class RequestFailure extends Error {
  readonly stage: 'sign-in' | 'timeout' | 'connection';
  readonly code: string | undefined;
  constructor(stage: RequestFailure['stage'], message: string, code?: string) {
    super(message);
    this.name = 'RequestFailure';
    this.stage = stage;
    this.code = code;
  }
}

interface ApiConnection {
  /** Rejects with a `RequestFailure` only. */
  send(path: string, body?: unknown, timeoutMs?: number): Promise<Answer>;
}

/** A connection by a kubeconfig's text, for its current context. Signing in happens with the first request. */
export function connect(
  kubeconfig: string,
  env: Readonly<Record<string, string | undefined>>,
): ApiConnection {
  let loaded: Promise<KubeConfig> | undefined;
  return {
    async send(path, body, timeoutMs = requestTimeoutMs) {
      loaded ??= load(kubeconfig, env);
      const config = await loaded;
      const options = await signIn(config, timeoutMs);
      const server = config.getCurrentCluster()?.server ?? '';
      return exchange(new URL(server.replace(/\/+$/, '') + path), options, body, timeoutMs);
    },
  };
}

async function load(text: string, env: Readonly<Record<string, string | undefined>>): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
  } catch (error) {
    throw new RequestFailure('sign-in', (error as Error).message);
  }
  completeUser(config, text);
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new RequestFailure('sign-in', 'the kubeconfig has no cluster for its current context');
  const proxyUrl = cluster.proxyUrl ?? proxyFor(cluster.server, env);
  const changed = {
    ...cluster,
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    // The library refuses plain HTTP otherwise; there is no certificate that could be verified.
    ...(cluster.server.startsWith('http:') ? { skipTLSVerify: true } : {}),
  };
  config.clusters = config.clusters.map((each) => (each === cluster ? changed : each));
  return config;
}

/** What kubectl does with a user and the library does not. */
function completeUser(config: KubeConfig, text: string): void {
  const context = config.getContextObject(config.currentContext);
  if (context === null) return;
  if (config.getCurrentUser() === null) {
    // Without a user the library leaves out the certificate authority as well.
    config.users = [...config.users, { name: 'anonymous' }];
    config.contexts = config.contexts.map((each) =>
      each === context ? { ...each, user: 'anonymous' } : each,
    );
  }
  const signedInAs = config.getCurrentUser()?.name;
  const written = parse(text) as { users?: { name?: string; user?: { tokenFile?: string } }[] };
  const { tokenFile } = written.users?.find(({ name }) => name === signedInAs)?.user ?? {};
  config.users = config.users.map((user) => {
    if (user.name !== signedInAs) return user;
    const token = user.token ?? (tokenFile === undefined ? undefined : readToken(tokenFile));
    return {
      ...user,
      ...(token === undefined || token === null ? {} : { token }),
      ...(user.exec ? { exec: withExecInfo(user.exec) } : {}),
    };
  });
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new RequestFailure('sign-in', (error as Error).message);
  }
}

/** Tells a credential plugin which version of the protocol is spoken, and that nobody is there to be asked (client-go credential plugins). */
function withExecInfo(exec: { apiVersion?: string; env?: { name: string; value: string }[] | null }): object {
  const info = { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  return {
    ...exec,
    env: [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }],
  };
}

async function signIn(config: KubeConfig, timeoutMs: number): Promise<RequestOptions> {
  const options: RequestOptions = { timeout: timeoutMs, headers: {} };
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new RequestFailure('sign-in', `no credentials within ${signInTimeoutMs / 1000} s`));
    }, signInTimeoutMs);
  });
  try {
    await Promise.race([config.applyToHTTPSOptions(options), tooLong]);
    return options;
  } catch (error) {
    if (error instanceof RequestFailure) throw error;
    const { message, code } = error as NodeJS.ErrnoException;
    throw new RequestFailure('sign-in', message, code);
  } finally {
    clearTimeout(timer);
  }
}

function exchange(url: URL, options: RequestOptions, body: unknown, timeoutMs: number): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...options.headers,
    accept: 'application/json',
    ...(text === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  return new Promise((resolve, reject) => {
    const start = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const method = text === undefined ? 'GET' : 'POST';
    const request = start(url, { ...options, method, headers }, (response) => {
      collect(response).then(
        (answer) => settle(() => resolve(answer)),
        (error: NodeJS.ErrnoException) => settle(() => reject(connectionFailure(error))),
      );
    });
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      finish();
      // Agents of the client library keep no connections worth keeping for single requests.
      request.destroy();
    };
    const timer = setTimeout(() => {
      settle(() => reject(new RequestFailure('timeout', `no answer within ${timeoutMs / 1000} s`)));
    }, timeoutMs);
    request.on('error', (error: NodeJS.ErrnoException) => settle(() => reject(connectionFailure(error))));
    request.end(text);
  });
}

function connectionFailure(error: NodeJS.ErrnoException): RequestFailure {
  // Where a name has several addresses, Node gives one error that only holds the others.
  const first = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException) : error;
  return new RequestFailure('connection', first.message || error.message, first.code ?? error.code);
}

async function collect(response: IncomingMessage): Promise<Answer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largestAnswer) throw new Error('the answer is larger than 4 MB');
    parts.push(part);
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') };
}
