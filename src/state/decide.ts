/**
 * What happens next. All flow is here and nothing is remembered but the session: a resumed session is folded and decided
 * anew, and goes on where it was.
 */
import type { Runbook, RunbookBundle, Step } from '../runbook/model.ts';
import { actionNext } from './action-next.ts';
import type { SessionEvent, StepRef } from './event.ts';
import type { Kinds } from './kind.ts';
import type { DecideContext, Decision, Scene } from './scene.ts';
import type { Frame, SessionState, StepState } from './session.ts';
import { missingParameter, specsOf, valuesOf, whyNot } from './values.ts';

/** The next thing to do, from the session alone: the same session always gives the same decision. */
export function decide(
  session: SessionState,
  bundle: RunbookBundle,
  kinds: Kinds,
  context: DecideContext,
): Decision {
  if (session.ended) return { type: 'over', outcome: session.ended };
  const frame = session.stack.at(-1);
  if (!frame) return { type: 'stuck', detail: 'The journal does not begin with the start of a session.' };
  const runbook = bundle.runbooks[frame.file];
  if (!runbook) {
    return { type: 'stuck', detail: `The session's copy of its runbooks has no ${frame.file}.` };
  }
  const missing = missingParameter(session, bundle, kinds, new Set(Object.keys(context.secrets)));
  if (missing) return { type: 'ask', question: { type: 'parameter', parameter: missing } };
  const step = stepsOf(frame, runbook).find((one) => isOpen(frame.steps[one.id]));
  if (!step) return endOfFrame(frame);
  const ref: StepRef = { frame: frame.id, step: step.id };
  if (frame.steps[step.id]?.status !== 'current') {
    const why = whyNot(step, specsOf(session, bundle), valuesOf(session, {}));
    if (why !== undefined) return append({ type: 'step-not-applicable', ...ref, why });
    return append({ type: 'step-entered', ...ref });
  }
  const scene: Scene = { session, bundle, kinds, context, frame, runbook, step, ref };
  for (const action of step.actions) {
    const next = actionNext(scene, action);
    if (next) return next;
  }
  return append({ type: 'step-done', ...ref });
}

function append(...events: SessionEvent[]): Decision {
  return { type: 'append', events };
}

/** The steps that a frame walks, in order. */
export function stepsOf(frame: Frame, runbook: Runbook): readonly Step[] {
  if (frame.only === undefined) return runbook.steps;
  return runbook.steps.filter((step) => step.id === frame.only);
}

function isOpen(step: StepState | undefined): boolean {
  return step === undefined || step.status === 'pending' || step.status === 'current';
}

function endOfFrame(frame: Frame): Decision {
  if (!frame.from) return append({ type: 'session-ended', outcome: 'completed' });
  if (frame.via !== undefined) return append({ type: 'frame-left', frame: frame.id, outcome: 'finished' });
  return { type: 'ask', question: { type: 'branch-finished', back: frame.from } };
}
