/** The addresses of the Kubernetes API, and what media types are asked for (kubernetes.io, "Kubernetes API Concepts"). */
import type { ObjectForm, Permission, Selection } from './api.ts';
import type { ResourceRef } from './objects.ts';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The path of a collection, of one object in it, or of a part of one (`pods`, `x`, `log`). */
export function resourcePath(
  ref: ResourceRef,
  { name, part, query = {} }: { readonly name?: string; readonly part?: string; readonly query?: Query } = {},
): string {
  const root = ref.apiVersion.includes('/') ? `/apis/${ref.apiVersion}` : `/api/${ref.apiVersion}`;
  const place = ref.namespace === undefined ? [] : ['namespaces', ref.namespace];
  const parts = [...place, ref.resource, ...(name === undefined ? [] : [name, ...(part ? [part] : [])])];
  return `${root}/${parts.map(encodeURIComponent).join('/')}${queryString(query)}`;
}

function queryString(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(key, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}

/** The selectors as query parameters. */
export function selectionQuery({ labelSelector, fieldSelector }: Selection): Query {
  return { labelSelector: labelSelector || undefined, fieldSelector: fieldSelector || undefined };
}

/** What is asked to answer a list or a watch. Where a server does not know the form, it sends whole objects. */
export function acceptFor(form: ObjectForm, call: 'list' | 'watch'): string {
  if (form === 'full') return 'application/json';
  const as = call === 'list' ? 'PartialObjectMetadataList' : 'PartialObjectMetadata';
  return `application/json;as=${as};g=meta.k8s.io;v=v1,application/json`;
}

export const acceptTable = 'application/json;as=Table;g=meta.k8s.io;v=v1,application/json';

/** What one must be allowed for a call, in the words of `kubectl auth can-i`. */
export function permissionFor(verb: string, ref: ResourceRef, part?: string): Permission {
  const [group, version] = ref.apiVersion.split('/');
  const resource = version === undefined ? ref.resource : `${ref.resource}.${group}`;
  return {
    verb,
    resource: part === undefined ? resource : `${resource}/${part}`,
    ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
  };
}
