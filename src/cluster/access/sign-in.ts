/** Signing in to the API server as a kubeconfig says: the one place that has credentials, TLS settings and proxies. */
import { type Agent, Agent as HttpAgent, type OutgoingHttpHeaders } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent, type RequestOptions } from 'node:https';
import { type CredentialPlugins, type PluginCredential, pluginOf } from './credential-plugins.ts';
import { type CurrentEntry, currentEntry } from './current-entry.ts';
import { impersonation, signInHeaders, tlsSettings } from './direct-sign-in.ts';
import { proxyFor } from './proxy.ts';
import { RequestFailure } from './request-failure.ts';
import { createTunnelAgent } from './tunnel-agent.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** How long an unused connection is kept, and how long a proxy has to open one. */
const idleConnectionMs = 30_000;
/** Tokens in files and of login services are replaced while we run; client-go looks as often. */
const lookAgainMs = 60_000;

/** What every request to the server is sent with. */
export interface SignedIn {
  /** Without a slash at its end. */
  readonly server: string;
  readonly headers: OutgoingHttpHeaders;
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
  /** What a connection is opened with: one is not used with other credentials. */
  readonly identity: string;
}

/** `kubeconfig` gives the text of a kubeconfig whose current context is meant. `plugins` run credential plugins; without them the client library does. */
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
    const entry = currentEntry(text);
    const plugin = plugins && pluginOf(entry);
    const credential = plugin && (await plugins.credential(plugin, refused?.credential));
    const { headers, options, agent: makeAgent } = await prepare(text, entry, env, credential);
    const { server, user } = entry;
    const identity = JSON.stringify([server, options.cert, options.key, options.ca].map(String));
    const agent = held?.identity === identity ? held.signedIn.agent : makeAgent();
    agents.add(agent);
    const changes = user.tokenFile !== undefined || user['auth-provider'] !== undefined;
    const until = credential ? credential.expiresAt : changes ? now() + lookAgainMs : undefined;
    return {
      signedIn: { server, headers, agent },
      until: until ?? Number.POSITIVE_INFINITY,
      credential,
      identity,
    };
  };
  const anew = async (refused: Held | undefined): Promise<SignedIn> => {
    running ??= signIn(refused)
      .then((result) => {
        held = result;
        return result;
      })
      .finally(() => {
        running = undefined;
      });
    try {
      return (await running).signedIn;
    } catch (error) {
      throw signInFailure(error);
    }
  };
  return {
    async current() {
      return held !== undefined && held.until > now() ? held.signedIn : anew(undefined);
    },
    async renew(refused) {
      return held !== undefined && held.signedIn !== refused ? held.signedIn : anew(held);
    },
    close() {
      for (const agent of agents) agent.destroy();
    },
  };
}

interface Prepared {
  readonly headers: OutgoingHttpHeaders;
  /** What its connections are opened with. */
  readonly options: AgentOptions;
  readonly agent: () => Agent;
}

/** The client library is loaded for what only it can: with 25 MB it is larger than all that a survey keeps of a cluster. */
async function prepare(
  text: string,
  entry: CurrentEntry,
  env: Env,
  credential: PluginCredential | undefined,
): Promise<Prepared> {
  const { server, user } = entry;
  const proxy = proxyOf(entry, env);
  const options = { keepAlive: true, timeout: idleConnectionMs, ...tlsSettings(entry, credential) };
  const byLibrary = user['auth-provider'] !== undefined || (user.exec !== undefined && !credential);
  if (!byLibrary && !proxy?.protocol.startsWith('socks')) {
    return {
      headers: signInHeaders(user, credential),
      options,
      agent: () => agentOf(server, proxy, options),
    };
  }
  const { signInByLibrary } = await import('./library-sign-in.ts');
  const signedIn: RequestOptions = { headers: {}, ...options };
  await signInByLibrary(text, { proxyUrl: proxy?.href, credentials: byLibrary }, signedIn);
  const headers = byLibrary
    ? { ...(signedIn.headers as OutgoingHttpHeaders), ...impersonation(user) }
    : signInHeaders(user, credential);
  const { cert, key } = signedIn;
  return {
    headers,
    options: { ...options, ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) },
    // The agents of the library would not keep their connections.
    agent: () => Object.assign(signedIn.agent as Agent, { keepAlive: true }),
  };
}

function agentOf(server: string, proxy: URL | undefined, options: AgentOptions): Agent {
  if (proxy) return createTunnelAgent(server, proxy, options, idleConnectionMs);
  return server.startsWith('http:') ? new HttpAgent(options) : new HttpsAgent(options);
}

function proxyOf({ server, cluster }: CurrentEntry, env: Env): URL | undefined {
  const named = cluster['proxy-url'];
  const address = typeof named === 'string' && named !== '' ? named : proxyFor(server, env);
  if (address === undefined) return undefined;
  if (/^(?:https?|socks\w*):\/\/[^/]/.test(address) && URL.canParse(address)) return new URL(address);
  throw new RequestFailure(
    'kubeconfig',
    `The proxy "${address}" is not an address such as http://proxy:3128.`,
    {
      fix: 'Mend HTTPS_PROXY, or the proxy-url of the cluster in the kubeconfig.',
    },
  );
}

function signInFailure(error: unknown): RequestFailure {
  if (error instanceof RequestFailure) return error;
  const { message, code } = error as NodeJS.ErrnoException;
  return new RequestFailure('sign-in', message, { code });
}
