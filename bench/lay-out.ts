import type { RolloutBoard } from '../src/cluster/rollouts/rollout-watch.ts';
import type { WalkState } from '../src/state/walk.ts';
import { rolloutPanel } from '../src/steps/rollout/panel.ts';
import type { RolloutShown } from '../src/steps/rollout/shown.ts';
import { UNICODE } from '../src/terminal/glyphs.ts';

const at = { frame: 0, step: 'watch', action: 'watch/1' };

/** Makes the rollout panel of a board, as the screen does for each frame. */
export function layOut(board: RolloutBoard, now: number): void {
  const value: RolloutShown = {
    board,
    startedAt: now,
    timeoutAt: now + 600_000,
    estimateAt: undefined,
    logs: {},
    events: {},
    asking: false,
    end: undefined,
  };
  const walk = { live: { progress: { at, value } } } as unknown as WalkState;
  const ui = { selected: undefined, toggled: [], excluded: [] };
  const view = rolloutPanel({ walk, at, ui, now, width: 53, height: 18, glyphs: UNICODE });
  if (!view || view.top.length === 0) throw new Error('nothing was drawn');
}
