import type { KubeObject } from '../kube-client.ts';
import { clone } from './json.ts';
import type { Objects } from './objects.ts';
import type { DeleteOptions } from './options.ts';
import type { ResourceInfo } from './resources.ts';

const finalizersOf = (object: KubeObject) => (object.metadata.finalizers ?? []) as string[];

/**
 * Deletes an object as far as it can go: at once, or marked when finalizers, a kubelet or the content of a namespace hold
 * it. The rules are those of the API server's `BeforeDelete` and of its namespace and pod strategies.
 */
export function deletedObject(
  store: Objects,
  info: ResourceInfo,
  object: KubeObject,
  options: DeleteOptions,
): KubeObject {
  const next = clone(object);
  const policy = options.propagationPolicy;
  const held = new Set(finalizersOf(next));
  if (store.hooks.garbageCollection !== false && policy === 'Foreground') held.add('foregroundDeletion');
  if (store.hooks.garbageCollection !== false && policy === 'Orphan') held.add('orphan');
  if (held.size > 0) next.metadata.finalizers = [...held];
  const grace = graceOf(object, options);
  const holds = held.size > 0 || grace > 0 || object.kind === 'Namespace';
  if (!holds) return store.remove(info, next);

  const before = next.metadata.deletionGracePeriodSeconds as number | undefined;
  const shorter = before === undefined || grace < before;
  if (next.metadata.deletionTimestamp && !shorter) return object;
  const marked = new Date(new Date(store.now()).getTime() + grace * 1000);
  next.metadata.deletionTimestamp = `${marked.toISOString().slice(0, 19)}Z`;
  next.metadata.deletionGracePeriodSeconds = grace;
  if (next.metadata.generation !== undefined) next.metadata.generation++;
  if (object.kind === 'Namespace') next.status = { ...next.status, phase: 'Terminating' };
  const written = store.mark(info, object, next);
  if (object.kind === 'Namespace') emptyNamespace(store, next.metadata.name);
  return written;
}

/** A pod on a node is ended by its kubelet, which deletes it a second time with no grace left. */
function graceOf(object: KubeObject, { gracePeriodSeconds }: DeleteOptions): number {
  if (object.kind !== 'Pod' || gracePeriodSeconds === 0 || !object.spec.nodeName) return 0;
  if (object.status?.phase === 'Succeeded' || object.status?.phase === 'Failed') return 0;
  return gracePeriodSeconds ?? object.spec.terminationGracePeriodSeconds ?? 30;
}

/** One resource for each place where objects are kept. */
function* namespacedStorages(store: Objects): Iterable<ResourceInfo> {
  const seen = new Set<string>();
  for (const info of store.registry.all()) {
    if (!info.namespaced || !info.verbs.includes('list') || seen.has(info.storage)) continue;
    seen.add(info.storage);
    yield info;
  }
}

function emptyNamespace(store: Objects, namespace: string): void {
  for (const info of namespacedStorages(store)) {
    for (const object of store.list(info, { namespace }).items) {
      if (store.peek(info, namespace, object.metadata.name)) deletedObject(store, info, object, {});
    }
  }
  finishNamespace(store, namespace);
}

/** Removes a terminating namespace once nothing is left in it. */
export function finishNamespace(store: Objects, name: string): void {
  const info = store.resource('v1', 'namespaces');
  const namespace = store.peek(info, undefined, name);
  if (!namespace?.metadata.deletionTimestamp || finalizersOf(namespace).length > 0) return;
  for (const each of namespacedStorages(store)) {
    if (store.list(each, { namespace: name, limit: 1 }).items.length > 0) return;
  }
  store.remove(info, namespace);
}

/** What each namespace has from its beginning: its service account and the cluster's certificate. */
export function createdNamespace(store: Objects, { metadata: { name } }: KubeObject): void {
  const make = (resource: string, object: KubeObject) =>
    store.create(store.resource('v1', resource), name, object);
  make('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } });
  make('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-root-ca.crt' },
    data: { 'ca.crt': '' },
  });
}
