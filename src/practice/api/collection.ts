import type { KubeObject, WatchEvent } from '../kube-client.ts';
import { gone } from './errors.ts';
import type { Matcher } from './selectors.ts';

/** One write, as it went into the history of its collection. */
export interface Change {
  readonly revision: number;
  readonly type: WatchEvent['type'];
  readonly object: KubeObject;
  readonly previous?: KubeObject;
}

const keyOf = (namespace: string | undefined, name: string) => `${namespace ?? ''}/${name}`;

/**
 * What a watcher with this selection sees of a change. An object that starts to match is added for it, one that no longer
 * matches is deleted for it, as on a real server.
 */
export function seenBy(change: Change, matches: Matcher | undefined): WatchEvent | undefined {
  if (!matches) return change;
  const now = change.type !== 'DELETED' && matches(change.object);
  const before = change.type !== 'ADDED' && matches(change.previous ?? change.object);
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', object: change.object };
  if (!before) return undefined;
  // As it was when it matched, with the version of the change that ended that.
  const last = change.type === 'DELETED' ? change.object : (change.previous ?? change.object);
  const { resourceVersion } = change.object.metadata;
  return {
    type: 'DELETED',
    object:
      resourceVersion === undefined ? last : { ...last, metadata: { ...last.metadata, resourceVersion } },
  };
}

/** All objects of one resource, with the last changes for those who watch it. Objects are replaced, never changed. */
export class Collection {
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #kept: number;
  #history: Change[] = [];
  #keys: string[] | undefined;
  #compacted = 0;

  /** `kept` is how many changes can be replayed to a watch that starts in the past. */
  constructor(kept: number) {
    this.#kept = kept;
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#objects.get(keyOf(namespace, name));
  }

  /** How many follow it now. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Sorted by namespace and name, as etcd's keys are. */
  all(): readonly KubeObject[] {
    this.#keys ??= [...this.#objects.keys()].sort();
    return this.#keys.map((key) => this.#objects.get(key)!);
  }

  apply(change: Change): void {
    const key = keyOf(change.object.metadata.namespace, change.object.metadata.name);
    if (change.type === 'DELETED') this.#objects.delete(key);
    else this.#objects.set(key, change.object);
    if (change.type !== 'MODIFIED') this.#keys = undefined;
    this.#history.push(change);
    if (this.#history.length > this.#kept * 2) this.compact(this.#history[this.#kept]?.revision ?? 0);
    for (const listener of this.#listeners) listener(change);
  }

  /** Forgets all changes up to a revision: a watch that starts before it is told that it is too old. */
  compact(revision: number): void {
    this.#history = this.#history.filter((change) => change.revision > revision);
    this.#compacted = Math.max(this.#compacted, revision);
  }

  /** Changes after a revision. Throws 410 when they are no longer all known. */
  since(revision: number): readonly Change[] {
    if (revision < this.#compacted) throw gone(`too old resource version: ${revision} (${this.#compacted})`);
    let start = this.#history.length;
    while (start > 0 && (this.#history[start - 1]?.revision ?? 0) > revision) start--;
    return this.#history.slice(start);
  }

  /** Calls back with every change from now on, until the function it gives is called. */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
