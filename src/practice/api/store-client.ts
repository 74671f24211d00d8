import type { KubeClient, KubeObject, ResourceRef, WatchEvent } from '../kube-client.ts';
import { KubeError, untilTold } from '../kube-client.ts';
import { clone } from './json.ts';
import type { WriteOptions } from './options.ts';
import type { Store } from './store.ts';
import { bindPod, finalizeNamespace } from './subresources.ts';

/**
 * The KubeClient on a store in this process. Objects that it gives are copies. Watch events come in order, in a microtask
 * after the write, never inside it.
 */
export function createStoreClient(store: Store): KubeClient {
  const find = (ref: ResourceRef) => store.resource(ref.apiVersion, ref.resource);
  return {
    async list(ref, options = {}) {
      const { items, resourceVersion } = store.list(find(ref), { ...options, namespace: ref.namespace });
      return { items: clone(items), resourceVersion };
    },
    async get(ref, name) {
      try {
        return clone(store.get(find(ref), ref.namespace, name));
      } catch (error) {
        if (error instanceof KubeError && error.status.code === 404) return undefined;
        throw error;
      }
    },
    async create(ref, object, subresource) {
      if (subresource === 'binding') return clone(bindPod(store, ref.namespace, object));
      return inTime(() => clone(store.create(find(ref), ref.namespace, object)));
    },
    async update(ref, object, subresource) {
      const namespace = ref.namespace ?? object.metadata.namespace;
      if (subresource === 'finalize') return clone(finalizeNamespace(store, object));
      return inTime(() =>
        clone(store.update(find(ref), namespace, object, subresource ? { subresource } : {})),
      );
    },
    async patch(ref, name, type, patch, options: WriteOptions = {}) {
      return inTime(() => clone(store.patch(find(ref), ref.namespace, name, type, patch, options)));
    },
    async delete(ref, name, options = {}) {
      const { uid, ...rest } = options;
      store.delete(find(ref), ref.namespace, name, { ...rest, ...(uid && { preconditions: { uid } }) });
    },
    watch(ref, options, onEvent) {
      return follow(store, ref, options, onEvent);
    },
  };
}

/** A refusal comes when the server has done waiting for what it is about. */
async function inTime<T>(write: () => T): Promise<T> {
  try {
    return write();
  } catch (error) {
    await untilTold(error);
    throw error;
  }
}

function follow(
  store: Store,
  ref: ResourceRef,
  { signal, ...selection }: Parameters<KubeClient['watch']>[1],
  onEvent: (event: WatchEvent) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve();
    let waiting: { type: WatchEvent['type']; object: KubeObject }[] = [];
    const deliver = () => {
      const events = waiting;
      waiting = [];
      for (const { type, object } of events) {
        if (signal.aborted) return;
        onEvent({ type, object: clone(object) });
      }
    };
    const enqueue = (event: WatchEvent) => {
      if (waiting.length === 0) queueMicrotask(deliver);
      waiting.push(event);
    };
    try {
      const info = store.resource(ref.apiVersion, ref.resource);
      const query = { ...selection, namespace: ref.namespace };
      for (const object of store.list(info, query).items) enqueue({ type: 'ADDED', object });
      const stop = store.watch(info, query, enqueue);
      signal.addEventListener('abort', () => {
        stop();
        resolve();
      });
    } catch (error) {
      reject(error);
    }
  });
}
