/** The policies of a cluster, ready to be asked. Nothing of it needs the pods: an endpoint brings what is known of it along. */
import { entry, type Json, record, textMap } from '../../rollout/json.ts';
import { matchesSelector } from '../../rollout/label-selector.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { Direction, Policy, PolicyPod, Selector } from './model.ts';
import { readPolicy } from './read-policy.ts';

/** A policy of another engine, or of the administrator's tiers: it is there, and what it says is not evaluated. */
export interface ForeignPolicy {
  readonly kind: string;
  /** '' for the whole cluster. */
  readonly namespace: string;
  readonly name: string;
}

export interface PolicySource {
  /** Objects as the API gives them. */
  readonly networkPolicies: readonly Json[];
  /** Undefined where they could not be read: then a selector of namespaces can often not be decided. */
  readonly namespaces?: readonly Json[] | undefined;
  readonly foreign?: readonly ForeignPolicy[];
}

/** How surely something matches; a greater one is surer. `cni`: it depends on the network plugin. */
export const match = { no: 0, unknown: 1, cni: 2, yes: 3 } as const;
export type Match = (typeof match)[keyof typeof match];

export interface Selecting {
  readonly policy: Policy;
  /** False: whether it selects the pod, or isolates it in this direction, cannot be read. */
  readonly sure: boolean;
}

export interface PolicyView {
  readonly policies: readonly Policy[];
  /** What of them could not be read: `NetworkPolicy shop/web, spec.ingress.0.from: from is a list`. */
  readonly unreadable: readonly string[];
  readonly foreign: readonly ForeignPolicy[];
  /** The policies that select a pod for a direction, by name. */
  selecting(pod: PolicyPod, direction: Direction): readonly Selecting[];
  /** Whether a selector takes a namespace. */
  namespaceMatches(selector: Selector, namespace: string): Match;
}

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** Reads the policies once; give it the objects of a snapshot, of a store, or of manifests. Then ask with `evaluate`. */
export function createPolicyView({ networkPolicies, namespaces, foreign = [] }: PolicySource): PolicyView {
  const unreadable: string[] = [];
  const policies = networkPolicies.map((object) => {
    const { metadata } = record(object);
    const name = `${entry(metadata, 'namespace')}/${entry(metadata, 'name')}`;
    return readPolicy(object, (path, message) =>
      unreadable.push(`NetworkPolicy ${name}, ${stripToLine(`${path.map(String).join('.')}: ${message}`)}`),
    );
  });
  const byNamespace = new Map<string, Policy[]>();
  for (const policy of [...policies].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const beside = byNamespace.get(policy.namespace);
    if (beside) beside.push(policy);
    else byNamespace.set(policy.namespace, [policy]);
  }
  const labels = new Map(
    (namespaces ?? []).map(({ metadata }) => {
      const name = entry(metadata, 'name');
      return [name, { [NAME_LABEL]: name, ...textMap(record(metadata).labels) }];
    }),
  );
  return {
    policies,
    unreadable,
    foreign,
    selecting: (pod, direction) =>
      (byNamespace.get(pod.namespace) ?? []).flatMap((policy): readonly Selecting[] => {
        const isolates = policy.isolates[direction];
        const selects =
          policy.selects.type === 'unreadable'
            ? undefined
            : matchesSelector(policy.selects.selector, pod.labels);
        if (isolates === false || selects === false) return [];
        return [{ policy, sure: isolates === true && selects === true }];
      }),
    namespaceMatches({ selector, keys }, namespace) {
      const known = labels.get(namespace);
      if (known !== undefined || namespaces !== undefined || keys.every((key) => key === NAME_LABEL)) {
        return matchesSelector(selector, known ?? { [NAME_LABEL]: namespace }) ? match.yes : match.no;
      }
      return match.unknown;
    },
  };
}
