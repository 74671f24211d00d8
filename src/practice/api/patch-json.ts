import { ApiError, badRequest } from './errors.ts';
import { clone, equal, isMap, type Json } from './json.ts';

/** JSON merge patch (RFC 7386): null removes, maps merge, everything else replaces. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isMap(patch)) return clone(patch);
  const result = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

/** What the real server says of every operation that does not apply; it keeps the reason to itself. */
const inapplicable = () =>
  new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

function parsePointer(path: string): string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) throw inapplicable();
  const parts = path.slice(1).split('/');
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function lookUp(document: Json, path: string): Json {
  let current = document;
  for (const part of parsePointer(path)) {
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, part)) {
      throw inapplicable();
    }
    current = current[part];
  }
  return current;
}

function edit(document: Json, path: string, change: (parent: Json, key: string) => void): void {
  const parts = parsePointer(path);
  const key = parts.pop();
  if (key === undefined) throw inapplicable();
  const parent = lookUp(
    document,
    parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
  );
  if (parent === null || typeof parent !== 'object') throw inapplicable();
  change(parent, key);
}

function add(document: Json, path: string, value: Json): void {
  edit(document, path, (parent, key) => {
    if (!Array.isArray(parent)) {
      parent[key] = clone(value);
      return;
    }
    const index = key === '-' ? parent.length : Number(key);
    if (!Number.isInteger(index) || index < 0 || index > parent.length) {
      throw inapplicable();
    }
    parent.splice(index, 0, clone(value));
  });
}

function remove(document: Json, path: string): void {
  lookUp(document, path);
  edit(document, path, (parent, key) => {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  });
}

/** JSON patch (RFC 6902). Any operation that does not apply refuses the whole patch. */
export function jsonPatch(target: Json, patch: Json): Json {
  if (!Array.isArray(patch))
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  const document = clone(target);
  for (const { op, path, from = '', value } of patch as Operation[]) {
    switch (op) {
      case 'add':
        add(document, path, value);
        break;
      case 'remove':
        remove(document, path);
        break;
      case 'replace':
        // Of a map the server's library does not ask whether the key is there.
        edit(document, path, (parent, key) => {
          if (Array.isArray(parent) && !Object.hasOwn(parent, key)) throw inapplicable();
          parent[key] = clone(value);
        });
        break;
      case 'copy':
        add(document, path, lookUp(document, from));
        break;
      case 'move': {
        const moved = lookUp(document, from);
        remove(document, from);
        add(document, path, moved);
        break;
      }
      case 'test':
        if (!equal(lookUp(document, path), value)) throw inapplicable();
        break;
      default:
        throw inapplicable();
    }
  }
  return document;
}
