import type { KubeObject, ResourceRef, WatchEvent } from '../kube-client.ts';

/** What a cache holds objects of; `resource` is the plural name. */
export interface Resource {
  readonly apiVersion: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** The old and the new state of an object; one of them is missing when it came or went. */
type Listener = (next: KubeObject | undefined, previous: KubeObject | undefined) => void;

/** What is known of one kind of object, with the look-ups that controllers need, so that none of them walks through everything. */
export interface Cache {
  readonly resource: Resource;
  ref(namespace?: string): ResourceRef;
  get(namespace: string | undefined, name: string): KubeObject | undefined;
  byUid(uid: string): KubeObject | undefined;
  /** All, or those of one namespace. */
  list(namespace?: string): KubeObject[];
  /** Those with an owner reference to this UID. */
  ownedBy(uid: string): KubeObject[];
  onChange(listener: Listener): void;
  /** Takes news from the watch, or the answer to a write. Older news than what is known is left aside. */
  take(event: WatchEvent): void;
  size(): number;
}

/** `namespace/name`, or `name` for what lives in no namespace. */
export function keyOf(object: KubeObject): string {
  return keyFor(object.metadata.namespace, object.metadata.name);
}

function keyFor(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

/** The namespace and name in a key of `keyOf`; no namespace for what has none. */
export function splitKey(key: string): { namespace: string | undefined; name: string } {
  const slash = key.indexOf('/');
  return slash < 0
    ? { namespace: undefined, name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

class Index {
  readonly #sets = new Map<string, Map<string, KubeObject>>();
  set(group: string, key: string, object: KubeObject): void {
    let set = this.#sets.get(group);
    if (set === undefined) {
      set = new Map();
      this.#sets.set(group, set);
    }
    set.set(key, object);
  }
  delete(group: string, key: string): void {
    const set = this.#sets.get(group);
    set?.delete(key);
    if (set?.size === 0) this.#sets.delete(group);
  }
  values(group: string): KubeObject[] {
    return [...(this.#sets.get(group)?.values() ?? [])];
  }
}

const owners = (object: KubeObject) => object.metadata.ownerReferences ?? [];

/** An empty cache. */
export function createCache(resource: Resource): Cache {
  const objects = new Map<string, KubeObject>();
  const uids = new Map<string, KubeObject>();
  const namespaces = new Index();
  const dependents = new Index();
  const listeners: Listener[] = [];
  // A write's answer can come in after the watch has told of the object's end; it must not bring it back.
  const gone = new Set<string>();

  const bury = (uid: string) => {
    gone.add(uid);
    if (gone.size > 5_000) for (const oldest of gone) if (gone.delete(oldest)) break;
  };
  const forget = (key: string, object: KubeObject) => {
    objects.delete(key);
    uids.delete(object.metadata.uid ?? '');
    namespaces.delete(object.metadata.namespace ?? '', key);
    for (const owner of owners(object)) dependents.delete(owner.uid, key);
  };
  const learn = (key: string, object: KubeObject) => {
    objects.set(key, object);
    uids.set(object.metadata.uid ?? '', object);
    namespaces.set(object.metadata.namespace ?? '', key, object);
    for (const owner of owners(object)) dependents.set(owner.uid, key, object);
  };
  const tell: Listener = (next, previous) => {
    for (const listener of listeners) listener(next, previous);
  };

  return {
    resource,
    ref: (namespace) => ({
      apiVersion: resource.apiVersion,
      resource: resource.resource,
      ...(namespace === undefined ? {} : { namespace }),
    }),
    get: (namespace, name) => objects.get(keyFor(namespace, name)),
    byUid: (uid) => uids.get(uid),
    list: (namespace) => (namespace === undefined ? [...objects.values()] : namespaces.values(namespace)),
    ownedBy: (uid) => dependents.values(uid),
    onChange: (listener) => {
      listeners.push(listener);
    },
    size: () => objects.size,
    take({ type, object }) {
      const key = keyOf(object);
      const known = objects.get(key);
      const version = Number(object.metadata.resourceVersion);
      if (type === 'DELETED') {
        bury(object.metadata.uid ?? '');
        if (known === undefined || known.metadata.uid !== object.metadata.uid) return;
        forget(key, known);
        tell(undefined, known);
        return;
      }
      if (gone.has(object.metadata.uid ?? '')) return;
      if (known !== undefined) {
        if (Number(known.metadata.resourceVersion) >= version) return;
        forget(key, known);
      }
      learn(key, object);
      if (known !== undefined && known.metadata.uid !== object.metadata.uid) {
        tell(undefined, known);
        tell(object, undefined);
      } else {
        tell(object, known);
      }
    },
  };
}
