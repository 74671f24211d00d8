/** How the demands of hops are written down: each is one rule, with the facts that it hangs on. */
import { has, lineOf } from '../version-order.ts';
import type { Demand, PathFacts } from './model.ts';

/** A hop as the rules look at it. */
export interface RuledHop {
  readonly from: string;
  readonly to: string;
  readonly kind: 'patch' | 'major';
  /** The release that the whole path begins with. */
  readonly start: string;
  readonly first: boolean;
  readonly last: boolean;
  /** As they are when this hop begins. */
  readonly facts: PathFacts;
}

/** Whether a rule holds; a string where a fact that it hangs on is not known: the condition, which the demand begins with. */
export type Holds = boolean | string;

/** One demand, and the hops that make it. */
export interface Rule {
  readonly code: string;
  readonly weight: Demand['weight'];
  readonly when: (hop: RuledHop) => Holds;
  /** Begins with a word that can be written small after a condition. */
  readonly text: string | ((hop: RuledHop) => string);
  readonly pitfall?: string;
}

/** The demand of a rule on a hop, or none. */
export function applied({ code, weight, when, text, pitfall }: Rule, hop: RuledHop): readonly Demand[] {
  const holds = when(hop);
  if (holds === false) return [];
  const said = typeof text === 'string' ? text : text(hop);
  const whole = holds === true ? said : `${holds}: ${said.charAt(0).toLowerCase()}${said.slice(1)}`;
  return [
    { code, weight, text: whole, ...(pitfall === undefined ? {} : { pitfall: `pitfalls/${pitfall}` }) },
  ];
}

/** The hop brings what came with this release. */
export const crosses = ({ from, to }: RuledHop, since: string): boolean =>
  !has(from, since) && has(to, since);

/** The hop goes to a release from `since` on, and before `until`. */
export const goesTo = ({ to }: RuledHop, since: string, until?: string): boolean =>
  has(to, since) && (until === undefined || !has(to, until));

/** All of them, or false; of those that are not known the conditions, one after another. */
export function every(...all: readonly Holds[]): Holds {
  if (all.includes(false)) return false;
  const unknown = all.filter((holds) => typeof holds === 'string');
  return unknown.length === 0
    ? true
    : unknown
        .map((one, index) => (index === 0 ? one : `${one.charAt(0).toLowerCase()}${one.slice(1)}`))
        .join(', and ');
}

/** A fact that is known, or the condition in its place. */
export const known = (fact: boolean | undefined, condition: string): Holds => fact ?? condition;

/** The CLI installed Linkerd, and upgrades it. */
export const byCli = ({ facts: { method } }: RuledHop): Holds =>
  known(method && method === 'cli', 'If the CLI installed it');

/** Helm installed Linkerd, and upgrades it. */
export const byHelm = ({ facts: { method } }: RuledHop): Holds =>
  known(method && method === 'helm', 'If Helm installed it');

/** The extension of this name is there: `viz`. */
export const withExtension = ({ facts: { extensions } }: RuledHop, name: string): Holds =>
  known(extensions?.includes(name), `If there is the ${name} extension`);

/** `2.14` */
export const lineName = (version: string): string => `2.${lineOf(version)}`;
