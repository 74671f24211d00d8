/** All that NetworkPolicies let through: every pair of workloads, and of a workload and what lies outside the cluster. */
import { covers } from './addresses.ts';
import { type ExternalRange, externalRanges } from './external-ranges.ts';
import { matchPeer } from './matching.ts';
import type { Direction, Peer, Policy, PolicyPod, PolicyPort, Rule } from './model.ts';
import { classKey, tellingOf } from './pod-classes.ts';
import { match, type PolicyView } from './policy-view.ts';
import { ALL, createPortTable, NONE } from './port-table.ts';
import { allPorts, MAX_PORT, noPorts, type PortSet, portsOf, unitePorts } from './ports.ts';

/** A pod, and how a list calls the workload that it belongs to: `shop/web[Deployment]`. */
export interface ListedPod {
  readonly peer: string;
  readonly pod: PolicyPod;
}

export interface Connection {
  readonly src: string;
  readonly dst: string;
  /** `TCP 80,8080-8090,UDP 53`, or `All Connections`. */
  readonly conn: string;
}

export interface Connectivity {
  /** Sorted by source, then by destination; what a workload sends to itself is left out. */
  readonly connections: () => Generator<Connection>;
  /** Workloads whose pods differ in what they may: what is listed is what any of them may. */
  readonly mixed: readonly string[];
}

/** Pods on the network of their node are taken for pods like others, and pods that have ended are none. */
export function connectivity(view: PolicyView, pods: readonly ListedPod[]): Connectivity {
  const { classes, peers } = fold(view, pods);
  const table = createPortTable();
  const outside = {
    Ingress: externalRanges(view.policies, 'Ingress'),
    Egress: externalRanges(view.policies, 'Egress'),
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
        const constant = hasNames(rule) ? undefined : table.id(portsFor(rule.ports, undefined));
        const own = direction === 'Ingress' ? classes[self] : undefined;
        for (const at of targets(policy, rule, direction)) {
          const set = constant ?? table.id(portsFor(rule.ports, own ?? classes[at]));
          ports[at] = table.unite(ports[at]!, set);
        }
      }
    }
    return ports;
  };
  const ingress = classes.map((_pod, at) => row(at, 'Ingress'));
  const egress = classes.map((_pod, at) => row(at, 'Egress'));
  /** Between two classes; numbers from `size` on are ranges outside. */
  const between = (from: number, to: number): number =>
    table.intersect(
      from < size ? (egress[from]?.[to] ?? ALL) : ALL,
      to < size ? (ingress[to]?.[from] ?? ALL) : ALL,
    );
  const united = (from: readonly number[], to: readonly number[]): number => {
    let ports = NONE;
    for (const a of from) for (const b of to) ports = table.unite(ports, between(a, b));
    return ports;
  };

  const workloads = [...peers].map(([name, of]): Place => ({ name, inside: of, from: of, to: of }));
  const ranges = (direction: Direction) =>
    outside[direction].map(({ name }, at) => ({ name, at: [size + at] }));
  const places: readonly Place[] = [
    ...workloads,
    ...ranges('Ingress').map(({ name, at }): Place => ({ name, inside: undefined, from: at, to: [] })),
    ...ranges('Egress').map(({ name, at }): Place => ({ name, inside: undefined, from: [], to: at })),
  ].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

  return {
    *connections() {
      for (const src of places) {
        for (const dst of places) {
          if (src === dst || (src.inside === undefined && dst.inside === undefined)) continue;
          const ports =
            src.from.length === 1 && dst.to.length === 1
              ? between(src.from[0]!, dst.to[0]!)
              : united(src.from, dst.to);
          if (ports !== NONE) yield { src: src.name, dst: dst.name, conn: table.text(ports) };
        }
      }
    },
    mixed: workloads.filter(({ from }) => from.length > 1).map(({ name }) => name),
  };
}

interface Place {
  readonly name: string;
  /** Its classes; undefined for what lies outside. */
  readonly inside: readonly number[] | undefined;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

function fold(view: PolicyView, pods: readonly ListedPod[]) {
  const telling = tellingOf(view.policies);
  const classes: PolicyPod[] = [];
  const known = new Map<string, number>();
  const peers = new Map<string, number[]>();
  for (const { peer, pod } of pods) {
    if (pod.completed) continue;
    const plain = { ...pod, hostNetwork: false, addresses: [] };
    const key = classKey(plain, telling);
    let at = known.get(key);
    if (at === undefined) {
      at = classes.length;
      classes.push(plain);
      known.set(key, at);
    }
    const of = peers.get(peer);
    if (of === undefined) peers.set(peer, [at]);
    else if (!of.includes(at)) of.push(at);
  }
  return { classes, peers };
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
    if (peer.type === 'block') {
      return outside[direction].flatMap(({ range }, at) =>
        peer.ranges.some((one) => covers(one, range)) ? [classes.length + at] : [],
      );
    }
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
  return (policy: Policy, rule: Rule, direction: Direction): Iterable<number> =>
    rule.peers === undefined
      ? Array(all[direction]).keys()
      : rule.peers.flatMap((peer) => ofPeer(policy, peer, direction));
}

const hasNames = ({ ports }: Rule) => ports?.some(({ type }) => type === 'name') === true;

/** The ports of a rule, its names those of the destination. Undefined: outside the cluster, where no name means anything. */
function portsFor(ports: readonly PolicyPort[] | undefined, destination: PolicyPod | undefined): PortSet {
  if (ports === undefined) return allPorts;
  return ports.map((port) => portSet(port, destination)).reduce(unitePorts, noPorts);
}

function portSet(port: PolicyPort, destination: PolicyPod | undefined): PortSet {
  switch (port.type) {
    case 'unreadable':
      return noPorts;
    case 'protocol':
      return portsOf(port.protocol, [[1, MAX_PORT]]);
    case 'numbers':
      return portsOf(port.protocol, [[port.from, port.to]]);
    case 'name':
      return portsOf(
        port.protocol,
        (destination?.ports ?? [])
          .filter(({ name, protocol }) => name === port.name && protocol === port.protocol)
          .map((each) => [each.port, each.port]),
      );
  }
}
