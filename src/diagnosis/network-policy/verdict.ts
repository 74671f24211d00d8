/** What is said of a flow. */
import type { RuleMatch } from './matching.ts';
import type { Direction } from './model.ts';
import type { Selecting } from './policy-view.ts';

/**
 * `cni-dependent`: only a rule about which network plugins differ lets it through; `undetermined`: it rests on something that could
 * not be read, or that is not evaluated.
 */
export type Outcome = 'allowed' | 'blocked' | 'cni-dependent' | 'undetermined';

/** One direction: what the policies of one end say. */
export interface DirectionVerdict {
  readonly direction: Direction;
  readonly outcome: Outcome;
  /** The pod that is asked about. */
  readonly pod: string;
  /** The policies that select it for this direction: `shop/default-deny`. None: it is not isolated. */
  readonly policies: readonly string[];
  /** The rule that lets it through, or the one that came closest: `shop/web spec.ingress[0]`. */
  readonly rule?: string;
  /** In one sentence. */
  readonly text: string;
}

export interface Verdict {
  readonly outcome: Outcome;
  /** Of the source, then of the destination; an end that is no pod has none. */
  readonly directions: readonly DirectionVerdict[];
  /** What decides, in one sentence. */
  readonly text: string;
}

/** How a policy that selects the pod fits a flow, with its rule that fits best. */
export interface Fitting extends Selecting {
  readonly best: RuleMatch | undefined;
}

/** Why an outcome is what it is, beyond what the nearest rule tells. */
export type Why = 'rule' | 'plugin' | 'host network' | 'unread';
