/** What is said around a drill: its story before it, and after it what had been broken. */
import type { Runbook } from '../../runbook/model.ts';
import { stripControls, stripToLine } from '../../runbook/strip-controls.ts';
import { layoutMarkdown } from '../../screens/markdown/layout-markdown.ts';
import type { SessionEntry } from '../../screens/services.ts';
import { type Line, lineText } from '../../terminal/line.ts';

/** Lines that are longer are hard to read. */
const widest = 100;

/** Title and story, for the main screen. */
export function storyText({ title, summary }: Runbook, columns: number): string {
  const width = Math.min(columns, widest) - 1;
  const paragraphs = summary.map((part): readonly Line[] =>
    part.type === 'prose' ? layoutMarkdown(part.nodes, width, { source: part.source }) : [],
  );
  const told = paragraphs.map((lines) => lines.map(lineText).join('\n')).filter((text) => text !== '');
  return `${[stripToLine(title), ...told].join('\n\n')}\n`;
}

/** What is lost, and what an unknown script may do, before either happens. Undefined where there is nothing to ask. */
export function warningText(
  lost: readonly Pick<SessionEntry, 'title' | 'status' | 'where'>[],
  foreign: string | undefined,
): string | undefined {
  const parts = [
    ...(lost.length === 0
      ? []
      : [
          'The practice cluster is made anew. These sessions are open on it and cannot go on then:',
          ...lost.map(({ title, status, where }) => `  ${title}, ${status}, ${where}`),
        ]),
    ...(foreign === undefined
      ? []
      : [
          `The fault of this drill is a script in ${foreign}, which does not come with Handrail.`,
          '  It gets the practice cluster only, but it runs on this machine as you.',
        ]),
  ];
  return parts.length === 0 ? undefined : `${parts.map(stripControls).join('\n')}\n`;
}
