/** Whether a rule of a policy matches a flow: its peers, its ports, and how surely. */
import { matchesSelector } from '../../rollout/label-selector.ts';
import { contains, parseAddress } from './addresses.ts';
import type { BlockPeer, Peer, Policy, PolicyPod, PolicyPort, Rule, Unreadable } from './model.ts';
import { type Match, match, type PolicyView } from './policy-view.ts';
import type { Protocol } from './ports.ts';

/** One end of a flow. */
export type Endpoint =
  | { readonly type: 'pod'; readonly pod: PolicyPod }
  | {
      /** Somewhere that is no pod: no selector ever matches it. */
      readonly type: 'outside';
      /** As a sentence calls it: `the API server`, `203.0.113.7`. */
      readonly name: string;
      readonly addresses: readonly string[];
      /** Whether these are all addresses that it may come from, or be reached at. */
      readonly complete: boolean;
    };

export interface Flow {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** The port of the pod, after any Service has been resolved; never the Service's. */
  readonly port: number;
  readonly protocol: Protocol;
}

/** How well one rule fits. It matches as surely as the less sure of the two. */
export interface RuleMatch {
  readonly rule: Rule | Unreadable;
  readonly peer: Match;
  readonly port: Match;
}

export const least = (a: Match, b: Match): Match => (a < b ? a : b);
const surest = (all: readonly Match[]): Match => all.reduce<Match>((a, b) => (a > b ? a : b), match.no);

/** `other` is the end that the policy does not select. */
export function matchRule(
  view: PolicyView,
  policy: Policy,
  rule: Rule | Unreadable,
  other: Endpoint,
  flow: Flow,
): RuleMatch {
  if (rule.type === 'unreadable') return { rule, peer: match.unknown, port: match.unknown };
  const { peers, ports } = rule;
  return {
    rule,
    peer:
      peers === undefined
        ? match.yes
        : surest(peers.map((peer) => matchPeer(view, policy.namespace, peer, other))),
    port: ports === undefined ? match.yes : surest(ports.map((port) => matchPort(port, flow))),
  };
}

/** Whether a peer of a policy in `namespace` is this end of a flow. */
export function matchPeer(view: PolicyView, namespace: string, peer: Peer, end: Endpoint): Match {
  if (peer.type === 'unreadable') return match.unknown;
  if (peer.type === 'block') return matchBlock(peer, end);
  if (end.type === 'outside' || end.pod.completed) return match.no;
  const { pod } = end;
  const inNamespace =
    peer.namespaces === undefined
      ? pod.namespace === namespace
        ? match.yes
        : match.no
      : view.namespaceMatches(peer.namespaces, pod.namespace);
  if (inNamespace === match.no) return match.no;
  if (peer.pods !== undefined && !matchesSelector(peer.pods.selector, pod.labels)) return match.no;
  // On the wire it has the address of its node.
  return pod.hostNetwork ? match.unknown : inNamespace;
}

function matchBlock({ ranges }: BlockPeer, end: Endpoint): Match {
  const known =
    end.type === 'outside' ? end.addresses : end.pod.hostNetwork ? hostOf(end.pod) : end.pod.addresses;
  if (known.length === 0) return match.unknown;
  const inside = known.map((text) => {
    const address = parseAddress(text);
    return address !== undefined && ranges.some((range) => contains(range, address));
  });
  if (end.type === 'outside') {
    if (inside.every(Boolean)) return match.yes;
    return inside.some(Boolean) || !end.complete ? match.unknown : match.no;
  }
  // A pod with an address of each family speaks to either; that a block means pods at all is up to the plugin.
  if (end.pod.hostNetwork)
    return inside.every(Boolean) ? match.yes : inside.some(Boolean) ? match.unknown : match.no;
  return inside.some(Boolean) ? match.cni : match.no;
}

const hostOf = ({ hostAddresses, addresses }: PolicyPod) =>
  hostAddresses.length > 0 ? hostAddresses : addresses;

function matchPort(port: PolicyPort, flow: Flow): Match {
  if (port.type === 'unreadable') return match.unknown;
  if (port.protocol !== flow.protocol) return match.no;
  switch (port.type) {
    case 'protocol':
      return match.yes;
    case 'numbers':
      return port.from <= flow.port && flow.port <= port.to ? match.yes : match.no;
    case 'name': {
      if (flow.to.type === 'outside') return match.no;
      const named = flow.to.pod.ports.filter(
        (each) => each.name === port.name && each.protocol === port.protocol && each.port === flow.port,
      );
      if (named.length === 0) return match.no;
      return named.every(({ sidecar }) => sidecar) ? match.cni : match.yes;
    }
  }
}
