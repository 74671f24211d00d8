/** What gets through between classes of pods, and between them and what lies outside: computed row by row, once. */
import { type ExternalRange, externalRanges } from './external-ranges.ts';
import { matchPeer } from './matching.ts';
import type { BlockPeer, Direction, Peer, Policy, PolicyPod, Rule } from './model.ts';
import { match, type PolicyView } from './policy-view.ts';
import { ALL, createPortTable, type PortTable } from './port-table.ts';
import { hasNames, rulePorts } from './rule-ports.ts';

export interface Matrix {
  readonly table: PortTable;
  /** Sources are cut by rules of Ingress, destinations by those of Egress. */
  readonly outside: Readonly<Record<Direction, readonly ExternalRange[]>>;
  /** The set of ports, by its number in the table. Numbers from the count of the classes on are ranges outside. */
  between(from: number, to: number): number;
}

/**
 * `classes` are pods that nothing can tell from each other; a policy of which it is not sure that it selects one does not. What lies
 * outside the cluster takes part where it is asked for.
 */
export function createMatrix(view: PolicyView, classes: readonly PolicyPod[], withOutside: boolean): Matrix {
  const table = createPortTable();
  const outside = {
    Ingress: withOutside ? externalRanges(view.policies, 'Ingress') : [],
    Egress: withOutside ? externalRanges(view.policies, 'Egress') : [],
  };
  const targets = createTargets(view, classes, outside);
  const size = classes.length;
  const row = (self: number, direction: Direction): Uint32Array | undefined => {
    const selecting = view.selecting(classes[self]!, direction).filter(({ sure }) => sure);
    if (selecting.length === 0) return undefined;
    const ports = new Uint32Array(size + outside[direction].length);
    for (const { policy } of selecting) {
      for (const rule of policy.rules[direction]) {
        if (rule.type === 'unreadable') continue;
        const constant = hasNames(rule) ? undefined : table.id(rulePorts(rule, undefined));
        const own = direction === 'Ingress' ? classes[self] : undefined;
        for (const at of targets(policy, rule, direction)) {
          const set = constant ?? table.id(rulePorts(rule, own ?? classes[at]));
          ports[at] = table.unite(ports[at]!, set);
        }
      }
    }
    return ports;
  };
  const ingress = classes.map((_pod, at) => row(at, 'Ingress'));
  const egress = classes.map((_pod, at) => row(at, 'Egress'));
  return {
    table,
    outside,
    between: (from, to) =>
      table.intersect(
        from < size ? (egress[from]?.[to] ?? ALL) : ALL,
        to < size ? (ingress[to]?.[from] ?? ALL) : ALL,
      ),
  };
}

/** Which classes, and which ranges after them, a rule means. What two rules say alike is looked up once. */
function createTargets(
  view: PolicyView,
  classes: readonly PolicyPod[],
  outside: Readonly<Record<Direction, readonly ExternalRange[]>>,
) {
  const byNamespace = new Map<string, number[]>();
  for (const [at, { namespace }] of classes.entries()) {
    const beside = byNamespace.get(namespace);
    if (beside) beside.push(at);
    else byNamespace.set(namespace, [at]);
  }
  const all = {
    Ingress: classes.length + outside.Ingress.length,
    Egress: classes.length + outside.Egress.length,
  };
  const known = new Map<string, readonly number[]>();
  const ofPeer = (policy: Policy, peer: Peer, direction: Direction): readonly number[] => {
    if (peer.type === 'unreadable') return [];
    if (peer.type === 'block') return rangesIn(outside[direction], peer, classes.length);
    const own = peer.namespaces === undefined;
    const key = JSON.stringify([
      own ? policy.namespace : null,
      peer.namespaces?.selector,
      peer.pods?.selector,
    ]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const candidates = own
      ? (byNamespace.get(policy.namespace) ?? [])
      : [...byNamespace].flatMap(([namespace, of]) =>
          view.namespaceMatches(peer.namespaces!, namespace) === match.yes ? of : [],
        );
    const found =
      peer.pods === undefined
        ? candidates
        : candidates.filter(
            (at) => matchPeer(view, policy.namespace, peer, { type: 'pod', pod: classes[at]! }) === match.yes,
          );
    known.set(key, found);
    return found;
  };
  const ofRules = new Map<Rule, readonly number[]>();
  return (policy: Policy, rule: Rule, direction: Direction): readonly number[] => {
    const before = ofRules.get(rule);
    if (before !== undefined) return before;
    const found =
      rule.peers === undefined
        ? [...Array(all[direction]).keys()]
        : rule.peers.flatMap((peer) => ofPeer(policy, peer, direction));
    ofRules.set(rule, found);
    return found;
  };
}

/** The ranges that a block holds: it was cut at the block's own ends, so each lies in it or beside it. */
function rangesIn(all: readonly ExternalRange[], { ranges }: BlockPeer, offset: number): readonly number[] {
  const found: number[] = [];
  for (const { family, from, to } of ranges) {
    if (family !== 4) continue;
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (all[middle]!.range.from < from) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < all.length && all[at]!.range.to <= to; at++) found.push(offset + at);
  }
  return found;
}
