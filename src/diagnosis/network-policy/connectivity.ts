/** All that NetworkPolicies let through: every pair of workloads, and of a workload and what lies outside the cluster. */
import { createMatrix } from './matrix.ts';
import type { Direction, PolicyPod } from './model.ts';
import { classKey, tellingOf } from './pod-classes.ts';
import type { PolicyView } from './policy-view.ts';
import { NONE } from './port-table.ts';

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
  const { table, outside, between } = createMatrix(view, classes, true);
  const size = classes.length;
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
