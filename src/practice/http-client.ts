import { setTimeout as pause } from 'node:timers/promises';
import { createTransport, type Transport } from './http-transport.ts';
import {
  type KubeClient,
  KubeError,
  type KubeObject,
  type PatchType,
  type ResourceRef,
} from './kube-client.ts';
import { parseKubeconfig } from './kubeconfig.ts';

const PATCH_TYPES: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};
const PAGE = 500;

type Query = Readonly<Record<string, string | number | boolean | undefined>>;
type Selection = { readonly labelSelector?: string; readonly fieldSelector?: string };
interface ListAnswer {
  readonly items: KubeObject[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly kind: string;
}

function pathOf(ref: ResourceRef, name?: string, subresource?: string, query: Query = {}): string {
  const root = ref.apiVersion.includes('/') ? `/apis/${ref.apiVersion}` : `/api/${ref.apiVersion}`;
  const parts = [ref.namespace && `namespaces/${ref.namespace}`, ref.resource, name, subresource];
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined) parameters.set(key, String(value));
  const search = parameters.size > 0 ? `?${parameters}` : '';
  return `${[root, ...parts.filter((part) => part !== undefined)].join('/')}${search}`;
}

/** A KubeClient on the cluster of a kubeconfig (its text), over HTTP; `close` ends its connections. */
export function createHttpClient(kubeconfig: string): KubeClient & { close(): void } {
  const transport = createTransport(parseKubeconfig(kubeconfig));

  const list = async (ref: ResourceRef, selection: Selection = {}) => {
    const items: KubeObject[] = [];
    let continued: string | undefined;
    for (;;) {
      const query = { ...selection, limit: PAGE, continue: continued };
      const page = await transport.json<ListAnswer>({
        method: 'GET',
        path: pathOf(ref, undefined, undefined, query),
      });
      const kind = page.kind.replace(/List$/, '');
      for (const item of page.items) items.push({ ...item, apiVersion: ref.apiVersion, kind });
      continued = page.metadata.continue;
      if (!continued) return { items, resourceVersion: page.metadata.resourceVersion };
    }
  };

  return {
    list,
    async get(ref, name) {
      try {
        return await transport.json<KubeObject>({ method: 'GET', path: pathOf(ref, name) });
      } catch (error) {
        if (error instanceof KubeError && error.status.code === 404) return undefined;
        throw error;
      }
    },
    async create(ref, object, subresource) {
      const name = subresource ? object.metadata.name : undefined;
      const made = await transport.json<KubeObject>({
        method: 'POST',
        path: pathOf(ref, name, subresource),
        body: object,
      });
      // The answer to a binding is only a status.
      return subresource ? object : made;
    },
    update: (ref, object, subresource) =>
      transport.json({
        method: 'PUT',
        path: pathOf(placed(ref, object), object.metadata.name, subresource),
        body: object,
      }),
    patch(ref, name, type, body, { subresource, fieldManager, force } = {}) {
      const path = pathOf(ref, name, subresource, { fieldManager, force });
      return transport.json({ method: 'PATCH', path, body, contentType: PATCH_TYPES[type] });
    },
    async delete(ref, name, { uid, ...options } = {}) {
      const body = {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        ...options,
        ...(uid && { preconditions: { uid } }),
      };
      await transport.json({ method: 'DELETE', path: pathOf(ref, name), body });
    },
    watch: (ref, { signal, ...selection }, onEvent) =>
      follow(transport, list, ref, selection, signal, onEvent),
    close: () => transport.close(),
  };
}

const placed = (ref: ResourceRef, object: KubeObject): ResourceRef => {
  const namespace = ref.namespace ?? object.metadata.namespace;
  return namespace ? { ...ref, namespace } : ref;
};
const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`;

/** Lists, then watches from there; connects again when the stream ends, lists again when the server forgot (410). */
async function follow(
  transport: Transport,
  list: KubeClient['list'],
  ref: ResourceRef,
  selection: Selection,
  signal: AbortSignal,
  onEvent: Parameters<KubeClient['watch']>[2],
): Promise<void> {
  const known = new Map<string, KubeObject>();
  const take = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject) => {
    if (type === 'DELETED') known.delete(keyOf(object));
    else known.set(keyOf(object), object);
    onEvent({ type, object });
  };
  const relist = async () => {
    const { items, resourceVersion } = await list(ref, selection);
    const present = new Set(items.map(keyOf));
    for (const [key, object] of known) if (!present.has(key)) take('DELETED', object);
    for (const item of items) {
      const before = known.get(keyOf(item));
      if (!before) take('ADDED', item);
      else if (before.metadata.resourceVersion !== item.metadata.resourceVersion) take('MODIFIED', item);
    }
    return resourceVersion;
  };
  let version: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      version ??= await relist();
      if (signal.aborted) return;
      const query = { ...selection, watch: true, allowWatchBookmarks: true, resourceVersion: version };
      const path = pathOf(ref, undefined, undefined, query);
      for await (const line of transport.lines({ method: 'GET', path, signal })) {
        const { type, object } = JSON.parse(line);
        if (type === 'ERROR')
          throw new KubeError({ code: object.code, reason: object.reason, message: object.message });
        version = object.metadata.resourceVersion;
        failures = 0;
        if (type !== 'BOOKMARK') take(type, object);
      }
    } catch (error) {
      if (signal.aborted) return;
      const code = error instanceof KubeError ? error.status.code : undefined;
      if (code !== undefined && code !== 410 && code !== 429 && code < 500) throw error;
      if (code === 410) version = undefined;
      failures++;
      await pause(Math.min(100 * 2 ** failures, 5000), undefined, { signal }).catch(() => undefined);
    }
  }
}
