/** What the kind of action at hand brings for the screens: its panel, and the words that it understands now. Pure. */
import type { ActionRef } from '../../state/event.ts';
import type { Kinds, SteerWord } from '../../state/kind.ts';
import type { WalkState } from '../../state/walk.ts';
import type { StepPanel } from '../../steps/panel.ts';
import type { KindsShown, UiState } from '../ui-state.ts';
import { actionAt, actionState, currentAction } from './place.ts';

/** The words of each kind that can be steered, by its name. */
export function steeringOf(kinds: Kinds): KindsShown['steering'] {
  return Object.fromEntries(
    kinds.flatMap((kind) =>
      kind.way === 'performs' && kind.steering ? [[kind.schema.name, kind.steering]] : [],
    ),
  );
}

/** The words that may be said to what works now; none while nothing does, and none to a look before a question. */
export function wordsNow(state: WalkState, steering: KindsShown['steering']): readonly SteerWord[] {
  const { working } = state.live;
  if (working?.doing !== 'perform' || working.stopping || state.readOnly) return [];
  return steering[actionAt(state, working.at)?.kind ?? ''] ?? [];
}

/** The action whose panel may be on screen, and that panel. What is to be read, chosen or typed first is not covered by it. */
export function panelNow(ui: UiState): { readonly at: ActionRef; readonly panel: StepPanel } | undefined {
  const state = ui.walk?.state;
  const at = state && currentAction(state);
  const kind = at && actionAt(state, at)?.kind;
  const panel = kind === undefined ? undefined : ui.kinds.panels[kind];
  if (!state || !at || !panel || !hasRoom(state)) return undefined;
  return { at, panel };
}

function hasRoom({ question }: WalkState): boolean {
  switch (question?.type) {
    case undefined:
    case 'continue':
    case 'failure':
      return true;
    case 'confirm':
      return question.planned === true;
    case 'parameter':
    case 'run':
    case 'read':
    case 'choose':
    case 'unknown-outcome':
    case 'branch-finished':
    case 'wrong-cluster':
      return false;
  }
}

/** The attempt of the action at hand, as one text: a panel begins anew with each. */
export function attemptNow(state: WalkState): string {
  const at = currentAction(state);
  return at ? JSON.stringify([at.frame, at.step, at.action, actionState(state, at)?.retries ?? 0]) : '';
}
