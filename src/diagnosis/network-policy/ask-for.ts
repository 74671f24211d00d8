/** What a policy would have to allow, so that a blocked flow gets through and no other one. */
import type { Json } from '../../rollout/json.ts';
import type { LabelExpression, LabelSelector } from '../../rollout/label-selector.ts';
import type { Ask } from './ask.ts';
import type { Side } from './linkerd-model.ts';
import type { Flow } from './matching.ts';
import type { Direction, Peer, PolicyPod } from './model.ts';
import type { PolicyView } from './policy-view.ts';
import type { Verdict } from './verdict.ts';

/** What would have to be allowed for a flow that is blocked, in each direction that blocks it. */
export function askFor(view: PolicyView, flow: Flow, verdict: Verdict, from: Side, to: Side): readonly Ask[] {
  return verdict.directions.flatMap(({ direction, outcome }): readonly Ask[] => {
    const [self, side, other] = direction === 'Ingress' ? [flow.to, to, from] : [flow.from, from, to];
    if (outcome !== 'blocked' || self.type === 'outside' || side.type === 'outside') return [];
    const { protocol, port } = flow;
    const peer = other.type === 'outside' ? undefined : peerOf(other.labels, other.namespace);
    return [askOf(view, self.pod, direction, side.labels, { peer, protocol, port })];
  });
}

/** An ask for the pods with these labels among those that isolate this one isolates. */
export function askOf(
  view: PolicyView,
  pod: PolicyPod,
  direction: Direction,
  labels: LabelSelector,
  rest: Pick<Ask, 'peer' | 'protocol' | 'port'>,
): Ask {
  const isolating = view.selecting(pod, direction).find(({ sure }) => sure)?.policy.selects;
  const selector = isolating?.type === 'selector' ? both(isolating.selector, labels) : labels;
  return { namespace: pod.namespace, direction, selector, ...rest };
}

/** Pods with these labels, in one namespace or in all. */
export const peerOf = (labels: LabelSelector, namespace: string | undefined): Json => ({
  namespaceSelector:
    namespace === undefined ? {} : { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  podSelector: labels,
});

/** A peer of a rule, narrowed to pods with these labels; undefined for what means no pods. */
export function narrowed(peer: Peer, labels: LabelSelector): Json | undefined {
  if (peer.type !== 'pods') return undefined;
  return {
    ...(peer.namespaces === undefined ? {} : { namespaceSelector: peer.namespaces.selector }),
    podSelector: both(peer.pods?.selector ?? {}, labels),
  };
}

/** What takes exactly what both take. A label that both name with other values becomes two expressions, which nothing meets. */
export function both(a: LabelSelector, b: LabelSelector): LabelSelector {
  const matchLabels: Record<string, string> = { ...a.matchLabels };
  const extra: LabelExpression[] = [];
  for (const [key, value] of Object.entries(b.matchLabels ?? {})) {
    if (Object.hasOwn(matchLabels, key) && matchLabels[key] !== value)
      extra.push({ key, operator: 'In', values: [value] });
    else matchLabels[key] = value;
  }
  const all = [...(a.matchExpressions ?? []), ...(b.matchExpressions ?? []), ...extra];
  const matchExpressions = [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
  return {
    ...(Object.keys(matchLabels).length === 0 ? {} : { matchLabels }),
    ...(matchExpressions.length === 0
      ? {}
      : {
          matchExpressions: matchExpressions.map(({ key, operator, values = [] }) => ({
            key,
            operator,
            ...(values.length === 0 ? {} : { values }),
          })),
        }),
  };
}
