import type { KubeObject, WatchEvent } from '../kube-client.ts';
import { type Change, Collection, seenBy } from './collection.ts';
import { inVersion } from './conversion.ts';
import type { ListOptions } from './options.ts';
import { scoped } from './paging.ts';
import type { ResourceInfo } from './resources.ts';

/** What etcd is to a real API server: collections of objects, with one revision that counts the writes to all of them. */
export class Storage {
  readonly #history: number;
  readonly #collections = new Map<string, Collection>();
  #revision = 1;

  /** `history` is how many changes of each collection a watch can go back. */
  constructor(history: number) {
    this.#history = history;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Where the objects of a resource are kept; resources that are versions of each other share one. */
  of(info: ResourceInfo): Collection {
    let collection = this.#collections.get(info.storage);
    if (!collection) {
      collection = new Collection(this.#history);
      // Of a definition that is made later nothing older is known.
      if (info.custom) collection.compact(this.#revision);
      this.#collections.set(info.storage, collection);
    }
    return collection;
  }

  /** Stamps the object with the next revision, keeps or drops it, and tells who watches. */
  write(type: Change['type'], info: ResourceInfo, object: KubeObject, previous?: KubeObject): void {
    const revision = ++this.#revision;
    object.metadata.resourceVersion = String(revision);
    this.of(info).apply({ revision, type, object, ...(previous && { previous }) });
  }

  /**
   * Calls back with each change of what is selected: the later changes than `since` at once, then those to come. Throws 410
   * for a revision that is too old. The result ends it.
   */
  watch(
    info: ResourceInfo,
    options: ListOptions & { readonly since?: number | undefined },
    listener: (event: WatchEvent, revision: number) => void,
  ): () => void {
    const collection = this.of(info);
    const matches = scoped(info, options);
    const tell = (change: Change) => {
      const event = seenBy(change, matches);
      if (event) listener({ type: event.type, object: inVersion(info, event.object) }, change.revision);
    };
    for (const change of options.since === undefined ? [] : collection.since(options.since)) tell(change);
    return collection.listen(tell);
  }

  /** Forgets the history of all collections up to now. */
  compact(): void {
    for (const collection of this.#collections.values()) collection.compact(this.#revision);
  }
}
