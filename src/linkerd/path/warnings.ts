/** What is to be said of a whole path: doubts about its ends, and what is not known of the mesh. */
import { avoided } from '../avoid.ts';
import { exists, knownLine } from '../lines.ts';
import { has, lineOf } from '../version-order.ts';
import type { PathFacts } from './model.ts';

/** What each fact is called, in the order in which one asks for them. */
const factNames = {
  method: 'how it was installed (CLI or Helm)',
  kubernetes: 'the version of Kubernetes',
  extensions: 'the extensions',
  ha: 'whether it is highly available',
  pods: 'how many pods are meshed',
} as const satisfies Partial<Record<keyof PathFacts, string>>;

/** One sentence or two each; empty where there is nothing to be said. */
export function warningsOf(from: string, to: string, facts: PathFacts): readonly string[] {
  const leaving = avoided(from, facts.method);
  const best = knownLine(lineOf(to)!)!.best;
  const unknown = Object.entries(factNames).flatMap(([fact, name]) =>
    facts[fact as keyof typeof factNames] === undefined ? [name] : [],
  );
  return [
    ...(exists(from) === 'no'
      ? [
          `There is no release ${from} that is known here: 2.${lineOf(from)} is ${knownLine(lineOf(from)!)?.best ?? 'newer than all that is'}. See what really runs.`,
        ]
      : []),
    ...(leaving === undefined ? [] : [`${from}, which runs, is one to leave: ${leaving.reason}.`]),
    ...[from, to]
      .filter((version) => version.startsWith('edge-') && !has(version, 'edge-24.2.4'))
      .map(
        (version) =>
          `No document says to which line ${version} belongs; by its date it is 2.${lineOf(version)}.`,
      ),
    ...(exists(to) === 'maybe'
      ? [`Whether there is a release ${to} is not known here; 2.${lineOf(to)} is ${best}.`]
      : to.startsWith('stable-') && to !== best
        ? [`${to} is not the last of its line, which is ${best}.`]
        : []),
    ...(unknown.length === 0
      ? []
      : [
          `Not known: ${unknown.join(', ')}. What hangs on that is said as a condition, and the estimate leaves it out.`,
        ]),
  ];
}
