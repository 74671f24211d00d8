/** What an intent means as the answer to a question. Pure: the conductor carries it out. */

import { pitfallsOf } from '../diagnosis/pitfall.ts';
import type { ParameterSpec, RunbookBundle } from '../runbook/model.ts';
import { checkValue } from '../runbook/parameters.ts';
import type { ActionRef, SessionEvent } from './event.ts';
import { type ActionKind, type Kinds, kindOf, plans } from './kind.ts';
import { aroundOf, frameEntered } from './kind-next.ts';
import { type OfferedBranch, ownParameters } from './offered.ts';
import type { Intent, Question } from './question.ts';
import { append, type Response, refuse, unfit } from './response.ts';
import { actionIn, type SessionState } from './session.ts';
import { blockFor, isShell } from './shell-action.ts';
import { specsOf } from './values.ts';

interface RespondContext {
  readonly session: SessionState;
  readonly bundle: RunbookBundle;
  readonly kinds: Kinds;
  /** Who settles an unknown outcome with this answer. */
  readonly settledBy: 'operator' | 'verify';
}

/** The response to an intent, whatever the question; every intent that does not fit is refused with a reason. */
export function respond(context: RespondContext, question: Question, intent: Intent): Response {
  switch (intent.type) {
    case 'pause':
      return { type: 'pause' };
    case 'stop': {
      const outcome = question.type === 'failure' ? 'failed' : 'stopped';
      return append({ type: 'session-ended', outcome });
    }
    case 'leave-branch': {
      const frame = context.session.stack.at(-1);
      if (!frame?.from) return refuse('This is the runbook itself, not a branch.');
      return append({ type: 'frame-left', frame: frame.id, outcome: 'left' });
    }
    case 'cancel':
      if (question.type === 'run' && question.purpose === 'undo') return { type: 'undo', at: undefined };
      return refuse('Nothing runs now.');
    case 'done-by-hand':
    case 'skip':
      return endStep(question, intent);
    case 'note':
      return refuse('A note is no answer.');
    default:
      return answer(context, question, intent);
  }
}

type Answering = Exclude<
  Intent,
  { type: 'pause' | 'stop' | 'leave-branch' | 'cancel' | 'done-by-hand' | 'skip' | 'note' }
>;

function answer(context: RespondContext, question: Question, intent: Answering): Response {
  switch (question.type) {
    case 'parameter':
      if (question.at) return byKind(context, question, question.at, intent);
      return intent.type === 'value' ? setParameter(question.parameter, intent.value) : unfit(question);
    case 'choose':
      return byKind(context, question, question.at, intent);
    case 'confirm':
      return byKind(context, question, question.at, intent);
    case 'run':
      if (intent.type === 'preview') return startOther(context, question.at, 'preview');
      if (intent.type !== 'run') return unfit(question);
      if (question.mustType !== undefined && intent.typed?.trim() !== question.mustType) {
        return refuse(`Type ${question.mustType} to confirm: this cannot be undone.`, true);
      }
      return { type: 'start', at: question.at, purpose: question.purpose, block: question.block };
    case 'read':
      return intent.type === 'continue' ? append({ type: 'action-read', ...question.at }) : unfit(question);
    case 'continue':
      return intent.type === 'continue' ? append({ type: 'action-seen', ...question.at }) : unfit(question);
    case 'failure':
      return afterFailure(context, question, intent);
    case 'unknown-outcome':
      if (intent.type === 'verify') return startOther(context, question.at, 'verify');
      if (intent.type !== 'settle') return unfit(question);
      return append({
        type: 'outcome-settled',
        run: question.run.run,
        done: intent.done,
        by: context.settledBy,
        note: intent.note.trim(),
      });
    case 'branch-finished': {
      const frame = context.session.stack.at(-1);
      if (intent.type !== 'continue' || !frame) return unfit(question);
      return append({ type: 'frame-left', frame: frame.id, outcome: 'finished' });
    }
    case 'wrong-cluster':
      return intent.type === 'retry' ? { type: 'check-cluster', at: question.at } : unfit(question);
  }
}

function endStep(question: Question, intent: Extract<Intent, { type: 'done-by-hand' | 'skip' }>): Response {
  if (question.type === 'continue' || question.type === 'branch-finished' || !question.at) {
    return unfit(question);
  }
  const { frame, step } = question.at;
  if (intent.type === 'done-by-hand') {
    const note = intent.note.trim();
    if (note === '') return refuse('Say in a note what was done by hand.', true);
    return append({ type: 'step-done-by-hand', frame, step, note });
  }
  const reason = intent.reason.trim();
  if (reason === '') return refuse('Give the reason for skipping this step.', true);
  return append({ type: 'step-skipped', frame, step, reason });
}

function afterFailure(
  context: RespondContext,
  question: Extract<Question, { type: 'failure' }>,
  intent: Answering,
): Response {
  const { at } = question;
  switch (intent.type) {
    case 'retry':
      return append({ type: 'retry-requested', ...at });
    case 'verify':
      return startOther(context, at, 'verify');
    case 'undo':
      return question.canUndo ? { type: 'undo', at } : refuse('This action has no undo.');
    case 'branch':
      return enterBranch(context, question, intent.href);
    default:
      return unfit(question);
  }
}

/** Any branch offered, any link of the step, any pitfall of the catalogue: with what the findings know about it. */
function enterBranch(
  context: RespondContext,
  { at, branches }: Extract<Question, { type: 'failure' }>,
  href: string,
): Response {
  const { session, bundle } = context;
  const here = session.stack.at(-1)?.file ?? '';
  const link = bundle.runbooks[here]?.steps
    .find(({ id }) => id === at.step)
    ?.branches.find((each) => each.href === href);
  const branch =
    branches.find((each) => each.href === href) ??
    link ??
    pitfallsOf(bundle).find(({ file }) => file === href);
  if (!branch) return refuse('There is no such link in this step, and no such pitfall.');
  const { title, step, file = here }: Pick<OfferedBranch, 'title' | 'step' | 'file'> = branch;
  if (!Object.hasOwn(bundle.runbooks, file)) {
    return refuse(`The session's copy of its runbooks has no ${file}.`);
  }
  const given = branches.find((each) => each.file === file)?.found?.parameters ?? {};
  const enter = { file, why: title, ...(step === undefined ? {} : { step }) };
  return append(...parameterEvents(context, file, given), frameEntered(session, at, enter));
}

/** The values of a finding, and an end to those that an earlier finding gave to the same runbook. */
function parameterEvents(
  { session, bundle }: RespondContext,
  file: string,
  given: Readonly<Record<string, string>>,
): readonly SessionEvent[] {
  return ownParameters({ session, bundle }, file).flatMap(({ name }): SessionEvent[] => {
    if (Object.hasOwn(given, name)) {
      return [{ type: 'parameter-set', name, value: given[name], source: 'finding' }];
    }
    const before = Object.hasOwn(session.parameters, name) ? session.parameters[name] : undefined;
    return before?.source === 'finding' ? [{ type: 'parameter-cleared', name }] : [];
  });
}

function byKind(context: RespondContext, question: Question, at: ActionRef, intent: Intent): Response {
  const found = findAction(context, at);
  if (!found || isShell(found)) return unfit(question);
  const kind: ActionKind | undefined = kindOf(context.kinds, found.kind);
  if (kind?.way === 'performs') {
    if (question.type !== 'confirm') return unfit(question);
    if (intent.type === 'replan') {
      if (!plans(kind)) return refuse('There is no plan here to be made anew.');
      return { type: 'plan', at, kind, action: found };
    }
    if (intent.type !== 'confirm') return unfit(question);
    if (question.mustType !== undefined && intent.typed?.trim() !== question.mustType) {
      return refuse(`Type ${question.mustType} to confirm: this cannot be undone.`, true);
    }
    // Who says nothing of parts agrees to the plan as it was cut before.
    const before = actionIn(context.session, at)?.plan?.excluded ?? [];
    return { type: 'begin', at, excluded: question.planned ? (intent.excluded ?? before) : [] };
  }
  if (!kind) return unfit(question);
  const parameters = specsOf(context.session, context.bundle);
  const given = kind.answer(found.spec, intent, aroundOf(context.session, context.bundle, at));
  if (!given.ok) return refuse(given.why, true);
  const { set } = given;
  if (!set) return append({ type: 'action-answered', ...at, answer: given.answer });
  const spec = parameters.find(({ name }) => name === set.name);
  if (!spec) return refuse(`The runbook does not declare the parameter ${set.name}.`);
  const response = setParameter(spec, set.value);
  if (response.type !== 'set') return response;
  const answer = spec.type === 'secret' ? 'set' : response.value;
  return { ...response, events: [{ type: 'action-answered', ...at, answer }] };
}

function setParameter(parameter: ParameterSpec, given: string): Response {
  const byDefault = given === '' && parameter.default !== undefined;
  const value = byDefault ? (parameter.default ?? '') : given;
  const checked = checkValue(parameter, value);
  return checked.ok
    ? { type: 'set', parameter, value: checked.value, byDefault, events: [] }
    : refuse(checked.message, true);
}

/** A preview or a verify: it only looks, so it needs no further word. */
function startOther(context: RespondContext, at: ActionRef, purpose: 'preview' | 'verify'): Response {
  const action = findAction(context, at);
  const block = action && isShell(action) ? blockFor(action, purpose) : undefined;
  return block ? { type: 'start', at, purpose, block } : refuse(`This action has no ${purpose}.`);
}

function findAction(
  context: { readonly session: SessionState; readonly bundle: RunbookBundle },
  at: ActionRef,
) {
  const frame = context.session.stack.find(({ id }) => id === at.frame);
  const step = context.bundle.runbooks[frame?.file ?? '']?.steps.find(({ id }) => id === at.step);
  return step?.actions.find(({ id }) => id === at.action);
}
