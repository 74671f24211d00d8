import { isMap, type Json, type JsonMap } from './json.ts';
import type { ListRule, RuleFinder } from './list-rules.ts';

// The fields of an object as the server-side apply sees them: a map from a path to the value there. A path is written in
// the parts of the FieldsV1 format (`f:spec`, `k:{"name":"web"}`, `v:"x"`, `.` for a list item itself).

const SEPARATOR = '\u0000';
const partsOf = (path: string) => path.split(SEPARATOR);

const UNOWNED = new Set([
  'apiVersion',
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.creationTimestamp',
  'metadata.deletionTimestamp',
  'metadata.deletionGracePeriodSeconds',
  'metadata.managedFields',
  'metadata.generateName',
]);

/** The key of an item in a list that is a map; a port without a protocol is one of TCP. */
export function itemKey(item: Json, keys: readonly string[]): string {
  const sorted = [...keys].sort();
  const entries = sorted.map((key) => [key, item?.[key] ?? (key === 'protocol' ? 'TCP' : undefined)]);
  return JSON.stringify(Object.fromEntries(entries));
}

/** Whether a list is merged item by item by server-side apply. */
export function mergesByKey(rule: ListRule): rule is Extract<ListRule, { type: 'map' }> {
  return rule.type === 'map' && rule.keys.length > 0;
}

/** Every owned path of an object with its value. */
export function leavesOf(object: JsonMap, rules: RuleFinder): Map<string, Json> {
  const leaves = new Map<string, Json>();
  const visit = (value: Json, path: string[], names: string[]) => {
    if (names.length > 0 && names.length <= 2 && UNOWNED.has(names.join('.'))) return;
    if (isMap(value) && Object.keys(value).length > 0) {
      for (const [key, inner] of Object.entries(value)) visit(inner, [...path, `f:${key}`], [...names, key]);
      return;
    }
    const rule = Array.isArray(value) && value.length > 0 ? rules(names) : undefined;
    if (rule && mergesByKey(rule)) {
      for (const item of value) {
        const inner = [...path, `k:${itemKey(item, rule.keys)}`];
        leaves.set([...inner, '.'].join(SEPARATOR), true);
        for (const [key, field] of Object.entries<Json>(item ?? {})) {
          visit(field, [...inner, `f:${key}`], [...names, key]);
        }
      }
    } else if (rule?.type === 'set') {
      for (const item of value) leaves.set([...path, `v:${JSON.stringify(item)}`].join(SEPARATOR), true);
    } else if (path.length > 0) leaves.set(path.join(SEPARATOR), value);
  };
  visit(object, [], []);
  return leaves;
}

/** The FieldsV1 document of a set. */
export function toFieldsV1(fields: Iterable<string>): JsonMap {
  const root: JsonMap = {};
  for (const path of [...fields].sort()) {
    let node = root;
    for (const part of partsOf(path)) {
      node[part] ??= {};
      node = node[part];
    }
  }
  return root;
}

/** The paths of the leaves in a `fieldsV1` document. */
export function fromFieldsV1(document: Json): Set<string> {
  const fields = new Set<string>();
  const visit = (node: JsonMap, path: string[]) => {
    const keys = Object.keys(node ?? {});
    if (keys.length === 0 && path.length > 0) fields.add(path.join(SEPARATOR));
    for (const key of keys) visit(node[key], [...path, key]);
  };
  visit(document ?? {}, []);
  return fields;
}

/** A path as the server's messages write it: `.spec.template.spec.containers[name="web"].image`. */
export function pathText(path: string): string {
  return partsOf(path)
    .map((part) => {
      if (part.startsWith('f:')) return `.${part.slice(2)}`;
      if (part.startsWith('v:')) return `[=${part.slice(2)}]`;
      if (!part.startsWith('k:')) return '';
      const keys = Object.entries(JSON.parse(part.slice(2)));
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}

/** Whether any path of a set lies below (or at) the list item that `path` stands for. */
export function ownsWithin(fields: Iterable<string>, item: string): boolean {
  const prefix = item.endsWith(`${SEPARATOR}.`) ? item.slice(0, -1) : item + SEPARATOR;
  for (const field of fields) if (field === item || field.startsWith(prefix)) return true;
  return false;
}

/** Takes what a path names out of an object, with the maps that this leaves empty. */
export function removePath(object: Json, path: string, rules: RuleFinder): void {
  const parts = partsOf(path);
  const removeFrom = (value: Json, index: number, names: readonly string[]): boolean => {
    const part = parts[index];
    if (part === undefined || part === '.') return true;
    if (part.startsWith('f:')) {
      const key = part.slice(2);
      if (!isMap(value) || !(key in value)) return false;
      if (removeFrom(value[key], index + 1, [...names, key])) delete value[key];
      return Object.keys(value).length === 0 && index > 0;
    }
    if (!Array.isArray(value)) return false;
    const rule = rules(names);
    const keys = rule.type === 'map' ? rule.keys : [];
    const found = value.findIndex((item) =>
      part.startsWith('k:') ? itemKey(item, keys) === part.slice(2) : JSON.stringify(item) === part.slice(2),
    );
    if (found < 0) return false;
    if (removeFrom(value[found], index + 1, names) || part.startsWith('v:')) value.splice(found, 1);
    return value.length === 0;
  };
  removeFrom(object, 0, []);
}
