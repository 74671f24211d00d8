/** What comes next for one action of the current step. */
import type { Action, KindAction, ShellAction } from '../runbook/model.ts';
import type { Decision, Scene } from './decide.ts';
import { neverBegan } from './ending.ts';
import type { ActionRef, SessionEvent } from './event.ts';
import { type AskingKind, kindOf, type PerformingKind } from './kind.ts';
import type { Question } from './question.ts';
import { newAction } from './reduce.ts';
import type { ActionState, CommandRun, SessionState } from './session.ts';
import { isShell, shellNext } from './shell-action.ts';
import { specsOf, valuesOf } from './values.ts';

/** Undefined: the action is over and was seen. */
export function actionNext(scene: Scene, action: Action): Decision | undefined {
  const at: ActionRef = { ...scene.ref, action: action.id };
  const state = scene.frame.steps[scene.step.id]?.actions[action.id] ?? newAction;
  if (isShell(action)) return shellDecision(scene, action, at, state);
  const kind = kindOf(scene.kinds, action.kind);
  if (!kind) {
    return {
      type: 'stuck',
      detail: `This program does not know the action "${action.kind}" (${action.id}).`,
    };
  }
  return kind.way === 'asks'
    ? askingDecision(scene, action, kind, at, state)
    : performingDecision(scene, action, kind, at, state);
}

/** The runs of the attempt that counts, those left out that never began. */
export function attemptRuns(state: ActionState, session: SessionState): CommandRun[] {
  return state.runs.slice(state.attemptFrom).flatMap((id) => {
    const run = session.runs[id];
    return run && !neverBegan(run) ? [run] : [];
  });
}

/** What is typed to confirm something that cannot be undone. */
export function confirmationText(session: SessionState, hostname: string): string {
  return session.cluster?.name ?? hostname;
}

export function sameAction(one: ActionRef, other: ActionRef): boolean {
  return one.frame === other.frame && one.step === other.step && one.action === other.action;
}

function shellDecision(
  scene: Scene,
  action: ShellAction,
  at: ActionRef,
  state: ActionState,
): Decision | undefined {
  if (state.seen) return undefined;
  const { session, context } = scene;
  const next = shellNext(action, state, attemptRuns(state, session), session.mode);
  switch (next.type) {
    case 'start':
      return { type: 'start', at, purpose: next.purpose, block: next.block };
    case 'follow':
      return { type: 'follow', run: next.run, block: next.block };
    case 'show':
      return {
        type: 'append',
        events: next.purposes.map((purpose) => ({
          type: 'command-shown',
          ...at,
          purpose,
          script: (purpose === 'verify' ? (action.verify ?? action.block) : action.block).script,
        })),
      };
    case 'permission':
      return ask(scene, at, {
        type: 'run',
        at,
        purpose: 'change',
        risk: action.risk,
        block: action.block,
        mustType: action.risk === 'irreversible' ? confirmationText(session, context.hostname) : undefined,
      });
    case 'unknown':
      return ask(scene, at, { type: 'unknown-outcome', at, run: next.run, verified: next.verified });
    case 'failed':
      if (action.undo && context.undoing && sameAction(context.undoing, at)) {
        return ask(scene, at, {
          type: 'run',
          at,
          purpose: 'undo',
          risk: 'change',
          block: action.undo,
          mustType: undefined,
        });
      }
      return ask(scene, at, {
        type: 'failure',
        at,
        run: next.run,
        detail: next.detail,
        branches: scene.step.branches,
        canVerify: action.verify !== undefined,
        canUndo: action.undo !== undefined && action.risk !== 'look',
        ...returnedFrom(scene, next.run.startedAt),
      });
    case 'succeeded':
      return ask(scene, at, {
        type: 'continue',
        at,
        ...(next.remark === undefined ? {} : { remark: next.remark }),
      });
  }
}

/** While the cluster is not the pinned one, that stands in the place of whatever would be asked. */
function ask(scene: Scene, at: ActionRef, question: Question): Decision {
  const wrong = scene.context.wrongCluster;
  if (wrong && sameAction(wrong.at, at)) {
    return { type: 'ask', question: { type: 'wrong-cluster', at, detail: wrong.detail } };
  }
  return { type: 'ask', question };
}

/** The branch that was walked since the action failed. */
function returnedFrom(scene: Scene, since: string): { returnedFrom?: string } {
  const { session, ref, bundle } = scene;
  const frame = session.left.findLast(
    ({ from, via }) => from?.frame === ref.frame && from.step === ref.step && via === undefined,
  );
  const walked = Object.values(frame?.steps ?? {}).some((step) => (step.enteredAt ?? '') >= since);
  const title = frame && (bundle.runbooks[frame.file]?.title ?? frame.why);
  return walked && title !== undefined ? { returnedFrom: title } : {};
}

function askingDecision(
  scene: Scene,
  action: KindAction,
  kind: AskingKind,
  at: ActionRef,
  state: ActionState,
): Decision | undefined {
  const { session, bundle, frame } = scene;
  if (state.answer === undefined) {
    const around = { at, parameters: specsOf(session, bundle), values: valuesOf(session, {}) };
    return { type: 'ask', question: kind.question(action.spec, around) };
  }
  const effect = kind.effect?.(action.spec, state.answer, frame.file);
  if (!effect) return undefined;
  if (effect.enter) {
    const walked = session.left.findLast(
      ({ from, via }) => from?.frame === frame.id && from.step === scene.step.id && via === action.id,
    );
    if (walked?.outcome !== 'finished') {
      return { type: 'append', events: [frameEntered(session, scene.ref, effect.enter, action.id)] };
    }
  }
  // Only now: a way that is left half way opens the choice again, with all that it offers.
  const ruledOut = effect.ruledOut.filter(
    (id) =>
      (frame.steps[id]?.status ?? 'pending') === 'pending' &&
      scene.runbook.steps.some((step) => step.id === id),
  );
  if (ruledOut.length === 0) return undefined;
  const why = `“${kind.label?.(action.spec, state.answer) ?? state.answer}” was chosen.`;
  return {
    type: 'append',
    events: ruledOut.map((step) => ({ type: 'step-not-applicable', frame: frame.id, step, why })),
  };
}

/** The event that pushes a frame: a branch out of a failure, or a way that was chosen. */
export function frameEntered(
  session: SessionState,
  from: { readonly frame: number; readonly step: string },
  enter: { readonly file: string; readonly step?: string; readonly why: string },
  action?: string,
): SessionEvent {
  return {
    type: 'frame-entered',
    frame: session.stack.length + session.left.length,
    file: enter.file,
    from: { frame: from.frame, step: from.step },
    why: enter.why,
    ...(enter.step === undefined ? {} : { step: enter.step }),
    ...(action === undefined ? {} : { action }),
  };
}

function performingDecision(
  scene: Scene,
  action: KindAction,
  kind: PerformingKind,
  at: ActionRef,
  state: ActionState,
): Decision | undefined {
  if (state.seen) return undefined;
  const { session, context } = scene;
  const active = attemptRuns(state, session).at(-1);
  const dry = session.mode === 'dry-run';
  if (state.ended) {
    if (state.ended.ok) return ask(scene, at, { type: 'continue', at, remark: state.ended.detail });
    if (dry) {
      const remark = `${state.ended.detail} In a dry run this does not stop the walk.`;
      return ask(scene, at, { type: 'continue', at, remark });
    }
    return ask(scene, at, {
      type: 'failure',
      at,
      run: active,
      detail: state.ended.detail,
      branches: scene.step.branches,
      canVerify: false,
      canUndo: false,
      ...returnedFrom(scene, state.startedAt ?? ''),
    });
  }
  if (active && active.ending === undefined) return { type: 'follow', run: active, block: undefined };
  if (dry && (kind.dryRun ?? (action.risk === 'look' ? 'perform' : 'describe')) === 'describe') {
    const detail = `Not done in a dry run: ${kind.describe(action.spec, valuesOf(session, {}))}`;
    return { type: 'append', events: [{ type: 'action-ended', ...at, ok: true, detail }] };
  }
  if (action.risk !== 'look' && state.startedAt === undefined) {
    return ask(scene, at, {
      type: 'confirm',
      at,
      message: kind.describe(action.spec, valuesOf(session, {})),
      mustType: action.risk === 'irreversible' ? confirmationText(session, context.hostname) : undefined,
    });
  }
  const wrong = context.wrongCluster;
  if (wrong && sameAction(wrong.at, at)) {
    return { type: 'ask', question: { type: 'wrong-cluster', at, detail: wrong.detail } };
  }
  return { type: 'perform', at, kind, action };
}
