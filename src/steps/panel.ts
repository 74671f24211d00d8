/**
 * What a kind of action shows while it is at hand, as data: the screen draws it, scrolls it and moves the selection. A panel is a
 * pure function, so it is the same on every screen and needs no terminal to be tested.
 */
import type { ActionRef } from '../state/event.ts';
import { sameAction } from '../state/scene.ts';
import type { WalkState } from '../state/walk.ts';
import type { Glyphs } from '../terminal/glyphs.ts';
import type { Line } from '../terminal/line.ts';

/** What the operator has done to the panel; it is kept by the screen, and empty when another action is at hand. */
export interface PanelUi {
  /** The id of the selected row. */
  readonly selected: string | undefined;
  /** Rows that were opened or closed: the other way round from how they begin. */
  readonly toggled: readonly string[];
  /** Parts of a plan that were left out. */
  readonly excluded: readonly string[];
}

/** A row of the list. Only a row with an id can be selected. */
export interface PanelRow {
  readonly line: Line;
  readonly id?: string;
  /** It has rows below it to show or hide: Enter, or Left and Right. */
  readonly opens?: true;
  /** It is a part of a plan that can be left out: Space. While it is asked, the id goes into `excluded`. */
  readonly optional?: true;
}

/** `top` and `bottom` stay where they are; the rows between scroll. All lines fit the width they were made for. */
export interface PanelView {
  readonly top: readonly Line[];
  readonly rows: readonly PanelRow[];
  readonly bottom: readonly Line[];
}

export interface PanelProps {
  readonly walk: WalkState;
  readonly at: ActionRef;
  readonly ui: PanelUi;
  /** ms since the epoch. */
  readonly now: number;
  readonly width: number;
  readonly height: number;
  readonly glyphs: Glyphs;
}

/** Undefined: there is nothing to show yet, and the step's text stays. */
export type StepPanel = (props: PanelProps) => PanelView | undefined;

/** What the kind has shown last of this very action; undefined for any other, for a follower, and after a resume. */
export function progressOf<Progress>(walk: WalkState, at: ActionRef): Progress | undefined {
  const { progress } = walk.live;
  // The kind that showed it and its panel agree on the type.
  return progress && sameAction(progress.at, at) ? (progress.value as Progress) : undefined;
}
