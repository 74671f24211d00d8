/** How a restart, its waves and its workloads are named and counted on screen. */
import type { PlannedWorkload, RestartPlan } from '../../data-plane/restart-plan.ts';
import { type RestartState, stateOf, type WorkloadState, waveState } from '../../data-plane/restart-state.ts';
import { span as duration } from '../../terminal/duration.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import { type Span, span } from '../../terminal/line.ts';

const shortKind = { Deployment: '', StatefulSet: 'sts/', DaemonSet: 'ds/' } as const;

/** `web`, `sts/orders-db`; with the namespace where several are in sight. */
export function labelOf(workload: PlannedWorkload, several: boolean): string {
  return `${several ? `${workload.namespace}/` : ''}${shortKind[workload.kind]}${workload.name}`;
}

/** Whether names alone do not tell where something is. */
export function inSeveral(plan: RestartPlan): boolean {
  return new Set([...plan.workloads, ...plan.left].map(({ namespace }) => namespace)).size > 1;
}

export function markOf(state: WorkloadState, stuck: boolean, glyphs: Glyphs): Span {
  switch (state.type) {
    case 'waiting':
      return span(glyphs.pending, 'quiet');
    case 'restarting':
      return stuck ? span(glyphs.warning, 'bad') : span(glyphs.waiting, 'info');
    case 'done':
      return span(glyphs.done, 'ok');
    case 'failed':
      return span(glyphs.failed, 'bad');
    case 'skipped':
      return span(glyphs.skipped, 'warning');
  }
}

/** Workloads by how far they are. */
export function countOf(
  workloads: readonly PlannedWorkload[],
  state: RestartState,
): Readonly<Record<WorkloadState['type'], number>> {
  const counts = { waiting: 0, restarting: 0, done: 0, failed: 0, skipped: 0 };
  for (const { id } of workloads) counts[stateOf(state, id).type] += 1;
  return counts;
}

/** So many times as long as the others. */
const overdue = 3;
const leastMs = 5_000;

/** How long the rest takes with its soaks if it goes as what is done went, in ms; undefined until two are done, and while it cannot be told. */
export function estimateMs(
  waves: readonly (readonly PlannedWorkload[])[],
  state: RestartState,
  { atOnce, soakMs }: { readonly atOnce: number; readonly soakMs: number },
  now: number,
): number | undefined {
  const all = waves.flat();
  const spent = all.flatMap(({ id }) => {
    const at = stateOf(state, id);
    return at.type === 'done' ? [at.at - at.since] : [];
  });
  const left = all.flatMap(({ id }) => {
    const at = stateOf(state, id);
    if (at.type === 'restarting') return [now - at.since];
    return at.type === 'waiting' ? [0] : [];
  });
  if (spent.length < 2 || left.length === 0) return undefined;
  const each = spent.reduce((sum, ms) => sum + ms, 0) / spent.length;
  // One that takes far longer than those before it says nothing about when it will be done.
  if (left.some((gone) => gone > overdue * Math.max(each, leastMs))) return undefined;
  const work = left.reduce((sum, gone) => sum + Math.max(0, each - gone), 0);
  const soaks = waves.reduce((sum, _, wave) => {
    const { passed, soakFrom } = waveState(state, wave);
    if (passed) return sum;
    return sum + (soakFrom === undefined ? soakMs : Math.max(0, soakFrom + soakMs - now));
  }, 0);
  return soaks + work / Math.min(atOnce, left.length);
}

export const leftWords = (ms: number | undefined): string =>
  ms === undefined || ms < 1_000 ? '' : `, ~${duration(ms)} left`;

/** A bar of `cells` columns; it is full only when nothing is missing. */
export function bar(done: number, of: number, cells: number, glyphs: Glyphs): readonly Span[] {
  const share = of === 0 ? 1 : done / of;
  const filled = share >= 1 ? cells : Math.min(cells - 1, Math.round(share * cells));
  return [
    span(glyphs.filled.repeat(filled), share >= 1 ? 'ok' : 'info'),
    span(glyphs.empty.repeat(cells - filled), 'quiet'),
  ];
}
