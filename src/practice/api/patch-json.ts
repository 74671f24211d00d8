import { badRequest } from './errors.ts';
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

function parsePointer(path: string): string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) throw badRequest(`jsonpatch path ${JSON.stringify(path)} must start with /`);
  const parts = path.slice(1).split('/');
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function lookUp(document: Json, path: string): Json {
  let current = document;
  for (const part of parsePointer(path)) {
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, part)) {
      throw badRequest(`jsonpatch operation does not apply: path ${path} does not exist`);
    }
    current = current[part];
  }
  return current;
}

function edit(document: Json, path: string, change: (parent: Json, key: string) => void): void {
  const parts = parsePointer(path);
  const key = parts.pop();
  if (key === undefined) throw badRequest('jsonpatch operation on the whole document is not supported');
  const parent = lookUp(
    document,
    parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
  );
  if (parent === null || typeof parent !== 'object')
    throw badRequest(`jsonpatch path ${path} is not a container`);
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
      throw badRequest(`jsonpatch add operation does not apply: index ${key} is out of bounds`);
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
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is a list of operations');
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
        lookUp(document, path);
        edit(document, path, (parent, key) => {
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
        if (!equal(lookUp(document, path), value)) throw badRequest(`testing value ${path} failed`);
        break;
      default:
        throw badRequest(`Unexpected kind: ${op}`);
    }
  }
  return document;
}
