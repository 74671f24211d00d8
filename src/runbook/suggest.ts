import { distance } from 'fastest-levenshtein';

/** The known word that was probably meant, or undefined where nothing is near enough. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  const lower = word.toLowerCase().slice(0, 64);
  for (const candidate of known) {
    const away = distance(lower, candidate.toLowerCase());
    if (away < least) [best, least] = [candidate, away];
  }
  // Two letters that changed places count twice, and are the commonest slip.
  if (best && least === 2 && letters(best) === letters(lower)) return best;
  return least <= Math.max(1, Math.floor(Math.max(word.length, best?.length ?? 0) / 3)) ? best : undefined;
}

const letters = (word: string) => [...word.toLowerCase()].sort().join('');

/** `a, b or c`. */
export function oneOf(words: Iterable<string>): string {
  const all = [...words];
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}
