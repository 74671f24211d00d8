/** The steps of the runbook at hand as entries of the outline; inside a branch, its steps hang under the step that led there. */

import type { Frame } from '../../state/session.ts';
import type { WalkState } from '../../state/walk.ts';
import type { OutlineEntry } from '../components/outline-list.ts';
import type { Status } from '../components/status-word.ts';

const key = (frame: Frame, step: string): string => `${frame.id} ${step}`;

/** What the mark of the current step says: failed and unknown are seen in the outline too. */
function currentStatus(walk: WalkState): Status {
  if (walk.question?.type === 'failure') return 'failed';
  if (walk.question?.type === 'unknown-outcome') return 'unknown';
  return 'current';
}

function entriesOf(walk: WalkState, depth: number): readonly OutlineEntry[] {
  const frame = walk.session.stack[depth];
  if (!frame) return [];
  const innermost = depth === walk.session.stack.length - 1;
  const steps = walk.bundle.runbooks[frame.file]?.steps ?? [];
  const inner = entriesOf(walk, depth + 1);
  const next = walk.session.stack[depth + 1];
  const from = next?.from && { step: next.from.step, failed: next.via === undefined };
  return steps
    .filter((step) => frame.only === undefined || step.id === frame.only)
    .flatMap((step) => {
      const state = frame.steps[step.id]?.status ?? 'pending';
      const status: Status =
        state === 'current'
          ? innermost
            ? currentStatus(walk)
            : step.id === from?.step && from.failed
              ? 'failed'
              : 'current'
          : state;
      const entry = { id: key(frame, step.id), number: step.number, title: step.title, status, level: depth };
      return step.id === from?.step ? [entry, ...inner] : [entry];
    });
}

/** All entries, and the one that must be in view. */
export function outline(walk: WalkState): {
  readonly entries: readonly OutlineEntry[];
  readonly current: string | undefined;
} {
  const frame = walk.session.stack[walk.session.stack.length - 1]!;
  return {
    entries: entriesOf(walk, 0),
    current: frame.current === undefined ? undefined : key(frame, frame.current),
  };
}
