/** The flows of Linkerd: what is needed, and what the policies make of it. */
import type { LabelSelector } from '../../rollout/label-selector.ts';
import type { Subject } from '../finding.ts';
import type { Ask } from './ask.ts';
import type { Endpoint } from './matching.ts';
import type { MeshPod } from './mesh-pods.ts';
import type { Protocol } from './ports.ts';
import type { Outcome, Verdict } from './verdict.ts';

/** Which finding a blocked flow becomes. */
export type NeedGroup = 'webhooks' | 'control-plane' | 'mesh' | 'observability';

export interface PodsSide {
  readonly type: 'pods';
  /** `every meshed pod`. */
  readonly name: string;
  readonly pods: readonly MeshPod[];
  /** What all of them have, and no other pod: the smallest policy is for these. */
  readonly labels: LabelSelector;
  /** Undefined: in any namespace. */
  readonly namespace: string | undefined;
}

export interface OutsideSide {
  readonly type: 'outside';
  readonly name: string;
  readonly endpoint: Endpoint;
}

export type Side = PodsSide | OutsideSide;

/** A need with no pod at either end is left out. */
export interface Need {
  readonly group: NeedGroup;
  readonly from: Side;
  readonly to: Side;
  readonly ports: readonly { readonly protocol: Protocol; readonly port: number }[];
  /** What happens where it is blocked. */
  readonly breaks: string;
}

/** One port of one need, between pods that the policies cannot tell from each other. */
export interface LinkerdFlow {
  readonly group: NeedGroup;
  /** `every meshed pod`, `the API server`. */
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly outcome: Outcome;
  readonly verdict: Verdict;
  /** The workloads of the source and of the destination that this is about; none for what is no pod. */
  readonly sources: readonly Subject[];
  readonly destinations: readonly Subject[];
  readonly breaks: string;
  /** What a policy would have to allow; none where it is not blocked. */
  readonly asks: readonly Ask[];
}
