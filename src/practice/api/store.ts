import { type Clock, timestamp } from '../clock.ts';
import type { KubeObject, PatchType, WatchEvent } from '../kube-client.ts';
import { bootstrap } from './bootstrap.ts';
import { type Change, Collection, seenBy } from './collection.ts';
import { CRD_STORAGE } from './crd.ts';
import { createdNamespace, deletedObject, finishNamespace } from './deletion.ts';
import { ApiError, alreadyExists, badRequest, conflict, gone, notFound, stale } from './errors.ts';
import { clone, equal } from './json.ts';
import { manageUpdate } from './managed-fields.ts';
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
import { applyPatch } from './patch.ts';
import { Registry } from './registry.ts';
import { groupVersion, type ResourceInfo } from './resources.ts';
import { type Matcher, parseSelectors } from './selectors.ts';
import { checkContent, newObject, updatedObject } from './strategy.ts';

export interface StoreOptions {
  readonly clock?: Pick<Clock, 'now'>;
  /** How many changes of each resource a watch can go back; older ones are answered with 410. */
  readonly history?: number;
}

/**
 * The objects of the practice cluster and the rules by which they change: what the API server does, without HTTP. All of it
 * happens at once, so each request sees the result of the one before.
 */
export class Store {
  readonly registry = new Registry();
  readonly hooks: StoreHooks = {};
  readonly #clock: Pick<Clock, 'now'>;
  readonly #history: number;
  readonly #collections = new Map<string, Collection>();
  readonly #admission: AdmissionFunction[] = [];
  #revision = 1;

  constructor(options: StoreOptions) {
    this.#clock = options.clock ?? Date;
    this.#history = options.history ?? 5000;
  }

  get revision(): number {
    return this.#revision;
  }

  now(): string {
    return timestamp(this.#clock.now());
  }

  /** Adds a function that sees each create, update and deletion before it is stored. The result takes it out again. */
  admit(fn: AdmissionFunction): () => void {
    this.#admission.push(fn);
    return () => this.#admission.splice(this.#admission.indexOf(fn), 1);
  }

  /** The resource, or the 404 of a path that is not served. */
  resource(apiVersion: string, plural: string): ResourceInfo {
    const info = this.registry.find(apiVersion, plural);
    if (!info) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
    return info;
  }

  /** What is stored, or undefined. For rules; requests go through `get`. */
  peek(info: ResourceInfo, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#collection(info).get(info.namespaced ? namespace : undefined, name);
  }

  get(info: ResourceInfo, namespace: string | undefined, name: string): KubeObject {
    const object = this.peek(info, namespace, name);
    if (!object) throw notFound(info, name);
    return inVersion(info, object);
  }

  list(info: ResourceInfo, options: ListOptions = {}): ListResult {
    const matches = scoped(info, options);
    let items: readonly KubeObject[] = this.#collection(info).all();
    if (matches) items = items.filter(matches);
    let revision = this.#revision;
    if (options.continueFrom) {
      const token = decodeToken(options.continueFrom);
      this.#collection(info).since(token.revision);
      revision = token.revision;
      items = items.filter((item) => sortKey(item) > token.start);
    }
    const page = options.limit ? items.slice(0, options.limit) : [...items];
    const last = page.at(-1);
    return {
      items: page.map((item) => inVersion(info, item)),
      resourceVersion: String(revision),
      ...(last && page.length < items.length
        ? {
            continueFrom: encodeToken({ revision, start: sortKey(last) }),
            remaining: items.length - page.length,
          }
        : {}),
    };
  }

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
    checkContent(info, object, undefined);
    if (options.fieldManager) manageUpdate(info, object, undefined, options.fieldManager, this.now());
    if (!options.dryRun) this.#write('ADDED', info, object);
    else object.metadata.resourceVersion = '';
    if (!options.dryRun && object.kind === 'Namespace') createdNamespace(this, object);
    return inVersion(info, object);
  }

  update(
    info: ResourceInfo,
    namespace: string | undefined,
    body: KubeObject,
    options: WriteOptions = {},
  ): KubeObject {
    const { name, resourceVersion, uid } = body.metadata;
    const previous = this.peek(info, namespace, name);
    if (!previous) throw notFound(info, name);
    if (resourceVersion && resourceVersion !== previous.metadata.resourceVersion) throw stale(info, name);
    if (uid && uid !== previous.metadata.uid) {
      throw conflict(
        info,
        name,
        `StorageError: invalid object, Code: 4, Key: ${name}, Precondition failed: UID in precondition: ${uid}, UID in object meta: ${previous.metadata.uid}`,
      );
    }
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
    checkContent(info, object, previous);
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

  delete(
    info: ResourceInfo,
    namespace: string | undefined,
    name: string,
    options: DeleteOptions = {},
  ): KubeObject {
    const object = this.peek(info, namespace, name);
    if (!object) throw notFound(info, name);
    const wanted = options.preconditions;
    if (wanted?.uid && wanted.uid !== object.metadata.uid) {
      throw conflict(
        info,
        name,
        `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${object.metadata.uid}`,
      );
    }
    if (wanted?.resourceVersion && wanted.resourceVersion !== object.metadata.resourceVersion)
      throw stale(info, name);
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
    const collection = this.#collection(info);
    const matches = scoped(info, options);
    const tell = (change: Change) => {
      const event = seenBy(change, matches);
      if (event) listener({ type: event.type, object: inVersion(info, event.object) }, change.revision);
    };
    if (options.since !== undefined && options.since > this.#revision) {
      throw gone(`resource version ${options.since} is in the future, it is ${this.#revision} now`);
    }
    for (const change of options.since === undefined ? [] : collection.since(options.since)) tell(change);
    return collection.listen(tell);
  }

  /** How many watches of a resource are open. */
  watchers(info: ResourceInfo): number {
    return this.#collection(info).listeners;
  }

  /** Forgets the history, as etcd's compaction does: watches from the past get 410. */
  compact(): void {
    for (const collection of this.#collections.values()) collection.compact(this.#revision);
  }

  #collection(info: ResourceInfo): Collection {
    let collection = this.#collections.get(info.storage);
    if (!collection) {
      collection = new Collection(this.#history);
      this.#collections.set(info.storage, collection);
    }
    return collection;
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

  #write(type: Change['type'], info: ResourceInfo, object: KubeObject, previous?: KubeObject): KubeObject {
    const revision = ++this.#revision;
    object.metadata.resourceVersion = String(revision);
    if (info.storage === CRD_STORAGE && type !== 'DELETED') this.registry.define(object);
    this.#collection(info).apply({ revision, type, object, ...(previous && { previous }) });
    if (info.storage === CRD_STORAGE && type === 'DELETED') this.#dropCustom(object);
    return object;
  }

  #dropCustom(crd: KubeObject): void {
    const info = this.registry.all().find((each) => each.crd?.name === crd.metadata.name);
    for (const object of info ? this.#collection(info).all() : []) if (info) this.remove(info, object);
    this.registry.undefine(crd.metadata.name);
  }
}

/** An empty cluster with what every API server makes by itself: its namespaces, its own Service, its roles. */
export function createStore(options: StoreOptions = {}): Store {
  const store = new Store(options);
  bootstrap(store);
  return store;
}

const sortKey = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`;

function inVersion(info: ResourceInfo, object: KubeObject): KubeObject {
  const apiVersion = groupVersion(info);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

function scoped(info: ResourceInfo, options: ListOptions): Matcher | undefined {
  const selected = parseSelectors(options, info.kind);
  const { namespace } = options;
  if (!namespace || !info.namespaced) return selected;
  if (!selected) return ({ metadata }) => metadata.namespace === namespace;
  return (object) => object.metadata.namespace === namespace && selected(object);
}

interface Token {
  readonly revision: number;
  readonly start: string;
}
const encodeToken = (token: Token) => Buffer.from(JSON.stringify(token)).toString('base64url');
function decodeToken(text: string): Token {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw badRequest('continue key is not valid');
  }
}
