import type { ClusterApi } from '../../cluster/api.ts';
import type { ResourceRef } from '../../cluster/objects.ts';
import { record, records, text } from '../../rollout/json.ts';

/** How many custom resources the definition has, in all namespaces; -1 where that cannot be told. */
export async function countResources(
  api: ClusterApi,
  definitions: ResourceRef,
  name: string,
): Promise<number> {
  const found = await api.get(definitions, name);
  if (!found.ok) return -1;
  const { group, names, versions } = record(found.value.spec);
  const served = records(versions).filter((version) => version.served === true);
  const version = served.find((one) => one.storage === true) ?? served.at(-1);
  const plural = text(record(names).plural);
  // Nothing can be read in a version that is not served, and still be stored.
  if (!version || plural === '') return -1;
  const ref = { apiVersion: `${text(group)}/${text(version.name)}`, resource: plural };
  const listed = await api.list(ref, { form: 'metadata' });
  return listed.ok ? listed.value.items.length : -1;
}
