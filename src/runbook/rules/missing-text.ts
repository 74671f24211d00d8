import type { Runbook, Step } from '../model.ts';
import type { Report } from '../report.ts';

/** Reports each step of upgrade notices that says nothing of the change: what is touched is shown with these words. */
export function missingTexts({ frontMatter, steps }: Runbook, report: Report): void {
  if (frontMatter.notices === undefined) return;
  for (const step of steps.filter((one) => !hasText(one))) {
    const { offset } = step.place;
    report('missing-text', offset, offset + 3, `nothing is said of “${step.title}”`, {
      expected: 'two or three lines under the heading: what changes, and what to do',
    });
  }
}

const hasText = ({ content }: Step): boolean =>
  content.some(
    (part) =>
      part.type === 'prose' && part.nodes.some(({ type }) => type !== 'html' && type !== 'definition'),
  );
