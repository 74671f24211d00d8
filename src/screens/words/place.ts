/** Where a session is: pure reading of the session's state and its runbooks, shared by the screens and plain mode. */
import type { Action, Runbook, ShellAction, ShellBlock, Step } from '../../runbook/model.ts';
import type { ActionRef, Purpose, StepRef } from '../../state/event.ts';
import type { OfferedBranch } from '../../state/offered.ts';
import type { ActionState, CommandRun, Frame, SessionState, StepState } from '../../state/session.ts';
import type { WalkState } from '../../state/walk.ts';

export interface Position {
  readonly frame: Frame;
  readonly runbook: Runbook | undefined;
  readonly step: Step | undefined;
  readonly state: StepState | undefined;
  /** From 1; 0 before the first step. */
  readonly number: number;
  readonly total: number;
}

/** The innermost frame and its current step. */
export function position(walk: WalkState): Position {
  const frame = walk.session.stack[walk.session.stack.length - 1]!;
  return positionIn(walk, frame);
}

export function positionIn(walk: WalkState, frame: Frame): Position {
  const runbook = walk.bundle.runbooks[frame.file];
  const step = runbook?.steps.find((candidate) => candidate.id === frame.current);
  return {
    frame,
    runbook,
    step,
    state: step && frame.steps[step.id],
    number: step?.number ?? 0,
    total: runbook?.steps.length ?? 0,
  };
}

/** The step that is referred to, wherever in the stack it is. */
export function stepAt(walk: WalkState, at: StepRef): Step | undefined {
  const frame = walk.session.stack.find((candidate) => candidate.id === at.frame);
  const runbook = frame && walk.bundle.runbooks[frame.file];
  return runbook?.steps.find((step) => step.id === at.step);
}

/** The action an answer belongs to, wherever in the stack it is. */
export function actionAt(walk: WalkState, at: ActionRef): Action | undefined {
  return stepAt(walk, at)?.actions.find((action) => action.id === at.action);
}

export const isShell = (action: Action): action is ShellAction => action.kind === 'shell';

export function actionState(walk: WalkState, at: ActionRef): ActionState | undefined {
  const frame = walk.session.stack.find((candidate) => candidate.id === at.frame);
  return frame?.steps[at.step]?.actions[at.action];
}

/** The block of an action that serves a purpose. */
export function blockFor(action: ShellAction, purpose: Purpose): ShellBlock {
  const part =
    purpose === 'preview' || purpose === 'verify' || purpose === 'undo' ? action[purpose] : undefined;
  return part ?? action.block;
}

/** The action the session is at: the question's, what works or runs now, or else the first one of the step not done with. */
export function currentAction(walk: WalkState): ActionRef | undefined {
  const asked = walk.question && 'at' in walk.question ? walk.question.at : undefined;
  if (asked) return asked;
  if (walk.live.working) return walk.live.working.at;
  const running = walk.live.running && walk.session.runs[walk.live.running.run];
  if (running) return { frame: running.frame, step: running.step, action: running.action };
  const here = position(walk);
  const action = here.step?.actions.find((candidate) => {
    const state = here.state?.actions[candidate.id];
    return !state?.seen && state?.answer === undefined;
  });
  return here.step && action && { frame: here.frame.id, step: here.step.id, action: action.id };
}

/** The run of this action whose output belongs on screen: the one that runs, or the newest of the present attempt. */
export function shownRun(walk: WalkState, at: ActionRef | undefined): CommandRun | undefined {
  const question = walk.question;
  if (question?.type === 'failure' && question.run) return question.run;
  if (question?.type === 'unknown-outcome') return question.run;
  const running = walk.live.running && walk.session.runs[walk.live.running.run];
  if (running) return running;
  const state = at && actionState(walk, at);
  const runs = (state?.runs.slice(state.attemptFrom) ?? []).flatMap((run) => walk.session.runs[run] ?? []);
  // What the step did is what there is to see of it once it is over; its verify only says that it holds.
  const did = question?.type === 'continue' ? runs.findLast((run) => run.purpose === 'change') : undefined;
  return did ?? runs.at(-1);
}

/** All runs of the step that a run belongs to, in order; of the whole session where `session` is asked for. */
export function runsBeside(
  { session }: WalkState,
  run: string,
  of: 'step' | 'session',
): readonly CommandRun[] {
  const one = session.runs[run];
  const all = Object.values(session.runs);
  if (of === 'session' || !one) return all;
  return all.filter((other) => other.frame === one.frame && other.step === one.step);
}

/** Whether a command had the terminal to itself: what it printed is then not kept. */
export function hadTerminal(walk: WalkState, run: CommandRun): boolean {
  const frames = [...walk.session.stack, ...walk.session.left];
  const file = frames.find((frame) => frame.id === run.frame)?.file;
  const step = walk.bundle.runbooks[file ?? '']?.steps.find((one) => one.id === run.step);
  const action = step?.actions.find((one) => one.id === run.action);
  return action !== undefined && isShell(action) && blockFor(action, run.purpose).interactive === true;
}

/** The newest run of an action for one purpose, in the present attempt. */
export function lastRun(walk: WalkState, at: ActionRef, purpose: Purpose): CommandRun | undefined {
  const state = actionState(walk, at);
  const runs = state?.runs.slice(state.attemptFrom) ?? [];
  return runs
    .map((run) => walk.session.runs[run])
    .filter((run) => run?.purpose === purpose)
    .at(-1);
}

export interface ValueShown {
  readonly name: string;
  readonly value: string;
}

/** The parameters a script reads, with their values; a secret is only said to be set. */
export function valuesOf(session: SessionState, script: string): readonly ValueShown[] {
  const names = new Set([...script.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1]!));
  return [...names]
    .filter((name) => Object.hasOwn(session.parameters, name))
    .map((name) => ({ name, value: session.parameters[name]!.value ?? '***' }));
}

/** `LIVE`, `DRY RUN` or `PRACTICE`: what an action here would touch. */
export function modeWord(session: SessionState): 'LIVE' | 'DRY RUN' | 'PRACTICE' {
  if (session.mode === 'dry-run') return 'DRY RUN';
  return session.cluster?.practice === true ? 'PRACTICE' : 'LIVE';
}

/** The cluster, or what there is without one. */
export const clusterName = (session: SessionState): string => session.cluster?.name ?? 'this machine';

/** The title of what is walked; of one of several visits, its own name. */
export const frameTitle = (walk: WalkState, { visit, why, file }: Frame): string =>
  visit === undefined ? (walk.bundle.runbooks[file]?.title ?? file) : why;

/** The titles of what is on the stack, outermost first. */
export function breadcrumb(walk: WalkState): readonly string[] {
  return walk.session.stack.map((frame) => frameTitle(walk, frame));
}

/** Where leaving the innermost branch returns to, e.g. `step 4 Update the CRDs`. */
export function returnsTo(walk: WalkState): string | undefined {
  const { stack } = walk.session;
  const from = stack[stack.length - 1]?.from;
  const frame = from && stack.find((candidate) => candidate.id === from.frame);
  const step =
    frame && walk.bundle.runbooks[frame.file]?.steps.find((candidate) => candidate.id === from.step);
  return step && `step ${step.number} ${step.title}`;
}

/** The estimates of the steps still to come (the present one whole), ms; a share of the whole where not every one has its own, undefined where there is none. */
export function estimateLeft(walk: WalkState): number | undefined {
  const root = walk.session.stack[0]!;
  const runbook = walk.bundle.runbooks[root.file];
  if (!runbook) return undefined;
  const open = runbook.steps.filter((step) => {
    const status = root.steps[step.id]?.status ?? 'pending';
    return status === 'pending' || status === 'current';
  });
  if (open.length > 0 && open.every((step) => step.estimateMs !== undefined))
    return open.reduce((total, step) => total + step.estimateMs!, 0);
  if (runbook.estimateMs === undefined || runbook.steps.length === 0) return undefined;
  return (runbook.estimateMs * open.length) / runbook.steps.length;
}

/** A branch as plain mode and the failure screen number them: from 1. */
export const branchAt = (branches: readonly OfferedBranch[], number: number): OfferedBranch | undefined =>
  branches[number - 1];
