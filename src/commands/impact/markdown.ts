/** What changes as Markdown, for a ticket. What comes from the cluster becomes no markup there. */
import { grouped } from '../../diagnosis/notices/groups.ts';
import type { NoticeResult } from '../../diagnosis/notices/model.ts';
import {
  moreText,
  objectText,
  outcomeText,
  proofText,
  summaryText,
  unseenText,
} from '../../diagnosis/notices/words.ts';
import { code, plain } from '../../state/markdown-text.ts';
import { headMarkdown } from '../diagnose/head.ts';
import { meshText } from '../diagnose/mesh.ts';
import { byLine } from './by-line.ts';
import type { ImpactReport } from './report.ts';

/** Line after line of Linkerd, with boxes to tick for what a person must acknowledge. */
export function markdown({ snapshot, controlPlanes, from, to, results }: ImpactReport): string {
  const mesh = meshText(controlPlanes);
  const parts = [
    `# From ${plain(from)} to ${plain(to)}: what changes for ${plain(snapshot.cluster.name)}`,
    `${headMarkdown(snapshot)}${mesh === undefined ? '' : `. Linkerd: ${plain(mesh)}`}`,
    plain(summaryText(results)),
    ...byLine(results).flatMap(({ line, results: ofLine }) => {
      const { touched, unseen, acknowledge, elsewhere } = grouped(ofLine);
      return [
        `## ${line}`,
        ...[...touched, ...unseen].flatMap(told),
        ...(acknowledge.length === 0
          ? []
          : [
              '### To be acknowledged',
              ...acknowledge.map((one) => `- [ ] **${plain(one.title)}** ${one.text}`),
            ]),
        ...(elsewhere.length === 0
          ? []
          : [`Touches nothing here: ${elsewhere.map(({ title }) => plain(title)).join('; ')}.`]),
      ];
    }),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The prose is a runbook's, and so Markdown already. */
function told(one: NoticeResult): readonly string[] {
  const { outcome, title, text } = one;
  if (outcome.type !== 'touched' && outcome.type !== 'not-checked') return [];
  const objects = outcome.type === 'touched' ? outcome.objects : [];
  const more = moreText(one);
  return [
    `### ${plain(title)}`,
    text,
    plain(outcomeText(one)),
    [
      ...objects.map((each) => `- ${code(objectText(each))}: ${code(proofText(each))}`),
      ...(more === undefined ? [] : [`- ${plain(more)}`]),
      ...outcome.unseen.map((each) => `- ${plain(unseenText(each))}`),
    ].join('\n'),
  ];
}
