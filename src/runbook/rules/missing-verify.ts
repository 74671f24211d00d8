import type { Step } from '../model.ts';
import type { Report } from '../report.ts';

/** Reports each irreversible shell action without a verify. */
export function missingVerifies(steps: readonly Step[], report: Report): void {
  for (const action of steps.flatMap((step) => step.actions))
    if (action.risk === 'irreversible' && 'block' in action && !action.verify)
      report(
        'missing-verify',
        action.place.offset,
        action.place.offset + 3,
        'after a crash nobody can tell whether this has happened',
        { expected: 'a verify that ends with 0 where it is done' },
      );
}
