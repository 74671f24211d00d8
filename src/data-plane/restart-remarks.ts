/** What is to be known of a workload before it is restarted: who is not served meanwhile, and what a restart does not change. */
import { exhausted } from './budgets.ts';
import type { Budget, Remark, RestartTarget } from './restart-plan.ts';

/** What was found out about a workload beside its object. */
interface Known {
  /** It has a proxy now. */
  readonly meshed: boolean;
  /** The version that new proxies have, or ''. */
  readonly expect: string;
}

/** The remarks on one workload, the gravest first. */
export function remarksOn(
  target: RestartTarget,
  budgets: readonly Budget[],
  known: Known,
): readonly Remark[] {
  return [
    ...injection(target, known),
    ...service(target),
    ...exhausted(budgets, target).map(budgetRemark),
    ...(target.rolling ? [rolling] : []),
    ...partition(target),
  ].toSorted((a, b) => Number(a.level === 'note') - Number(b.level === 'note'));
}

const rolling: Remark = {
  level: 'warning',
  code: 'ROLLING',
  short: 'is rolling out',
  text: 'A rollout of it is under way already; the restart begins another one on top of it.',
};

/** An attempt before this one was ended while it rolled out. */
export const begunRemark: Remark = {
  level: 'note',
  code: 'BEGUN',
  short: 'begun already',
  text: 'An attempt before this one has begun its restart: that one is carried through, and no other is begun on top of it.',
};

const budgetRemark = ({ name }: Budget): Remark => ({
  level: 'warning',
  code: 'NO_DISRUPTION',
  short: 'budget used up',
  text: `PodDisruptionBudget ${name} allows no disruption now. It does not hold a rollout back, which replaces pods and does not evict them: it says that no pod more should be missing.`,
});

/** Whether anybody answers while its pods are replaced. */
function service(target: RestartTarget): Remark[] {
  const { kind, desired, strategy } = target;
  if (kind === 'DaemonSet') return daemons(target);
  if (strategy === 'Recreate') {
    const text =
      'Strategy Recreate: all its pods end before a new one starts, so nobody is served meanwhile.';
    return [{ level: 'warning', code: 'RECREATE', short: 'Recreate: down meanwhile', text }];
  }
  if (kind === 'StatefulSet') {
    if (desired > 1) return [];
    return [gap('one replica', 'One replica: nobody is served from its end until the new pod is ready.')];
  }
  const missing = mayBeMissing(target);
  if (desired > 1) {
    if (missing < desired) return [];
    const text = `Its maxUnavailable lets all ${desired} pods be missing at once.`;
    return [{ level: 'warning', code: 'GAP', short: 'all pods at once', text }];
  }
  if (missing > 0) {
    return [
      gap('one replica', 'One replica, and it may be missing: it can end before the new pod is ready.'),
    ];
  }
  const text = 'One replica: the new pod is ready before the old one ends, so that two run for a while.';
  return [{ level: 'note', code: 'ONE_REPLICA', short: 'one replica', text }];
}

const gap = (short: string, text: string): Remark => ({ level: 'warning', code: 'ONE_REPLICA', short, text });

function daemons({ desired, maxSurge }: RestartTarget): Remark[] {
  const surge = maxSurge !== undefined && countOf(maxSurge, desired, Math.ceil) > 0;
  const each = surge
    ? 'the new pod of a node is ready before the old one ends'
    : 'each node is without its pod meanwhile';
  const nodes = desired === 1 ? '1 node' : `${desired} nodes`;
  return [
    {
      level: 'note',
      code: 'NODE_BY_NODE',
      short: `node by node, ${nodes}`,
      text: `It goes node by node over ${nodes}; ${each}.`,
    },
  ];
}

function partition({ kind, partition: held, desired }: RestartTarget): Remark[] {
  if (kind !== 'StatefulSet' || held <= 0 || held >= desired) return [];
  const which = held === 1 ? 'its first pod stays' : `its first ${held} pods stay`;
  return [
    {
      level: 'warning',
      code: 'PARTITION',
      short: `partition ${held}`,
      text: `A partition of ${held} holds the rollout back: ${which} as they are.`,
    },
  ];
}

/** What the new pods get for a proxy. */
function injection(target: RestartTarget, { meshed, expect }: Known): Remark[] {
  if (target.proxyInTemplate !== '') return [];
  if (!(target.asks ?? meshed)) {
    if (!meshed) return [];
    const text =
      'Its pods have a proxy, but neither its template nor its namespace asks for one by linkerd.io/inject: new pods will have none.';
    return [{ level: 'warning', code: 'NOT_INJECTED', short: 'loses its proxy', text }];
  }
  if (!meshed) {
    const text = 'Its pods have no proxy, though one is asked for: new pods get one.';
    return [{ level: 'warning', code: 'GETS_PROXY', short: 'gets a proxy', text }];
  }
  if (target.pin === '' || target.pin === expect) return [];
  const text = `Its proxy is pinned to ${target.pin} by an annotation under config.linkerd.io: new pods get that one again.`;
  return [{ level: 'warning', code: 'PINNED', short: `pinned ${target.pin}`, text }];
}

/** How many pods of a Deployment may be missing: rounded down, and 1 where nothing may be more either (deployment util ResolveFenceposts). */
export function mayBeMissing({ desired, maxUnavailable = '25%', maxSurge = '25%' }: RestartTarget): number {
  const missing = countOf(maxUnavailable, desired, Math.floor);
  return missing === 0 && countOf(maxSurge, desired, Math.ceil) === 0 ? 1 : missing;
}

function countOf(value: string | number, of: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  return percent === undefined ? Number(value) || 0 : round((Number(percent) * of) / 100);
}
