/** Has a question answered, by the operator or by the policy, and does what the answer asks for. */

import type { Refusal } from './asked.ts';
import { makePlan, pauseSession, startCommand } from './busy.ts';
import { decide } from './decide.ts';
import { type Desk, Leave } from './desk.ts';
import { canDiagnose } from './diagnosis-look.ts';
import type { ActionRef } from './event.ts';
import { FailureLook } from './failure-look.ts';
import { guardCluster } from './guard.ts';
import type { Message } from './mailbox.ts';
import type { Intent, Question } from './question.ts';
import { respond } from './respond.ts';
import type { Response } from './response.ts';
import { actionIn, type SessionState } from './session.ts';
import { answerUnattended } from './unattended.ts';

/** How long nobody's answer to a failure waits for the diagnosis. */
const patienceMs = 10_000;

/** Has a question answered, then does what the answer asks for. After a failure the cluster is looked at meanwhile. */
export async function settle(desk: Desk, question: Question): Promise<void> {
  const look = new FailureLook(desk);
  if (question.type === 'failure') look.due(question);
  try {
    await settleWith(desk, question, look);
  } finally {
    look.stop();
  }
}

async function settleWith(desk: Desk, question: Question, look: FailureLook): Promise<void> {
  let refusal: Refusal | undefined;
  const looked = desk.options.policy && look.within(patienceMs);
  for (;;) {
    const asked = desk.ask(latest(desk, question), refusal);
    const message = desk.mailbox.take();
    if (desk.end) throw new Leave(desk.end);
    if (message) {
      const settled = await handle(desk, asked, message, look);
      if (settled === 'answered') return;
      if (settled !== 'not-an-answer') refusal = { ...settled, times: (refusal?.times ?? 0) + 1 };
    } else if (looked && look.running) {
      await Promise.race([looked, desk.mailbox.ready()]);
    } else if (desk.options.policy) {
      return unattended(desk, asked);
    } else {
      await desk.mailbox.ready();
    }
  }
}

/** A failure with what is known of it now. */
function latest(desk: Desk, question: Question): Question {
  if (question.type !== 'failure') return question;
  const { bundle, kinds } = desk.options;
  const decision = decide(desk.session, bundle, kinds, desk.context);
  return decision.type === 'ask' && decision.question.type === 'failure' ? decision.question : question;
}

async function unattended(desk: Desk, question: Question): Promise<void> {
  const { policy, operator } = desk.options;
  if (!policy) return;
  const answer = triedEnough(desk, question) ?? answerUnattended(question, policy);
  if (answer.type === 'answer') {
    const response = reply(desk, question, answer.intent, 'verify');
    if (response.type !== 'refuse') {
      const { taken = [] } = desk.store.getState().live;
      desk.live({ taken: [...taken, { question, intent: answer.intent, source: answer.source }] });
      return act(desk, response, answer.source);
    }
    await desk.record({ type: 'session-paused', operator });
    desk.quit({ type: 'unanswered', question, detail: response.why });
  }
  const over = answer.type === 'failed' && policy.endOnFailure;
  await desk.record(
    over ? { type: 'session-ended', outcome: 'failed' } : { type: 'session-paused', operator },
  );
  if (answer.type === 'failed') desk.quit({ type: 'failed', detail: answer.detail });
  desk.quit({ type: 'unanswered', question, detail: answer.detail });
}

/** A change that is lost each time it runs would otherwise be run for ever. */
function triedEnough(desk: Desk, question: Question) {
  if (question.type !== 'unknown-outcome' || question.verified !== 'not-done') return undefined;
  const { action } = question.at;
  const state = actionIn(desk.session, question.at);
  const lost = state?.runs.filter((run) => desk.session.runs[run]?.settled?.done === false) ?? [];
  if (lost.length < 2) return undefined;
  const detail = `${action} was run ${lost.length + 1} times, and each time nobody saw how it ended.`;
  return { type: 'stop', detail } as const;
}

/** An answer that is refused has the question put once more. */
async function handle(
  desk: Desk,
  question: Question,
  { intent, token }: Message,
  look: FailureLook,
): Promise<'answered' | 'not-an-answer' | Omit<Refusal, 'times'>> {
  if (intent.type === 'note') {
    const text = desk.redact(intent.text.trim());
    if (text !== '') await desk.record({ type: 'note-added', text, operator: desk.options.operator });
    return 'not-an-answer';
  }
  const any = intent.type === 'pause' || intent.type === 'stop';
  if (!any && token !== desk.token) {
    desk.live({
      notice: 'That key came before this question was on screen, so it was not taken for an answer.',
    });
    return 'not-an-answer';
  }
  if (intent.type === 'diagnose' && question.type === 'failure') {
    if (!canDiagnose(desk)) return { why: 'There is no cluster here to look at.', again: false };
    look.begin(question);
    return 'not-an-answer';
  }
  const response = reply(desk, question, intent, 'operator');
  if (response.type === 'refuse') return { why: response.why, again: response.again };
  desk.quiet('notice');
  look.stop();
  await act(desk, response, 'asked');
  return 'answered';
}

function reply(desk: Desk, question: Question, intent: Intent, settledBy: 'operator' | 'verify'): Response {
  const { bundle, kinds } = desk.options;
  return respond({ session: desk.session, bundle, kinds, settledBy }, question, withoutSecrets(desk, intent));
}

function withoutSecrets(desk: Desk, intent: Intent): Intent {
  switch (intent.type) {
    case 'done-by-hand':
    case 'settle':
      return { ...intent, note: desk.redact(intent.note) };
    case 'skip':
      return { ...intent, reason: desk.redact(intent.reason) };
    default:
      return intent;
  }
}

/** Whether exactly these parts of the plan are left out already: before a crash, that is. */
function sameParts(excluded: readonly string[], session: SessionState, at: ActionRef): boolean {
  const before = actionIn(session, at)?.plan?.excluded ?? [];
  return excluded.length === before.length && excluded.every((id) => before.includes(id));
}

async function act(
  desk: Desk,
  response: Exclude<Response, { type: 'refuse' }>,
  source: 'asked' | 'answers' | 'default',
): Promise<void> {
  switch (response.type) {
    case 'append':
      desk.undoing = undefined;
      desk.wrongCluster = undefined;
      return desk.recordAll(response.events);
    case 'set': {
      const { parameter, value, byDefault, events } = response;
      const secret = parameter.type === 'secret';
      await desk.setParameter(parameter.name, value, { secret, source: byDefault ? 'default' : source });
      return desk.recordAll(events);
    }
    case 'start': {
      const { at, purpose, block } = response;
      const changes = purpose === 'change' || purpose === 'undo';
      if (changes && !(await guardCluster(desk, at))) return;
      return startCommand(desk, at, purpose, block);
    }
    case 'begin': {
      const { frame, step, action } = response.at;
      if (!(await guardCluster(desk, response.at))) return;
      const { excluded } = response;
      if (!sameParts(excluded, desk.session, response.at)) {
        await desk.record({ type: 'action-trimmed', frame, step, action, excluded });
      }
      return desk.record({ type: 'action-started', frame, step, action, detail: '' });
    }
    case 'plan':
      return makePlan(desk, response.at, response.kind, response.action);
    case 'undo':
      desk.undoing = response.at;
      return;
    case 'check-cluster':
      await guardCluster(desk, response.at);
      return;
    case 'pause':
      return pauseSession(desk);
  }
}
