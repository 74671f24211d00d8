/** Where a session stands, in words and in numbers. */
import type { Runbook, RunbookBundle } from '../runbook/model.ts';
import { stepsOf } from './decide.ts';
import { neverBegan } from './ending.ts';
import type { ActionState, Frame, SessionState, StepStatus } from './session.ts';
import { isShell } from './shell-action.ts';

/** `5 of 12 Upgrade the control plane`, with the branch behind it where one is being walked: `› 1 of 2 Delete the job`. */
export function describePosition(session: SessionState, bundle: RunbookBundle): string {
  if (session.ended === 'completed') {
    const total = bundle.runbooks[session.file]?.steps.length ?? 0;
    return total === 1 ? 'the only step is done' : `all ${total} steps`;
  }
  return session.stack.map((frame) => describeFrame(frame, bundle.runbooks[frame.file])).join(' › ');
}

function describeFrame(frame: Frame, runbook: Runbook | undefined): string {
  if (!runbook) return frame.file;
  const steps = stepsOf(frame, runbook);
  const current = runbook.steps.find((step) => step.id === frame.current);
  const visit = frame.visit === undefined ? '' : `${frame.why}, `;
  if (!current) return visit + (steps.length === 0 ? runbook.title : `before 1 of ${steps.length}`);
  const number = steps.indexOf(current) + 1;
  return visit + (number > 0 ? `${number} of ${steps.length} ${current.title}` : current.title);
}

interface Summary {
  /** `completed`, `stopped`, `failed`, `paused`, or `under way`. */
  readonly outcome: string;
  readonly position: string;
  /** How many steps of the runbook itself have which status. */
  readonly steps: Readonly<Record<StepStatus, number>>;
  /** Commands that change something, and actions that do so by themselves, such as a restart. */
  readonly changes: { readonly run: number; readonly failed: number };
  /** ms between the first event and the last. */
  readonly durationMs: number;
}

/** What there is to know about a session at a glance. */
export function summary(session: SessionState, bundle: RunbookBundle): Summary {
  const steps = { pending: 0, current: 0, done: 0, 'done-by-hand': 0, skipped: 0, 'not-applicable': 0 };
  const frame = session.stack[0];
  const runbook = bundle.runbooks[session.file];
  for (const step of runbook?.steps ?? []) steps[frame?.steps[step.id]?.status ?? 'pending'] += 1;
  const changes = Object.values(session.runs).filter((run) => run.purpose === 'change' && !neverBegan(run));
  const failed = changes.filter(({ ending }) => ending && !(ending.type === 'exited' && ending.ok));
  const performed = performedChanges(session, bundle);
  const failures = performed.filter(({ ended }) => ended?.ok === false);
  return {
    outcome: session.ended ?? (session.paused ? 'paused' : 'under way'),
    position: describePosition(session, bundle),
    steps,
    changes: { run: changes.length + performed.length, failed: failed.length + failures.length },
    durationMs: Math.max(0, Date.parse(session.updatedAt) - Date.parse(session.startedAt)) || 0,
  };
}

/** The actions that have begun to change something by themselves. */
function performedChanges(session: SessionState, bundle: RunbookBundle): readonly ActionState[] {
  return [...session.stack, ...session.left].flatMap((frame) =>
    (bundle.runbooks[frame.file]?.steps ?? []).flatMap((step) =>
      step.actions.flatMap((action) => {
        const state = frame.steps[step.id]?.actions[action.id];
        const begun = state !== undefined && (state.startedAt !== undefined || state.earlier.length > 0);
        return begun && !isShell(action) && action.risk !== 'look' ? [state] : [];
      }),
    ),
  );
}
