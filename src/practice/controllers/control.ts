import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import { type KubeClient, KubeError, type KubeObject, type ResourceRef } from '../kube-client.ts';
import type { Cache } from './cache.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { Caches } from './resources.ts';
import type { WorkQueue } from './work-queue.ts';

/** What every controller is given. */
export interface Control {
  readonly clock: Clock;
  readonly caches: Caches;
  /** Its writes are known to the caches before they return, so a controller never acts on what it has itself changed. */
  readonly client: KubeClient;
  readonly events: EventRecorder;
  /** A queue that is stopped and waited for with the others. */
  queue(
    name: string,
    reconcile: (key: string) => Promise<void>,
    options?: { readonly workers?: number },
  ): WorkQueue;
}

/** A client that tells the caches of its own writes at once. */
export function writeThrough(client: KubeClient, caches: Caches): KubeClient {
  const cacheOf = (ref: ResourceRef): Cache | undefined => {
    const cache = (caches as Record<string, Cache | undefined>)[ref.resource];
    return cache?.resource.apiVersion === ref.apiVersion ? cache : undefined;
  };
  const seen = (ref: ResourceRef, object: KubeObject): KubeObject => {
    cacheOf(ref)?.take({ type: 'MODIFIED', object });
    return object;
  };
  return {
    ...client,
    list: (ref, options) => client.list(ref, options),
    get: (ref, name) => client.get(ref, name),
    watch: (ref, options, onEvent) => client.watch(ref, options, onEvent),
    async create(ref, object, subresource) {
      const made = await client.create(ref, object, subresource);
      return subresource === undefined ? seen(ref, made) : made;
    },
    update: async (ref, object, subresource) => seen(ref, await client.update(ref, object, subresource)),
    patch: async (ref, name, type, patch, options) =>
      seen(ref, await client.patch(ref, name, type, patch, options)),
    delete: (ref, name, options) => client.delete(ref, name, options),
  };
}

/** Writes a status, unless it says what is there already. */
export async function writeStatus(
  control: Control,
  cache: Cache,
  object: KubeObject,
  status: Record<string, unknown>,
): Promise<KubeObject> {
  // Through JSON, so that a field that is undefined equals one that is missing.
  const plain = JSON.parse(JSON.stringify(status)) as Record<string, unknown>;
  if (isDeepStrictEqual(object.status ?? {}, plain)) return object;
  return control.client.update(cache.ref(object.metadata.namespace), { ...object, status: plain }, 'status');
}

/** Without the counts that are 0, which the API leaves out. */
export const counted = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));

/** Deletes, and is content when it was gone already. */
export async function remove(
  control: Control,
  cache: Cache,
  object: KubeObject,
  options: Parameters<KubeClient['delete']>[2] = {},
): Promise<void> {
  const uid = object.metadata.uid;
  try {
    await control.client.delete(cache.ref(object.metadata.namespace), object.metadata.name, {
      ...options,
      ...(uid === undefined ? {} : { uid }),
    });
  } catch (error) {
    if (!isStatus(error, 404, 409)) throw error;
  }
}

/** Whether the API refused with one of these HTTP codes. */
export function isStatus(error: unknown, ...codes: number[]): boolean {
  return error instanceof KubeError && codes.includes(error.status.code);
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The owner reference of what a controller made. */
export function controllerReference(owner: KubeObject) {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The UID of the controller that an object belongs to. */
export function controllerOf(object: KubeObject) {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}
