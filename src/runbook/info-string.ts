/** A fence's info string, with the offset of every part in it. */
export interface InfoString {
  readonly language: Word;
  readonly role: Word | undefined;
  readonly attributes: readonly Attribute[];
}

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** One `name=value` or flag of a fence; offsets are into the file. */
export interface Attribute {
  readonly name: string;
  /** Undefined for a flag that stands alone. */
  readonly value: string | undefined;
  readonly start: number;
  readonly nameEnd: number;
  readonly end: number;
  /** The quote that was not closed. */
  readonly unclosed: boolean;
}

const part = /([^\s="']+)(?:=("(?:[^"\\]|\\.)*"|'[^']*'|["'].*|\S*))?|\S+/g;

/** Splits `sh change timeout=5m namespace="a b"`. `start` is where `info` stands in the file. */
export function parseInfo(info: string, start: number): InfoString {
  const parts = [...info.matchAll(part)].map((match) => ({ match, at: start + match.index }));
  const word = (index: number): Word | undefined => {
    const found = parts[index];
    if (!found || found.match[2] !== undefined) return undefined;
    return { text: found.match[0], start: found.at, end: found.at + found.match[0].length };
  };
  const language = word(0) ?? { text: '', start, end: start };
  const role = language.text === '' ? undefined : word(1);
  const attributes = parts.slice((language.text ? 1 : 0) + (role ? 1 : 0)).map(({ match, at }): Attribute => {
    const written = match[2];
    const quote = written?.[0] === '"' || written?.[0] === "'" ? written[0] : undefined;
    const unclosed = quote !== undefined && (written!.length < 2 || !written!.endsWith(quote));
    const name = match[1] ?? match[0];
    return {
      name,
      value: written === undefined ? undefined : unquote(written, quote),
      start: at,
      nameEnd: at + name.length,
      end: at + match[0].length,
      unclosed,
    };
  });
  return { language, role, attributes };
}

function unquote(written: string, quote: string | undefined): string {
  if (quote === "'") return written.slice(1, written.endsWith("'") && written.length > 1 ? -1 : undefined);
  if (quote === '"')
    return written
      .slice(1, written.endsWith('"') && written.length > 1 ? -1 : undefined)
      .replace(/\\(.)/g, '$1');
  return written;
}

/** The language of anybody's fence: `bash {name=x}`, `{.bash}`, `sh{1,3}`, `Bash:title` all name a shell. */
export function foreignLanguage(info: string): string {
  return /^\{?[ \t]*\.?([A-Za-z][A-Za-z0-9_+-]*)/.exec(info)?.[1]?.toLowerCase() ?? '';
}
