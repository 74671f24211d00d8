/** JSON as kubectl reads it: one object after the other, with nothing between them. */

export interface JsonDocument {
  readonly value: unknown;
  readonly text: string;
  /** Where it begins in the whole. */
  readonly start: number;
}

/** All objects of a text, or undefined where it is anything else. */
export function jsonDocuments(source: string): readonly JsonDocument[] | undefined {
  try {
    return [{ value: JSON.parse(source), text: source, start: 0 }];
  } catch {
    return several(source);
  }
}

function several(source: string): readonly JsonDocument[] | undefined {
  const documents: JsonDocument[] = [];
  let [depth, start, end] = [0, 0, 0];
  for (const { 0: token, index } of source.matchAll(/"(?:[^"\\\n]|\\.)*"|[{}[\]]/g)) {
    if (token.startsWith('"')) continue;
    const opens = token === '{' || token === '[';
    if (opens && depth === 0) {
      if (source.slice(end, index).trim() !== '') return undefined;
      start = index;
    }
    depth += opens ? 1 : -1;
    if (depth > 0) continue;
    end = index + 1;
    const text = source.slice(start, end);
    try {
      documents.push({ value: JSON.parse(text), text, start });
    } catch {
      return undefined;
    }
  }
  return depth === 0 && source.slice(end).trim() === '' ? documents : undefined;
}
