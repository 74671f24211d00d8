import type { Json } from './json.ts';

/**
 * The value that a printer column's JSON path points at: `.a.b`, `.a['b.c']`, `.a[0]`, `.a[*].b`, `.a[?(@.type=="X")].b`.
 * Several values are joined by commas; undefined where there is none.
 */
export function columnAt(object: Json, path: string): Json {
  const found = steps(path).reduce<Json[]>((values, step) => values.flatMap(step), [object]);
  const values = found.filter((value) => value !== undefined && value !== null);
  if (values.length === 0) return undefined;
  const texts = values.map((value) => (typeof value === 'object' ? JSON.stringify(value) : value));
  return texts.length === 1 ? texts[0] : texts.join(',');
}

type Step = (value: Json) => Json[];

const STEP = /\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]|\[\*\]|\[\?\(@((?:\.[\w-]+)+)\s*==\s*["']([^"']*)["']\)\]/g;

function steps(path: string): Step[] {
  const plain = path.replace(/\\\./g, '\u0001');
  return [...plain.matchAll(STEP)].map(([, field, quoted, index, condition, wanted]): Step => {
    const key = (field ?? quoted)?.replaceAll('\u0001', '.');
    if (key !== undefined) return (value) => [value?.[key]];
    if (index !== undefined) return (value) => [value?.[Number(index)]];
    const items = (value: Json): Json[] => (Array.isArray(value) ? value : Object.values(value ?? {}));
    if (condition === undefined) return items;
    return (value) => items(value).filter((item) => columnAt(item, condition) === wanted);
  });
}
