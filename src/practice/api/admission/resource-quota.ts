import { quantity } from '../../../rollout/quantities.ts';
import type { KubeObject } from '../../kube-client.ts';
import { forbidden } from '../errors.ts';
import type { Json } from '../json.ts';
import type { AdmissionFunction } from '../options.ts';
import type { ResourceInfo } from '../resources.ts';
import type { Store } from '../store.ts';

const COMPUTE = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage)$/;
// Resources that a quota can name without `count/`.
const PLAIN = new Set([
  'pods',
  'services',
  'configmaps',
  'secrets',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'resourcequotas',
]);
const BINARY: readonly [string, number][] = [
  ['Gi', 2 ** 30],
  ['Mi', 2 ** 20],
  ['Ki', 2 ** 10],
];

/** A sum as the API writes it: `1500m`, `2Gi`, `0`. */
function written(what: string, value: number): string {
  if (value === 0) return '0';
  if (/memory|storage/.test(what)) {
    const [unit, size] = BINARY.find(([, each]) => value % each === 0) ?? ['', 1];
    return `${value / size}${unit}`;
  }
  return Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`;
}

const listed = (parts: Readonly<Record<string, string>>) =>
  Object.entries(parts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, value]) => `${what}=${value}`)
    .join(',');

/** What one object uses of a resource that a quota names. */
function usedBy(what: string, info: ResourceInfo, { spec }: KubeObject): number {
  const compute = COMPUTE.exec(what);
  if (!compute) {
    const counted = `count/${info.plural}${info.group ? `.${info.group}` : ''}`;
    return what === counted || (PLAIN.has(what) && what === info.plural) ? 1 : 0;
  }
  if (info.plural !== 'pods') return 0;
  const [, part = 'requests', resource = ''] = compute;
  const of = (container: Json) => quantity(container.resources?.[part]?.[resource]);
  const inits: Json[] = spec.initContainers ?? [];
  const running = [...(spec.containers ?? []), ...inits.filter((each) => each.restartPolicy === 'Always')];
  const sum = running.reduce((total, container) => total + of(container), 0);
  return Math.max(sum, ...inits.map(of), 0);
}

/** What of a compute quota the containers of a pod do not state: `requests.memory for: web`. */
function unstated(hard: readonly string[], { spec }: KubeObject): string[] {
  const containers: Json[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  return hard.flatMap((what) => {
    const [match, part = 'requests', resource = ''] = COMPUTE.exec(what) ?? [];
    if (match === undefined || resource === 'ephemeral-storage') return [];
    const without = containers.filter((each) => each.resources?.[part]?.[resource] === undefined);
    return without.length === 0 ? [] : [`${what} for: ${without.map(({ name }) => name).join(',')}`];
  });
}

const alive = ({ status }: KubeObject) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

/** How much of each resource of a quota is used in its namespace now. */
export function usageOf(store: Store, quota: KubeObject): Record<string, string> {
  const hard = Object.keys(quota.spec?.hard ?? {});
  const namespace = quota.metadata.namespace;
  const used: Record<string, string> = {};
  for (const what of hard) {
    const [, plural = what, group = ''] = /^count\/([^.]+)(?:\.(.+))?$/.exec(what) ?? [];
    const counted = COMPUTE.test(what) ? 'pods' : plural;
    const info = store.registry.all().find((each) => each.plural === counted && each.group === group);
    if (info === undefined) continue;
    const objects = store.list(info, { namespace }).items.filter((each) => counted !== 'pods' || alive(each));
    used[what] = written(
      what,
      objects.reduce((total, object) => total + usedBy(what, info, object), 0),
    );
  }
  return used;
}

/** Holds what is created to the ResourceQuotas of its namespace (pods, cpu, memory, counts), and says on them what is used. */
export function resourceQuotaAdmission(store: Store): AdmissionFunction {
  const quotas = store.resource('v1', 'resourcequotas');
  return ({ operation, resource, subresource, namespace, name, object }) => {
    if (operation !== 'CREATE' || subresource || !namespace || !resource.namespaced) return;
    for (const quota of store.list(quotas, { namespace }).items) {
      const hard: Record<string, string> = quota.spec?.hard ?? {};
      const called = quota.metadata.name;
      const missing = resource.plural === 'pods' ? unstated(Object.keys(hard).sort(), object) : [];
      if (missing.length > 0)
        throw forbidden(resource, name, `failed quota: ${called}: must specify ${missing.join('; ')}`);
      const used = usageOf(store, quota);
      const over = Object.keys(hard).filter((what) => {
        const asked = usedBy(what, resource, object);
        return asked > 0 && quantity(used[what]) + asked > quantity(hard[what]) + 1e-9;
      });
      if (over.length === 0) continue;
      const pick = (value: (what: string) => string) =>
        listed(Object.fromEntries(over.map((what) => [what, value(what)])));
      const requested = pick((what) => written(what, usedBy(what, resource, object)));
      const limits = pick((what) => hard[what] ?? '0');
      const why = `exceeded quota: ${called}, requested: ${requested}, used: ${pick((what) => used[what] ?? '0')}, limited: ${limits}`;
      throw forbidden(resource, name, why);
    }
  };
}

/** Writes the status of every quota whose namespace has changed, as the quota controller does. The result ends it. */
export function followQuotas(store: Store): () => void {
  const quotas = store.resource('v1', 'resourcequotas');
  let due = false;
  const settle = () => {
    due = false;
    for (const quota of store.list(quotas).items) {
      const status = { hard: quota.spec?.hard ?? {}, used: usageOf(store, quota) };
      if (JSON.stringify(quota.status) === JSON.stringify(status)) continue;
      store.update(quotas, quota.metadata.namespace, { ...quota, status }, { subresource: 'status' });
    }
  };
  const wake = () => {
    if (due || store.list(quotas).items.length === 0) return;
    due = true;
    setImmediate(settle);
  };
  const stops = [quotas, store.resource('v1', 'pods')].map((info: ResourceInfo) =>
    store.watch(info, {}, wake),
  );
  return () => {
    for (const stop of stops) stop();
  };
}
