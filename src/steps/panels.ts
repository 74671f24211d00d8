/** The panels of the kinds that have one, by the name of the kind. */
import { checkPanel } from './check/panel.ts';
import type { StepPanel } from './panel.ts';
import { restartPanel } from './restart/panel.ts';
import { rolloutPanel } from './rollout/panel.ts';

/** What each kind of action shows while it is at hand. A kind that is not here has its step's text. */
export const panels: Readonly<Record<string, StepPanel>> = {
  check: checkPanel,
  restart: restartPanel,
  rollout: rolloutPanel,
};
