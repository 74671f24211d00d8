import type { Step } from '../model.ts';
import type { Report } from '../report.ts';

/** Reports steps with the title of an earlier one; case and blanks make no difference. */
export function duplicateSteps(steps: readonly Step[], report: Report): void {
  const first = new Map<string, Step>();
  for (const step of steps) {
    const key = step.title.trim().toLowerCase().replace(/\s+/g, ' ');
    const before = first.get(key);
    if (before)
      report(
        'duplicate-step',
        step.place.offset,
        step.place.endOffset,
        `"${step.title}" is the name of the step in line ${before.place.line} as well`,
        {
          expected: 'a name of its own for every step',
        },
      );
    else first.set(key, step);
  }
}
