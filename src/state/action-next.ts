/** What comes next for one action of the current step. */
import type { Action, ShellAction } from '../runbook/model.ts';
import { newAction } from './edit-session.ts';
import type { ActionRef } from './event.ts';
import { readFirst } from './explained.ts';
import { kindOf } from './kind.ts';
import { askingDecision, performingDecision } from './kind-next.ts';
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
import type { ActionState } from './session.ts';
import { isShell, shellNext } from './shell-action.ts';

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
      return (
        (next.purpose === 'look' ? readFirst(scene, action.id) : undefined) ?? {
          type: 'start',
          at,
          purpose: next.purpose,
          block: next.block,
        }
      );
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
        branches: waysOut(scene, state),
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
