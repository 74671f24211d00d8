/** Pseudo-random choices that a test can repeat: the same seed, the same choices (mulberry32). */
export interface Random {
  /** A whole number from 0 up to and with `most`. */
  upTo(most: number): number;
  pick<T>(values: readonly T[]): T;
  chance(probability: number): boolean;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (most: number) => Math.floor(next() * (most + 1));
  return {
    upTo,
    pick: (values) => values[upTo(values.length - 1)]!,
    chance: (probability) => next() < probability,
  };
}
