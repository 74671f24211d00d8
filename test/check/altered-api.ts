/** The API of a cluster with one thing other than it is: what a check must notice. */
import type { ApiResult, ClusterApi } from '../../src/cluster/api.ts';
import type { KubeObject, ResourceRef } from '../../src/cluster/objects.ts';

export interface Alteration {
  /** Resources that may not be looked at. */
  readonly denied?: readonly string[];
  /** Gives the object that is found in place of this one; undefined: there is none. The object given is a copy. */
  readonly alter?: (resource: string, object: KubeObject) => KubeObject | undefined;
}

/** Answers as `api` does, with the alteration. Streams are denied as well; what they show is not altered. */
export function altered(
  api: ClusterApi,
  { denied = [], alter = (_, object) => object }: Alteration,
): ClusterApi {
  const refusal = (verb: string, { resource, namespace }: ResourceRef) => {
    if (!denied.includes(resource)) return undefined;
    const permission = { verb, resource, ...(namespace === undefined ? {} : { namespace }) };
    return {
      ok: false,
      problem: { type: 'denied', permission, message: `No ${verb} of ${resource}.` },
    } as const;
  };
  return {
    ...api,
    async get(ref, name): Promise<ApiResult<KubeObject>> {
      const found = refusal('get', ref) ?? (await api.get(ref, name));
      if (!found.ok) return found;
      const value = alter(ref.resource, structuredClone(found.value));
      return value ? { ok: true, value } : { ok: false, problem: { type: 'not-found', message: 'gone' } };
    },
    async list(ref, options) {
      const found = refusal('list', ref) ?? (await api.list(ref, options));
      if (!found.ok) return found;
      const items = found.value.items.flatMap((item) => alter(ref.resource, structuredClone(item)) ?? []);
      return { ok: true, value: { ...found.value, items } };
    },
    table: async (ref, options) => refusal('list', ref) ?? api.table(ref, options),
    stream(options) {
      const refused = refusal('list', options.ref);
      if (!refused) return api.stream(options);
      const { permission, message } = refused.problem;
      const status = { type: 'denied', permission, message } as const;
      options.onStatus?.(status);
      return { items: new Map(), status, synced: Promise.resolve(), close: () => undefined };
    },
  };
}
