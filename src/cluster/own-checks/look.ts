/** What the checks read of a cluster: each thing once, and what may not be seen is told instead of stopping the rest. */
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { ApiProblem, ApiResult, ClusterApi, Permission, TableRow } from '../api.ts';
import type { KubeObject, ResourceRef } from '../objects.ts';

/** One thing that was looked at. `unseen.why` is for the operator and names the permission that is missing. */
export type Seen<T> =
  | { readonly type: 'found'; readonly value: T }
  | { readonly type: 'missing' }
  | { readonly type: 'unseen'; readonly why: string };

export interface Look {
  get(ref: ResourceRef, name: string): Promise<Seen<KubeObject>>;
  list(ref: ResourceRef, labelSelector?: string): Promise<Seen<readonly KubeObject[]>>;
  /** The same, with metadata alone. */
  listMetadata(ref: ResourceRef, labelSelector?: string): Promise<Seen<readonly KubeObject[]>>;
  table(ref: ResourceRef, labelSelector: string): Promise<Seen<readonly TableRow[]>>;
  raw(path: string): Promise<Seen<string>>;
}

/** A look at the cluster as it is now: what was read once is not read again. */
export function lookAt(api: ClusterApi): Look {
  const read = new Map<string, Promise<Seen<unknown>>>();
  const once = <T>(key: string, call: () => Promise<Seen<T>>): Promise<Seen<T>> => {
    const before = read.get(key);
    if (before) return before as Promise<Seen<T>>;
    const now = call();
    read.set(key, now);
    return now;
  };
  const of = ({ apiVersion, resource, namespace = '' }: ResourceRef) =>
    `${apiVersion}/${resource}/${namespace}`;
  const list = (form: 'full' | 'metadata') => (ref: ResourceRef, labelSelector?: string) =>
    once<readonly KubeObject[]>(`list ${form} ${of(ref)} ${labelSelector ?? ''}`, async () => {
      const result = await api.list(ref, { form, ...(labelSelector === undefined ? {} : { labelSelector }) });
      return result.ok ? { type: 'found', value: result.value.items } : notSeen(result.problem);
    });
  return {
    get: (ref, name) => once(`get ${of(ref)} ${name}`, async () => seen(await api.get(ref, name))),
    list: list('full'),
    listMetadata: list('metadata'),
    table: (ref, labelSelector) =>
      once(`table ${of(ref)} ${labelSelector}`, async () => seen(await api.table(ref, { labelSelector }))),
    raw: (path) => once(`raw ${path}`, async () => seen(await api.raw(path))),
  };
}

function seen<T>(result: ApiResult<T>): Seen<T> {
  return result.ok ? { type: 'found', value: result.value } : notSeen(result.problem);
}

function notSeen(problem: ApiProblem): Seen<never> {
  return problem.type === 'not-found' ? { type: 'missing' } : { type: 'unseen', why: whyUnseen(problem) };
}

/** Why something could not be looked at, as one sentence. */
export function whyUnseen(problem: ApiProblem): string {
  if (problem.type === 'denied') return `Not permitted: ${permissionText(problem.permission)}.`;
  return `${stripToLine(problem.message).replace(/\.$/, '')}.`;
}

/** `get secrets in linkerd`: what would have to be allowed, in the words of `kubectl auth can-i`. */
export function permissionText({ verb, resource, namespace }: Permission): string {
  return `${verb} ${resource}${namespace === undefined ? '' : ` in ${namespace}`}`;
}
