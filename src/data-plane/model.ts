/** The data plane as plain data: every pod of the cluster by its metadata alone, and what the survey makes of it. Times are ms since the epoch. */

/** What is read of a pod's metadata. Strings that repeat are interned by who reads them. */
export interface PodMeta {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: number;
  readonly deleting: boolean;
  /** The workload that owns it in the end: by the `linkerd.io/proxy-*` labels, else by its owner reference (a ReplicaSet's hash taken off). */
  readonly ownerKind: OwnerKind;
  readonly ownerName: string;
  /** `linkerd.io/control-plane-ns`, or '' for a pod without a proxy. */
  readonly meshOf: string;
  /** `linkerd.io/control-plane-component`, or ''. */
  readonly component: string;
  /** `linkerd.io/extension` of the pod's labels or its namespace's, or ''. */
  readonly extension: string;
  /** The annotation `linkerd.io/proxy-version`, or ''. */
  readonly proxyVersion: string;
  /** `config.linkerd.io/proxy-version`, or ''. */
  readonly override: string;
  /** `config.linkerd.io/proxy-image` or a digest, or ''. */
  readonly imageOverride: string;
  /** `linkerd.io/trust-root-sha256`, or ''. */
  readonly trustRoot: string;
  /** The pod's own `linkerd.io/inject`, or ''. */
  readonly inject: string;
}

export type OwnerKind =
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'ReplicaSet'
  | 'ReplicationController'
  | 'Job'
  | 'CronJob'
  | 'Pod'
  | 'Other';

/** What is read of a namespace. */
export interface NamespaceMeta {
  readonly name: string;
  /** `linkerd.io/inject` of its annotations, or ''. */
  readonly inject: string;
  readonly override: string;
  readonly extension: string;
}

/** What the control plane says of itself. Undefined where it could not be seen or is not there. */
export interface ControlPlaneMeta {
  readonly namespace: string;
  /** E.g. `stable-2.14.10`, or `edge-25.4.4`. */
  readonly version: string | undefined;
  /** How the version is known: `ConfigMap linkerd/linkerd-config`, `pod annotation`. */
  readonly source: string;
  /** SHA-256, in hex, of the trust anchors that new pods get. */
  readonly trustRoot: string | undefined;
}

/** How a proxy's version stands to the control plane's. */
export type Skew = 'current' | 'supported' | 'old' | 'ahead' | 'unknown';

/** Pods of one workload with one proxy version. */
export interface SurveyRow {
  readonly namespace: string;
  readonly kind: OwnerKind;
  readonly name: string;
  readonly version: string;
  readonly skew: Skew;
  readonly pods: number;
  /** Pods of that version whose trust root is not the control plane's. */
  readonly otherTrustRoot: number;
  /** Pinned by `config.linkerd.io/proxy-version` or an image of its own. */
  readonly override: string;
  /** The first three pods. */
  readonly examples: readonly string[];
  readonly role: 'control-plane' | 'extension' | 'data-plane';
}

/** Pods that should have a proxy and do not. */
export interface UnmeshedRow {
  readonly namespace: string;
  readonly kind: OwnerKind;
  readonly name: string;
  readonly pods: number;
  readonly examples: readonly string[];
  /** `namespace`, or `workload` where its own pods are annotated. */
  readonly asked: 'namespace' | 'workload';
}

export interface Survey {
  readonly controlPlane: ControlPlaneMeta | undefined;
  readonly rows: readonly SurveyRow[];
  readonly unmeshed: readonly UnmeshedRow[];
  /** Meshed pods of Jobs that are over: they count nowhere else. */
  readonly completed: number;
  /** Pods without an owner: nothing brings them back. */
  readonly bare: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly version: string;
    readonly skew: Skew;
  }[];
  readonly versions: readonly {
    readonly version: string;
    readonly skew: Skew;
    readonly pods: number;
    readonly workloads: number;
  }[];
  readonly trustRoots: readonly {
    readonly sha256: string;
    readonly pods: number;
    readonly current: boolean | undefined;
  }[];
  readonly totals: {
    readonly pods: number;
    readonly meshed: number;
    readonly dataPlane: number;
    readonly behind: number;
    readonly unmeshed: number;
  };
  /** What could not be looked at, with the permission that is missing. */
  readonly unseen: readonly string[];
}
