/**
 * The evidence of one diagnosis, as plain data: what was read of a cluster at one moment, and what could not be read and why.
 * It can be saved, and diagnosed elsewhere. Objects keep the shape of the Kubernetes API, so that a path into one is the path
 * that `kubectl get -o json` shows; fields that no detector reads are left out when it is collected. Of a Secret's data only
 * certificates are kept, which are public: the PEM blocks of `tls.crt`, `crt.pem` and `ca.crt` (see `certificatesOnly`), in
 * base64 as the API has them. Keys and everything else never get into it.
 */

/** An object of the Kubernetes API, with the fields that were kept. It is anybody's text: read it by `rollout/json.ts`. */
export interface SnapshotObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly {
      readonly apiVersion: string;
      readonly kind: string;
      readonly name: string;
      readonly uid: string;
      readonly controller?: boolean;
    }[];
  };
  readonly [field: string]: unknown;
}

/** Parts that only the notices of releases are looked for in. `installations` are what Helm and the linkerd CLI were given (`keep-installation.ts`). */
export const noticeParts = [
  'installations',
  'cronJobs',
  'podSecurityPolicies',
  'externalWorkloads',
  'tlsRoutes',
  'tcpRoutes',
  'podMonitors',
  'serviceMonitors',
  'prometheusRules',
] as const;

/** Kinds of objects that are collected, by the name that a finding and a message call them. */
export const objectParts = [
  'namespaces',
  'nodes',
  'pods',
  'services',
  'endpointSlices',
  'deployments',
  'replicaSets',
  'statefulSets',
  'daemonSets',
  'jobs',
  'configMaps',
  'secrets',
  'customResourceDefinitions',
  'mutatingWebhooks',
  'validatingWebhooks',
  'apiServices',
  'networkPolicies',
  'podDisruptionBudgets',
  'events',
  'leases',
  'serviceProfiles',
  'servers',
  'authorizationPolicies',
  'serverAuthorizations',
  'httpRoutes',
  'grpcRoutes',
  'links',
  'trafficSplits',
  // What cert-manager renews, and what Velero keeps.
  'certificates',
  'veleroBackups',
  'veleroSchedules',
  // Who may do what, read only where it is asked for: `askedParts`.
  'clusterRoles',
  'clusterRoleBindings',
  'roleBindings',
  ...noticeParts,
  // Of other engines and of the administrator's tiers: AdminNetworkPolicy, CiliumNetworkPolicy and their like.
  'foreignPolicies',
] as const;

/** The name of a kind of objects. */
export type ObjectPart = (typeof objectParts)[number];

/** Parts that a diagnosis does without: they are read where they are named as wanted `besides`. Roles and bindings hold names of people. */
export const askedParts = [
  'clusterRoles',
  'clusterRoleBindings',
  'roleBindings',
  ...noticeParts,
] as const satisfies readonly ObjectPart[];

/** What is no list of objects. */
export type FactPart = 'serverVersion' | 'linkerdCli' | 'kubectlCli' | 'helmCli' | 'logs';

/** Everything that may be read, or not. */
export type Part = ObjectPart | FactPart;

/** Why a part could not be read. `absent`: the cluster has no such kind of object, or the machine no such tool. */
export interface Unread {
  readonly state: 'unread';
  readonly why: 'denied' | 'timeout' | 'unreachable' | 'absent' | 'skipped' | 'failed';
  /** One sentence for the operator; where it was denied it names the permission. */
  readonly message: string;
}

/** A part as it was read, or why it was not. */
export type Read<T> = { readonly state: 'read'; readonly value: T } | Unread;

/** The last lines of one container's log, secrets redacted and controls stripped. */
export interface LogTail {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
  readonly lines: readonly string[];
}

/** What is known of the walk that asks: nothing of it is there for `handrail diagnose`, but `target` by its option. */
export interface WalkEvidence {
  /** The version that is upgraded to (`TO`), and from. */
  readonly target?: string;
  readonly from?: string;
  /** The action that failed, or is being watched. */
  readonly step?: {
    readonly title: string;
    /** `shell`, or the name of the kind of action. */
    readonly kind: string;
    readonly detail: string;
    /** The last lines of its output, at most 40, redacted and stripped. */
    readonly output: readonly string[];
  };
}

/** Whether whoever asks may do something, as `kubectl auth can-i VERB RESOURCE -n NAMESPACE` says. */
export interface AccessAnswer {
  readonly verb: string;
  /** `pods`, `deployments.apps`, `pods/eviction`. */
  readonly resource: string;
  /** Absent: in all namespaces, or for what has none. */
  readonly namespace?: string;
  readonly answer: 'allowed' | 'denied' | 'unknown';
  /** What the cluster gives for a reason, or why it was not told. */
  readonly why: string;
}

/** What a preflight asks besides: about whoever asks, and about the clock of the API server. */
export interface OperatorEvidence {
  readonly access: Read<readonly AccessAnswer[]>;
  /** The Date of an answer (RFC 3339, whole seconds), and the time of this machine when it came. */
  readonly clock: Read<{ readonly server: string; readonly machine: string }>;
}

/** The evidence of one moment. */
export interface Snapshot {
  readonly kind: 'handrail/snapshot';
  readonly version: 1;
  /** RFC 3339. What is "now" to every detector. */
  readonly takenAt: string;
  /** How long collecting took. */
  readonly tookMs: number;
  readonly cluster: {
    readonly name: string;
    readonly server: string;
    /** Of the namespace kube-system; '' where it is not known. */
    readonly uid: string;
    readonly practice: boolean;
  };
  readonly objects: Readonly<Record<ObjectPart, Read<readonly SnapshotObject[]>>>;
  /** `gitVersion` of the API server. */
  readonly serverVersion: Read<string>;
  /** Versions as the tools print them: `stable-2.14.10`, `v1.36.3`, `v4.2.3`. */
  readonly linkerdCli: Read<string>;
  readonly kubectlCli: Read<string>;
  readonly helmCli: Read<string>;
  /** Of containers of the control plane and extensions that are not ready or restarted, and of a few proxies that are not ready. */
  readonly logs: Read<readonly LogTail[]>;
  readonly walk?: WalkEvidence;
  /** Only where it was asked for. */
  readonly operator?: OperatorEvidence;
}
