/**
 * The conductor: drives a session from wherever its journal leaves it to its end. It decides, asks, acts and writes down,
 * one thing at a time; no event is acted on before it is on disk. It needs no terminal: whoever holds the walk may
 * be a screen, a pipe or a test.
 */
import { createHash } from 'node:crypto';
import { pauseSession, whileBusy } from './busy.ts';
import { type Decision, decide } from './decide.ts';
import { Desk, Leave } from './desk.ts';
import { diffSources } from './diff.ts';
import type { ActionRef, SessionEvent } from './event.ts';
import { guardCluster } from './guard.ts';

import type { Message } from './mailbox.ts';
import type { WalkOptions } from './options.ts';
import { SessionOutput } from './output.ts';
import { perform } from './perform.ts';
import type { Intent, Question } from './question.ts';
import { type Response, respond } from './respond.ts';
import { type CommandPlan, followCommand, runCommand } from './supervise.ts';
import { answerUnattended } from './unattended.ts';
import type { Walk, WalkEnd } from './walk.ts';

/** Opens the walk of a session and starts driving it. Nothing here rejects: what goes wrong is in `finished`. */
export async function openWalk(options: WalkOptions): Promise<Walk> {
  const changes = options.onDisk ? diffSources(options.bundle.sources, options.onDisk) : undefined;
  const desk = new Desk(options, changes?.text);
  const output = new SessionOutput(desk);
  const finished = Promise.race([drive(desk, changes?.files ?? []), left(desk)]);
  return {
    store: desk.store,
    output,
    folder: options.folder,
    send: (intent) => desk.mailbox.push({ intent, token: desk.token }),
    finished,
    async close() {
      desk.leave({ type: 'paused' });
      await finished;
      await output.close();
      await options.journal.close();
    },
  };
}

/** Whatever may still be waited for then, nothing comes of it. */
function left(desk: Desk): Promise<WalkEnd> {
  return new Promise((resolve) => {
    desk.leaving.addEventListener('abort', () => resolve(desk.end ?? { type: 'paused' }), { once: true });
  });
}

async function drive(
  desk: Desk,
  changed: readonly { readonly file: string; readonly text: string }[],
): Promise<WalkEnd> {
  try {
    if (desk.options.resumed && !desk.session.ended) await resume(desk, changed);
    let last: Decision | undefined;
    for (;;) {
      const decision = decide(desk.session, desk.options.bundle, desk.options.kinds, desk.context);
      if (decision.type === 'append' && last?.type === 'append' && sameEvents(decision, last)) {
        throw new Error(`the events ${JSON.stringify(decision.events)} lead nowhere`);
      }
      last = decision;
      await carryOut(desk, decision);
    }
  } catch (error) {
    if (!(error instanceof Leave)) {
      const why = error instanceof Error ? error.message : String(error);
      desk.leave({
        type: 'broken',
        detail: `This is a mistake in the program: ${why}. The session can be resumed.`,
      });
    }
  }
  return desk.end ?? { type: 'broken', detail: 'The session came to no end.' };
}

async function resume(
  desk: Desk,
  changed: readonly { readonly file: string; readonly text: string }[],
): Promise<void> {
  const { journal, operator, policy } = desk.options;
  await desk.record({
    type: 'session-resumed',
    operator,
    torn: journal.torn,
    unattended: policy !== undefined,
  });
  if (journal.torn) {
    desk.live({
      notice:
        'The last line of the journal was unfinished and was cut off. What it would have said was not acted on.',
    });
  }
  for (const { file, text } of changed) {
    const hash = createHash('sha256').update(text).digest('hex');
    if (desk.session.changes[file] !== hash) await desk.record({ type: 'runbook-changed', file, hash });
  }
}

async function carryOut(desk: Desk, decision: Decision): Promise<void> {
  switch (decision.type) {
    case 'append':
      return recordAll(desk, decision.events);
    case 'start':
      if (decision.block.interactive && desk.options.policy) {
        const detail = `${decision.at.action} reads the keyboard, so it cannot run unattended.`;
        await desk.record({ type: 'session-paused', operator: desk.options.operator });
        return leave(desk, { type: 'failed', detail });
      }
      return start(desk, decision.at, decision.purpose, decision.block);
    case 'follow': {
      const { run, block } = decision;
      const plan: CommandPlan = block ?? {
        language: 'bash',
        script: run.script,
        interactive: false,
        codes: [0],
      };
      return busy(desk, (cancel) => followCommand(desk, run, plan, cancel));
    }
    case 'perform':
      if (decision.action.risk !== 'look' && !(await guardCluster(desk, decision.at))) return;
      return busy(desk, (cancel) => perform(desk, decision.at, decision.kind, decision.action, cancel));
    case 'ask':
      return settle(desk, decision.question);
    case 'over':
      return leave(desk, { type: decision.outcome === 'completed' ? 'completed' : 'stopped' });
    case 'stuck':
      return leave(desk, { type: 'broken', detail: decision.detail });
  }
}

function leave(desk: Desk, end: WalkEnd): never {
  desk.leave(end);
  throw new Leave(end);
}

async function recordAll(desk: Desk, events: readonly SessionEvent[]): Promise<void> {
  for (const event of events) await desk.record(event);
}

function start(desk: Desk, at: ActionRef, purpose: Parameters<typeof runCommand>[2], plan: CommandPlan) {
  return busy(desk, (cancel) => runCommand(desk, at, purpose, plan, cancel));
}

/** Runs something to its end while intents are dealt with. */
async function busy(desk: Desk, work: (cancel: AbortSignal) => Promise<unknown>): Promise<void> {
  desk.clearQuestion();
  desk.undoing = undefined;
  const cancel = new AbortController();
  try {
    await whileBusy(desk, work(cancel.signal), () => cancel.abort());
  } finally {
    desk.quiet('running', 'soak', 'progress');
  }
}

/** Has a question answered, then does what the answer asks for. */
async function settle(desk: Desk, question: Question): Promise<void> {
  let error: string | undefined;
  for (;;) {
    const asked = desk.ask(question, error);
    const message = desk.mailbox.take();
    if (desk.end) throw new Leave(desk.end);
    if (message) {
      const settled = await handle(desk, asked, message);
      if (settled === true) return;
      error = settled.error ?? error;
    } else if (desk.options.policy) {
      return unattended(desk, asked);
    } else {
      await desk.mailbox.ready();
    }
  }
}

async function unattended(desk: Desk, question: Question): Promise<void> {
  const { policy, operator } = desk.options;
  if (!policy) return;
  const answer = triedEnough(desk, question) ?? answerUnattended(question, policy);
  if (answer.type === 'answer') {
    const response = reply(desk, question, answer.intent, 'verify');
    if (response.type !== 'refuse') return act(desk, response, answer.source);
    await desk.record({ type: 'session-paused', operator });
    leave(desk, { type: 'unanswered', question, detail: response.why });
  }
  await desk.record({ type: 'session-paused', operator });
  if (answer.type === 'failed') leave(desk, { type: 'failed', detail: answer.detail });
  leave(desk, { type: 'unanswered', question, detail: answer.detail });
}

/** A change that is lost each time it runs would otherwise be run for ever. */
function triedEnough(desk: Desk, question: Question) {
  if (question.type !== 'unknown-outcome' || question.verified !== 'not-done') return undefined;
  const { frame, step, action } = question.at;
  const state = desk.session.stack.find(({ id }) => id === frame)?.steps[step]?.actions[action];
  const lost = state?.runs.filter((run) => desk.session.runs[run]?.settled?.done === false) ?? [];
  if (lost.length < 2) return undefined;
  const detail = `${action} was run ${lost.length + 1} times, and each time nobody saw how it ended.`;
  return { type: 'stop', detail } as const;
}

/** True: the question is answered. Otherwise it stays, perhaps with an error beside it. */
async function handle(
  desk: Desk,
  question: Question,
  { intent, token }: Message,
): Promise<true | { readonly error: string | undefined }> {
  if (intent.type === 'note') {
    const text = desk.redact(intent.text.trim());
    if (text !== '') await desk.record({ type: 'note-added', text, operator: desk.options.operator });
    return { error: undefined };
  }
  const any = intent.type === 'pause' || intent.type === 'stop';
  if (!any && token !== desk.token) {
    desk.live({
      notice: 'That key came before this question was on screen, so it was not taken for an answer.',
    });
    return { error: undefined };
  }
  const response = reply(desk, question, intent, 'operator');
  if (response.type === 'refuse') {
    desk.live({ notice: response.why });
    return { error: response.again ? response.why : undefined };
  }
  desk.quiet('notice');
  await act(desk, response, 'asked');
  return true;
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

async function act(
  desk: Desk,
  response: Exclude<Response, { type: 'refuse' }>,
  source: 'asked' | 'answers' | 'default',
): Promise<void> {
  switch (response.type) {
    case 'append':
      desk.undoing = undefined;
      desk.wrongCluster = undefined;
      return recordAll(desk, response.events);
    case 'set': {
      const { parameter, value, byDefault, events } = response;
      const secret = parameter.type === 'secret';
      if (secret) desk.secrets[parameter.name] = value;
      await desk.record({
        type: 'parameter-set',
        name: parameter.name,
        value: secret ? undefined : value,
        source: byDefault ? 'default' : source,
      });
      return recordAll(desk, events);
    }
    case 'start': {
      const { at, purpose, block } = response;
      const changes = purpose === 'change' || purpose === 'undo';
      if (changes && !(await guardCluster(desk, at))) return;
      return start(desk, at, purpose, block);
    }
    case 'begin': {
      const { frame, step, action } = response.at;
      if (!(await guardCluster(desk, response.at))) return;
      return desk.record({ type: 'action-started', frame, step, action, detail: '' });
    }
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

function sameEvents(one: Decision, other: Decision): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
