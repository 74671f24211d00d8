import { type Clock, timestamp } from '../clock.ts';
import type { KubeObject, PatchType, WatchEvent } from '../kube-client.ts';
import { bootstrap } from './bootstrap.ts';
import { inVersion } from './conversion.ts';
import { CRD_STORAGE } from './crd.ts';
import { createdNamespace, deletedObject, finishNamespace } from './deletion.ts';
import { ApiError, alreadyExists, notFound } from './errors.ts';
import { clone, equal } from './json.ts';
import { manageUpdate } from './managed-fields.ts';
import type { Objects } from './objects.ts';
import type {
  AdmissionFunction,
  AdmissionRequest,
  DeleteOptions,
  ListOptions,
  ListResult,
  StoreHooks,
  WriteOptions,
} from './options.ts';
import { ADMIN } from './options.ts';
import { pageOf } from './paging.ts';
import { applyPatch } from './patch.ts';
import { checkIdentity, checkPreconditions } from './preconditions.ts';
import { Registry } from './registry.ts';
import type { ResourceInfo } from './resources.ts';
import { Storage } from './storage.ts';
import { checkContent, newObject, updatedObject } from './strategy.ts';

interface StoreOptions {
  readonly clock?: Pick<Clock, 'now'>;
  /** How many changes of each resource a watch can go back; older ones are answered with 410. */
  readonly history?: number;
  /** The N of the Kubernetes 1.N that it plays at first. */
  readonly kubernetes?: number;
}

/**
 * The objects of the practice cluster and the rules by which they change: what the API server does, without HTTP. All of it
 * happens at once, so each request sees the result of the one before.
 */
export class Store implements Objects {
  readonly registry: Registry;
  readonly hooks: StoreHooks = {};
  readonly #clock: Pick<Clock, 'now'>;
  readonly #storage: Storage;
  readonly #admission: AdmissionFunction[] = [];

  constructor(options: StoreOptions) {
    this.registry = new Registry(options.kubernetes);
    this.#clock = options.clock ?? Date;
    this.#storage = new Storage(options.history ?? 5000);
  }

  get revision(): number {
    return this.#storage.revision;
  }

  now(): string {
    return timestamp(this.#clock.now());
  }

  /** Adds a function that sees each create, update and deletion before it is stored. The result takes it out again. */
  admit(fn: AdmissionFunction): () => void {
    this.#admission.push(fn);
    return () => this.#admission.splice(this.#admission.indexOf(fn), 1);
  }

  /** The resource, for the cluster's own parts whether it is served or not; the 404 of an unknown path where there is none. */
  resource(apiVersion: string, plural: string): ResourceInfo {
    const info = this.registry.find(apiVersion, plural);
    if (!info) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
    return info;
  }

  /** The resource, or the 404 of a path that is not served. */
  served(apiVersion: string, plural: string): ResourceInfo {
    const info = this.resource(apiVersion, plural);
    if (this.registry.serves(info)) return info;
    throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
  }

  /** What is stored, or undefined. For rules; requests go through `get`. */
  peek(info: ResourceInfo, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#storage.of(info).get(info.namespaced ? namespace : undefined, name);
  }

  /** The object in the version asked for. 404 when there is none. */
  get(info: ResourceInfo, namespace: string | undefined, name: string): KubeObject {
    const object = this.peek(info, namespace, name);
    if (!object) throw notFound(info, name);
    return inVersion(info, object);
  }

  /** What is selected, sorted by namespace and name, or one page of it. */
  list(info: ResourceInfo, options: ListOptions = {}): ListResult {
    return pageOf(info, this.#storage.of(info), options, this.#storage.revision);
  }

  /** Stores a new object. 409 when there is one of its name, 404 without its namespace, 422 when it breaks a rule. */
  create(
    info: ResourceInfo,
    namespace: string | undefined,
    body: KubeObject,
    options: WriteOptions = {},
  ): KubeObject {
    const object = newObject(this, info, namespace, body);
    const name = object.metadata.name;
    if (this.peek(info, namespace, name)) throw alreadyExists(info, name);
    this.#review('CREATE', info, object, undefined, options);
    checkContent(this, info, object, undefined);
    if (options.fieldManager) manageUpdate(info, object, undefined, options.fieldManager, this.now());
    if (!options.dryRun) this.#write('ADDED', info, object);
    if (!options.dryRun && object.kind === 'Namespace') createdNamespace(this, object);
    return inVersion(info, object);
  }

  /** Stores a whole next state. 409 when the sender has read an older version than there is now. */
  update(
    info: ResourceInfo,
    namespace: string | undefined,
    body: KubeObject,
    options: WriteOptions = {},
  ): KubeObject {
    const { name } = body.metadata;
    const previous = this.peek(info, namespace, name);
    if (!previous) throw notFound(info, name);
    checkIdentity(info, previous, body.metadata);
    return this.replace(info, previous, body, options);
  }

  /** Stores a next state of an object. `managed` says that managedFields are right already (server-side apply). */
  replace(
    info: ResourceInfo,
    previous: KubeObject,
    body: KubeObject,
    options: WriteOptions,
    managed = false,
  ): KubeObject {
    const object = updatedObject(this, info, previous, body, options.subresource);
    this.#review('UPDATE', info, object, previous, options);
    checkContent(this, info, object, previous);
    if (options.fieldManager && !managed) {
      manageUpdate(info, object, previous, options.fieldManager, this.now(), options.subresource);
    }
    if (equal(object, previous)) return inVersion(info, previous);
    if (options.dryRun) return inVersion(info, object);
    const { deletionTimestamp, finalizers, deletionGracePeriodSeconds } = object.metadata;
    const held = Array.isArray(finalizers) && finalizers.length > 0;
    const graceful = object.kind === 'Namespace' || Number(deletionGracePeriodSeconds ?? 0) > 0;
    if (deletionTimestamp && !held && !graceful) return this.remove(info, object);
    this.#write('MODIFIED', info, object, previous);
    if (object.kind === 'Namespace') finishNamespace(this, object.metadata.name);
    return inVersion(info, object);
  }

  /** Applies a patch to what is stored; a server-side apply creates what is not there. */
  patch(
    info: ResourceInfo,
    namespace: string | undefined,
    name: string,
    type: PatchType,
    patch: unknown,
    options: WriteOptions = {},
  ): KubeObject {
    return applyPatch(this, info, { namespace, name, type, patch }, options);
  }

  /** Deletes, or marks as going what finalizers, a kubelet or its content still hold. Gives the last state. */
  delete(
    info: ResourceInfo,
    namespace: string | undefined,
    name: string,
    options: DeleteOptions = {},
  ): KubeObject {
    const object = this.peek(info, namespace, name);
    if (!object) throw notFound(info, name);
    checkPreconditions(info, object, options.preconditions);
    this.#review('DELETE', info, clone(object), object, options);
    if (options.dryRun) return inVersion(info, object);
    return inVersion(info, deletedObject(this, info, object, options));
  }

  /** Takes an object out of the store, whatever holds it. */
  remove(info: ResourceInfo, object: KubeObject): KubeObject {
    const namespace = object.metadata.namespace;
    const previous = this.peek(info, namespace, object.metadata.name);
    const removed = this.#write('DELETED', info, clone(object), previous);
    if (namespace) finishNamespace(this, namespace);
    return removed;
  }

  /** Marks an object as going away without removing it. */
  mark(info: ResourceInfo, previous: KubeObject, next: KubeObject): KubeObject {
    return this.#write('MODIFIED', info, next, previous);
  }

  /**
   * Calls back with each change of what is selected, from a revision on (its later changes first, at once). Without a
   * revision, from now on. Throws 410 for a revision that is too old. The result ends it.
   */
  watch(
    info: ResourceInfo,
    options: ListOptions & { readonly since?: number | undefined },
    listener: (event: WatchEvent, revision: number) => void,
  ): () => void {
    return this.#storage.watch(info, options, listener);
  }

  /** How many watches of a resource are open. */
  watchers(info: ResourceInfo): number {
    return this.#storage.of(info).listeners;
  }

  /** Forgets the history, as etcd's compaction does: watches from the past get 410. */
  compact(): void {
    this.#storage.compact();
  }

  #review(
    operation: AdmissionRequest['operation'],
    resource: ResourceInfo,
    object: KubeObject,
    oldObject: KubeObject | undefined,
    { subresource, dryRun = false, user = ADMIN }: WriteOptions,
  ): void {
    const { name, namespace } = object.metadata;
    const request = { operation, resource, namespace, name, subresource, dryRun, user, object, oldObject };
    for (const fn of this.#admission) fn(request);
  }

  #write(
    type: WatchEvent['type'],
    info: ResourceInfo,
    object: KubeObject,
    previous?: KubeObject,
  ): KubeObject {
    const crd = info.storage === CRD_STORAGE;
    if (crd && type !== 'DELETED') this.registry.define(object);
    this.#storage.write(type, info, object, previous);
    if (crd && type === 'DELETED') this.#dropCustom(object);
    return object;
  }

  #dropCustom(crd: KubeObject): void {
    const info = this.registry.all().find((each) => each.crd?.name === crd.metadata.name);
    for (const object of info ? this.#storage.of(info).all() : []) if (info) this.remove(info, object);
    this.registry.undefine(crd.metadata.name);
  }
}

/** An empty cluster with what every API server makes by itself: its namespaces, its own Service, its roles. */
export function createStore(options: StoreOptions = {}): Store {
  const store = new Store(options);
  bootstrap(store);
  return store;
}
