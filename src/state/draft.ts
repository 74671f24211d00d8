/**
 * Copies on write for the reducer. One draft owns the objects that it has copied or made, so folding a long journal copies
 * each record once, while reducing a single event leaves the state before it untouched.
 */
export type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Knows what it has made or copied, and copies anything else before it is written to. */
export class Draft {
  readonly #owned = new WeakSet<object>();

  /** Marks an object as made by this draft: it may be written to. */
  own<T extends object>(value: T): Writable<T> {
    this.#owned.add(value);
    return value as Writable<T>;
  }

  /** The value under `key`, copied unless this draft owns it already, and put back into `holder`. */
  edit<T extends object, K extends keyof T>(
    holder: Writable<T>,
    key: K,
  ): Writable<Extract<NonNullable<T[K]>, object>> {
    const value = holder[key] as unknown as object;
    if (this.#owned.has(value)) return value as Writable<Extract<NonNullable<T[K]>, object>>;
    const copy = Array.isArray(value) ? [...value] : { ...value };
    this.#owned.add(copy);
    holder[key] = copy as T[K];
    return copy as Writable<Extract<NonNullable<T[K]>, object>>;
  }
}
