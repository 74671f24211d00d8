/** The text of a step that belongs to one of its actions. Pure. */
import type { StepContent } from '../../runbook/model.ts';
import type { ActionRef } from '../../state/event.ts';
import { textAfter, textBefore } from '../../state/explained.ts';
import type { WalkState } from '../../state/walk.ts';
import type { Line } from '../../terminal/line.ts';
import { stepAt } from '../words/place.ts';
import { contentLines } from './briefing-parts.ts';
import type { Room } from './parts.ts';

type TextOf = typeof textBefore;

const laid =
  (...parts: readonly TextOf[]) =>
  (state: WalkState, at: ActionRef | undefined, width: number, room: Room): readonly Line[] => {
    const step = at && stepAt(state, at);
    const content = step ? parts.flatMap((part): readonly StepContent[] => part(step, at.action)) : [];
    return contentLines(content, width, room);
  };

/** What is to be read before an action. */
export const linesBefore = laid(textBefore);

/** What the step says after its last action. */
export const linesAfter = laid(textAfter);

/** Both: for an action that is over once it is answered, so that nothing is asked after it. */
export const linesAround = laid(textBefore, textAfter);
