/** A preflight as Markdown, for a ticket. What comes from the cluster becomes no markup there. */
import {
  type PreflightResult,
  type PreflightStatus,
  preflightGroups,
} from '../../diagnosis/preflight/model.ts';
import { code, plain } from '../../state/markdown-text.ts';
import { headMarkdown } from '../diagnose/head.ts';
import { meshText } from '../diagnose/mesh.ts';
import { grouped, type PreflightReport, summary } from './report.ts';

const words: Readonly<Record<PreflightStatus, string>> = {
  fail: 'failed',
  warn: 'warning',
  unchecked: 'not checked',
  pass: 'passed',
};

/** Group after group, each check with what was found and the evidence below it. */
export function markdown({ snapshot, controlPlanes, target, results }: PreflightReport): string {
  const mesh = meshText(controlPlanes);
  const to = target === undefined ? '' : `, to ${plain(target)}`;
  const parts = [
    `# Preflight of ${plain(snapshot.cluster.name)}${to}`,
    `${headMarkdown(snapshot)}${mesh === undefined ? '' : `. Linkerd: ${plain(mesh)}`}`,
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
