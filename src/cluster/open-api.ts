/** The Kubernetes API of one cluster over HTTP(S): the one implementation of `ClusterApi` that is not a test's. */
import { setMaxListeners } from 'node:events';
import { stripControls } from '../runbook/strip-controls.ts';
import { type Answer, type Call, connect, type KubeconfigSource } from './access/connection.ts';
import type { CredentialPlugins } from './access/credential-plugins.ts';
import type { ApiProblem, ApiResult, ClusterApi, PatchType, Permission, TableRow } from './api.ts';
import { problemOf, problemOfFailure, unreadable } from './api-problem.ts';
import { systemTiming, type Timing } from './backoff.ts';
import type { KubeObject } from './objects.ts';
import { eachPage } from './pages.ts';
import { sendPatiently } from './patient.ts';
import { readTable } from './read-table.ts';
import { acceptTable, permissionFor, resourcePath, selectionQuery } from './resource-path.ts';
import { openStream, type StreamLimits, streamLimits } from './streams/object-stream.ts';

export interface ApiOptions {
  /** Runs credential plugins, and keeps what they gave for all connections; without it the client library runs them for this one. */
  readonly plugins?: CredentialPlugins;
  readonly timing?: Timing;
  readonly limits?: Partial<StreamLimits>;
}

/** A page takes longer than other calls. */
const listMs = 60_000;
/** A table has no objects in it: its pages may be larger. */
const tablePage = 5_000;
/** A list whose next page has expired is begun again so many times. */
const listTries = 3;
const logBytes = 4 * 1024 * 1024;

const patchTypes: Readonly<Record<PatchType, string>> = {
  strategic: 'application/strategic-merge-patch+json',
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
};

/**
 * Opens the cluster of a kubeconfig's current context. `env` gives the proxy settings. Nothing is read or sent before the first
 * call; what is wrong with the kubeconfig is told as the problem of each call.
 */
export function openClusterApi(
  kubeconfig: KubeconfigSource,
  env: Readonly<Record<string, string | undefined>> = process.env,
  { plugins, timing = systemTiming, limits = {} }: ApiOptions = {},
): ClusterApi {
  const connection = connect(kubeconfig, env, plugins);
  const streams = new Set<{ close(): void }>();
  const closed = new AbortController();
  // Every call under way listens to it.
  setMaxListeners(0, closed.signal);
  const send = (what: Call, ms?: number) =>
    sendPatiently(connection, what, timing, { signal: closed.signal, ...(ms === undefined ? {} : { ms }) });
  const around = { connection, timing, limits: { ...streamLimits, ...limits }, watchList: true };

  const refused = (problem: ApiProblem) => ({ ok: false, problem }) as const;
  const unreadableAnswer = () => refused(unreadable(connection.server));
  /** `read` gives undefined where the answer is not what it should be. */
  const call = async <T>(
    what: Call,
    asked: Permission,
    read: (body: string) => T | undefined,
    ms?: number,
  ): Promise<ApiResult<T>> => {
    let answer: Answer;
    try {
      answer = await send(what, ms);
    } catch (error) {
      return refused(problemOfFailure(error, connection.server));
    }
    if (answer.status < 200 || answer.status > 299) {
      return refused(problemOf(answer, asked, connection.server));
    }
    const value = read(answer.body);
    return value === undefined ? unreadableAnswer() : { ok: true, value };
  };

  return {
    get: (ref, name) => call({ path: resourcePath(ref, { name }) }, permissionFor('get', ref), readObject),

    async list(ref, { form = 'full', ...selection } = {}) {
      for (let tries = 1; ; tries++) {
        const items: KubeObject[] = [];
        try {
          const end = await eachPage(
            (page) => send(page, listMs),
            { ref, form, ...selection },
            (page) => {
              for (const item of page) items.push(item);
            },
          );
          if (end.type === 'complete') {
            return { ok: true, value: { items, resourceVersion: end.resourceVersion } };
          }
          if (end.type === 'unreadable') return unreadableAnswer();
          if (end.answer.status === 410 && tries < listTries) continue;
          return refused(problemOf(end.answer, permissionFor('list', ref), connection.server));
        } catch (error) {
          return refused(problemOfFailure(error, connection.server));
        }
      }
    },

    async table(ref, selection = {}) {
      const rows: TableRow[] = [];
      let continued: string | undefined;
      do {
        const query = {
          ...selectionQuery(selection),
          includeObject: 'None',
          limit: tablePage,
          continue: continued,
        };
        const page = await call(
          { path: resourcePath(ref, { query }), accept: acceptTable, gzip: true },
          permissionFor('list', ref),
          readTable,
          listMs,
        );
        if (!page.ok) return page;
        for (const row of page.value.rows) rows.push(row);
        continued = page.value.next;
      } while (continued !== undefined);
      return { ok: true, value: rows };
    },

    patch(ref, name, patch, { type, dryRun, fieldManager = 'handrail' }) {
      const query = { fieldManager, dryRun: dryRun ? 'All' : undefined };
      const path = resourcePath(ref, { name, query });
      const what: Call = { method: 'PATCH', path, body: patch, contentType: patchTypes[type] };
      return call(what, permissionFor('patch', ref), readObject);
    },

    delete(ref, name, { uid }) {
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions: { uid },
        propagationPolicy: 'Background',
      };
      const what: Call = {
        method: 'DELETE',
        path: resourcePath(ref, { name }),
        body,
        contentType: 'application/json',
      };
      return call(what, permissionFor('delete', ref), () => 'taken' as const);
    },

    raw: (path) => call({ path }, { verb: 'get', resource: path }, (body) => body),

    log({ namespace, name }, { container, lines, previous }) {
      const ref = { apiVersion: 'v1', resource: 'pods', namespace };
      const query = { container, tailLines: lines, limitBytes: logBytes, previous: previous || undefined };
      const path = resourcePath(ref, { name, part: 'log', query });
      return call({ path, accept: '*/*' }, permissionFor('get', ref, 'log'), (body) =>
        lastLines(body, lines),
      );
    },

    stream(options) {
      const stream = openStream(around, options, () => streams.delete(stream));
      streams.add(stream);
      return stream;
    },

    close() {
      closed.abort();
      for (const stream of [...streams]) stream.close();
      connection.close();
    },
  };
}

function readObject(body: string): KubeObject | undefined {
  try {
    const object = JSON.parse(body) as KubeObject | null;
    return typeof object?.metadata?.name === 'string' ? object : undefined;
  } catch {
    return undefined;
  }
}

function lastLines(text: string, count: number): readonly string[] {
  const lines = stripControls(text).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.slice(-count);
}
