import type { KubeObject } from '../kube-client.ts';
import { ownedOrAdoptedSets } from './adopt-sets.ts';
import { keyOf, splitKey } from './cache.ts';
import { type Control, controllerOf, remove, writeStatus } from './control.ts';
import { newSetReplicas, oldSetReplicas, proportionalReplicas, rollingBudget } from './deployment-plan.ts';
import {
  deploymentCounts,
  deploymentStatus,
  isComplete,
  replicasOf,
  untilDeadline,
} from './deployment-status.ts';
import { DESIRED, findNewSet, MAXIMUM, newReplicaSets, revisionOf } from './new-replica-set.ts';
import { isFinished } from './pods.ts';

/** Rolls Deployments from one ReplicaSet to the next, as the deployment controller of kube-controller-manager does. */
export function startDeploymentController(control: Control): void {
  const { caches, client, clock, events } = control;

  const scale = async (deployment: KubeObject, set: KubeObject, size: number): Promise<KubeObject> => {
    const annotations = {
      [DESIRED]: String(replicasOf(deployment)),
      [MAXIMUM]: String(replicasOf(deployment) + rollingBudget(deployment).maxSurge),
    };
    const before = replicasOf(set);
    if (
      before === size &&
      set.metadata.annotations?.[DESIRED] === annotations[DESIRED] &&
      set.metadata.annotations?.[MAXIMUM] === annotations[MAXIMUM]
    ) {
      return set;
    }
    const scaled = await client.patch(
      caches.replicasets.ref(set.metadata.namespace),
      set.metadata.name,
      'merge',
      { metadata: { annotations }, spec: { replicas: size } },
    );
    if (before !== size) {
      events.record(deployment, {
        type: 'Normal',
        reason: 'ScalingReplicaSet',
        message: `Scaled ${before < size ? 'up' : 'down'} replica set ${set.metadata.name} from ${before} to ${size}`,
        component: 'deployment-controller',
      });
    }
    return scaled;
  };

  const { ensure, note } = newReplicaSets(control);

  const status = async (deployment: KubeObject): Promise<KubeObject> => {
    const fresh =
      caches.deployments.get(deployment.metadata.namespace, deployment.metadata.name) ?? deployment;
    const sets = caches.replicasets.ownedBy(fresh.metadata.uid ?? '');
    const next = deploymentStatus(
      fresh,
      sets,
      findNewSet(fresh, sets),
      rollingBudget(fresh).maxUnavailable,
      clock,
    );
    return writeStatus(control, caches.deployments, fresh, next);
  };

  const checkPaused = async (deployment: KubeObject): Promise<KubeObject> => {
    const progressing = (deployment.status?.conditions ?? []).find(
      (each: { type: string }) => each.type === 'Progressing',
    );
    if (progressing?.reason === 'ProgressDeadlineExceeded') return deployment;
    const paused = deployment.spec.paused === true;
    if (paused && progressing?.reason !== 'DeploymentPaused') {
      return note(deployment, 'DeploymentPaused', 'Deployment is paused', 'Unknown');
    }
    if (!paused && progressing?.reason === 'DeploymentPaused') {
      return note(deployment, 'DeploymentResumed', 'Deployment is resumed', 'Unknown');
    }
    return deployment;
  };

  const cleanUp = async (deployment: KubeObject, oldSets: readonly KubeObject[]) => {
    const limit = deployment.spec.revisionHistoryLimit ?? 10;
    const empty = oldSets.filter((set) => replicasOf(set) === 0 && (set.status?.replicas ?? 0) === 0);
    const surplus = empty
      .sort((a, b) => revisionOf(a) - revisionOf(b))
      .slice(0, Math.max(empty.length - limit, 0));
    for (const set of surplus) await remove(control, caches.replicasets, set);
  };

  const roll = async (start: KubeObject, owned: readonly KubeObject[]): Promise<void> => {
    const recreate = start.spec.strategy?.type === 'Recreate';
    if (recreate) {
      const newSet = findNewSet(start, owned);
      const old = owned.filter((set) => set !== newSet);
      for (const set of old) if (replicasOf(set) > 0) await scale(start, set, 0);
      const left = old
        .flatMap((set) => caches.pods.ownedBy(set.metadata.uid ?? ''))
        .some((pod) => !isFinished(pod));
      if (left) return;
    }
    const made = await ensure(start, owned);
    const { deployment } = made;
    let newSet = made.set;
    const oldSets = caches.replicasets
      .ownedBy(deployment.metadata.uid ?? '')
      .filter((set) => set.metadata.uid !== newSet.metadata.uid);
    const budget = rollingBudget(deployment);
    const active = oldSets.filter((set) => replicasOf(set) > 0);
    newSet = await scale(deployment, newSet, newSetReplicas(deployment, newSet, [...active, newSet], budget));
    for (const [name, size] of oldSetReplicas(deployment, newSet, active, budget)) {
      const set = active.find((each) => each.metadata.name === name);
      if (set !== undefined) await scale(deployment, set, size);
    }
    const counts = deploymentCounts([...oldSets, newSet], newSet);
    if (isComplete(deployment, counts)) await cleanUp(deployment, oldSets);
  };

  const reconcile = async (key: string): Promise<void> => {
    const { namespace, name } = splitKey(key);
    const found = caches.deployments.get(namespace, name);
    if (found === undefined) return;
    if (found.metadata.deletionTimestamp !== undefined) {
      await status(found);
      return;
    }
    const deployment = await checkPaused(found);
    const sets = await ownedOrAdoptedSets(control, deployment);
    const scaled = sets.some((set) => {
      const before = set.metadata.annotations?.[DESIRED];
      return replicasOf(set) > 0 && before !== undefined && Number(before) !== replicasOf(deployment);
    });
    if (deployment.spec.paused === true || scaled) {
      const sizes = proportionalReplicas(deployment, sets, rollingBudget(deployment));
      for (const set of sets) await scale(deployment, set, sizes.get(set.metadata.name) ?? replicasOf(set));
    } else {
      await roll(deployment, sets);
    }
    const after = await status(deployment);
    const wait = untilDeadline(after, clock);
    // A second more, because times on objects have no fractions.
    if (wait !== undefined && wait > 0) queue.addAfter(key, wait + 1000);
  };

  const queue = control.queue('deployment', reconcile);
  caches.deployments.onChange((next) => next !== undefined && queue.add(keyOf(next)));
  caches.replicasets.onChange((next, previous) => {
    const set = next ?? previous;
    const owner = set === undefined ? undefined : controllerOf(set);
    if (set !== undefined && owner?.kind === 'Deployment')
      queue.add(`${set.metadata.namespace}/${owner.name}`);
  });
  caches.pods.onChange((next, previous) => {
    // Recreate waits for the last old pod to be gone.
    const owner = next === undefined && previous !== undefined ? controllerOf(previous) : undefined;
    if (owner?.kind !== 'ReplicaSet') return;
    const set = caches.replicasets.byUid(owner.uid);
    const parent = set === undefined ? undefined : controllerOf(set);
    if (parent !== undefined) queue.add(`${set?.metadata.namespace}/${parent.name}`);
  });
}
