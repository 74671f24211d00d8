/** A path in the order in which it is told: what most hops demand once, then each hop with what is its own. */
import type { Demand, Hop } from '../../linkerd/path/model.ts';

/** A demand of several hops; `hops` are their numbers, from 1. */
export interface Standing {
  readonly demand: Demand;
  readonly hops: readonly number[];
}

export interface Arranged {
  readonly standing: readonly Standing[];
  /** By hop, what is not said for several of them already. */
  readonly own: readonly (readonly Demand[])[];
}

/** In the order in which a hop comes to them. */
export const weights: readonly Demand['weight'][] = ['block', 'before', 'after', 'know'];

/** How many hops have to demand the same before it is said for all of them. */
const OFTEN = 3;

export function arrange(hops: readonly Hop[]): Arranged {
  const seen = new Map<string, { demand: Demand; hops: number[] }>();
  for (const [index, hop] of hops.entries()) {
    for (const demand of hop.demands) {
      const before = seen.get(keyOf(demand));
      if (before === undefined) seen.set(keyOf(demand), { demand, hops: [index + 1] });
      else before.hops.push(index + 1);
    }
  }
  const often = hops.length === 1 ? Infinity : Math.min(OFTEN, hops.length);
  const standing = [...seen.values()]
    .filter((one) => one.hops.length >= often)
    .sort((one, other) => weights.indexOf(one.demand.weight) - weights.indexOf(other.demand.weight));
  const told = new Set(standing.map(({ demand }) => keyOf(demand)));
  return { standing, own: hops.map(({ demands }) => demands.filter((one) => !told.has(keyOf(one)))) };
}

const keyOf = ({ code, weight, text }: Demand): string => JSON.stringify([code, weight, text]);

/** `every hop`, `hops 3-6`, `hops 1, 3` */
export function hopsText(hops: readonly number[], all: number): string {
  if (hops.length === all) return 'every hop';
  const runs: number[][] = [];
  for (const hop of hops) {
    const run = runs.at(-1);
    if (run?.at(-1) === hop - 1) run.push(hop);
    else runs.push([hop]);
  }
  const text = runs.map((run) => (run.length === 1 ? `${run[0]}` : `${run[0]}-${run.at(-1)}`)).join(', ');
  return `${hops.length === 1 ? 'hop' : 'hops'} ${text}`;
}

/** What a weight is called before its demands. */
export const weightNames: Record<Demand['weight'], string> = {
  block: 'must be',
  before: 'before',
  after: 'after',
  know: 'to know',
};

/** `1.21-1.28`, or `1.21 and later`. */
export const windowText = ({ kubernetes: { min, max } }: Hop): string =>
  max === undefined ? `${min} and later` : `${min}-${max}`;
