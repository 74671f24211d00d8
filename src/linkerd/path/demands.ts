/** All that a hop demands beside its Kubernetes. */

import { has } from '../version-order.ts';
import { controlPlaneRules } from './demands/control-plane.ts';
import { dataPlaneRules } from './demands/data-plane.ts';
import { extensionRules } from './demands/extensions.ts';
import { gatewayApiRules } from './demands/gateway-api.ts';
import { toolRules } from './demands/tools.ts';
import type { Demand, PathFacts } from './model.ts';
import { applied, type Rule, type RuledHop } from './rule.ts';

/** Every rule there is. */
export const rules: readonly Rule[] = [
  ...toolRules,
  ...controlPlaneRules,
  ...gatewayApiRules,
  ...extensionRules,
  ...dataPlaneRules,
];

const order: Record<Demand['weight'], number> = { block: 0, before: 1, after: 2, know: 3 };

/** `facts` are those of the moment at which the path begins. */
export function demandsOf(hop: Omit<RuledHop, 'facts'>, facts: PathFacts): readonly Demand[] {
  const then = { ...hop, facts: factsAt(hop, facts) };
  return rules.flatMap((rule) => applied(rule, then));
}

/** By weight: what blocks first, what is good to know last. */
export const inOrder = (demands: readonly Demand[]): readonly Demand[] =>
  [...demands].sort((one, other) => order[one.weight] - order[other.weight]);

/** The facts as they are when the hop begins, where the hops before it have changed them: each brings what its release brings. */
function factsAt({ from, start }: Omit<RuledHop, 'facts'>, facts: PathFacts): PathFacts {
  const came = (since: string): boolean => !has(start, since) && has(from, since);
  const { gatewayApi, extensions } = facts;
  return {
    ...facts,
    ...(gatewayApi === 'absent' && came('stable-2.14.0') ? { gatewayApi: 'linkerd' as const } : {}),
    ...(extensions === undefined || !came('stable-2.10.0') || extensions.includes('viz')
      ? {}
      : { extensions: [...extensions, 'viz'] }),
  };
}
