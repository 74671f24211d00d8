/**
 * What kinds of action bring for the screens, by the name of the kind. It is apart from the kinds themselves, which load the parser
 * and the cluster: nothing here holds up the first frame.
 */
import type { SteerWord } from '../state/kind.ts';
import { checkPanel } from './check/panel.ts';
import { noticesPanel } from './notices/panel.ts';
import type { StepPanel } from './panel.ts';
import { planPanel } from './plan/panel.ts';
import { prunePanel } from './prune/panel.ts';
import { restartPanel } from './restart/panel.ts';
import { restartWords } from './restart/steering.ts';
import { rolloutPanel } from './rollout/panel.ts';
import { rolloutWords } from './rollout/steering.ts';

/** What each kind of action shows while it is at hand. A kind that is not here has its step's text. */
export const panels: Readonly<Record<string, StepPanel>> = {
  check: checkPanel,
  // Its results are those of a check.
  preflight: checkPanel,
  plan: planPanel,
  prune: prunePanel,
  notice: noticesPanel,
  notices: noticesPanel,
  restart: restartPanel,
  rollout: rolloutPanel,
};

/** The words that a kind understands while it works, for the keys of the screen. */
export const steering: Readonly<Record<string, readonly SteerWord[]>> = {
  restart: restartWords,
  rollout: rolloutWords,
};
