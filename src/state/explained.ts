/** Which text of a step belongs to which of its actions: what an operator has to have read before, and what is said after. */
import type { Step, StepContent } from '../runbook/model.ts';
import { newAction } from './edit-session.ts';
import type { Decision, Scene } from './scene.ts';

/** The text that stands between the action before and this one, or between the step's heading and its first one. */
export function textBefore(step: Step, action: string): readonly StepContent[] {
  const at = step.content.findIndex((part) => part.type === 'action' && part.action === action);
  if (at < 0) return [];
  const from = step.content.findLastIndex((part, index) => index < at && part.type === 'action') + 1;
  return step.content.slice(from, at).filter(isText);
}

/** The text that stands after the last action of a step; nothing for any other action. */
export function textAfter(step: Step, action: string): readonly StepContent[] {
  if (step.actions.at(-1)?.id !== action) return [];
  const last = step.content.findLastIndex((part) => part.type === 'action');
  return step.content.slice(last + 1).filter(isText);
}

/** False for actions, and for prose of which nothing is shown: comments, and the targets of links. */
function isText(part: StepContent): boolean {
  switch (part.type) {
    case 'action':
      return false;
    case 'code':
      return part.source.trim() !== '';
    case 'prose':
      return part.nodes.some(
        (node) =>
          node.type !== 'definition' && !(node.type === 'html' && /^<!--[\s\S]*-->$/.test(node.value.trim())),
      );
  }
}

/**
 * Before something runs by itself: is there text to be read first? Asked once; a retry, or a session that goes on where the
 * action has run before, does not ask again. `deed` says what runs, where that is no command.
 */
export function readFirst(scene: Scene, action: string, deed?: string): Decision | undefined {
  const state = scene.frame.steps[scene.step.id]?.actions[action] ?? newAction;
  if (state.read || state.runs.length > 0 || state.startedAt !== undefined) return undefined;
  if (textBefore(scene.step, action).length === 0) return undefined;
  const at = { ...scene.ref, action };
  return { type: 'ask', question: { type: 'read', at, ...(deed === undefined ? {} : { deed }) } };
}
