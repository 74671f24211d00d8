import { record, records, text, time } from '../rollout/json.ts';
import type { SnapshotObject } from './snapshot.ts';

/** What the API server takes for a name, and no more: names stand in commands that are shown to be copied. */
const objectName = /^[A-Za-z0-9][-A-Za-z0-9._:]{0,252}$/;

/**
 * An object whose metadata is what its type says: names are single stripped lines, labels and annotations are texts. Undefined
 * for what has no name that the API server would take. Everything else stays as it is, anybody's.
 */
export function snapshotObject(value: unknown): SnapshotObject | undefined {
  const source = record(value);
  const metadata = record(source.metadata);
  const name = text(metadata.name);
  if (!objectName.test(name)) return undefined;
  if (metadata.namespace !== undefined && !objectName.test(text(metadata.namespace))) return undefined;
  return {
    ...source,
    apiVersion: text(source.apiVersion),
    kind: text(source.kind),
    metadata: {
      ...texts(metadata, ['namespace', 'uid']),
      ...times(metadata, ['creationTimestamp', 'deletionTimestamp']),
      ...(typeof metadata.generation === 'number' ? { generation: metadata.generation } : {}),
      ...(typeof metadata.deletionGracePeriodSeconds === 'number'
        ? { deletionGracePeriodSeconds: metadata.deletionGracePeriodSeconds }
        : {}),
      ...(Array.isArray(metadata.finalizers) ? { finalizers: metadata.finalizers } : {}),
      ...mappings(metadata, ['labels', 'annotations']),
      ...(Array.isArray(metadata.ownerReferences)
        ? { ownerReferences: records(metadata.ownerReferences).map(owner) }
        : {}),
      name,
    },
  };
}

type Fields = Readonly<Record<string, unknown>>;

const fields = <T>(source: Fields, names: readonly string[], read: (value: unknown) => T | undefined) =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = Object.hasOwn(source, name) ? read(source[name]) : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  ) as Readonly<Record<string, T>>;

const texts = (source: Fields, names: readonly string[]) =>
  fields(source, names, (value) => text(value) || undefined);

const times = (source: Fields, names: readonly string[]) =>
  fields(source, names, (value) => (time(value) === undefined ? undefined : (value as string)));

/** Certificates stand in annotations, too: their lines are kept. */
const mappings = (source: Fields, names: readonly string[]) =>
  fields(source, names, (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).filter(([, each]) => typeof each === 'string'))
      : undefined,
  );

const owner = (reference: Fields) => ({
  apiVersion: text(reference.apiVersion),
  kind: text(reference.kind),
  name: text(reference.name),
  uid: text(reference.uid),
  ...(typeof reference.controller === 'boolean' ? { controller: reference.controller } : {}),
});
