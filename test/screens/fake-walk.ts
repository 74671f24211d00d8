/** A session that a test moves by hand: it keeps what was said to it, and does nothing of its own. */
import { createStore } from 'zustand/vanilla';
import type { RunbookBundle } from '../../src/runbook/model.ts';
import type { OutputWindow } from '../../src/shell/port.ts';
import type { ActionRef, ClusterPin, Purpose } from '../../src/state/event.ts';
import type { Intent } from '../../src/state/question.ts';
import type { ActionState, CommandRun, Frame, SessionState, StepState } from '../../src/state/session.ts';
import type { Walk, WalkEnd, WalkState } from '../../src/state/walk.ts';
import { bundle as fakeBundle } from './fake-runbook.ts';

export const start = '2026-03-01T02:00:00.000Z';
export const startMs = Date.parse(start);

export const production: ClusterPin = {
  context: 'prod',
  server: 'https://10.0.0.1:6443',
  uid: '6b1f9d1e-0000-4000-8000-000000000001',
  name: 'prod-eu-1',
  practice: false,
};

const operator = { user: 'ada', host: 'bastion' };

/** A step's state with the actions given. */
export const stepState = (
  status: StepState['status'],
  actions: Readonly<Record<string, ActionState>> = {},
  remark?: string,
): StepState => ({
  status,
  enteredAt: start,
  endedAt: status === 'current' || status === 'pending' ? undefined : '2026-03-01T02:01:07.000Z',
  remark,
  actions,
});

export const actionState = (runs: readonly string[] = []): ActionState => ({
  runs,
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
  read: false,
  diagnosed: undefined,
});

export function frame(bundle: RunbookBundle, current: string | undefined, more: Partial<Frame> = {}): Frame {
  const steps = bundle.runbooks[more.file ?? bundle.root]?.steps ?? [];
  const at = steps.findIndex((step) => step.id === current);
  return {
    id: 0,
    file: bundle.root,
    from: undefined,
    why: '',
    only: undefined,
    via: undefined,
    visit: undefined,
    outcome: undefined,
    current,
    steps: Object.fromEntries(
      steps.map((step, index) => [
        step.id,
        stepState(at < 0 || index > at ? 'pending' : index < at ? 'done' : 'current'),
      ]),
    ),
    ...more,
  };
}

export function session(
  bundle: RunbookBundle,
  current: string | undefined,
  more: Partial<SessionState> = {},
): SessionState {
  return {
    id: '20260301-020000-upgrade',
    title: bundle.runbooks[bundle.root]!.title,
    file: bundle.root,
    bundleHash: 'abc',
    mode: 'live',
    unattended: false,
    operator,
    operators: [operator],
    cluster: production,
    version: '0.1.0',
    startedAt: start,
    updatedAt: '2026-03-01T02:12:00.000Z',
    parameters: { TO: { value: 'stable-2.14.10', source: 'asked' } },
    stack: [frame(bundle, current)],
    left: [],
    runs: {},
    diagnoses: [],
    notes: [],
    changes: {},
    resumes: 0,
    paused: false,
    ended: undefined,
    seq: 1,
    ...more,
  };
}

export const at = (step: string, action = `${step}/1`, frameId = 0): ActionRef => ({
  frame: frameId,
  step,
  action,
});

export function run(ref: ActionRef, script: string, more: Partial<CommandRun> = {}): CommandRun {
  return {
    ...ref,
    run: 'r1',
    purpose: 'change' as Purpose,
    script,
    startedAt: '2026-03-01T02:10:00.000Z',
    timeoutMs: 600_000,
    process: undefined,
    ending: undefined,
    durationMs: undefined,
    settled: undefined,
    ...more,
  };
}

/** A session in which one run of the current action is known. */
export function withRun(state: SessionState, command: CommandRun): SessionState {
  const last = state.stack.length - 1;
  const top = state.stack[last]!;
  const before = top.steps[command.step]!;
  const action = before.actions[command.action] ?? actionState();
  const next: Frame = {
    ...top,
    steps: {
      ...top.steps,
      [command.step]: {
        ...before,
        actions: { ...before.actions, [command.action]: { ...action, runs: [...action.runs, command.run] } },
      },
    },
  };
  return {
    ...state,
    seq: state.seq + 1,
    runs: { ...state.runs, [command.run]: command },
    stack: [...state.stack.slice(0, last), next],
  };
}

export interface FakeWalk extends Walk {
  readonly sent: Intent[];
  readonly outputs: Map<string, string[]>;
  set(change: Partial<WalkState>): void;
  end(end: WalkEnd): void;
  readonly closed: () => boolean;
}

export interface FakeWalkOptions {
  readonly bundle?: RunbookBundle;
  readonly state?: Partial<WalkState>;
  /** What the session does when something is said to it. */
  readonly onSend?: (walk: FakeWalk, intent: Intent) => void;
}

export function fakeWalk(options: FakeWalkOptions = {}): FakeWalk {
  const bundle = options.bundle ?? fakeBundle();
  const store = createStore<WalkState>(() => ({
    session: session(bundle, 'upgrade-the-control-plane'),
    bundle,
    question: undefined,
    live: {},
    changed: undefined,
    readOnly: undefined,
    ...options.state,
  }));
  const outputs = new Map<string, string[]>();
  const sent: Intent[] = [];
  let finish: (end: WalkEnd) => void = () => {};
  let closed = false;
  const finished = new Promise<WalkEnd>((resolve) => {
    finish = resolve;
  });
  const read = (name: string, first: number, count: number): OutputWindow => {
    const all = outputs.get(name) ?? [];
    return {
      total: all.length,
      first,
      lines: all.slice(first, first + count),
      bytes: all.join('\n').length,
    };
  };
  const walk: FakeWalk = {
    store,
    folder: '/home/ada/.local/state/handrail/sessions/20260301-020000-upgrade',
    sent,
    outputs,
    finished,
    output: {
      window: async (name, first, count) => read(name, first, count),
      tail: async (name, count) => read(name, Math.max(0, (outputs.get(name)?.length ?? 0) - count), count),
      search: async (name, text, from, direction) => {
        const all = outputs.get(name) ?? [];
        for (let line = from; line >= 0 && line < all.length; line += direction)
          if (all[line]!.toLowerCase().includes(text.toLowerCase())) return line;
        return -1;
      },
    },
    send: (intent) => {
      sent.push(intent);
      options.onSend?.(walk, intent);
    },
    set: (change) => store.setState(change),
    end: (end) => finish(end),
    close: async () => {
      closed = true;
    },
    closed: () => closed,
  };
  return walk;
}
