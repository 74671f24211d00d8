/** What is said around a drill: its story before it, and after it what had been broken. */
import type { Runbook } from '../../runbook/model.ts';
import { stripControls, stripToLine } from '../../runbook/strip-controls.ts';
import { layoutMarkdown } from '../../screens/markdown/layout-markdown.ts';
import type { SessionEntry } from '../../screens/services.ts';
import { type Line, lineText } from '../../terminal/line.ts';
import { wrap } from '../../terminal/text.ts';

/** Lines that are longer are hard to read. */
const widest = 100;
const widthFor = (columns: number): number => Math.min(columns, widest) - 1;

/** Title and story, for the main screen. */
export function storyText({ title, summary }: Runbook, columns: number): string {
  const width = widthFor(columns);
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
  columns: number,
): string | undefined {
  const parts = [
    ...(lost.length === 0
      ? []
      : [
          'The practice cluster is made anew, so these sessions on it could not go on:',
          ...lost.map(({ title, status, where }) => `  ${title}, ${status}, ${where}`),
        ]),
    ...(foreign === undefined
      ? []
      : [
          `The fault of this drill is a script in ${foreign}, which does not come with Handrail.`,
          '  It gets the practice cluster only, but it runs on this machine as you.',
        ]),
  ];
  if (parts.length === 0) return undefined;
  const width = widthFor(columns);
  return `${parts.flatMap((part) => wrap(stripControls(part), width)).join('\n')}\n`;
}
