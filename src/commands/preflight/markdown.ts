/** A preflight as Markdown, for a ticket. What comes from the cluster becomes no markup there. */
import {
  type PreflightResult,
  type PreflightStatus,
  preflightGroups,
} from '../../diagnosis/preflight/model.ts';
import { code, plain } from '../../state/markdown-text.ts';
import { grouped, type PreflightReport, summary } from './report.ts';

const words: Readonly<Record<PreflightStatus, string>> = {
  fail: 'failed',
  warn: 'warning',
  unchecked: 'not checked',
  pass: 'passed',
};

export function markdown({ snapshot, mesh, target, results }: PreflightReport): string {
  const { cluster, takenAt } = snapshot;
  const to = target === undefined ? '' : `, to ${plain(target)}`;
  const parts = [
    `# Preflight of ${plain(cluster.name)}${to}`,
    `${code(cluster.server)}, ${takenAt.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC')}`,
    plain(mesh.length === 0 ? 'No Linkerd was found.' : `Linkerd: ${mesh.join(', ')}`),
    summary(results),
    ...grouped(results).flatMap(({ group, results: of }) => [
      `## ${preflightGroups[group]}`,
      of.map(item).join('\n'),
    ]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function item({ status, holds, remarks }: PreflightResult): string {
  const said = remarks.flatMap(({ weight, text, evidence, todo }) => [
    `  - ${plain(text)}${weight === 'info' || todo === undefined ? '' : ` ${plain(todo)}`}`,
    ...(weight === 'info'
      ? []
      : evidence.map(
          ({ ref, path, value, expected }) =>
            `    - ${code(path === undefined ? ref : `${ref}: ${path}`)} is ${code(value)}${expected === undefined ? '' : `, expected ${code(expected)}`}`,
        )),
  ]);
  return [`- **${words[status]}**: ${plain(holds)}`, ...said].join('\n');
}
