/** A diagnosis as Markdown, for a ticket. What comes from the cluster becomes no markup there. */
import { counted } from '../../data-plane/words.ts';
import type { PlacedFinding } from '../../diagnosis/finding.ts';
import { nameOf } from '../../diagnosis/finding.ts';
import { code, fenced, plain } from '../../state/markdown-text.ts';
import { arrange, type Report, type Shown } from './arrange.ts';
import { lookedForText, suppressedTexts } from './footer.ts';
import { headMarkdown } from './head.ts';
import { meshText } from './mesh.ts';
import { notCheckedText } from './not-checked.ts';
import { walkLine } from './walk-command.ts';

/** Pitfalls first, each with the command that walks its fix, then the other findings. */
export function markdown(report: Report): string {
  const arranged = arrange(report);
  const { pitfalls, others, undetermined } = arranged;
  const mesh = meshText(report.controlPlanes);
  const parts = [
    `# Diagnosis of ${plain(report.snapshot.cluster.name)}`,
    headMarkdown(report.snapshot),
    ...pitfalls.flatMap(({ pitfall, found }, at) => [
      `## ${at + 1}. ${plain(pitfall.title)}`,
      ...found.flatMap(finding),
      'To walk its fix:',
      fenced(walkLine(pitfall, found[0]!.finding, report), ''),
    ]),
    ...(others.length === 0 ? [] : ['## Besides', ...others.flatMap(finding)]),
    ...(undetermined.length === 0
      ? []
      : [
          '## What could not be told',
          undetermined.map(({ title, explanation }) => `- ${plain(title)}: ${plain(explanation)}`).join('\n'),
        ]),
    '## What was looked at',
    [
      ...(mesh === undefined ? [] : [`Linkerd: ${mesh}`]),
      lookedForText(report, arranged),
      ...suppressedTexts(report),
      ...report.diagnosis.notChecked.map(notCheckedText),
    ]
      .map((text) => `- ${plain(text)}`)
      .join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function finding({ finding: one, symptoms }: Shown): readonly string[] {
  return [
    `**${plain(one.title)}** (${one.severity}, ${one.certainty}, ${code(one.code)})`,
    plain(one.explanation),
    [
      '| Where | Value | Expected |',
      '|---|---|---|',
      ...one.evidence.map(
        ({ ref, path, value, expected }) =>
          `| ${code(path === undefined ? ref : `${ref}: ${path}`)} | ${code(value)} | ${expected === undefined ? '' : code(expected)} |`,
      ),
    ].join('\n'),
    ...(one.subjectCount > 1 ? [`${counted(one.subjectCount, 'object')}: ${subjects(one)}`] : []),
    `${plain(one.remedy.text)} Then: ${plain(one.remedy.verify)}`,
    ...(symptoms.length === 0
      ? []
      : [['From it follows:', '', ...symptoms.map(({ title }) => `- ${plain(title)}`)].join('\n')]),
  ];
}

const subjects = ({ subjects: all, subjectCount }: PlacedFinding) =>
  all.map((one) => code(nameOf(one))).join(', ') + (subjectCount > all.length ? ', …' : '');
