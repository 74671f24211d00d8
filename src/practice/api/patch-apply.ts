import type { KubeObject } from '../kube-client.ts';
import { ApiError } from './errors.ts';
import { itemKey, leavesOf, mergesByKey, ownsWithin, pathText, removePath } from './field-set.ts';
import { clone, equal, isMap, type Json } from './json.ts';
import { listRules, type RuleFinder } from './list-rules.ts';
import { isOwner, type Owner, ownersOf, writeOwners } from './managed-fields.ts';
import { groupVersion, type ResourceInfo } from './resources.ts';

interface ApplyOptions {
  readonly manager: string;
  readonly force: boolean;
  readonly subresource: string | undefined;
  readonly time: string;
}

function merge(live: Json, applied: Json, names: readonly string[], rules: RuleFinder): Json {
  if (isMap(applied)) {
    const result = isMap(live) ? { ...live } : {};
    for (const [key, value] of Object.entries(applied)) {
      if (value === null) continue;
      result[key] = merge(result[key], value, [...names, key], rules);
    }
    return result;
  }
  if (!Array.isArray(applied) || !Array.isArray(live)) return clone(applied);
  const rule = rules(names);
  if (rule.type === 'set')
    return [...live, ...applied.filter((item) => !live.some((known) => equal(known, item)))];
  if (!mergesByKey(rule)) return clone(applied);
  const rest = new Map(live.map((item) => [itemKey(item, rule.keys), item]));
  const merged = live.map((item) => {
    const sent = applied.find((each) => itemKey(each, rule.keys) === itemKey(item, rule.keys));
    return sent === undefined ? item : merge(item, sent, names, rules);
  });
  return [...merged, ...clone(applied.filter((item) => !rest.has(itemKey(item, rule.keys))))];
}

/** A manager as the server's conflict messages name it. */
function managerText(owner: Owner): string {
  const name = JSON.stringify(owner.manager);
  const where = owner.subresource ? `${name} with subresource ${JSON.stringify(owner.subresource)}` : name;
  if (owner.operation === 'Apply') return where;
  return `${where} using ${owner.apiVersion}${owner.time ? ` at ${owner.time}` : ''}`;
}

function conflictError(conflicts: readonly { readonly owner: Owner; readonly path: string }[]): ApiError {
  const described = conflicts.map(({ owner, path }) => ({ who: managerText(owner), field: pathText(path) }));
  const causes = described.map(({ who, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${who}`,
    field,
  }));
  const [first] = described;
  if (first && described.length === 1) {
    const message = `Apply failed with 1 conflict: conflict with ${first.who}: ${first.field}`;
    return new ApiError(409, 'Conflict', message, { causes });
  }
  const lines = [...new Set(described.map(({ who }) => who))].sort().flatMap((who) => {
    const fields = described.filter((each) => each.who === who).map(({ field }) => `- ${field}`);
    return [`conflicts with ${who}:`, ...fields];
  });
  const message = `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
  return new ApiError(409, 'Conflict', message, { causes });
}

/**
 * The fields that a client-side `kubectl apply` set and nobody changed since, by its annotation: a server-side apply of
 * kubectl takes them over without a conflict, as the real server lets it.
 */
function clientSideFields(
  live: KubeObject | undefined,
  before: ReadonlyMap<string, Json>,
  rules: RuleFinder,
): Set<unknown> {
  const text = live?.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'];
  if (text === undefined) return new Set();
  try {
    const applied = [...leavesOf(JSON.parse(text), rules)];
    return new Set(applied.filter(([path, value]) => equal(before.get(path), value)).map(([path]) => path));
  } catch {
    return new Set();
  }
}

/**
 * Server-side apply: what the manager now says is merged into the live object; what it said before and no longer says is
 * taken out, unless someone else owns it too; what others own with another value is a conflict (409), or with `force`
 * taken from them. The result has its managedFields.
 */
export function serverSideApply(
  info: ResourceInfo,
  live: KubeObject | undefined,
  applied: KubeObject,
  { manager, force, subresource, time }: ApplyOptions,
): KubeObject {
  const rules = listRules(info);
  const said = leavesOf(applied, rules);
  const owners = ownersOf(live);
  const own = owners.find((owner) => isOwner(owner, manager, 'Apply', subresource));
  const others = owners.filter((owner) => owner !== own);
  const before = live ? leavesOf(live, rules) : new Map<string, Json>();

  const disputed = [...said].filter(([path, value]) => before.has(path) && !equal(before.get(path), value));
  const conflicts = others.flatMap((owner) =>
    disputed.filter(([path]) => owner.fields.has(path)).map(([path]) => ({ owner, path })),
  );
  const inherited = manager === 'kubectl' ? clientSideFields(live, before, rules) : new Set();
  const refused = conflicts.filter(({ path }) => !inherited.has(path));
  if (refused.length > 0 && !force) throw conflictError(refused);
  for (const { owner, path } of conflicts) owner.fields.delete(path);

  const result: KubeObject = clone(merge(live ?? {}, applied, [], rules));
  const kept = (path: string) => others.some((owner) => ownsWithin(owner.fields, path));
  for (const path of own?.fields ?? []) {
    if (!said.has(path) && !kept(path) && !ownsWithin(said.keys(), path)) removePath(result, path, rules);
  }

  const fields = new Set(said.keys());
  const same =
    own !== undefined && equal([...own.fields].sort(), [...fields].sort()) && conflicts.length === 0;
  const entry: Owner = {
    manager,
    operation: 'Apply',
    apiVersion: groupVersion(info),
    subresource,
    time: same && disputed.length === 0 ? own.time : time,
    fields,
  };
  writeOwners(result, own ? owners.map((owner) => (owner === own ? entry : owner)) : [...owners, entry]);
  return result;
}
