import type { ReactNode } from 'react';
import type { ActionRef } from '../state/event.ts';
import type { WalkState } from '../state/walk.ts';

export interface StepPanelProps {
  readonly walk: WalkState;
  readonly at: ActionRef;
  /** ms since the epoch. */
  readonly now: number;
  readonly width: number;
  readonly height: number;
}

/** What a kind of action draws in place of the step's text while its action is at hand. It keeps within its width and height. */
export type StepPanel = (props: StepPanelProps) => ReactNode;
