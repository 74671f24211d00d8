/** Which fields of an object are kept, as data: what is not named is dropped when the object is read. */
import { createInterner, type Interner } from '../interner.ts';

/**
 * `true` keeps a value with all that is in it, a mapping the fields it names, a list of one mask every item by that mask. A
 * function gives what is to be kept itself.
 */
export type Mask =
  | true
  | readonly [Mask]
  | { readonly [field: string]: Mask }
  | ((value: unknown, keep: Keep) => unknown);

/** Longer texts are no evidence: a trust bundle of a hundred certificates has less. */
const longestText = 256 * 1024;
/** Deeper than anything that the API has; schemas of resource definitions are not kept. */
const deepest = 24;
/** Texts up to here come again and again (labels, images, certificates in an environment); each is held once. */
const longestShared = 16 * 1024;

/** A copy of what the mask names, or undefined where there is nothing of it. */
export type Keep = (value: unknown, mask: Mask) => unknown;

/** Equal texts of all that one of these copies are held once. */
export function createKeep(): Keep {
  const intern = createInterner();
  const keep: Keep = (value, mask) => {
    if (value === undefined || value === null) return undefined;
    if (mask === true) return copied(value, intern, deepest);
    if (typeof mask === 'function') return mask(value, keep);
    if (isListMask(mask)) {
      if (!Array.isArray(value)) return undefined;
      const out: unknown[] = [];
      for (const each of value) {
        const found = keep(each, mask[0]);
        if (found !== undefined) out.push(found);
      }
      return out;
    }
    if (typeof value !== 'object' || Array.isArray(value)) return undefined;
    const source = value as Readonly<Record<string, unknown>>;
    const out: Record<string, unknown> = {};
    // This runs for every field of every pod: no lists are made on the way.
    for (const field in mask) {
      const found = Object.hasOwn(source, field) ? keep(source[field], mask[field]!) : undefined;
      if (found !== undefined) out[field] = found;
    }
    return out;
  };
  return keep;
}

const isListMask = (mask: Exclude<Mask, true>): mask is readonly [Mask] => Array.isArray(mask);

function copied(value: unknown, intern: Interner, depth: number): unknown {
  if (typeof value === 'string') {
    return value.length <= longestShared ? intern(value) : value.slice(0, longestText);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return undefined;
  if (Array.isArray(value)) return value.map((each) => copied(each, intern, depth - 1) ?? null);
  const source = value as Readonly<Record<string, unknown>>;
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(source)) setOwn(out, key, copied(source[key], intern, depth - 1));
  return out;
}

/** As `out[key] = value`, for keys of anybody's. */
export function setOwn(out: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
  } else out[key] = value;
}
