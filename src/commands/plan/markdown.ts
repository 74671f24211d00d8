/** A path as Markdown, for the ticket of a change. */
import type { Demand } from '../../linkerd/path/model.ts';
import { formatDuration } from '../../runbook/durations.ts';
import { fenced, plain } from '../../state/markdown-text.ts';
import { arrange, hopsText, windowText } from './arrange.ts';
import type { NextStep } from './next-steps.ts';
import { noticesRunbook, type Path, type ToldHop } from './notices.ts';

const headings: readonly (readonly [Demand['weight'], string])[] = [
  ['block', 'Must be so, or the hop is not begun'],
  ['before', 'Before'],
  ['after', 'After'],
  ['know', 'To know'],
];

/** `where` says what was looked at. */
export function planMarkdown(
  path: Path,
  { where, next }: { readonly where: string; readonly next: readonly NextStep[] },
): string {
  const { hops, warnings } = path;
  const { standing, own } = arrange(hops);
  const parts = [
    `# Linkerd upgrade from ${path.from} to ${path.to}`,
    `${hops.length === 1 ? 'One hop' : `${hops.length} hops, one after the other`}, about ${formatDuration(path.estimateMs)} in all. ${plain(where)}`,
    ...(warnings.length === 0 ? [] : [list(warnings.map(plain))]),
    [
      '| Hop | From | To | Kubernetes | Takes about |',
      '|---|---|---|---|---|',
      ...hops.map(
        (hop, index) =>
          `| ${index + 1} | ${hop.from} | ${hop.to} | ${windowText(hop)} | ${formatDuration(hop.estimateMs)} |`,
      ),
    ].join('\n'),
    ...(standing.length === 0
      ? []
      : [
          '## What several hops demand',
          list(
            standing.map(
              ({ demand, hops: of }) => `${leading(demand, hopsText(of, hops.length))} ${textOf(demand)}`,
            ),
          ),
        ]),
    ...hops.flatMap((hop, index) => [
      `## Hop ${index + 1}: ${hop.from} to ${hop.to}`,
      ...(own[index]!.length === 0 && hop.notices.length === 0
        ? ['Nothing besides.']
        : [...byWeight(own[index]!), ...changesOf(hop)]),
    ]),
    '## What comes next',
    'The walk goes hop by hop: notices, checks, a preview of every change and a question before it. It can be left at any step, and goes on there.',
    fenced(next.map(({ what, command }) => `# ${what}:\n${command}`).join('\n'), ''),
  ];
  return `${parts.join('\n\n')}\n`;
}

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

const leading = ({ weight }: Demand, hops: string): string =>
  `**${hops.charAt(0).toUpperCase()}${hops.slice(1)}, ${{ block: 'or it is not begun', before: 'before', after: 'after', know: 'to know' }[weight]}:**`;

const byWeight = (demands: readonly Demand[]): readonly string[] =>
  headings.flatMap(([weight, name]) => {
    const of = demands.filter((demand) => demand.weight === weight);
    return of.length === 0 ? [] : [`${name}:`, list(of.map(textOf))];
  });

const changesOf = (hop: ToldHop): readonly string[] =>
  hop.notices.length === 0
    ? []
    : [
        `Changes, told in full by \`handrail run ${noticesRunbook(hop)}\`:`,
        list(hop.notices.map(({ title }) => plain(title))),
      ];

// The texts are our own, with code in backticks; what they take from a cluster are names of versions.
const textOf = ({ text, pitfall }: Demand): string =>
  pitfall === undefined ? text : `${text} (\`handrail explain ${pitfall}\`)`;
