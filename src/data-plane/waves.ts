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

/**
 * The waves of what is not left out, with what is left out still in them: each where it stood before, so that no row runs
 * away from who just left it out. What stands behind all others is in the last wave.
 */
export function wavesWithOut(
  workloads: readonly PlannedWorkload[],
  sizes: WaveSizes,
  out: readonly string[],
): readonly (readonly PlannedWorkload[])[] {
  const left = new Set(out);
  const before = wavesOf(workloads, sizes).flat();
  const waves = wavesOf(
    workloads.filter(({ id }) => !left.has(id)),
    sizes,
  ).map((wave) => [...wave]);
  if (waves.length === 0) return before.length === 0 ? [] : [before];
  for (const [at, workload] of before.entries()) {
    if (!left.has(workload.id)) continue;
    let place = at;
    const last = waves.length - 1;
    const wave = waves.findIndex((one, index) => {
      if (place < one.length || index === last) return true;
      place -= one.length;
      return false;
    });
    waves[wave]?.splice(place, 0, workload);
  }
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
