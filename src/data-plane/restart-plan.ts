/** The plan of a restart as plain data: what is restarted, in which waves, what cannot be or need not be, and why. It is kept as JSON. */
import type { LabelSelector } from '../rollout/label-selector.ts';
import type { WorkloadKind, WorkloadRef } from '../rollout/model.ts';
import type { OwnerKind, Role } from './model.ts';

/** Which workloads by how their proxies are. `all`: those without a proxy too. */
export type Only = 'out-of-date' | 'meshed' | 'all';

/** A workload as it was named. Without a namespace: in every namespace that was chosen. */
export interface NamedWorkload {
  readonly kind: WorkloadKind;
  readonly namespace?: string;
  readonly name: string;
}

/** What the operator or the runbook asked for. */
export interface RestartChoice {
  /** Empty: every namespace. */
  readonly namespaces: readonly string[];
  /** Empty: every workload in them. */
  readonly workloads: readonly NamedWorkload[];
  readonly only: Only;
  /** The version that proxies must have afterwards; undefined: what the control plane gives. */
  readonly expect: string | undefined;
  /** A label selector chose among the workloads: what is no workload of the list is not reported on. */
  readonly selected: boolean;
}

/** How big the waves are. */
export interface WaveSizes {
  /** Workloads in the first wave; 0: no wave of its own. */
  readonly canary: number;
  /** Workloads in each of the others. */
  readonly size: number;
}

/** A workload whose pod template can be read. */
export interface RestartTarget extends WorkloadRef {
  readonly uid: string;
  readonly deleting: boolean;
  /** Labels of its pods: what a PodDisruptionBudget selects by. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Pods that it wants; of a DaemonSet the nodes that it wants to be on. */
  readonly desired: number;
  readonly paused: boolean;
  /** `RollingUpdate`, `Recreate` or `OnDelete`. */
  readonly strategy: string;
  /** Of a StatefulSet; 0 where there is none. */
  readonly partition: number;
  readonly maxUnavailable: string | number | undefined;
  readonly maxSurge: string | number | undefined;
  /** A rollout is under way already, as `kubectl rollout status` sees it. */
  readonly rolling: boolean;
  /** What pins the version of its new proxies: `config.linkerd.io/proxy-version` of the template, else of the namespace; or ''. */
  readonly pin: string;
  /** Its new pods are asked to have a proxy, by the template or the namespace; undefined where that could not be seen. */
  readonly asks: boolean | undefined;
  /** The tag of the proxy that stands in the template itself (`linkerd inject --manual`), or ''. */
  readonly proxyInTemplate: string;
}

/** A PodDisruptionBudget. */
export interface Budget {
  readonly namespace: string;
  readonly name: string;
  /** Undefined selects nothing, `{}` everything (policy/v1). */
  readonly selector: LabelSelector | undefined;
  readonly disruptionsAllowed: number;
}

/** What is to be known of a workload before it is restarted. `note` is for information. */
export interface Remark {
  readonly level: 'warning' | 'note';
  readonly code:
    | 'GAP'
    | 'ONE_REPLICA'
    | 'RECREATE'
    | 'NO_DISRUPTION'
    | 'ROLLING'
    | 'BEGUN'
    | 'PARTITION'
    | 'NODE_BY_NODE'
    | 'PINNED'
    | 'NOT_INJECTED'
    | 'GETS_PROXY';
  /** A few words, for beside a row. */
  readonly short: string;
  /** One or two sentences. */
  readonly text: string;
}

/** How many pods have which proxy; `''` is none. */
export interface VersionCount {
  readonly version: string;
  readonly pods: number;
}

/** A workload that is to be restarted. */
export interface PlannedWorkload extends WorkloadRef {
  /** `Deployment/shop/web`. */
  readonly id: string;
  readonly uid: string;
  /** Pods it wants. */
  readonly pods: number;
  readonly versions: readonly VersionCount[];
  /** The version that its proxies must have afterwards; undefined: it has none, or none is known. */
  readonly expect: string | undefined;
  /** Its new pods must have a proxy. */
  readonly meshed: boolean;
  /** The stamp with which an attempt before this one has begun it; absent: it is begun with a stamp of this one. */
  readonly begun?: string;
  readonly remarks: readonly Remark[];
}

/** Why something in the chosen part of the cluster is not restarted. */
export type LeftCode =
  | 'BARE_POD'
  | 'JOB'
  | 'CRON_JOB'
  | 'OTHER_OWNER'
  | 'ROLLOUT'
  | 'ON_DELETE'
  | 'PAUSED'
  | 'PINNED'
  | 'PARTITION'
  | 'IN_TEMPLATE'
  | 'ZERO'
  | 'DELETING'
  | 'NOT_SEEN'
  | 'NO_PROXY'
  | 'REFUSED'
  | 'CONTROL_PLANE'
  | 'EXTENSION';

/** What is not restarted though it was chosen. */
export interface LeftOut {
  readonly kind: OwnerKind;
  readonly namespace: string;
  readonly name: string;
  readonly pods: number;
  /** Of its proxies, or ''. */
  readonly version: string;
  readonly code: LeftCode;
  /** One or two sentences: why, and what to do instead. */
  readonly why: string;
  readonly role: Role;
}

/** What a restart will do. The waves follow from it (`wavesOf`), once it is known what was left out of it. */
export interface RestartPlan {
  /** Of this form. */
  readonly form: 1;
  /** The version that the proxies will have, or ''. */
  readonly expect: string;
  /** Where `expect` is from: `control plane in linkerd`, `as asked`. */
  readonly from: string;
  readonly workloads: readonly PlannedWorkload[];
  readonly sizes: WaveSizes;
  readonly atOnce: number;
  readonly left: readonly LeftOut[];
  /** Chosen workloads that are up to date. */
  readonly upToDate: number;
  /** What is to be known of the control plane before anything is restarted. */
  readonly notices: readonly string[];
  /** What could not be looked at, with the permission that is missing. */
  readonly unseen: readonly string[];
}

/** The id of a workload in plans, notes and panels. */
export const workloadId = (ref: WorkloadRef): string => `${ref.kind}/${ref.namespace}/${ref.name}`;

/** How a workload is named to people. */
export const workloadName = (ref: {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}) => `${ref.kind} ${ref.namespace}/${ref.name}`;
