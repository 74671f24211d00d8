/** The order of a restart. Pure: the same workloads always make the same waves, whatever order they are given in. */
import type { PlannedWorkload, WaveSizes } from './restart-plan.ts';

/**
 * Waves of workloads. The first are the canaries: small and harmless, so that what is wrong with the new proxy shows where it
 * hurts least. The others follow by their size, the smallest first, so that trust grows before the big ones.
 */
export function wavesOf(
  workloads: readonly PlannedWorkload[],
  { canary, size }: WaveSizes,
): readonly (readonly PlannedWorkload[])[] {
  const canaries = workloads.toSorted(byHarm).slice(0, canary);
  const chosen = new Set(canaries.map(({ id }) => id));
  const others = workloads.filter(({ id }) => !chosen.has(id)).toSorted(bySize);
  const waves = canaries.length > 0 ? [canaries] : [];
  for (let at = 0; at < others.length; at += size) waves.push(others.slice(at, at + size));
  return waves;
}

const bySize = (a: PlannedWorkload, b: PlannedWorkload) => a.pods - b.pods || byName(a, b);

function byName(a: PlannedWorkload, b: PlannedWorkload): number {
  if (a.id === b.id) return 0;
  const [one, other] = [`${a.namespace}/${a.name}/${a.kind}`, `${b.namespace}/${b.name}/${b.kind}`];
  return one < other ? -1 : 1;
}

const harm = (workload: PlannedWorkload) =>
  workload.remarks.filter(({ level }) => level === 'warning').length;

// A Deployment has a new pod ready before an old one goes, and can be rolled back; the others cannot do both.
const kindRank = { Deployment: 0, DaemonSet: 1, StatefulSet: 2 } as const;

const byHarm = (a: PlannedWorkload, b: PlannedWorkload) =>
  harm(a) - harm(b) || kindRank[a.kind] - kindRank[b.kind] || bySize(a, b);
