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
  /** It has the label `linkerd.io/cni-resource`: the injector leaves it alone. */
  readonly cni: boolean;
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
  /** The version in `linkerd.io/created-by`: of a control plane's own pods it is that of the control plane. Or ''. */
  readonly createdBy: string;
}

/** `Rollout` is that of Argo. Of `Other` the name holds the kind too: `Node/worker-1`. */
export type OwnerKind =
  | 'Deployment'
  | 'Rollout'
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
  /** False where the label `config.linkerd.io/admission-webhooks: disabled` keeps the injector out. */
  readonly webhooks: boolean;
  /** It has the label `linkerd.io/is-control-plane`. */
  readonly controlPlane: boolean;
}

/** What the control plane says of itself. Undefined where it could not be seen or is not there. */
export interface ControlPlaneMeta {
  readonly namespace: string;
  /** E.g. `stable-2.14.10`, or `edge-25.4.4`. */
  readonly version: string | undefined;
  /** How the version is known: `ConfigMap linkerd/linkerd-config`, `pod annotation`. */
  readonly source: string;
  /** `missing`: pods say that they belong to it, and neither its configuration nor a pod of its own is there. */
  readonly state: 'found' | 'missing' | 'unseen';
  /** What a pod gets that starts now: the version, unless the configuration names another for the proxy. */
  readonly proxyVersion: string | undefined;
  /** The versions that its own pods run, those of the most pods first. More than one, or another than `version`: half done. */
  readonly running: readonly { readonly version: string; readonly pods: number }[];
  /** SHA-256, in hex, of the trust anchors that new pods get. */
  readonly trustRoot: string | undefined;
  /** All hashes that stand for the same anchors: with and without the line's end after them. */
  readonly trustRoots: readonly string[];
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
  readonly role: Role;
  /** Of the extension, or ''. */
  readonly extension: string;
  /** The namespace of the control plane that it belongs to. */
  readonly meshOf: string;
}

export type Role = 'control-plane' | 'extension' | 'data-plane';

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

/** A meshed pod without an owner. */
export interface BarePod {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly skew: Skew;
  readonly otherTrustRoot: boolean;
  readonly override: string;
  readonly role: Role;
  readonly extension: string;
  readonly meshOf: string;
}

export interface Survey {
  /** The one that most pods belong to, or the only one. */
  readonly controlPlane: ControlPlaneMeta | undefined;
  readonly controlPlanes: readonly ControlPlaneMeta[];
  /** Sorted by namespace, kind and name; the oldest version of a workload first. Without bare and finished pods. */
  readonly rows: readonly SurveyRow[];
  readonly unmeshed: readonly UnmeshedRow[];
  /** Meshed pods that are over (phase Succeeded or Failed): they count nowhere else. */
  readonly completed: number;
  /** False where pods that are over could not be told from the others. */
  readonly completedKnown: boolean;
  /** Meshed pods without an owner: nothing brings them back. */
  readonly bare: readonly BarePod[];
  readonly versions: readonly {
    readonly version: string;
    readonly skew: Skew;
    readonly pods: number;
    readonly workloads: number;
  }[];
  /** Of the proxies; `''` for those that do not say. `current` is undefined where the control plane's anchors are not known. */
  readonly trustRoots: readonly {
    readonly sha256: string;
    readonly pods: number;
    readonly current: boolean | undefined;
  }[];
  readonly totals: SurveyTotals;
  /** What could not be looked at, with the permission that is missing. */
  readonly unseen: readonly string[];
}

/** Counts of pods. Those that are over are only in `Survey.completed`. */
export interface SurveyTotals {
  readonly namespaces: number;
  readonly pods: number;
  /** Pods with a proxy: `controlPlane`, `extension` and `dataPlane` together. */
  readonly meshed: number;
  readonly controlPlane: number;
  readonly extension: number;
  readonly dataPlane: number;
  /** Of extensions and data plane: `supported` or `old`, so a restart brings them up to date. */
  readonly behind: number;
  readonly old: number;
  readonly ahead: number;
  readonly otherTrustRoot: number;
  readonly unmeshed: number;
}
