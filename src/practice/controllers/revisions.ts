import type { KubeObject } from '../kube-client.ts';
import { type Control, controllerReference, isStatus, remove } from './control.ts';
import { canonical, hashOf } from './pods.ts';

/** The labels and the name by which a pod's revision is known. */
export const REVISION_LABEL = 'controller-revision-hash';

const number = (revision: KubeObject): number => revision.revision ?? 0;

/** All revisions of a workload, oldest first. */
export function revisionsOf(control: Control, owner: KubeObject): KubeObject[] {
  return control.caches.controllerrevisions
    .ownedBy(owner.metadata.uid ?? '')
    .sort((a, b) => number(a) - number(b));
}

/** The revision of the template as it is now: a known one moved to the end (a roll-back), or a new one. */
export async function ensureRevision(control: Control, owner: KubeObject): Promise<KubeObject> {
  const { client, caches } = control;
  const known = revisionsOf(control, owner);
  const newest = known.at(-1);
  // The form in which kubectl reads it back for `rollout undo`: a patch of the workload.
  const data = { spec: { template: { ...owner.spec.template, $patch: 'replace' } } };
  const equal = known.find((each) => canonical(each.data) === canonical(data));
  if (equal !== undefined && equal === newest) return equal;
  const revision = (newest === undefined ? 0 : number(newest)) + 1;
  const ref = caches.controllerrevisions.ref(owner.metadata.namespace);
  if (equal !== undefined) return client.patch(ref, equal.metadata.name, 'merge', { revision });
  const hash = hashOf(data);
  try {
    return await client.create(ref, {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: `${owner.metadata.name}-${hash}`,
        ...(owner.metadata.namespace === undefined ? {} : { namespace: owner.metadata.namespace }),
        labels: { ...owner.spec.template.metadata?.labels, [REVISION_LABEL]: hash },
        ownerReferences: [controllerReference(owner)],
      },
      data,
      revision,
    });
  } catch (error) {
    const made = isStatus(error, 409) ? await client.get(ref, `${owner.metadata.name}-${hash}`) : undefined;
    if (made === undefined) throw error;
    return made;
  }
}

/** What the pods of a revision carry in their label: for a StatefulSet the whole name, for a DaemonSet the hash. */
export function revisionHash(revision: KubeObject): string {
  return revision.metadata.labels?.[REVISION_LABEL] ?? revision.metadata.name;
}

/** Drops the oldest revisions beyond the limit that no pod and no status names. */
export async function trimRevisions(
  control: Control,
  owner: KubeObject,
  inUse: ReadonlySet<string>,
): Promise<void> {
  const limit = owner.spec.revisionHistoryLimit ?? 10;
  const unused = revisionsOf(control, owner).filter(
    (revision) => !inUse.has(revision.metadata.name) && !inUse.has(revisionHash(revision)),
  );
  for (const revision of unused.slice(0, Math.max(unused.length - limit, 0))) {
    await remove(control, control.caches.controllerrevisions, revision);
  }
}
