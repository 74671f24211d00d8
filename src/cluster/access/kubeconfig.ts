/**
 * Reading kubeconfig as kubectl does: several files are merged, the first to give a value wins, files that are not there are passed
 * over, and relative paths count from the file they stand in (kubernetes.io, "Organizing Cluster Access Using kubeconfig Files").
 * Entries are kept as written, so that what we do not know of (exec plugins, extensions) reaches the session's own file.
 */
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { parse, stringify } from 'yaml';

type Fields = Record<string, unknown>;
type Entries = ReadonlyMap<string, Fields>;

interface Kubeconfig {
  readonly files: readonly string[];
  readonly currentContext: string | undefined;
  readonly contexts: Entries;
  readonly clusters: Entries;
  readonly users: Entries;
}

/** A sentence about what is wrong, and one about what to do. */
export interface Problem {
  readonly message: string;
  readonly fix: string;
}

/** One context with its cluster and user, and a kubeconfig that holds nothing else. */
export interface Selected {
  readonly context: string;
  readonly server: string;
  readonly clusterName: string;
  /** PEM in base64, where the cluster has a certificate authority of its own. */
  readonly authority: string | undefined;
  /** The text of an extension that only the practice cluster's entry has. */
  readonly practice: boolean;
  readonly yaml: string;
}

/** Reads and merges files. `mustExist`: the operator named the one file there is. */
export function readKubeconfig(files: readonly string[], mustExist: boolean): Kubeconfig | Problem {
  const read: string[] = [];
  let currentContext: string | undefined;
  const merged = {
    contexts: new Map<string, Fields>(),
    clusters: new Map<string, Fields>(),
    users: new Map<string, Fields>(),
  };
  for (const file of files) {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !mustExist) continue;
      return {
        message: `The kubeconfig ${file} cannot be read: ${(error as Error).message}.`,
        fix: 'Check the path given by --kubeconfig or KUBECONFIG, and who may read the file.',
      };
    }
    const config = parseFields(text);
    if (config === undefined) {
      return {
        message: `${file} is not a kubeconfig.`,
        fix: 'Run `kubectl config view` to see what is wrong with it.',
      };
    }
    read.push(file);
    if (typeof config['current-context'] === 'string' && config['current-context'] !== '') {
      currentContext ??= config['current-context'];
    }
    for (const [list, key] of [
      ['contexts', 'context'],
      ['clusters', 'cluster'],
      ['users', 'user'],
    ] as const) {
      for (const [name, fields] of namedEntries(config[list], key)) {
        if (!merged[list].has(name)) merged[list].set(name, withAbsolutePaths(fields, dirname(file)));
      }
    }
  }
  if (read.length === 0) {
    return {
      message: `There is no kubeconfig: ${files.join(', ')} ${files.length > 1 ? 'do' : 'does'} not exist.`,
      fix: 'Set KUBECONFIG, pass --kubeconfig FILE, or start the practice cluster.',
    };
  }
  return { files: read, currentContext, ...merged };
}

/** The context asked for, or the current one, with everything a command needs to use it from any folder. */
export function selectContext(config: Kubeconfig, wanted: string | undefined): Selected | Problem {
  const context = wanted ?? config.currentContext;
  const names = [...config.contexts.keys()];
  const known = names.length > 0 ? `There are: ${names.join(', ')}.` : 'The kubeconfig has no contexts.';
  if (context === undefined) {
    return {
      message: `No context is current in ${config.files.join(', ')}.`,
      fix: `Pass --context NAME, or run \`kubectl config use-context NAME\`. ${known}`,
    };
  }
  const fields = config.contexts.get(context);
  if (fields === undefined) {
    return {
      message: `There is no context ${context} in ${config.files.join(', ')}.`,
      fix: `${known} Pass one by --context.`,
    };
  }
  const clusterName = String(fields.cluster ?? '');
  const userName = String(fields.user ?? '');
  const cluster = config.clusters.get(clusterName);
  if (typeof cluster?.server !== 'string' || cluster.server === '') {
    return {
      message: `The context ${context} names the cluster "${clusterName}", which has no server in ${config.files.join(', ')}.`,
      fix: 'Mend the kubeconfig, or choose another context by --context.',
    };
  }
  try {
    const own = embed(cluster, [['certificate-authority', 'certificate-authority-data']]);
    const user = embed(config.users.get(userName) ?? {}, [
      ['client-certificate', 'client-certificate-data'],
      ['client-key', 'client-key-data'],
    ]);
    const authority = own['certificate-authority-data'];
    return {
      context,
      server: cluster.server,
      clusterName,
      authority: typeof authority === 'string' ? authority : undefined,
      practice: hasPracticeMark(cluster),
      yaml: stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': context,
        contexts: [{ name: context, context: fields }],
        clusters: [{ name: clusterName, cluster: own }],
        users: userName === '' ? [] : [{ name: userName, user }],
      }),
    };
  } catch (error) {
    return {
      message: `A certificate or key of the context ${context} cannot be read: ${(error as Error).message}.`,
      fix: 'Mend the path in the kubeconfig, or log in to the cluster again.',
    };
  }
}

function parseFields(text: string): Fields | undefined {
  try {
    const value: unknown = parse(text, { maxAliasCount: 100 });
    if (value === null) return {};
    return typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function namedEntries(list: unknown, key: string): [string, Fields][] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const { name, [key]: fields } = (entry ?? {}) as Fields;
    if (typeof name !== 'string') return [];
    return [[name, (typeof fields === 'object' && fields !== null ? fields : {}) as Fields]];
  });
}

const pathFields = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

function withAbsolutePaths(fields: Fields, folder: string): Fields {
  const result = { ...fields };
  for (const name of pathFields) {
    const value = result[name];
    if (typeof value === 'string' && value !== '' && !isAbsolute(value)) result[name] = join(folder, value);
  }
  const { exec } = result as { exec?: { command?: unknown } };
  // kubectl: a command with a slash counts from the kubeconfig's folder, a bare name from the PATH.
  if (typeof exec?.command === 'string' && exec.command.includes('/') && !isAbsolute(exec.command)) {
    result.exec = { ...exec, command: join(folder, exec.command) };
  }
  return result;
}

/** Takes the contents of files in. Where a file is named and data is given as well, kubectl uses the data. */
function embed(fields: Fields, pairs: readonly (readonly [string, string])[]): Fields {
  const result = { ...fields };
  for (const [pathField, dataField] of pairs) {
    const path = result[pathField];
    delete result[pathField];
    const data = result[dataField];
    if (typeof data === 'string' && data !== '') continue;
    if (typeof path === 'string' && path !== '') result[dataField] = readFileSync(path).toString('base64');
  }
  return result;
}

/** The mark that the practice cluster puts on its own entry. */
function hasPracticeMark(cluster: Fields): boolean {
  if (!Array.isArray(cluster.extensions)) return false;
  return cluster.extensions.some((entry: unknown) => {
    const { name, extension } = (entry ?? {}) as { name?: unknown; extension?: { practice?: unknown } };
    return name === 'handrail.dev/practice' && extension?.practice === true;
  });
}
