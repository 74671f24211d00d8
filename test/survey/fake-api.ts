/** A cluster in memory behind `ClusterApi`: objects, what may be seen of them, and whether it answers. */
import type {
  ApiProblem,
  ApiResult,
  ClusterApi,
  ObjectStream,
  Permission,
  Selection,
  StreamOptions,
  StreamStatus,
} from '../../src/cluster/api.ts';
import type { KubeObject, ResourceRef } from '../../src/cluster/objects.ts';

export interface FakeCluster {
  /** By resource: `pods`, `namespaces`, `configmaps`. */
  readonly objects: Readonly<Record<string, readonly KubeObject[]>>;
  /** What the operator may not do. */
  readonly denied?: (permission: Permission) => boolean;
  /** Streams never get an answer. */
  readonly away?: boolean;
}

export interface FakeApi extends ClusterApi {
  /** Every request, as `get configmaps linkerd/linkerd-config`. */
  readonly asked: readonly string[];
  /** Streams that are open now. */
  readonly open: () => number;
}

export function fakeApi({ objects, denied = () => false, away = false }: FakeCluster): FakeApi {
  const asked: string[] = [];
  let open = 0;
  const permission = (verb: string, { resource, namespace }: ResourceRef): Permission => ({
    verb,
    resource,
    ...(namespace === undefined ? {} : { namespace }),
  });
  const refusal = (of: Permission): ApiProblem => ({
    type: 'denied',
    permission: of,
    message: `User "eve" cannot ${of.verb} ${of.resource}`,
  });
  const chosen = ({ resource, namespace }: ResourceRef, selection: Selection = {}) =>
    (objects[resource] ?? []).filter(
      (object) =>
        (namespace === undefined || object.metadata.namespace === namespace) && matches(object, selection),
    );
  const no = (): never => {
    throw new Error('the survey does not do this');
  };
  return {
    asked,
    open: () => open,
    async get(ref, name) {
      asked.push(`get ${ref.resource} ${ref.namespace === undefined ? '' : `${ref.namespace}/`}${name}`);
      const of = permission('get', ref);
      if (denied(of)) return { ok: false, problem: refusal(of) };
      const found = chosen(ref).find((object) => object.metadata.name === name);
      return found === undefined
        ? { ok: false, problem: { type: 'not-found', message: `${ref.resource} "${name}" not found` } }
        : { ok: true, value: found };
    },
    async list(ref, options) {
      asked.push(`list ${ref.resource}`);
      const of = permission('list', ref);
      if (denied(of)) return { ok: false, problem: refusal(of) };
      return { ok: true, value: { items: chosen(ref, options), resourceVersion: '1' } };
    },
    stream<T>(options: StreamOptions<T>): ObjectStream<T> {
      const { ref, pick, onStatus } = options;
      asked.push(`stream ${ref.resource}${ref.namespace === undefined ? '' : ` of ${ref.namespace}`}`);
      open += 1;
      let status: StreamStatus = { type: 'connecting' };
      let settle = () => {};
      const synced = new Promise<void>((resolve) => {
        settle = resolve;
      });
      const items = new Map<string, T>();
      const say = (next: StreamStatus) => {
        status = next;
        onStatus?.(next);
      };
      queueMicrotask(() => {
        if (status.type === 'closed') return;
        if (away) return say({ type: 'stale', since: 0, why: 'the server does not answer' });
        const of = permission('list', ref);
        if (denied(of)) {
          say({ type: 'denied', permission: of, message: `User "eve" cannot list ${of.resource}` });
          return settle();
        }
        for (const object of chosen(ref, options)) {
          // As over the wire: the metadata alone.
          const item = pick({
            apiVersion: 'meta.k8s.io/v1',
            kind: 'PartialObjectMetadata',
            metadata: object.metadata,
          });
          if (item !== undefined) items.set(`${object.metadata.namespace}/${object.metadata.name}`, item);
        }
        say({ type: 'live' });
        settle();
      });
      return {
        items,
        get status() {
          return status;
        },
        synced,
        close() {
          if (status.type === 'closed') return;
          open -= 1;
          say({ type: 'closed' });
          settle();
        },
      };
    },
    table: no,
    patch: no,
    delete: no,
    raw: no,
    log: no,
    close: () => {},
  } satisfies FakeApi & { list: (...args: never[]) => Promise<ApiResult<unknown>> };
}

function matches(object: KubeObject, { labelSelector, fieldSelector }: Selection): boolean {
  const label = labelSelector === undefined || object.metadata.labels?.[labelSelector] !== undefined;
  const phase = object.status?.phase ?? 'Running';
  const fields = (fieldSelector ?? '').split(',').filter(Boolean);
  return label && fields.every((field) => field.replace('status.phase!=', '') !== phase);
}
