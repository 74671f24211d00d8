/** The path from one Linkerd version to another: through consecutive 2.N lines, by the best release of each. Pure. */
import { knownLine, newestLine } from '../lines.ts';
import { lineOf } from '../version-order.ts';
import type { Hop, PathFacts, PathPlan } from './model.ts';

/**
 * The hops from `from`, the release that runs, to `to`, a release or a line (`2.14`, `stable-2.14`, `version-2.18`: the best release of
 * it). One 2.N line at a time, as the documentation of every release demands.
 */
export function planPath(from: string, to: string, _facts: PathFacts = {}): PathPlan {
  const bare = /^(?:v|stable-|version-)?2\.(\d+)$/.exec(to)?.[1];
  const target = bare === undefined ? to : knownLine(Number(bare))?.best;
  const [start, end] = [lineOf(from), target === undefined ? undefined : lineOf(target)];
  if (start === undefined || target === undefined || end === undefined || end > newestLine.line) {
    return { type: 'refused', reason: `No path from ${from} to ${to} is known.`, advice: '' };
  }
  if (from === target) return { type: 'nothing', text: `${from} runs already.` };
  if (end < start) return { type: 'refused', reason: `${to} is older than ${from}.`, advice: '' };
  const stops = [
    ...(start === 9 && /^stable-2\.9\.[0-3]$/.test(from) && end > 9 ? [knownLine(9)!.best] : []),
    ...Array.from({ length: Math.max(0, end - start - 1) }, (_, index) => knownLine(start + 1 + index)!.best),
    target,
  ];
  const hops = stops.map((stop, index): Hop => {
    const before = stops[index - 1] ?? from;
    const kind = lineOf(before) === lineOf(stop) ? 'patch' : 'major';
    return {
      from: before,
      to: stop,
      line: `2.${lineOf(stop)}`,
      kind,
      kubernetes: { min: '1.21' },
      demands: [],
      estimateMs: 0,
    };
  });
  return { type: 'path', from, to: target, hops, estimateMs: 0, warnings: [] };
}
