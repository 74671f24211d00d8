/** The flows that Linkerd needs, each with its verdict: as text, as JSON, or as the policies that would let the blocked ones through. */
import { stringify } from 'yaml';
import { grouped } from '../../diagnosis/grouped.ts';
import type { LinkerdFlow } from '../../diagnosis/network-policy/linkerd-model.ts';
import { smallestPolicies } from '../../diagnosis/network-policy/smallest-policies.ts';
import type { Outcome } from '../../diagnosis/network-policy/verdict.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import { wrap } from '../../terminal/text.ts';

const outcomes: readonly Outcome[] = ['blocked', 'undetermined', 'cni-dependent', 'allowed'];
const MOST_NAMES = 4;
const INDENT = ' '.repeat(15);
const LEAST_WIDTH = 20;

/**
 * A line for each flow and outcome, and under those that are not allowed what decides. The gravest come first. Without a width, as for
 * a file or another program, sentences are not broken.
 */
export function flowsText(flows: readonly LinkerdFlow[], width: number | undefined): string {
  const broken = (line: string) =>
    width === undefined ? [line] : wrap(line, Math.max(width - INDENT.length, LEAST_WIDTH));
  const lines = outcomes.flatMap((outcome) =>
    grouped(
      flows.filter((flow) => flow.outcome === outcome),
      ({ from, to, port, protocol }) => [from, to, port, protocol].join('\n'),
    ).flatMap((same) => [
      `${outcome.padEnd(INDENT.length)}${titleOf(same[0]!)}`,
      ...(outcome === 'allowed'
        ? []
        : detailsOf(same)
            .flatMap(broken)
            .map((line) => `${INDENT}${line}`)),
    ]),
  );
  return lines.map((line) => `${line}\n`).join('');
}

const titleOf = ({ from, to, protocol, port }: LinkerdFlow): string =>
  stripToLine(`${from} to ${protocol} ${port} of ${to}`);

/** Who it is about, what decides, and what comes of it. */
function detailsOf(same: readonly LinkerdFlow[]): readonly string[] {
  const { verdict, breaks, outcome } = same[0]!;
  const [sources, destinations] = [namesOf(same, 'sources'), namesOf(same, 'destinations')];
  return [
    some(sources.length > destinations.length ? sources : destinations),
    verdict.text,
    ...(outcome === 'blocked' ? [`Without it ${breaks}.`] : []),
  ].map(stripToLine);
}

const namesOf = (flows: readonly LinkerdFlow[], side: 'sources' | 'destinations'): readonly string[] => [
  ...new Set(
    flows.flatMap((flow) => flow[side].map(({ kind, namespace, name }) => `${namespace}/${name}[${kind}]`)),
  ),
];

/** Everything, for programs. */
export function flowsJson(flows: readonly LinkerdFlow[]): string {
  const shown = flows.map(({ group, from, to, protocol, port, outcome, sources, destinations, verdict }) => ({
    group,
    from,
    to,
    protocol,
    port,
    outcome,
    sources,
    destinations,
    text: verdict.text,
    directions: verdict.directions,
  }));
  return `${JSON.stringify({ flows: shown, policies: policiesOf(flows) }, undefined, 2)}\n`;
}

/** Documents for `kubectl apply --filename -`; nothing is blocked where there are none. */
export const flowsYaml = (flows: readonly LinkerdFlow[]): string =>
  policiesOf(flows)
    .map((policy) => `---\n${stringify(policy)}`)
    .join('');

const policiesOf = (flows: readonly LinkerdFlow[]) => smallestPolicies(flows.flatMap(({ asks }) => asks));

const some = (names: readonly string[]): string =>
  names.length <= MOST_NAMES
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`;
