/**
 * Parameters in the texts of a block: `namespace: $FIRST`. Their values are data and stay data; a command gets them from its
 * environment and never as a part of its text.
 */
import { shellQuote } from '../shell/quote.ts';

const reference = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;

/** The names of the parameters that the text refers to, as `$NAME` or `${NAME}`. */
export function referencesOf(text: string): readonly string[] {
  return [...text.matchAll(reference)].map(([, braced, bare]) => braced ?? bare!);
}

/** The text with the values in place of their names; `missing` is the first that has none. */
export function fillIn(
  text: string,
  values: Readonly<Record<string, string>>,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly missing: string } {
  const missing = referencesOf(text).find((name) => !Object.hasOwn(values, name));
  if (missing !== undefined) return { ok: false, missing };
  return { ok: true, text: text.replace(reference, (_, braced, bare) => values[braced ?? bare]!) };
}

/** The text for a sentence: with the values where all are known, and as it stands in the block where not. */
export function filledOrRaw(text: string, values: Readonly<Record<string, string>>): string {
  const filled = fillIn(text, values);
  return filled.ok ? filled.text : text;
}

/** The text as one word of a shell command: parameters come from the environment, in double quotes, and nothing else is special. */
export function shellWord(text: string): string {
  let word = '';
  let at = 0;
  for (const found of text.matchAll(reference)) {
    if (found.index > at) word += shellQuote(text.slice(at, found.index));
    word += `"$${found[1] === undefined ? found[2] : `{${found[1]}}`}"`;
    at = found.index + found[0].length;
  }
  if (at < text.length || word === '') word += shellQuote(text.slice(at));
  return word;
}

/** A text of a block, and where in the block it stands. */
export interface SpecText {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** The texts that refer to parameters, as shell words: a parameter that is not declared is found in them like in any command. */
export function referencesIn(
  texts: readonly SpecText[],
): readonly { readonly path: readonly (string | number)[]; readonly script: string }[] {
  return texts
    .filter(({ text }) => referencesOf(text).length > 0)
    .map(({ path, text }) => ({ path, script: shellWord(text) }));
}
