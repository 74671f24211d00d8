import { isMap, type Json } from './json.ts';
import type { ResourceInfo } from './resources.ts';

/**
 * How the items of a list are told apart. `keys` are those of server-side apply, `mergeKey` the one of strategic merge
 * patches (they differ for ports). Without a rule a list is one value.
 */
export type ListRule =
  | { readonly type: 'map'; readonly keys: readonly string[]; readonly mergeKey: string | undefined }
  | { readonly type: 'set' }
  | { readonly type: 'atomic' };

/** How the list at a path of field names is merged. */
export type RuleFinder = (path: readonly string[]) => ListRule;

const ATOMIC: ListRule = { type: 'atomic' };
const SET: ListRule = { type: 'set' };
const byKeys = (...keys: string[]): ListRule => ({ type: 'map', keys, mergeKey: keys[0] });
const NAMED = byKeys('name');

// From the `patchMergeKey` and `listMapKey` markers of the Kubernetes API types, by the name of the list; the few
// names that mean different lists in different places are told apart by the field above them.
const RULES: Readonly<Record<string, ListRule>> = {
  containers: NAMED,
  initContainers: NAMED,
  ephemeralContainers: NAMED,
  volumes: NAMED,
  env: NAMED,
  imagePullSecrets: NAMED,
  webhooks: NAMED,
  matchConditions: NAMED,
  readinessGates: ATOMIC,
  schedulingGates: NAMED,
  resourceClaims: NAMED,
  claims: NAMED,
  volumeMounts: byKeys('mountPath'),
  volumeDevices: byKeys('devicePath'),
  hostAliases: byKeys('ip'),
  topologySpreadConstraints: byKeys('topologyKey', 'whenUnsatisfiable'),
  conditions: byKeys('type'),
  addresses: byKeys('type'),
  ownerReferences: byKeys('uid'),
  podIPs: byKeys('ip'),
  hostIPs: byKeys('ip'),
  finalizers: SET,
  podCIDRs: SET,
};
// Merged by patches of the strategic kind, but one value for server-side apply.
const STRATEGIC_ONLY: Readonly<Record<string, string>> = { taints: 'key', secrets: 'name' };
const CONTAINER_LISTS = new Set(['containers', 'initContainers', 'ephemeralContainers']);

function builtinRule(path: readonly string[]): ListRule {
  const name = path.at(-1) ?? '';
  if (name === 'ports') {
    if (CONTAINER_LISTS.has(path.at(-2) ?? '')) return byKeys('containerPort', 'protocol');
    return path.length === 2 && path[0] === 'spec' ? byKeys('port', 'protocol') : ATOMIC;
  }
  const strategic = path.length <= 2 ? STRATEGIC_ONLY[name] : undefined;
  if (strategic) return { type: 'map', keys: [], mergeKey: strategic };
  if (name === 'addresses' && path[0] !== 'status') return ATOMIC;
  return RULES[name] ?? ATOMIC;
}

function schemaRule(schema: Json, path: readonly string[]): ListRule {
  let current = schema;
  for (const part of path) {
    while (current?.items && !current.properties) current = current.items;
    current =
      current?.properties?.[part] ??
      (isMap(current?.additionalProperties) ? current.additionalProperties : undefined);
  }
  const type = current?.['x-kubernetes-list-type'];
  if (type === 'set') return SET;
  const keys: string[] = current?.['x-kubernetes-list-map-keys'] ?? [];
  return type === 'map' ? { type: 'map', keys, mergeKey: undefined } : ATOMIC;
}

/**
 * The rule of a list at a path of field names (list items add none): from the definition's schema for a custom resource,
 * from the table for a built-in one.
 */
export function listRules(info: ResourceInfo): RuleFinder {
  return (path) => {
    if (path[0] === 'metadata') return builtinRule(path);
    return info.custom ? schemaRule(info.crd?.schema, path) : builtinRule(path);
  };
}
