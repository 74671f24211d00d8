/** How long a hop takes: a rule of thumb, so that a change can be booked. `docs/plan.md` gives it as a formula. */
import { has } from '../version-order.ts';
import type { PathFacts } from './model.ts';

const MINUTE_MS = 60_000;

/** Minutes that a hop takes by itself, and for each of what it goes through. */
export const minutes = {
  /** Reading, the tool, the questions, the checks before and after. */
  hop: 15,
  controlPlane: 4,
  /** Three of each, one after the other. */
  controlPlaneHa: 10,
  extension: 4,
  /** Its part in a restart of all workloads, a few at a time. */
  pod: 0.1,
  /** The move from one chart to two. */
  chartMigration: 30,
} as const;

/** The time of one hop, in ms. What is not known counts as not there. */
export function estimate(
  { from, to, kind }: { readonly from: string; readonly to: string; readonly kind: 'patch' | 'major' },
  { method, ha, extensions = [], pods = 0 }: PathFacts,
): number {
  const migration = method === 'helm' && !has(from, 'stable-2.12.0') && has(to, 'stable-2.12.0');
  const total =
    minutes.hop +
    (ha ? minutes.controlPlaneHa : minutes.controlPlane) +
    minutes.extension * extensions.length +
    // After a patch the proxies may stay as they are.
    (kind === 'major' ? minutes.pod * pods : 0) +
    (migration ? minutes.chartMigration : 0);
  return Math.round(total) * MINUTE_MS;
}
