/** The smallest policies that let blocked flows through: they add to what there is, for pods that are isolated already. */
import { createHash } from 'node:crypto';
import { entry, type Json } from '../../rollout/json.ts';
import { grouped } from '../grouped.ts';
import type { Ask } from './ask.ts';

/** One policy for each namespace, direction and selection of pods; what is asked twice is allowed once. */
export function smallestPolicies(asks: readonly Ask[]): readonly Json[] {
  const policies = groups(asks, ({ namespace, direction, selector }) => [namespace, direction, selector]);
  return policies.map((of) => {
    const { namespace, direction, selector } = of[0]!;
    const rules = groups(of, ({ peer }) => [peer ?? null]).map((same) => {
      const { peer } = same[0]!;
      const ports = groups(same, ({ protocol, port }) => [protocol, port])
        .map(([{ protocol, port } = same[0]!]) => ({ protocol, port }))
        .sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1));
      const peers = peer === undefined ? {} : { [direction === 'Ingress' ? 'from' : 'to']: [peer] };
      return { ...peers, ports };
    });
    const spec = {
      podSelector: selector,
      policyTypes: [direction],
      [direction.toLowerCase()]: rules.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    };
    // By what it allows: one that was applied before, for something else, stays.
    const hash = createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 8);
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name: `linkerd-${direction.toLowerCase()}-${hash}`,
        namespace,
        labels: { 'app.kubernetes.io/created-by': 'handrail' },
      },
      spec,
    };
  });
}

/** As one line of JSON for `kubectl apply`, and how many of them it had no room for. Those of `first`, a namespace, come before all others. */
export function policyList(
  policies: readonly Json[],
  { first, longest }: { readonly first: string; readonly longest: number },
): { readonly json: string; readonly left: number } {
  const rank = (policy: Json) => Number(entry(policy.metadata, 'namespace') !== first);
  const listOf = (items: readonly Json[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  let room = longest - listOf([]).length;
  const items = [...policies]
    .sort((a, b) => rank(a) - rank(b))
    .filter((policy) => {
      room -= JSON.stringify(policy).length + 1;
      return room >= 0;
    });
  return { json: listOf(items), left: policies.length - items.length };
}

/** In the order of their keys. */
function groups<T>(all: readonly T[], keyOf: (one: T) => readonly unknown[]): readonly (readonly T[])[] {
  const key = (one: T) => JSON.stringify(keyOf(one));
  return [...grouped(all, key)].sort(([a], [b]) => (key(a!) < key(b!) ? -1 : 1));
}
