/** The notices of a bundle: its runbooks that say in their front matter that they are those of a line. */
import { text } from '../../rollout/json.ts';
import type { Runbook, RunbookBundle, Step } from '../../runbook/model.ts';
import { numberOf } from './crossed.ts';
import type { Notice, NoticeSpec } from './model.ts';

/** The line that a runbook tells the changes of, such as `2.11`; undefined for any other runbook. */
function noticesLineOf({ frontMatter }: Pick<Runbook, 'frontMatter'>): string | undefined {
  const line = text(frontMatter.notices);
  return Number.isNaN(numberOf(line)) ? undefined : line;
}

/** Every notice, the oldest line first, and within a line in the order of its file. */
export function noticesOf({ runbooks }: Pick<RunbookBundle, 'runbooks'>): readonly Notice[] {
  return Object.values(runbooks)
    .flatMap((runbook) => {
      const line = noticesLineOf(runbook);
      return line === undefined ? [] : [{ runbook, line }];
    })
    .sort((a, b) => numberOf(a.line) - numberOf(b.line) || (a.runbook.file < b.runbook.file ? -1 : 1))
    .flatMap(({ runbook, line }) =>
      runbook.steps.flatMap((step) =>
        noticesIn(step).map((spec) => noticeAt(spec, line, runbook.file, step)),
      ),
    );
}

const noticesIn = ({ actions }: Step): readonly NoticeSpec[] =>
  actions.flatMap((action) =>
    'spec' in action && action.kind === 'notice' ? [action.spec as NoticeSpec] : [],
  );

/** The notice as it stands in a step. */
function noticeAt(spec: NoticeSpec, line: string, file: string, step: Step): Notice {
  const prose = step.content.flatMap((part) => (part.type === 'prose' ? [part.source] : []));
  return {
    ...spec,
    line,
    title: step.title,
    text: prose.join(' ').replace(/\s+/g, ' ').trim(),
    file,
    step: step.id,
  };
}
