/**
 * Credential plugins of a kubeconfig (kubernetes.io, "client-go credential plugins"): what is written of them there, what they
 * answer, and how long that is good for. Who starts the process is given from outside.
 */
import type { CurrentEntry, Fields } from './current-entry.ts';

/** The `exec` of the current user, and the cluster it is for. */
export interface Plugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Whether it asks for the keyboard: never, where there is one, or it does nothing without. */
  readonly interactiveMode: 'Never' | 'IfAvailable' | 'Always';
  /** How to install it, in the words of whoever made the kubeconfig. */
  readonly installHint: string | undefined;
  /** Told to the plugin where it wants to know (`provideClusterInfo`). */
  readonly cluster: Readonly<Record<string, unknown>> | undefined;
}

/** What a plugin gave. Certificate and key are PEM. */
export interface PluginCredential {
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** Ms since the epoch. Absent: until the server no longer takes it. */
  readonly expiresAt?: number;
}

/** Where credentials of plugins are had, and kept while they are good. */
export interface CredentialPlugins {
  /** Not the one that the server `refused`. Rejects with an Error; its `code` is ENOENT where there is no such program. */
  credential(plugin: Plugin, refused?: PluginCredential): Promise<PluginCredential>;
  /** The same, but the plugin has the terminal and may ask. Only before a screen is opened. */
  credentialByPrompt(plugin: Plugin): Promise<PluginCredential>;
}

/** How one plugin is started. `interactive`: standard input and standard error are the terminal's. */
export interface PluginCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment of this program. */
  readonly env: Readonly<Record<string, string>>;
  readonly interactive: boolean;
}

/** Gives what the plugin printed. Rejects with what it said, where it failed. */
export type RunPlugin = (command: PluginCommand) => Promise<string>;

/** Plugins that are run by `run`, each once for as long as its credential is good. */
export function createCredentialPlugins(run: RunPlugin, now: () => number = Date.now): CredentialPlugins {
  const kept = new Map<string, PluginCredential>();
  const failedByPrompt = new Map<string, unknown>();
  const obtain = async (plugin: Plugin, interactive: boolean): Promise<PluginCredential> => {
    const printed = await run({
      command: plugin.command,
      args: plugin.args,
      env: { ...plugin.env, KUBERNETES_EXEC_INFO: execInfo(plugin, interactive) },
      interactive,
    }).catch((error: unknown) => {
      throw withHint(error, plugin);
    });
    const credential = readCredential(printed, plugin.command);
    kept.set(JSON.stringify(plugin), credential);
    return credential;
  };
  return {
    async credential(plugin, refused) {
      const key = JSON.stringify(plugin);
      // The operator has just seen it fail: whoever asks first is told that, and it is not run once more without the keyboard.
      const failure = failedByPrompt.get(key);
      if (failedByPrompt.delete(key)) throw failure;
      const known = kept.get(key);
      const good = known !== undefined && known !== refused && (known.expiresAt ?? Infinity) > now();
      return good ? known : obtain(plugin, false);
    },
    credentialByPrompt: (plugin) =>
      obtain(plugin, true).catch((error: unknown) => {
        failedByPrompt.set(JSON.stringify(plugin), error);
        throw error;
      }),
  };
}

function execInfo({ apiVersion, cluster }: Plugin, interactive: boolean): string {
  return JSON.stringify({
    apiVersion,
    kind: 'ExecCredential',
    spec: { ...(cluster === undefined ? {} : { cluster }), interactive },
  });
}

function withHint(error: unknown, { installHint }: Plugin): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' || installHint === undefined) return error;
  return Object.assign(new Error(`${message}: ${installHint}`), { code });
}

function readCredential(printed: string, command: string): PluginCredential {
  let status: Record<string, unknown> | undefined;
  try {
    status = (JSON.parse(printed) as { status?: Record<string, unknown> } | null)?.status;
  } catch {
    throw new Error(`${command} printed something that is not an ExecCredential`);
  }
  const text = (name: string) => {
    const value = status?.[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [token, certificate, key] = [text('token'), text('clientCertificateData'), text('clientKeyData')];
  if (token === undefined && (certificate === undefined || key === undefined)) {
    throw new Error(`${command} gave neither a token nor a certificate with its key`);
  }
  const expiresAt = Date.parse(text('expirationTimestamp') ?? '');
  return {
    ...(token === undefined ? {} : { token }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
    ...(Number.isNaN(expiresAt) ? {} : { expiresAt }),
  };
}

/** The credential plugin of the current user of a kubeconfig, if it has one. */
export function pluginOf({ cluster, user }: Pick<CurrentEntry, 'cluster' | 'user'>): Plugin | undefined {
  const exec = (user.exec ?? {}) as Fields;
  const { apiVersion, command, args, env, interactiveMode, installHint, provideClusterInfo } = exec;
  if (typeof command !== 'string' || command === '') return undefined;
  return {
    apiVersion: typeof apiVersion === 'string' ? apiVersion : 'client.authentication.k8s.io/v1',
    command,
    args: Array.isArray(args) ? args.map(String) : [],
    env: Object.fromEntries(
      (Array.isArray(env) ? env : []).map((each) => [String(each?.name), String(each?.value ?? '')]),
    ),
    // What is meant where nothing is said, in the versions of the protocol that let it be left out.
    interactiveMode:
      interactiveMode === 'Never' || interactiveMode === 'Always' ? interactiveMode : 'IfAvailable',
    installHint: typeof installHint === 'string' && installHint !== '' ? installHint : undefined,
    cluster: provideClusterInfo === true ? clusterInfo(cluster) : undefined,
  };
}

/** The cluster in the words of the ExecCredential, with the configuration that its entry holds for plugins. */
function clusterInfo(cluster: Fields): Fields {
  const extensions = Array.isArray(cluster.extensions) ? cluster.extensions : [];
  const config = extensions.find((each) => each?.name === 'client.authentication.k8s.io/exec')?.extension;
  const also = (name: string) => (cluster[name] === undefined ? {} : { [name]: cluster[name] });
  return {
    server: cluster.server,
    ...also('tls-server-name'),
    ...also('insecure-skip-tls-verify'),
    ...also('certificate-authority-data'),
    ...also('proxy-url'),
    ...(config === undefined ? {} : { config }),
  };
}
