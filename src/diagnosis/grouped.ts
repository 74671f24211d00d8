/** Things of one key together, by that key; groups and members in the order in which they come. */
export function byKey<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const beside = found.get(key);
    if (beside) beside.push(one);
    else found.set(key, [one]);
  }
  return found;
}

/** The groups alone. */
export const grouped = <T>(all: readonly T[], keyOf: (one: T) => string): readonly (readonly T[])[] => [
  ...byKey(all, keyOf).values(),
];
