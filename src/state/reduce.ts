/**
 * The fold: journal entries in, the state of the session out. Pure and total: an event that does not fit (an unknown run, a
 * frame that was left) changes nothing but the sequence number, so a journal of a later version still opens.
 */
import { Draft } from './draft.ts';
import {
  act,
  actionOf,
  endStep,
  frameOf,
  leaveFrame,
  newFrame,
  runOf,
  type Session,
  stepOf,
} from './edit-session.ts';
import type { JournalEntry } from './event.ts';
import type { ActionState, CommandRun, SessionState } from './session.ts';

/** The state before the first event. Its stack is empty until `session-started` is folded in. */
export const emptySession: SessionState = {
  id: '',
  title: '',
  file: '',
  bundleHash: '',
  mode: 'live',
  unattended: false,
  operator: { user: '', host: '' },
  operators: [],
  cluster: undefined,
  version: '',
  startedAt: '',
  updatedAt: '',
  parameters: {},
  stack: [],
  left: [],
  runs: {},
  diagnoses: [],
  notes: [],
  changes: {},
  resumes: 0,
  paused: false,
  ended: undefined,
  seq: 0,
};

/** The state after one more entry; `state` itself is left as it is. */
export function reduce(state: SessionState, entry: JournalEntry): SessionState {
  const draft = new Draft();
  const next = draft.own({ ...state });
  apply(draft, next, entry);
  return next;
}

/** The state after all entries. Linear in their number: 100,000 take a fraction of a second. */
export function fold(entries: Iterable<JournalEntry>, from: SessionState = emptySession): SessionState {
  const draft = new Draft();
  const next = draft.own({ ...from });
  for (const entry of entries) apply(draft, next, entry);
  return next;
}

function apply(draft: Draft, session: Session, entry: JournalEntry): void {
  session.seq = entry.seq;
  session.updatedAt = entry.time;
  const event = entry.event;
  switch (event.type) {
    case 'session-started':
      session.id = event.id;
      session.title = event.title;
      session.file = event.file;
      session.bundleHash = event.bundleHash;
      session.mode = event.mode;
      session.unattended = event.unattended;
      session.cluster = event.cluster;
      session.version = event.version;
      session.startedAt = entry.time;
      act(draft, session, event.operator);
      session.stack = draft.own([draft.own(newFrame(0, event.file, undefined, 'start'))]);
      return;
    case 'session-resumed':
      act(draft, session, event.operator);
      session.unattended = event.unattended;
      session.resumes += 1;
      session.paused = false;
      return;
    case 'session-paused':
      act(draft, session, event.operator);
      session.paused = true;
      return;
    case 'session-ended':
      session.ended = event.outcome;
      return;
    case 'operator-acted':
      act(draft, session, event.operator);
      return;
    case 'parameter-set':
      draft.edit<SessionState, 'parameters'>(session, 'parameters')[event.name] = {
        value: event.value,
        source: event.source,
      };
      return;
    case 'parameter-cleared':
      delete draft.edit<SessionState, 'parameters'>(session, 'parameters')[event.name];
      return;
    case 'frame-entered':
      draft.edit<SessionState, 'stack'>(session, 'stack').push(
        draft.own({
          ...newFrame(event.frame, event.file, event.from, event.why),
          only: event.step,
          via: event.action,
          visit: event.visit,
        }),
      );
      return;
    case 'frame-left':
      leaveFrame(draft, session, event.frame, event.outcome);
      return;
    case 'step-entered': {
      const frame = frameOf(draft, session, event.frame);
      if (frame) frame.current = event.step;
      const step = stepOf(draft, session, event);
      if (step) {
        step.status = 'current';
        step.enteredAt ??= entry.time;
      }
      return;
    }
    case 'step-done':
      endStep(draft, session, event, 'done', undefined, entry.time);
      return;
    case 'step-done-by-hand':
      endStep(draft, session, event, 'done-by-hand', event.note, entry.time);
      return;
    case 'step-skipped':
      endStep(draft, session, event, 'skipped', event.reason, entry.time);
      return;
    case 'step-not-applicable':
      endStep(draft, session, event, 'not-applicable', event.why, entry.time);
      return;
    case 'command-started': {
      const action = actionOf(draft, session, event);
      if (!action) return;
      draft.edit<SessionState, 'runs'>(session, 'runs')[event.run] = draft.own<CommandRun>({
        frame: event.frame,
        step: event.step,
        action: event.action,
        run: event.run,
        purpose: event.purpose,
        script: event.script,
        startedAt: entry.time,
        timeoutMs: event.timeoutMs,
        process: undefined,
        ending: undefined,
        durationMs: undefined,
        settled: undefined,
      });
      draft.edit<ActionState, 'runs'>(action, 'runs').push(event.run);
      action.seen = false;
      return;
    }
    case 'command-spawned': {
      const run = runOf(draft, session, event.run);
      if (run) run.process = { pid: event.pid, bootId: event.bootId, startTicks: event.startTicks };
      return;
    }
    case 'command-ended': {
      const run = runOf(draft, session, event.run);
      if (!run) return;
      run.ending = event.ending;
      run.durationMs = event.durationMs;
      return;
    }
    case 'outcome-settled': {
      const run = runOf(draft, session, event.run);
      if (!run) return;
      run.settled = { done: event.done, by: event.by, note: event.note };
      // A change that did not happen is asked for afresh; an undo that did not happen leaves its change as it was.
      const action = event.done || run.purpose === 'undo' ? undefined : actionOf(draft, session, run);
      if (action) action.attemptFrom = action.runs.length;
      return;
    }
    case 'command-shown': {
      const action = actionOf(draft, session, event);
      if (action) draft.edit<ActionState, 'shown'>(action, 'shown').push(event.purpose);
      return;
    }
    case 'action-started': {
      const action = actionOf(draft, session, event);
      if (!action) return;
      action.startedAt = entry.time;
      action.detail = event.detail;
      action.ended = undefined;
      return;
    }
    case 'action-planned': {
      const action = actionOf(draft, session, event);
      // The plan may be large: it is held as the journal's line gave it, and never copied.
      if (action) action.plan = { plan: event.plan, text: event.text, excluded: [] };
      return;
    }
    case 'action-trimmed': {
      const action = actionOf(draft, session, event);
      if (action?.plan) action.plan = { ...action.plan, excluded: event.excluded };
      return;
    }
    case 'action-noted': {
      const action = actionOf(draft, session, event);
      if (!action) return;
      const data = event.data === undefined ? {} : { data: event.data };
      draft.edit<ActionState, 'notes'>(action, 'notes').push({ time: entry.time, text: event.text, ...data });
      return;
    }
    case 'action-answered': {
      const action = actionOf(draft, session, event);
      if (action) action.answer = event.answer;
      return;
    }
    case 'action-ended': {
      const action = actionOf(draft, session, event);
      if (action) action.ended = { ok: event.ok, detail: event.detail, time: entry.time };
      return;
    }
    case 'action-read': {
      const action = actionOf(draft, session, event);
      if (action) action.read = true;
      return;
    }
    case 'action-seen': {
      const action = actionOf(draft, session, event);
      if (action) action.seen = true;
      return;
    }
    case 'diagnosed': {
      const action = actionOf(draft, session, event);
      if (!action) return;
      const { occasion, diagnosis, frame, step } = event;
      // It may be large: it is held as the journal's line gave it, and never copied.
      action.diagnosed = { occasion, diagnosis, time: entry.time };
      draft
        .edit<SessionState, 'diagnoses'>(session, 'diagnoses')
        .push({ frame, step, action: event.action, ...action.diagnosed });
      return;
    }
    case 'retry-requested': {
      const action = actionOf(draft, session, event);
      if (!action) return;
      action.diagnosed = undefined;
      action.retries += 1;
      action.attemptFrom = action.runs.length;
      action.startedAt = undefined;
      action.detail = undefined;
      action.plan = undefined;
      action.earlier = [...action.earlier, ...action.notes];
      action.notes = [];
      action.answer = undefined;
      action.ended = undefined;
      action.seen = false;
      return;
    }
    case 'note-added': {
      act(draft, session, event.operator);
      const frame = session.stack.at(-1);
      draft.edit<SessionState, 'notes'>(session, 'notes').push({
        text: event.text,
        time: entry.time,
        operator: event.operator,
        at: frame?.current === undefined ? undefined : { frame: frame.id, step: frame.current },
      });
      return;
    }
    case 'runbook-changed':
      draft.edit<SessionState, 'changes'>(session, 'changes')[event.file] = event.hash;
      return;
    default:
      // Fails to compile when a kind of event has no case; at run time an event of a later version is passed over.
      event satisfies never;
  }
}
