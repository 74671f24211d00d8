import { ApiError, badRequest } from './errors.ts';
import { clone, equal, isMap, type Json, type JsonMap } from './json.ts';
import type { ListRule, RuleFinder } from './list-rules.ts';

const DIRECTIVE = '$patch';
const RETAIN = '$retainKeys';
const DELETE_FROM = '$deleteFromPrimitiveList/';
const ORDER = '$setElementOrder/';

function mergeMap(target: JsonMap, patch: JsonMap, path: readonly string[], rules: RuleFinder): JsonMap {
  if (patch[DIRECTIVE] === 'replace') {
    const { [DIRECTIVE]: _, ...replacement } = patch;
    return clone(replacement);
  }
  if (patch[DIRECTIVE] === 'delete') return {};
  const result: JsonMap = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (key === DIRECTIVE || key === RETAIN || key.startsWith(ORDER) || key.startsWith(DELETE_FROM)) continue;
    if (value === null) delete result[key];
    else if (isMap(value)) {
      result[key] = mergeMap(isMap(result[key]) ? result[key] : {}, value, [...path, key], rules);
    } else if (Array.isArray(value)) {
      const field = [...path, key];
      result[key] = mergeList(result[key] ?? [], value, rules(field), field, rules);
    } else result[key] = value;
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(DELETE_FROM)) {
      const field = key.slice(DELETE_FROM.length);
      result[field] = (result[field] ?? []).filter(
        (item: Json) => !value.some((gone: Json) => equal(gone, item)),
      );
    } else if (key.startsWith(ORDER)) {
      const field = key.slice(ORDER.length);
      if (!Array.isArray(result[field])) continue;
      const rule = rules([...path, field]);
      const mergeKey = rule.type === 'map' ? rule.mergeKey : undefined;
      result[field] = arrange(result[field], value, target[field] ?? [], mergeKey);
    }
  }
  const retained = patch[RETAIN];
  if (!Array.isArray(retained)) return result;
  return Object.fromEntries(Object.entries(result).filter(([key]) => retained.includes(key)));
}

function mergeList(
  target: Json[],
  patch: Json[],
  rule: ListRule,
  path: readonly string[],
  rules: RuleFinder,
): Json[] {
  if (rule.type === 'set') {
    const added = patch.filter((item) => !target.some((known) => equal(known, item)));
    return arrange([...target, ...added], patch, target);
  }
  const key = rule.type === 'map' ? rule.mergeKey : undefined;
  if (key === undefined || !patch.every(isMap)) return clone(patch);
  const whole = patch.some((item) => item[DIRECTIVE] === 'replace' && Object.keys(item).length === 1);
  if (whole) return clone(patch.filter((item) => item[DIRECTIVE] !== 'replace'));
  const result = [...target];
  for (const item of patch) {
    if (item[key] === undefined) {
      const shown = Object.entries(item).map(([name, value]) => `${name}:${value}`);
      throw new ApiError(500, '', `map: map[${shown.join(' ')}] does not contain declared merge key: ${key}`);
    }
    const index = result.findIndex((known) => isMap(known) && known[key] === item[key]);
    if (item[DIRECTIVE] === 'delete') {
      if (index >= 0) result.splice(index, 1);
    } else if (index >= 0) result[index] = mergeMap(result[index], item, path, rules);
    else result.push(mergeMap({}, item, path, rules));
  }
  const changed = patch.filter((item) => item[DIRECTIVE] === undefined);
  return arrange(result, changed, target, key);
}

/**
 * The order of a merged list: items that the patch names come in its order, the others in the order they had, and an item
 * that the patch does not name goes first only where it stood before the next one that it does name.
 */
function arrange(
  merged: readonly Json[],
  order: readonly Json[],
  original: readonly Json[],
  key?: string,
): Json[] {
  const identity = (item: Json) => JSON.stringify(key !== undefined && isMap(item) ? item[key] : item);
  const positions = (items: readonly Json[]) => new Map(items.map((item, index) => [identity(item), index]));
  const [wanted, before] = [positions(order), positions(original)];
  const named = merged.filter((item) => wanted.has(identity(item)));
  named.sort((a, b) => wanted.get(identity(a))! - wanted.get(identity(b))!);
  const others = merged.filter((item) => !wanted.has(identity(item)));
  const result: Json[] = [];
  for (const item of named) {
    const limit = before.get(identity(item)) ?? -1;
    while (others.length > 0 && (before.get(identity(others[0])) ?? limit) < limit)
      result.push(others.shift());
    result.push(item);
  }
  return [...result, ...others];
}

/** Strategic merge patch: lists with a merge key are merged by it, and the `$` directives are obeyed. */
export function strategicPatch(target: Json, patch: Json, rules: RuleFinder): Json {
  if (!isMap(patch)) throw badRequest('a strategic merge patch is an object');
  return mergeMap(target, patch, [], rules);
}
