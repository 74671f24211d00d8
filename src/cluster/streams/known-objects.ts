/** What a stream knows of the objects it follows: what was picked of each, and at which version, so that nothing is told twice. */
import type { StreamOptions } from '../api.ts';
import type { KubeObject } from '../objects.ts';

export interface KnownObjects<T> {
  readonly items: ReadonlyMap<string, T>;
  /** An object that was listed, added or modified. */
  put(object: KubeObject): void;
  /** An object that was deleted. */
  remove(object: KubeObject): void;
  /** From here on everything there is comes again. One that was begun before and not ended is forgotten. */
  beginList(): void;
  /** It has all come: what did not is gone. */
  endList(): void;
}

/** Tells `onChange` of each change after it is in `items`. */
export function createKnownObjects<T>({
  pick,
  onChange,
}: Pick<StreamOptions<T>, 'pick' | 'onChange'>): KnownObjects<T> {
  const items = new Map<string, T>();
  /** Also of objects that are of no interest. */
  const versions = new Map<string, string>();
  let missing: Set<string> | undefined;

  const drop = (key: string) => {
    versions.delete(key);
    const before = items.get(key);
    if (before === undefined) return;
    items.delete(key);
    onChange?.(key, undefined, before);
  };
  return {
    items,
    put(object) {
      const key = keyOf(object);
      const version = object.metadata.resourceVersion ?? '';
      missing?.delete(key);
      if (version !== '' && versions.get(key) === version) return;
      versions.set(key, version);
      const before = items.get(key);
      const now = picked(pick, object);
      if (now === undefined) items.delete(key);
      else items.set(key, now);
      if (now !== undefined || before !== undefined) onChange?.(key, now, before);
    },
    remove(object) {
      const key = keyOf(object);
      missing?.delete(key);
      drop(key);
    },
    beginList() {
      missing = versions.size === 0 ? undefined : new Set(versions.keys());
    },
    endList() {
      for (const key of missing ?? []) drop(key);
      missing = undefined;
    },
  };
}

function keyOf({ metadata: { namespace, name } }: KubeObject): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** An object that is not shaped as its kind should be must not end the stream of all others. */
function picked<T>(pick: (object: KubeObject) => T | undefined, object: KubeObject): T | undefined {
  try {
    return pick(object);
  } catch {
    return undefined;
  }
}
