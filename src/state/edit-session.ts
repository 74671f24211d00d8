/** The places of a session that events write to, each copied on the way as the draft demands. */
import type { Draft, Writable } from './draft.ts';
import type { ActionRef, Operator, StepRef } from './event.ts';
import type { ActionState, CommandRun, Frame, SessionState, StepState } from './session.ts';

/** A session in the hands of a draft. */
export type Session = Writable<SessionState>;

/** A frame with no step entered yet. `from` is the step that led to it, `why` the words for that. */
export function newFrame(id: number, file: string, from: StepRef | undefined, why: string): Frame {
  return {
    id,
    file,
    from,
    why,
    only: undefined,
    via: undefined,
    visit: undefined,
    outcome: undefined,
    current: undefined,
    steps: {},
  };
}

/** Notes who acts now, and adds the person to those who ever did. */
export function act(draft: Draft, session: Session, operator: Operator): void {
  session.operator = operator;
  const known = session.operators.some((one) => one.user === operator.user && one.host === operator.host);
  if (!known) draft.edit<SessionState, 'operators'>(session, 'operators').push(operator);
}

/** Takes the topmost frame off the stack. Nothing happens when it is another one or the runbook itself. */
export function leaveFrame(draft: Draft, session: Session, id: number, outcome: 'finished' | 'left'): void {
  const frame = frameOf(draft, session, id);
  if (!frame || session.stack.length < 2 || session.stack.at(-1)?.id !== id) return;
  frame.outcome = outcome;
  draft.edit<SessionState, 'stack'>(session, 'stack').pop();
  draft.edit<SessionState, 'left'>(session, 'left').push(frame);
  if (outcome === 'left' && frame.from && frame.via !== undefined) {
    // The way that was chosen was not walked to its end, so the choice is open again.
    const action = actionOf(draft, session, { ...frame.from, action: frame.via });
    if (action) action.answer = undefined;
  }
}

/** The frame on the stack, ready to be written to; undefined when it is not there. */
export function frameOf(draft: Draft, session: Session, id: number): Writable<Frame> | undefined {
  const index = session.stack.findLastIndex((frame) => frame.id === id);
  if (index < 0) return undefined;
  return draft.edit(draft.edit<SessionState, 'stack'>(session, 'stack'), index) as Writable<Frame>;
}

const newStep: StepState = {
  status: 'pending',
  enteredAt: undefined,
  endedAt: undefined,
  remark: undefined,
  actions: {},
};

/** What an action is before anything has happened to it. */
export const newAction: ActionState = {
  runs: [],
  shown: [],
  startedAt: undefined,
  detail: undefined,
  plan: undefined,
  notes: [],
  earlier: [],
  retries: 0,
  attemptFrom: 0,
  answer: undefined,
  ended: undefined,
  seen: false,
  diagnosed: undefined,
  read: false,
};

/** The step of a frame on the stack, made when nothing has happened to it yet; undefined without the frame. */
export function stepOf(draft: Draft, session: Session, ref: StepRef): Writable<StepState> | undefined {
  const frame = frameOf(draft, session, ref.frame);
  if (!frame) return undefined;
  const steps = draft.edit<Frame, 'steps'>(frame, 'steps');
  if (!Object.hasOwn(steps, ref.step)) steps[ref.step] = newStep;
  return draft.edit(steps, ref.step) as Writable<StepState>;
}

/** The action of a step, made when nothing has happened to it yet; undefined without the frame. */
export function actionOf(draft: Draft, session: Session, ref: ActionRef): Writable<ActionState> | undefined {
  const step = stepOf(draft, session, ref);
  if (!step) return undefined;
  const actions = draft.edit<StepState, 'actions'>(step, 'actions');
  if (!Object.hasOwn(actions, ref.action)) actions[ref.action] = newAction;
  return draft.edit(actions, ref.action) as Writable<ActionState>;
}

/** The run of that name; undefined when there is none. */
export function runOf(draft: Draft, session: Session, run: string): Writable<CommandRun> | undefined {
  if (!Object.hasOwn(session.runs, run)) return undefined;
  return draft.edit(draft.edit<SessionState, 'runs'>(session, 'runs'), run) as Writable<CommandRun>;
}

/** Ends a step, with the remark and the time of the event (RFC 3339). */
export function endStep(
  draft: Draft,
  session: Session,
  ref: StepRef,
  status: StepState['status'],
  remark: string | undefined,
  time: string,
): void {
  const step = stepOf(draft, session, ref);
  if (!step) return;
  step.status = status;
  step.remark = remark;
  step.endedAt = time;
}
