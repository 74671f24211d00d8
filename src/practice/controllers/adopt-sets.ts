import { matchesSelector } from '../../rollout/label-selector.ts';
import type { KubeObject } from '../kube-client.ts';
import { type Control, controllerOf, controllerReference } from './control.ts';

/**
 * The ReplicaSets of a Deployment. One that has none looks for sets without an owner that its selector finds, and takes them: so
 * the pods of a Deployment that was deleted with `--cascade=orphan` go on under the one that is made in its place.
 */
export async function ownedOrAdoptedSets(
  { caches, client }: Pick<Control, 'caches' | 'client'>,
  deployment: KubeObject,
): Promise<KubeObject[]> {
  const uid = deployment.metadata.uid ?? '';
  const owned = caches.replicasets.ownedBy(uid);
  if (owned.length > 0) return owned;
  const { namespace } = deployment.metadata;
  const orphans = caches.replicasets
    .list(namespace)
    .filter(
      (set) =>
        controllerOf(set) === undefined &&
        set.metadata.deletionTimestamp === undefined &&
        matchesSelector(deployment.spec.selector, set.metadata.labels),
    );
  for (const set of orphans) {
    await client.patch(caches.replicasets.ref(namespace), set.metadata.name, 'merge', {
      metadata: { ownerReferences: [controllerReference(deployment)] },
    });
  }
  return orphans.length === 0 ? owned : caches.replicasets.ownedBy(uid);
}
