/**
 * Signing in to the API server as a kubeconfig says: the one place that has credentials, TLS settings and proxies. The client
 * library reads the kubeconfig and speaks to login services; it is loaded when it is first needed.
 */
import { readFileSync } from 'node:fs';
import type { Agent, OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { KubeConfig, User } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { type CredentialPlugins, type PluginCredential, pluginOf } from './credential-plugins.ts';
import { proxyFor } from './proxy.ts';
import { RequestFailure } from './request-failure.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A credential plugin or a login service may have to ask somebody far away. */
const signInTimeoutMs = 30_000;
/** How long an unused connection is kept, and how long a proxy has to open one. */
const idleConnectionMs = 30_000;
/** Tokens in files are replaced while we run; client-go reads them again as often. */
const rereadMs = 60_000;

/** What every request to the server is sent with. */
export interface SignedIn {
  /** Without a slash at its end. */
  readonly server: string;
  readonly headers: OutgoingHttpHeaders;
  /** `user:password` of basic authentication. */
  readonly auth: string | undefined;
  /** Keeps connections for the next request; holds the TLS settings and goes through the proxy. */
  readonly agent: Agent;
}

/** Signs in when it is first asked, and again when the credentials have run out. */
export interface SignIn {
  /** Rejects with a `RequestFailure` of the stage `kubeconfig` or `sign-in`. */
  current(): Promise<SignedIn>;
  /** After the server did not accept (401) what `current` gave. Many may ask at once: it is done once. */
  renew(refused: SignedIn): Promise<SignedIn>;
  /** Ends all connections. */
  close(): void;
}

interface Held {
  readonly signedIn: SignedIn;
  /** Ms since the epoch. */
  readonly until: number;
  readonly credential: PluginCredential | undefined;
  /** What a connection is opened with: it is not shared with other credentials. */
  readonly identity: string;
}

/** `kubeconfig` gives the text of a kubeconfig whose current context is meant. `plugins` run credential plugins; without them the library does. */
export function createSignIn(
  kubeconfig: () => string | Promise<string>,
  env: Env,
  plugins?: CredentialPlugins,
  now: () => number = Date.now,
): SignIn {
  const agents = new Set<Agent>();
  let held: Held | undefined;
  let running: Promise<Held> | undefined;

  const signIn = async (refused: Held | undefined): Promise<Held> => {
    const text = await kubeconfig();
    const config = await load(text, env);
    const plugin = plugins && pluginOf(text);
    const credential = plugin && (await fromPlugin(plugins.credential(plugin, refused?.credential)));
    if (credential) applyCredential(config, credential);
    const until = credential ? credential.expiresAt : mayChange(config) ? now() + rereadMs : undefined;
    const options: RequestOptions = { timeout: idleConnectionMs, headers: {} };
    await withinTime(config.applyToHTTPSOptions(options));
    const server = (config.getCurrentCluster()?.server ?? '').replace(/\/+$/, '');
    const identity = JSON.stringify([server, options.cert, options.key, options.ca].map(String));
    const agent = held?.identity === identity ? held.signedIn.agent : keeping(options.agent as Agent);
    agents.add(agent);
    const { headers = {}, auth = undefined } = options as {
      headers?: OutgoingHttpHeaders;
      auth?: string | null;
    };
    return {
      signedIn: { server, headers, auth: auth ?? undefined, agent },
      until: until ?? Number.POSITIVE_INFINITY,
      credential,
      identity,
    };
  };
  const anew = (refused: Held | undefined): Promise<Held> => {
    running ??= signIn(refused)
      .then((result) => {
        held = result;
        return result;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  return {
    async current() {
      if (held !== undefined && held.until > now()) return held.signedIn;
      return (await anew(undefined)).signedIn;
    },
    async renew(refused) {
      if (held !== undefined && held.signedIn !== refused) return held.signedIn;
      return (await anew(held)).signedIn;
    },
    close() {
      for (const agent of agents) agent.destroy();
    },
  };
}

/** The library's agents open a connection for each request; with this one they keep it. */
function keeping(agent: Agent): Agent {
  return Object.assign(agent, { keepAlive: true });
}

async function load(text: string, env: Env): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
  } catch (error) {
    throw new RequestFailure('kubeconfig', `The kubeconfig cannot be read: ${(error as Error).message}.`);
  }
  completeUser(config, text);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new RequestFailure('kubeconfig', 'The kubeconfig has no cluster for its current context.');
  }
  if (!/^https?:\/\/[^/]/.test(cluster.server ?? '')) {
    throw new RequestFailure('kubeconfig', `The server "${cluster.server}" is not an https:// address.`);
  }
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
  changeUser(config, (user) => {
    const token = user.token ?? (tokenFile === undefined ? undefined : readToken(tokenFile));
    return {
      ...user,
      ...(token === undefined || token === null ? {} : { token }),
      ...(user.exec ? { exec: withExecInfo(user.exec) } : {}),
    };
  });
}

function changeUser(config: KubeConfig, change: (user: User) => User): void {
  const signedInAs = config.getCurrentUser()?.name;
  config.users = config.users.map((user) => (user.name === signedInAs ? change(user) : user));
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

/** In place of the plugin, what it gave. */
function applyCredential(config: KubeConfig, credential: PluginCredential): void {
  const { token, certificate, key } = credential;
  const base64 = (pem: string) => Buffer.from(pem).toString('base64');
  changeUser(config, ({ exec: _, ...user }) => ({
    ...user,
    ...(token === undefined ? {} : { token }),
    ...(certificate === undefined ? {} : { certData: base64(certificate) }),
    ...(key === undefined ? {} : { keyData: base64(key) }),
  }));
}

/** Whether the credentials may be others the next time, though the kubeconfig is the same: a file, a login service. */
function mayChange(config: KubeConfig): boolean {
  const user = config.getCurrentUser();
  return user !== null && !user.exec && (user.authProvider !== undefined || user.token !== undefined);
}

async function fromPlugin(asked: Promise<PluginCredential>): Promise<PluginCredential> {
  try {
    return await asked;
  } catch (error) {
    throw signInFailure(error);
  }
}

async function withinTime(signingIn: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new RequestFailure('sign-in', `no credentials within ${signInTimeoutMs / 1000} s`));
    }, signInTimeoutMs);
  });
  try {
    await Promise.race([signingIn, tooLong]);
  } catch (error) {
    throw signInFailure(error);
  } finally {
    clearTimeout(timer);
  }
}

function signInFailure(error: unknown): RequestFailure {
  if (error instanceof RequestFailure) return error;
  const { message, code } = error as NodeJS.ErrnoException;
  return new RequestFailure('sign-in', message, { code });
}
