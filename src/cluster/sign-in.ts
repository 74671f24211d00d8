/** Signing in to the API server as a kubeconfig says: the one place that has credentials, TLS settings and proxies. */
import { type Agent, Agent as HttpAgent, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import { type CredentialPlugins, type PluginCredential, pluginOf } from './credential-plugins.ts';
import { type CurrentEntry, currentEntry } from './current-entry.ts';
import { impersonation, signInHeaders, tlsSettings } from './direct-sign-in.ts';
import { proxyFor } from './proxy.ts';
import { RequestFailure } from './request-failure.ts';

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
    const { headers, options } = await prepare(text, entry, env, credential);
    const { server, user } = entry;
    const identity = JSON.stringify([server, options.cert, options.key, options.ca].map(String));
    const agent = held?.identity === identity ? held.signedIn.agent : agentOf(server, options);
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
  /** With the agent of the client library, where that was asked. */
  readonly options: RequestOptions;
}

/** The client library is loaded for what only it can: with 25 MB it is larger than all that a survey keeps of a cluster. */
async function prepare(
  text: string,
  entry: CurrentEntry,
  env: Env,
  credential: PluginCredential | undefined,
): Promise<Prepared> {
  const { server, cluster, user } = entry;
  const proxyUrl = typeof cluster['proxy-url'] === 'string' ? cluster['proxy-url'] : proxyFor(server, env);
  const byLibrary = user['auth-provider'] !== undefined || (user.exec !== undefined && !credential);
  const options: RequestOptions = {
    timeout: idleConnectionMs,
    headers: {},
    ...tlsSettings(entry, credential),
  };
  if (!byLibrary && proxyUrl === undefined) return { headers: signInHeaders(user, credential), options };
  const { signInByLibrary } = await import('./library-sign-in.ts');
  await signInByLibrary(text, { proxyUrl, credentials: byLibrary }, options);
  const headers = byLibrary
    ? { ...(options.headers as OutgoingHttpHeaders), ...impersonation(user) }
    : signInHeaders(user, credential);
  return { headers, options };
}

/** Keeps its connections; those of the client library would not. */
function agentOf(
  server: string,
  { agent, ca, cert, key, servername, rejectUnauthorized, timeout }: RequestOptions,
): Agent {
  if (agent) return Object.assign(agent as Agent, { keepAlive: true });
  const keeping = { keepAlive: true, ...(timeout === undefined ? {} : { timeout }) };
  if (server.startsWith('http:')) return new HttpAgent(keeping);
  return new HttpsAgent({
    ...keeping,
    ca,
    cert,
    key,
    ...(servername === undefined ? {} : { servername }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  });
}

function signInFailure(error: unknown): RequestFailure {
  if (error instanceof RequestFailure) return error;
  const { message, code } = error as NodeJS.ErrnoException;
  return new RequestFailure('sign-in', message, { code });
}
