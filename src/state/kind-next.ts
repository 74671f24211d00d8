/** What comes next for an action of a kind: an answer, what follows from it, or work that takes time. */
import type { KindAction, RunbookBundle } from '../runbook/model.ts';
import type { ActionRef, SessionEvent } from './event.ts';
import { readFirst } from './explained.ts';
import { type Around, type AskingKind, type PerformingKind, plans, type Visit } from './kind.ts';
import {
  ask,
  attemptRuns,
  confirmationText,
  type Decision,
  returnedFrom,
  type Scene,
  sameAction,
  waysOut,
} from './scene.ts';
import type { ActionState, Frame, SessionState } from './session.ts';
import { specsOf, valuesOf } from './values.ts';

/** An action that is over once it is answered, and what its answer brings about was done. */
export function askingDecision(
  scene: Scene,
  action: KindAction,
  kind: AskingKind,
  at: ActionRef,
  state: ActionState,
): Decision | undefined {
  const { session, bundle, frame } = scene;
  if (state.answer === undefined) {
    return { type: 'ask', question: kind.question(action.spec, aroundOf(session, bundle, at)) };
  }
  const effect = kind.effect?.(action.spec, state.answer, frame.file);
  if (!effect) return undefined;
  const walked = finishedVisits(session, at);
  const visits = effect.visits ?? [];
  const visit = (session.mode === 'dry-run' ? visits.slice(0, 1) : visits).find(
    ({ key }) => !walked.some((frame) => frame.visit === key),
  );
  if (visit) {
    const values = Object.entries(visit.set ?? {}).map(
      ([name, value]): SessionEvent => ({ type: 'parameter-set', name, value, source: 'visit' }),
    );
    return { type: 'append', events: [...values, frameEntered(session, scene.ref, visit, action.id)] };
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

/** What surrounds an action of the stack's last frame. */
export function aroundOf(session: SessionState, bundle: RunbookBundle, at: ActionRef): Around {
  return {
    at,
    parameters: specsOf(session, bundle),
    values: valuesOf(session, {}),
    mode: session.mode,
    visited: finishedVisits(session, at).flatMap(({ visit }) => visit ?? []),
  };
}

/** The frames that an answer of this action led to, and that were walked to their end. */
function finishedVisits(session: SessionState, at: ActionRef): readonly Frame[] {
  return session.left.filter(
    ({ from, via, outcome }) =>
      from?.frame === at.frame && from.step === at.step && via === at.action && outcome === 'finished',
  );
}

/** The event that pushes a frame: a branch out of a failure, or a way that was chosen. */
export function frameEntered(
  session: SessionState,
  from: { readonly frame: number; readonly step: string },
  enter: Pick<Visit, 'file' | 'step' | 'why' | 'key'>,
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
    ...(enter.key === undefined ? {} : { visit: enter.key }),
  };
}

/** An action that does work of its own: performed, confirmed first where it changes something. */
export function performingDecision(
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
      // What its command printed is for the kind to read: it says nothing more to the operator than the kind does.
      run: kind.tellsAll ? undefined : active,
      detail: state.ended.detail,
      branches: waysOut(scene, state),
      canVerify: false,
      canUndo: false,
      ...returnedFrom(scene, state.startedAt ?? ''),
    });
  }
  if (active && active.ending === undefined) return { type: 'follow', run: active, block: undefined };
  const described = dry && (kind.dryRun ?? (action.risk === 'look' ? 'perform' : 'describe')) === 'describe';
  if (plans(kind) && state.plan === undefined && state.startedAt === undefined) {
    return { type: 'plan', at, kind, action };
  }
  if (described) {
    const detail = `Not done in a dry run: ${kind.describe(action.spec, valuesOf(session, {}))}`;
    return { type: 'append', events: [{ type: 'action-ended', ...at, ok: true, detail }] };
  }
  if (action.risk !== 'look' && state.startedAt === undefined) {
    return ask(scene, at, {
      type: 'confirm',
      at,
      message: kind.describe(action.spec, valuesOf(session, {})),
      mustType: action.risk === 'irreversible' ? confirmationText(session, context.hostname) : undefined,
      ...(state.plan === undefined ? {} : { planned: true }),
    });
  }
  const wrong = context.wrongCluster;
  if (wrong && sameAction(wrong.at, at)) {
    return { type: 'ask', question: { type: 'wrong-cluster', at, detail: wrong.detail } };
  }
  const deed = kind.describe(action.spec, valuesOf(session, {}));
  const first = action.risk === 'look' ? readFirst(scene, action.id, deed) : undefined;
  return first ?? { type: 'perform', at, kind, action };
}
