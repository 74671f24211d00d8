import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseAllDocuments,
  parseDocument,
  visit,
} from 'yaml';

/** Keys and indices from the root of a YAML document down to a value. */
export type Path = readonly PropertyKey[];

/** YAML with the way back to its text. Offsets are into the YAML. */
export interface YamlSource {
  readonly value: unknown;
  readonly problems: readonly { readonly message: string; readonly start: number; readonly end: number }[];
  /** Where the value at a path stands, or the nearest thing around it. */
  readonly valueAt: (path: Path) => readonly [start: number, end: number];
  /** Where the last key of a path stands. */
  readonly keyAt: (path: Path) => readonly [start: number, end: number];
}

interface YamlOptions {
  /** Numbers stay as they are written: 2.10 must not become 2.1. */
  readonly numbersAsText?: boolean;
}

const tooDeep = 'the YAML is nested too deeply';
// A tower of brackets would exhaust the stack of any recursive parser.
const isTower = (text: string) => /(?:[[{][\s"'a-z:]*){200}/i.test(text.slice(0, 100_000));
const parsing = { prettyErrors: false, uniqueKeys: true, version: '1.2' } as const;

/** Never throws: what cannot be read is a problem. */
export function readYaml(text: string, options: YamlOptions = {}): YamlSource {
  if (isTower(text)) return broken(text, tooDeep);
  return guarded(text, () => sourceOf(parseDocument(text, parsing), text, options));
}

/** All documents of a text, as kubectl reads them (`<<` merges), each with offsets into the whole of it. Never throws: what cannot be read is a problem. */
export function readYamlDocuments(text: string, options: YamlOptions = {}): readonly YamlSource[] {
  if (isTower(text)) return [broken(text, tooDeep)];
  try {
    const documents: readonly Document[] = parseAllDocuments(text, { ...parsing, merge: true });
    return documents.map((document) => guarded(text, () => sourceOf(document, text, options)));
  } catch (error) {
    return [broken(text, reasonOf(error))];
  }
}

function guarded(text: string, read: () => YamlSource): YamlSource {
  try {
    return read();
  } catch (error) {
    return broken(text, reasonOf(error));
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof RangeError ? tooDeep : sentence(String((error as Error).message));

function sourceOf(document: Document, text: string, options: YamlOptions): YamlSource {
  const whole = (): readonly [number, number] => [0, firstLine(text)];
  const problems = [...document.errors].map((error) => ({
    message: sentence(error.message),
    start: error.pos[0],
    end: Math.max(
      error.pos[0] + 1,
      Math.min(error.pos[1], error.pos[0] + firstLine(text.slice(error.pos[0]))),
    ),
  }));
  if (problems.length > 0) return { value: undefined, problems, valueAt: whole, keyAt: whole };
  if (options.numbersAsText) keepNumbers(document);
  const value: unknown = document.toJS({ maxAliasCount: 50 });
  return {
    value,
    problems,
    valueAt: (path) => locate(document, path, 'value') ?? whole(),
    keyAt: (path) => locate(document, path, 'key') ?? whole(),
  };
}

function broken(text: string, message: string): YamlSource {
  const at = (): readonly [number, number] => [0, firstLine(text)];
  return {
    value: undefined,
    problems: [{ message, start: 0, end: firstLine(text) }],
    valueAt: at,
    keyAt: at,
  };
}

function keepNumbers(document: Document): void {
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'number' && node.source !== undefined) node.value = node.source;
    },
  });
}

function locate(
  document: Document,
  path: Path,
  part: 'key' | 'value',
): readonly [number, number] | undefined {
  let node: unknown = document.contents;
  let best = range(node);
  for (const [depth, segment] of path.entries()) {
    const last = depth === path.length - 1;
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && keyText(item.key) === String(segment));
      if (!pair) return best;
      best = (last && part === 'key' ? undefined : range(pair.value)) ?? range(pair.key) ?? best;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(segment)];
      best = range(node) ?? best;
    } else return best;
  }
  return best;
}

const keyText = (key: unknown) => (isScalar(key) ? String(key.source ?? key.value) : String(key));

function range(node: unknown): readonly [number, number] | undefined {
  if (!isNode(node) || !node.range) return undefined;
  const [start, end] = node.range;
  return end > start ? [start, end] : undefined;
}

const firstLine = (text: string) => /^[^\r\n]*/.exec(text)![0].length;

const sentence = (message: string) => message.split('\n')[0]!.replace(/[.:]$/, '');
