/** NetworkPolicies and pods as the evaluator sees them. What of an object cannot be read is said, never guessed. */
import type { LabelSelector } from '../../rollout/label-selector.ts';
import type { AddressRange } from './addresses.ts';
import type { Protocol } from './ports.ts';

export type Direction = 'Ingress' | 'Egress';

/** Told of each part that cannot be read. */
export type Report = (path: readonly PropertyKey[], message: string) => void;

/** A part of a policy that is none that the API knows: nobody can tell what it lets through. */
export interface Unreadable {
  readonly type: 'unreadable';
}
export const unreadable: Unreadable = { type: 'unreadable' };

export interface Selector {
  readonly type: 'selector';
  readonly selector: LabelSelector;
  /** The keys that it asks for. */
  readonly keys: readonly string[];
}

export interface PodsPeer {
  readonly type: 'pods';
  /** Absent: pods of the policy's own namespace. */
  readonly namespaces?: Selector;
  /** Absent: all pods of the namespaces. */
  readonly pods?: Selector;
}

export interface BlockPeer {
  readonly type: 'block';
  /** As it stands in the policy. */
  readonly cidr: string;
  readonly except: readonly string[];
  /** The block without what is excepted: sorted and disjoint. */
  readonly ranges: readonly AddressRange[];
}

export type Peer = PodsPeer | BlockPeer | Unreadable;

export type PolicyPort =
  | { readonly type: 'numbers'; readonly protocol: Protocol; readonly from: number; readonly to: number }
  | { readonly type: 'name'; readonly protocol: Protocol; readonly name: string }
  | { readonly type: 'protocol'; readonly protocol: Protocol }
  | Unreadable;

export interface Rule {
  readonly type: 'rule';
  /** `spec.ingress[0]`. */
  readonly path: string;
  /** Undefined: every peer, inside the cluster or not. */
  readonly peers: readonly Peer[] | undefined;
  /** Undefined: every port of every protocol. */
  readonly ports: readonly PolicyPort[] | undefined;
}

export interface Policy {
  readonly namespace: string;
  readonly name: string;
  readonly selects: Selector | Unreadable;
  /** Whether it isolates the pods that it selects in a direction; undefined: that cannot be read. */
  readonly isolates: Readonly<Record<Direction, boolean | undefined>>;
  /** Rules of both directions; those of a direction in which it does not isolate count for nothing. */
  readonly rules: Readonly<Record<Direction, readonly (Rule | Unreadable)[]>>;
}

/** A port that a container declares. */
export interface NamedPort {
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** Of an init container that keeps running: not every network plugin looks for names there. */
  readonly sidecar: boolean;
}

/** What decides for one pod, or for the pods of a template. */
export interface PolicyPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Empty: it has none yet. */
  readonly addresses: readonly string[];
  /** Addresses of its node. */
  readonly hostAddresses: readonly string[];
  readonly ports: readonly NamedPort[];
  readonly hostNetwork: boolean;
  /** It has ended, and takes part in nothing. */
  readonly completed: boolean;
}

/** `shop/web`. */
export const fullName = ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
  `${namespace}/${name}`;
