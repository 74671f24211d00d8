import { setTimeout as pause } from 'node:timers/promises';

/**
 * What `look` gives, as soon as it gives something true; it is asked again every 50 ms. Throws when that has not happened
 * in time, with the last thing that was seen.
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  what: string,
  ms = 20_000,
): Promise<NonNullable<T>> {
  for (const start = Date.now(); ; await pause(50)) {
    const seen = await look();
    if (seen) return seen as NonNullable<T>;
    if (Date.now() - start > ms)
      throw new Error(`${what}: not in ${ms / 1000} s, last seen ${JSON.stringify(seen)}`);
  }
}
