import type { KubeObject } from '../kube-client.ts';
import type { Cache } from './cache.ts';
import { type Control, isStatus, remove } from './control.ts';

const FINALIZERS = ['foregroundDeletion', 'orphan'];

/** Removes what belonged to an object that is gone, and holds to the two finalizers by which a deletion says how. */
export function startGarbageCollector(control: Control): void {
  const { client } = control;
  const caches: Cache[] = Object.values(control.caches);
  const cacheOf = (name: string) => caches.find((cache) => cache.resource.resource === name);
  const byKind = new Map(
    caches.map((cache) => [`${cache.resource.apiVersion}/${cache.resource.kind}`, cache]),
  );
  const dependents = (uid: string) =>
    caches.flatMap((cache) => cache.ownedBy(uid).map((object) => ({ cache, object })));
  const finalizers = (object: KubeObject) => (object.metadata.finalizers ?? []) as string[];

  /** True when one of an object's owners is still there. A live read, since caches come to know of an owner in their own time. */
  const hasOwner = async (object: KubeObject): Promise<boolean> => {
    for (const owner of object.metadata.ownerReferences ?? []) {
      const cache = byKind.get(`${owner.apiVersion}/${owner.kind}`);
      if (cache === undefined || cache.byUid(owner.uid) !== undefined) return true;
      const namespace = cache.resource.namespaced ? object.metadata.namespace : undefined;
      const live = await client.get(cache.ref(namespace), owner.name);
      if (live?.metadata.uid === owner.uid) return true;
    }
    return false;
  };

  const release = async (cache: Cache, object: KubeObject, finalizer: string): Promise<void> => {
    const rest = finalizers(object).filter((each) => each !== finalizer);
    try {
      await client.patch(cache.ref(object.metadata.namespace), object.metadata.name, 'merge', {
        metadata: { finalizers: rest.length === 0 ? null : rest },
      });
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
    }
  };

  const reconcile = async (key: string): Promise<void> => {
    const [resource = '', namespace = '', name = ''] = key.split('|');
    const cache = cacheOf(resource);
    const object = cache?.get(namespace === '' ? undefined : namespace, name);
    if (cache === undefined || object === undefined) return;
    const uid = object.metadata.uid ?? '';
    if (object.metadata.deletionTimestamp !== undefined) {
      if (finalizers(object).includes('orphan')) {
        for (const { cache: kind, object: child } of dependents(uid)) {
          const kept = (child.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
          await client.patch(kind.ref(child.metadata.namespace), child.metadata.name, 'merge', {
            metadata: { ownerReferences: kept.length === 0 ? null : kept },
          });
        }
        await release(cache, object, 'orphan');
      } else if (finalizers(object).includes('foregroundDeletion')) {
        const children = dependents(uid);
        for (const { cache: kind, object: child } of children) {
          if (child.metadata.deletionTimestamp === undefined)
            await remove(control, kind, child, { propagationPolicy: 'Foreground' });
        }
        if (children.length === 0) await release(cache, object, 'foregroundDeletion');
      }
      return;
    }
    if ((object.metadata.ownerReferences ?? []).length === 0 || (await hasOwner(object))) return;
    await remove(control, cache, object, { propagationPolicy: 'Background' });
  };

  const idOf = (cache: Cache, object: KubeObject) =>
    `${cache.resource.resource}|${object.metadata.namespace ?? ''}|${object.metadata.name}`;
  const queue = control.queue('garbage', reconcile, { workers: 8 });
  for (const cache of caches) {
    cache.onChange((next, previous) => {
      if (next === undefined && previous !== undefined) {
        for (const { cache: kind, object } of dependents(previous.metadata.uid ?? ''))
          queue.add(idOf(kind, object));
        // An owner that waits for its last dependent.
        for (const owner of previous.metadata.ownerReferences ?? []) {
          const kind = byKind.get(`${owner.apiVersion}/${owner.kind}`);
          const parent = kind?.byUid(owner.uid);
          if (kind !== undefined && parent?.metadata.deletionTimestamp !== undefined)
            queue.add(idOf(kind, parent));
        }
        return;
      }
      if (next === undefined) return;
      const going =
        next.metadata.deletionTimestamp !== undefined &&
        finalizers(next).some((each) => FINALIZERS.includes(each));
      const orphan =
        previous === undefined &&
        (next.metadata.ownerReferences ?? []).some((owner) => {
          const kind = byKind.get(`${owner.apiVersion}/${owner.kind}`);
          return kind !== undefined && kind.byUid(owner.uid) === undefined;
        });
      if (going) queue.add(idOf(cache, next));
      // It may be that its owner is only not known yet.
      else if (orphan) queue.addAfter(idOf(cache, next), 2000);
    });
  }
}
