import type { KubeObject } from '../kube-client.ts';
import { fromFieldsV1, leavesOf, toFieldsV1 } from './field-set.ts';
import { equal, type JsonMap } from './json.ts';
import { listRules } from './list-rules.ts';
import { groupVersion, type ResourceInfo } from './resources.ts';

type Operation = 'Apply' | 'Update';

/** Who owns which fields of an object: one entry for each manager, operation, version and subresource. */
export interface Owner {
  readonly manager: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  readonly subresource: string | undefined;
  readonly time: string | undefined;
  readonly fields: Set<string>;
}

/** The entries of an object's managedFields, with their fields as paths. */
export function ownersOf(object: KubeObject | undefined): Owner[] {
  const entries = (object?.metadata.managedFields ?? []) as JsonMap[];
  return entries
    .filter((entry) => entry.manager)
    .map((entry) => ({
      manager: entry.manager,
      operation: entry.operation,
      apiVersion: entry.apiVersion,
      subresource: entry.subresource || undefined,
      time: entry.time,
      fields: fromFieldsV1(entry.fieldsV1),
    }));
}

/** Writes managedFields, in place; owners of nothing are dropped. */
export function writeOwners(object: KubeObject, owners: readonly Owner[]): void {
  const entries = owners
    .filter((owner) => owner.fields.size > 0)
    .map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
      apiVersion,
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(fields),
      manager,
      operation,
      ...(subresource && { subresource }),
      ...(time && { time }),
    }));
  if (entries.length > 0) object.metadata.managedFields = entries;
  else delete object.metadata.managedFields;
}

/** Whether an entry is that of the manager: entries of one manager differ in operation and subresource. */
export function isOwner(owner: Owner, manager: string, operation: Operation, subresource?: string): boolean {
  return owner.manager === manager && owner.operation === operation && owner.subresource === subresource;
}

/**
 * Notes an update in managedFields, in place: what it changed now belongs to its manager alone, what it removed to nobody.
 * Without a previous object everything is new.
 */
export function manageUpdate(
  info: ResourceInfo,
  object: KubeObject,
  previous: KubeObject | undefined,
  manager: string,
  time: string,
  subresource?: string,
): void {
  const rules = listRules(info);
  const now = leavesOf(object, rules);
  const before = previous ? leavesOf(previous, rules) : new Map();
  const changed = [...now].filter(([path, value]) => !before.has(path) || !equal(before.get(path), value));
  const removed = [...before.keys()].filter((path) => !now.has(path));
  if (changed.length === 0 && removed.length === 0) return;
  const owners = ownersOf(object);
  for (const owner of owners) {
    if (!isOwner(owner, manager, 'Update', subresource))
      for (const [path] of changed) owner.fields.delete(path);
    for (const path of removed) owner.fields.delete(path);
  }
  const own = owners.find((owner) => isOwner(owner, manager, 'Update', subresource));
  const fields = own?.fields ?? new Set<string>();
  for (const [path] of changed) fields.add(path);
  const entry: Owner = {
    manager,
    operation: 'Update',
    apiVersion: groupVersion(info),
    subresource,
    time,
    fields,
  };
  writeOwners(object, [...owners.filter((owner) => owner !== own), entry]);
}
