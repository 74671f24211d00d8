/** The path from one Linkerd version to another: through consecutive 2.N lines, by the best release of each. Pure. */
import { linkerdVersion } from '../../runbook/linkerd-version.ts';
import { avoided } from '../avoid.ts';
import { knownLine } from '../lines.ts';
import { has, lineOf } from '../version-order.ts';
import { demandsOf, inOrder } from './demands.ts';
import { estimate } from './estimate.ts';
import { leftBehind } from './half-done.ts';
import { kubernetesOf } from './kubernetes.ts';
import type { Hop, PathFacts, PathPlan } from './model.ts';
import { refusedDirection, refusedRelease, refusedStart, resolveTarget } from './target.ts';
import { warningsOf } from './warnings.ts';

/**
 * The hops from the release that is `running` to the one that is `wanted`, a release or a line (`2.14`, `stable-2.14`, `version-2.18`:
 * the best release of it). One 2.N line at a time, as the documentation of every release demands; the tools themselves would render any jump.
 */
export function planPath(running: string, wanted: string, facts: PathFacts = {}): PathPlan {
  const [from, to] = [linkerdVersion(running) ?? running, linkerdVersion(wanted) ?? wanted];
  if (from === to) return stays(from, facts);
  const target = resolveTarget(to);
  const start = refusedStart(from);
  if (start !== undefined) return start;
  if (typeof target !== 'string') return target;
  if (isReached(from, to, target)) return stays(from, facts);
  const refused = refusedDirection(from, target) ?? refusedRelease(target, facts);
  if (refused !== undefined) return refused;
  const stops = stopsBetween(from, target);
  const pairs = stops.map((stop, index) => ({ from: stops[index - 1] ?? from, to: stop }));
  const kubernetes = kubernetesOf(pairs, facts.kubernetes);
  if ('reason' in kubernetes) return kubernetes;
  const hops = pairs.map((pair, index): Hop => {
    const kind = lineOf(pair.from) === lineOf(pair.to) ? 'patch' : 'major';
    const hop = { ...pair, kind, start: from, first: index === 0, last: index === pairs.length - 1 } as const;
    const { window, demands } = kubernetes.hops[index]!;
    return {
      ...pair,
      line: `2.${lineOf(pair.to)}`,
      kind,
      kubernetes: window,
      demands: inOrder([...demands, ...demandsOf(hop, facts)]),
      estimateMs: estimate(hop, facts),
    };
  });
  const estimateMs = hops.reduce((sum, hop) => sum + hop.estimateMs, 0);
  const warnings = [...warningsOf(from, target, facts), ...kubernetes.warnings];
  return { type: 'path', from, to: target, hops, estimateMs, warnings };
}

/** Nothing is to be done where it runs already, and all of it does. */
function stays(from: string, facts: PathFacts): PathPlan {
  const others = leftBehind(from, facts);
  if (others.length === 0) return { type: 'nothing', text: `${from} runs already.` };
  return {
    type: 'refused',
    reason: `An upgrade to ${from} stopped half way: the control plane runs ${others.join(' and ')} as well.`,
    advice: 'Finish it: handrail run pitfalls/interrupted-upgrade',
  };
}

/** A line was asked for, and its best release or a later one runs. */
const isReached = (from: string, to: string, target: string): boolean =>
  from === target ||
  (to !== target && lineOf(from) === lineOf(target) && sameChannel(from, target) && has(from, target));

const sameChannel = (a: string, b: string): boolean => a.split('-')[0] === b.split('-')[0];

/**
 * The releases on the way, the target as the last. Within the line that runs there is a stop only where the next line wants it: 2.9.0 to
 * 2.9.3 are left for the last 2.9, which alone keeps the stored settings and speaks with the proxies of 2.8.
 */
function stopsBetween(from: string, target: string): readonly string[] {
  const [start, end] = [lineOf(from)!, lineOf(target)!];
  const repair = start === 9 && end > start && avoided(from) !== undefined;
  const between = Array.from(
    { length: Math.max(0, end - start - 1) },
    (_, index) => knownLine(start + 1 + index)!.best,
  );
  return [...(repair ? [knownLine(start)!.best] : []), ...between, target];
}
