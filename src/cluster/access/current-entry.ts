/** The cluster and the user of a kubeconfig's current context, as written. */
import { parse } from 'yaml';
import { RequestFailure } from './request-failure.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface CurrentEntry {
  /** Without a slash at its end. */
  readonly server: string;
  readonly cluster: Fields;
  /** Empty where the context names none. */
  readonly user: Fields;
}

interface Written {
  readonly 'current-context'?: unknown;
  readonly contexts?: readonly { name?: unknown; context?: Fields }[];
  readonly clusters?: readonly { name?: unknown; cluster?: Fields }[];
  readonly users?: readonly { name?: unknown; user?: Fields }[];
}

/** Throws a `RequestFailure` of the stage `kubeconfig` where there is no server that could be asked. */
export function currentEntry(kubeconfig: string): CurrentEntry {
  const written = read(kubeconfig);
  const named = <T extends { name?: unknown }>(list: readonly T[] | undefined, name: unknown) =>
    Array.isArray(list) ? (list as readonly T[]).find((each) => each?.name === name) : undefined;
  const context = named(written.contexts, written['current-context'])?.context;
  const cluster = named(written.clusters, context?.cluster)?.cluster;
  if (cluster === undefined) {
    throw new RequestFailure('kubeconfig', 'The kubeconfig has no cluster for its current context.');
  }
  return { server: serverOf(cluster), cluster, user: named(written.users, context?.user)?.user ?? {} };
}

function read(kubeconfig: string): Written {
  try {
    return (parse(kubeconfig, { maxAliasCount: 100 }) ?? {}) as Written;
  } catch (error) {
    throw new RequestFailure('kubeconfig', `The kubeconfig cannot be read: ${(error as Error).message}.`);
  }
}

function serverOf({ server }: Fields): string {
  const text = String(server ?? '').replace(/\/+$/, '');
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new RequestFailure(
    'kubeconfig',
    `The server "${text}" of the kubeconfig is not an address such as https://host:6443.`,
    {
      fix: 'Mend the server in the kubeconfig, or choose another context by --context.',
    },
  );
}
