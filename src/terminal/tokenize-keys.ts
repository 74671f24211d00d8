/** Splits what a terminal sends into keys. Pure: bytes that are not a whole key yet are given back as the rest. */

export type KeyToken =
  /** One key, as the bytes a terminal sends for it. */
  | { readonly type: 'key'; readonly data: string }
  /** Text pasted while bracketed paste is on. */
  | { readonly type: 'paste'; readonly text: string };

interface Tokenized {
  readonly tokens: readonly KeyToken[];
  /** The beginning of a key or a paste whose end has not come yet. */
  readonly rest: string;
}

const PASTE_START = '\x1b[200~';
const PASTE_END = '\x1b[201~';

/** A whole CSI sequence (ECMA-48, 5.4), the Linux console's `ESC [ [ A` included. */
const CSI = /^\x1b\x1b?\[(?:\[[A-E]|[0-?]*[ -/]*[@-~])/;
const SS3 = /^\x1b\x1b?O[@-~]/;
/** A CSI or SS3 sequence that may still be going on. */
const UNFINISHED = /^\x1b\x1b?(?:\[(?:\[|[0-?]*[ -/]*)|O)?$/;
/** X10 mouse reports, whose three bytes after the letter are not keys. We never ask for them; a program before us may have. */
const MOUSE = /^\x1b\[M[\s\S]{3}/;

export function tokenizeKeys(input: string): Tokenized {
  const tokens: KeyToken[] = [];
  let rest = input;
  while (rest !== '') {
    if (rest.startsWith(PASTE_START)) {
      const end = rest.indexOf(PASTE_END);
      if (end < 0) return { tokens, rest };
      tokens.push({ type: 'paste', text: rest.slice(PASTE_START.length, end) });
      rest = rest.slice(end + PASTE_END.length);
      continue;
    }
    if (UNFINISHED.test(rest) && rest.startsWith('\x1b')) return { tokens, rest };
    const data = firstKey(rest);
    rest = rest.slice(data.length);
    // The end of a paste whose beginning was never seen, mouse and focus reports are not keys.
    if (data !== PASTE_END && !MOUSE.test(data) && data !== '\x1b[I' && data !== '\x1b[O')
      tokens.push({ type: 'key', data });
  }
  return { tokens, rest: '' };
}

function firstKey(input: string): string {
  const sequence = MOUSE.exec(input) ?? CSI.exec(input) ?? SS3.exec(input);
  if (sequence) return sequence[0];
  if (input.startsWith('\x1b') && input.length > 1) {
    // Escape twice is two keys; Escape and a character is that character with Alt.
    const next = firstCharacter(input.slice(1));
    return next === '\x1b' ? '\x1b' : `\x1b${next}`;
  }
  return firstCharacter(input);
}

function firstCharacter(input: string): string {
  return String.fromCodePoint(input.codePointAt(0) ?? 0);
}
