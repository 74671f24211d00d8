/** A planned path in words. Pure. */
import type { Demand, Hop, PathPlan } from '../../linkerd/path/model.ts';
import { formatDuration } from '../../runbook/durations.ts';

/** A plan that has hops. */
export type Path = Extract<PathPlan, { type: 'path' }>;

/** One line of a plan. `weight` is set for what a hop demands. */
export interface PlanLine {
  readonly text: string;
  readonly weight?: Demand['weight'];
  /** The heading of a hop. */
  readonly hop?: true;
}

const WEIGHTS: Readonly<Record<Demand['weight'], string>> = {
  block: 'must be',
  before: 'before',
  after: 'after',
  know: 'to know',
};

/** `Hop 2 of 6: 2.10.2 to 2.11.5`, or `2.10.2 to 2.11.5` of a single one. Stable releases go without their channel, whose name they all share. */
export const hopName = ({ from, to }: Pick<Hop, 'from' | 'to'>, index: number, all: number): string =>
  `${all === 1 ? '' : `Hop ${index + 1} of ${all}: `}${short(from)} to ${short(to)}`;

const short = (version: string): string => version.replace(/^stable-/, '');

/** `2 hops, about 40m in all: 2.12.6 to 2.13.7 to 2.14.10` */
export function pathText({ hops, estimateMs, from }: Path): string {
  const stops = [from, ...hops.map(({ to }) => to)].map(short).join(' to ');
  return `${hops.length === 1 ? 'One hop' : `${hops.length} hops`}, about ${formatDuration(estimateMs)} in all: ${stops}`;
}

/** Every hop with what it demands. What an earlier hop has demanded in the same words is not said again. */
export function planLines({ hops, warnings }: Path): readonly PlanLine[] {
  const said = new Set<string>();
  return [
    ...warnings.map((text): PlanLine => ({ text, weight: 'before' })),
    ...hops.flatMap((hop, index): readonly PlanLine[] => {
      const { min, max } = hop.kubernetes;
      const window = max === undefined ? `${min} and later` : `${min}-${max}`;
      const demands = hop.demands.filter(({ text }) => !said.has(text) && said.add(text));
      return [
        {
          text: `${hopName(hop, index, hops.length)}, about ${formatDuration(hop.estimateMs)}, on Kubernetes ${window}`,
          hop: true,
        },
        ...demands.map(
          ({ text, weight, pitfall }): PlanLine => ({
            text: `${WEIGHTS[weight]}: ${text}${pitfall === undefined ? '' : ` (${pitfall})`}`,
            weight,
          }),
        ),
      ];
    }),
  ];
}
