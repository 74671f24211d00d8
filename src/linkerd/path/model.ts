/** What a path from one Linkerd version to another is: its hops, and what each of them demands. */

/**
 * Something that a hop asks of the operator. `block`: the hop must not be started before it is so. `before`, `after`: to be done before
 * or after the control plane is upgraded. `know`: nothing to be done, but an expert would say it.
 */
export interface Demand {
  /** Stable, for programs: `kubernetes-window`. */
  readonly code: string;
  readonly weight: 'block' | 'before' | 'after' | 'know';
  /** A sentence or two for people. What hangs on a fact that is not known begins with that condition. */
  readonly text: string;
  /** The pitfall that tells more, for example `pitfalls/jaeger-left-behind`. */
  readonly pitfall?: string;
  /** The id of a step in the runbook of a hop. */
  readonly step?: string;
}

/** The Kubernetes versions on which both versions of a hop run, as minor versions `1.21`. Without `max`: none is documented. */
export interface KubernetesWindow {
  readonly min: string;
  readonly max?: string;
}

/** One upgrade of the control plane, at most one 2.N line ahead. */
export interface Hop {
  /** The release that runs before, `stable-2.13.7`. */
  readonly from: string;
  /** The release that runs after. */
  readonly to: string;
  /** The line of `to`: `2.14` */
  readonly line: string;
  /** `patch`: within the line, as a later hop wants it (2.9.2 to 2.9.5), or because the path ends there. */
  readonly kind: 'patch' | 'major';
  readonly kubernetes: KubernetesWindow;
  readonly demands: readonly Demand[];
  /** How long it takes, waiting included: see `estimate.ts`. */
  readonly estimateMs: number;
}

/** What is known of the mesh and the tools. Whatever is absent is not known, and the demands that hang on it are conditional. */
export interface PathFacts {
  readonly method?: 'cli' | 'helm';
  /** The version of the API server: `v1.28.3`, `1.28`. */
  readonly kubernetes?: string;
  /** The version of `kubectl` on the operator's machine. */
  readonly kubectl?: string;
  readonly helm?: string;
  readonly ha?: boolean;
  /** By the names of their labels: `viz`, `multicluster`, `jaeger`. */
  readonly extensions?: readonly string[];
  /** Meshed pods. */
  readonly pods?: number;
  /** Whether the CNI plugin of Linkerd is there. */
  readonly cni?: boolean;
  /** Container runtimes of the nodes: `containerd`, `docker`. */
  readonly runtimes?: readonly string[];
  /** Whether there are TrafficSplits. */
  readonly trafficSplits?: boolean;
  /** Who brought the definitions of the Gateway API. */
  readonly gatewayApi?: 'linkerd' | 'external' | 'absent';
  /** The oldest proxy that runs. */
  readonly oldestProxy?: string;
  /** Versions of the control plane's own pods. Another one than the release that runs: an upgrade stopped half way. */
  readonly running?: readonly string[];
}

/** A path, or why there is none. `nothing`: what is asked for runs already. */
export type PathPlan =
  | {
      readonly type: 'path';
      readonly from: string;
      /** The release that the path ends with, also where only a line was asked for. */
      readonly to: string;
      readonly hops: readonly Hop[];
      readonly estimateMs: number;
      /** About the whole path: doubts, and what is not known. */
      readonly warnings: readonly string[];
    }
  | { readonly type: 'nothing'; readonly text: string }
  | { readonly type: 'refused'; readonly reason: string; readonly advice: string };
