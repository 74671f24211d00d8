/** Who owns a pod in the end, and how a list of connections calls it. */
import { entry, type Json, record, records, text } from '../../rollout/json.ts';

/** By kind, namespace and name: who controls each object that may own pods. */
export type Owners = ReadonlyMap<string, Owner | undefined>;

export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** Owners are not nested deeper than this (a CronJob's Job, a Rollout's ReplicaSet); a circle ends here. */
const DEEPEST = 5;

const keyOf = (kind: string, namespace: string, name: string) => `${kind}\n${namespace}\n${name}`;

/** Who controls an object by its own words; a node, whose static pods nobody else runs, is no owner. */
export function ownerIn(metadata: unknown): Owner | undefined {
  const references = records(record(metadata).ownerReferences);
  const owner = references.find(({ controller }) => controller === true) ?? references[0];
  const [kind, name] = [text(owner?.kind), text(owner?.name)];
  return kind === '' || name === '' || kind === 'Node' ? undefined : { kind, name };
}

export const ownersOf = (objects: readonly Json[]): Owners =>
  new Map(
    objects.map(({ kind, metadata }) => [
      keyOf(text(kind), entry(metadata, 'namespace') || 'default', entry(metadata, 'name')),
      ownerIn(metadata),
    ]),
  );

/** `shop/web[Deployment]`: as far up as the objects that are known lead. */
export function peerName(owners: Owners, namespace: string, self: Owner, owner: Owner | undefined): string {
  let top = self;
  let above = owner;
  for (let depth = 0; above !== undefined && depth < DEEPEST; depth += 1) {
    top = above;
    above = owners.get(keyOf(top.kind, namespace, top.name));
  }
  return `${namespace}/${top.name}[${top.kind}]`;
}

/** Whether an object that owns pods is known itself. */
export const isKnown = (owners: Owners, namespace: string, { kind, name }: Owner): boolean =>
  owners.has(keyOf(kind, namespace, name));
