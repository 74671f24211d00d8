/** The situations of a session that the screens are tried in. */
import type { ShellAction } from '../../src/runbook/model.ts';
import type { Question } from '../../src/state/question.ts';
import type { WalkState } from '../../src/state/walk.ts';
import { bundle, controlPlane, erase, parameters, pitfall } from './fake-runbook.ts';
import {
  at,
  type FakeWalk,
  fakeWalk,
  frame,
  run,
  session,
  startMs,
  stepState,
  withRun,
} from './fake-walk.ts';

export const nowMs = startMs + 12 * 60_000;
export const here = at('upgrade-the-control-plane');

const shell = (action: unknown): ShellAction => action as ShellAction;
const all = bundle();
const base = () => session(all, here.step);
const script = shell(controlPlane).block.script;

export const question = (more: Partial<Extract<Question, { type: 'run' }>> = {}): Question => ({
  type: 'run',
  at: here,
  purpose: 'change',
  risk: 'change',
  block: shell(controlPlane).block,
  mustType: undefined,
  ...more,
});

const walk = (state: Partial<WalkState>, output: readonly string[] = []): FakeWalk => {
  const made = fakeWalk({ bundle: all, state });
  made.outputs.set('r1', [...output]);
  return made;
};

export const scenes = {
  asked: () => walk({ question: question() }),
  irreversible: () =>
    walk({
      session: session(all, 'clean-up'),
      question: question({
        at: at('clean-up'),
        risk: 'irreversible',
        block: shell(erase).block,
        mustType: 'prod-eu-1',
      }),
    }),
  undo: () => walk({ question: question({ purpose: 'undo' }) }),
  running: (silent = false) =>
    walk(
      {
        session: withRun(base(), run(here, script)),
        live: {
          running: {
            run: 'r1',
            startedAt: nowMs - 61_000,
            lastOutputAt: nowMs - 45_000,
            timeoutMs: 600_000,
            silent,
            stopping: false,
          },
        },
      },
      Array.from({ length: 30 }, (_, index) => `deployment.apps/linkerd-${index} configured`),
    ),
  ended: () =>
    walk(
      {
        session: withRun(
          base(),
          run(here, script, { ending: { type: 'exited', code: 0, ok: true }, durationMs: 7_000 }),
        ),
        question: { type: 'continue', at: here },
      },
      Array.from({ length: 100 }, (_, index) => `line ${index}${index % 40 === 3 ? ' needle' : ''}`),
    ),
  failed: () => {
    const bad = run(here, script, { ending: { type: 'exited', code: 127, ok: false }, durationMs: 7_000 });
    return walk(
      {
        session: withRun(base(), bad),
        question: {
          type: 'failure',
          at: here,
          run: bad,
          detail: 'The command ended with exit code 127 after 0:07.',
          branches: all.runbooks[all.root]!.steps[0]!.branches,
          canVerify: true,
          canUndo: false,
        },
      },
      ['bash: line 1: linkerd: command not found', 'error: no objects passed to apply'],
    );
  },
  unknown: () => {
    const lost = run(here, script, { ending: { type: 'unknown' } });
    return walk(
      {
        session: withRun(base(), lost),
        question: { type: 'unknown-outcome', at: here, run: lost, verified: 'not-done' },
      },
      ['serviceaccount/linkerd configured'],
    );
  },
  wrongCluster: () =>
    walk({ question: { type: 'wrong-cluster', at: here, detail: 'kube-system has another identity: 99.' } }),
  choose: () =>
    walk({
      question: {
        type: 'choose',
        at: here,
        message: 'How was Linkerd installed?',
        options: [
          { value: 'cli', label: 'With the CLI' },
          { value: 'helm', label: 'With Helm' },
          { value: 'gitops', label: 'By GitOps' },
        ],
      },
    }),
  confirm: () =>
    walk({ question: { type: 'confirm', at: here, message: 'Is the window open?', mustType: undefined } }),
  parameter: () => walk({ question: { type: 'parameter', parameter: parameters[0]! } }),
  secret: () =>
    walk({ question: { type: 'parameter', parameter: { ...parameters[2]!, ask: 'The token?' } } }),
  soak: () => walk({ live: { soak: { endsAt: nowMs + 190_000, probe: 'failing', probes: 4 } } }),
  branch: () => {
    const outer = frame(all, here.step);
    const inner = frame(all, 'compare-the-versions', {
      id: 1,
      file: pitfall.file,
      from: { frame: 0, step: here.step },
      why: pitfall.title,
    });
    return walk({
      session: { ...base(), stack: [outer, inner] },
      question: question({ at: at('compare-the-versions', 'compare-the-versions/1', 1) }),
    });
  },
  branchFinished: () => walk({ question: { type: 'branch-finished', back: { frame: 0, step: here.step } } }),
  changed: () => walk({ question: question(), changed: '--- a\n+++ b\n-old line\n+new line\n' }),
  following: () => walk({ question: question(), readOnly: { owner: 'bob@bastion' } }),
  summary: () => {
    const root = frame(all, undefined);
    const done = Object.fromEntries(
      Object.keys(root.steps).map((step, index) => [
        step,
        index === 3
          ? stepState('skipped', {}, 'the CRDs are current')
          : index === 4
            ? stepState('done-by-hand', {}, 'ran it from the bastion')
            : stepState('done'),
      ]),
    );
    const made = walk({
      session: session(all, undefined, { stack: [{ ...root, steps: done }], ended: 'completed' }),
    });
    made.end({ type: 'completed' });
    return made;
  },
} as const;
