import { countOrPercent } from '../../rollout/quantities.ts';
import type { KubeObject } from '../kube-client.ts';
import { replicasOf } from './deployment-status.ts';

interface Budget {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** How many pods may be too many, and too few, during a rolling update. */
export function rollingBudget(deployment: KubeObject): Budget {
  const replicas = replicasOf(deployment);
  if (deployment.spec?.strategy?.type === 'Recreate') return { maxSurge: 0, maxUnavailable: replicas };
  const rolling = deployment.spec?.strategy?.rollingUpdate ?? {};
  const maxSurge = countOrPercent(rolling.maxSurge, replicas, 'up', '25%');
  const maxUnavailable = countOrPercent(rolling.maxUnavailable, replicas, 'down', '25%');
  // Both zero would never move.
  return { maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable };
}

const total = (sets: readonly KubeObject[]) => sets.reduce((count, set) => count + replicasOf(set), 0);
const available = (sets: readonly KubeObject[]) =>
  sets.reduce((count, set) => count + (set.status?.availableReplicas ?? 0), 0);

/** The new set's size now: as large as the surge lets it be. */
export function newSetReplicas(
  deployment: KubeObject,
  newSet: KubeObject,
  sets: readonly KubeObject[],
  budget: Budget,
): number {
  const wanted = replicasOf(deployment);
  const current = replicasOf(newSet);
  if (current >= wanted) return wanted;
  if (deployment.spec?.strategy?.type === 'Recreate') return wanted;
  const room = wanted + budget.maxSurge - total(sets);
  return room <= 0 ? current : Math.min(wanted, current + room);
}

/** The old sets' sizes now, by name: pods that serve nothing go first, then as many as the new ones let go. */
export function oldSetReplicas(
  deployment: KubeObject,
  newSet: KubeObject,
  oldSets: readonly KubeObject[],
  budget: Budget,
): Map<string, number> {
  const sizes = new Map<string, number>();
  const sorted = [...oldSets].sort(
    (a, b) => Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? ''),
  );
  const minAvailable = replicasOf(deployment) - budget.maxUnavailable;
  const newUnavailable = replicasOf(newSet) - (newSet.status?.availableReplicas ?? 0);
  let removable = total([...oldSets, newSet]) - minAvailable - newUnavailable;
  if (removable <= 0) return sizes;
  for (const set of sorted) {
    const unhealthy = replicasOf(set) - (set.status?.availableReplicas ?? 0);
    const less = Math.min(removable, Math.max(unhealthy, 0));
    if (less > 0) sizes.set(set.metadata.name, replicasOf(set) - less);
    removable -= less;
  }
  let surplus = available([...oldSets, newSet]) - minAvailable;
  for (const set of sorted) {
    const size = sizes.get(set.metadata.name) ?? replicasOf(set);
    const less = Math.min(size, Math.max(surplus, 0));
    if (less > 0) sizes.set(set.metadata.name, size - less);
    surplus -= less;
  }
  return sizes;
}

/** Sizes after a change of `spec.replicas` in the middle of a rollout: each set gets its share, and the largest takes the rest. */
export function proportionalReplicas(
  deployment: KubeObject,
  sets: readonly KubeObject[],
  budget: Budget,
): Map<string, number> {
  const sizes = new Map<string, number>();
  const active = sets.filter((set) => replicasOf(set) > 0);
  const wanted = replicasOf(deployment);
  const only = active.length === 1 ? active[0] : undefined;
  if (only !== undefined) return sizes.set(only.metadata.name, wanted);
  const current = total(active);
  const goal = wanted === 0 ? 0 : wanted + budget.maxSurge;
  let rest = goal - current;
  const largestFirst = [...active].sort((a, b) => replicasOf(b) - replicasOf(a));
  const before = (set: KubeObject) =>
    Number(set.metadata.annotations?.['deployment.kubernetes.io/max-replicas']) || current;
  for (const set of largestFirst) {
    const share = Math.round((replicasOf(set) * goal) / before(set)) - replicasOf(set);
    const part = rest > 0 ? Math.min(Math.max(share, 0), rest) : Math.max(Math.min(share, 0), rest);
    sizes.set(set.metadata.name, replicasOf(set) + part);
    rest -= part;
  }
  const largest = largestFirst[0];
  if (largest !== undefined && rest !== 0) {
    sizes.set(largest.metadata.name, Math.max((sizes.get(largest.metadata.name) ?? 0) + rest, 0));
  }
  return sizes;
}
