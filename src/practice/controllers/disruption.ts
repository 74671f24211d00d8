import { matchesSelector } from '../../rollout/label-selector.ts';
import { countOrPercent } from '../../rollout/quantities.ts';
import { timestamp } from '../clock.ts';
import { keyOf, splitKey } from './cache.ts';
import { type Control, controllerOf, writeStatus } from './control.ts';
import { condition, isActive, isReady } from './pods.ts';

/** Keeps count of how many pods of a PodDisruptionBudget may be evicted now. */
export function startDisruptionController(control: Control): void {
  const { caches, clock } = control;

  const expectedOf = (uid: string | undefined, kind: string | undefined): number | undefined => {
    const set = kind === 'ReplicaSet' ? caches.replicasets.byUid(uid ?? '') : undefined;
    const parent = set === undefined ? undefined : controllerOf(set);
    const deployment = parent === undefined ? undefined : caches.deployments.byUid(parent.uid);
    const owner = deployment ?? set ?? caches.statefulsets.byUid(uid ?? '');
    return owner?.spec?.replicas;
  };

  const reconcile = async (key: string): Promise<void> => {
    const { namespace, name } = splitKey(key);
    const budget = caches.poddisruptionbudgets.get(namespace, name);
    if (budget === undefined || namespace === undefined) return;
    const pods = caches.pods
      .list(namespace)
      .filter((pod) => isActive(pod) && matchesSelector(budget.spec?.selector, pod.metadata.labels));
    const owners = new Map<string, number>();
    for (const pod of pods) {
      const owner = controllerOf(pod);
      const size = expectedOf(owner?.uid, owner?.kind);
      const parent = owner === undefined ? pod.metadata.name : owner.name.replace(/-[a-z0-9]+$/, '');
      owners.set(parent, size ?? (owners.get(parent) ?? 0) + 1);
    }
    const expected = [...owners.values()].reduce((total, size) => total + size, 0);
    const healthy = pods.filter(isReady).length;
    const { minAvailable, maxUnavailable } = budget.spec ?? {};
    const desired =
      maxUnavailable !== undefined
        ? Math.max(expected - countOrPercent(maxUnavailable, expected, 'up', '0'), 0)
        : countOrPercent(minAvailable, expected, 'up', '0');
    const allowed = expected === 0 ? 0 : Math.max(healthy - desired, 0);
    const before = condition(budget, 'DisruptionAllowed');
    const status = allowed > 0 ? 'True' : 'False';
    await writeStatus(control, caches.poddisruptionbudgets, budget, {
      observedGeneration: budget.metadata.generation,
      currentHealthy: healthy,
      desiredHealthy: desired,
      disruptionsAllowed: allowed,
      expectedPods: expected,
      conditions: [
        {
          type: 'DisruptionAllowed',
          status,
          reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
          message: '',
          observedGeneration: budget.metadata.generation,
          lastTransitionTime: before?.status === status ? before.lastTransitionTime : timestamp(clock.now()),
        },
      ],
    });
  };

  const queue = control.queue('disruption', reconcile);
  caches.poddisruptionbudgets.onChange((next) => next !== undefined && queue.add(keyOf(next)));
  caches.pods.onChange((next, previous) => {
    const pod = next ?? previous;
    if (pod === undefined) return;
    if (
      next !== undefined &&
      previous !== undefined &&
      isReady(next) === isReady(previous) &&
      isActive(next) === isActive(previous)
    )
      return;
    for (const budget of caches.poddisruptionbudgets.list(pod.metadata.namespace)) {
      if (matchesSelector(budget.spec?.selector, pod.metadata.labels)) queue.add(keyOf(budget));
    }
  });
}
