/**
 * Rollouts as plain data: what is read from the cluster (facts) and what is made of it (a rollout with its phase, its
 * progress and why it waits). Times are ms since the epoch, lengths of time ms. All text that comes from the cluster is
 * stripped of controls where the facts are read.
 */

export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet';

export interface WorkloadRef {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
}

/** A condition of a workload or a pod. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** `lastTransitionTime`. */
  readonly changedAt: number | undefined;
  /** `lastUpdateTime`, which only Deployments have: a Deployment's deadline counts from it. */
  readonly updatedAt: number | undefined;
}

/** What is read of a Deployment, StatefulSet or DaemonSet. Missing numbers are 0, as kubectl takes them; missing `spec.replicas` is 1, the API's default. */
export interface WorkloadFacts extends WorkloadRef {
  readonly uid: string;
  readonly generation: number;
  /** 0 where it is missing. */
  readonly observedGeneration: number;
  readonly createdAt: number;
  readonly deletedAt: number | undefined;
  /** `spec.replicas`; of a DaemonSet `status.desiredNumberScheduled`. */
  readonly desired: number;
  readonly paused: boolean;
  /** `RollingUpdate`, `Recreate` or `OnDelete`. */
  readonly strategy: string;
  /** StatefulSet: `OrderedReady` or `Parallel`; '' for the other kinds. */
  readonly podManagement: string;
  /** StatefulSet: undefined where the object has no `rollingUpdate` at all. */
  readonly partition: number | undefined;
  readonly hasRollingUpdate: boolean;
  readonly maxUnavailable: string | number | undefined;
  readonly minReadySeconds: number;
  /** Deployments only; undefined: there is no deadline. */
  readonly progressDeadlineSeconds: number | undefined;
  /** The annotation `deployment.kubernetes.io/revision`, or '' . */
  readonly revision: string;
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  /** StatefulSet: `status.currentReplicas`. */
  readonly current: number;
  /** `status.terminatingReplicas`, where the server has it. */
  readonly terminating: number | undefined;
  /** StatefulSet. */
  readonly currentRevision: string;
  readonly updateRevision: string;
  readonly conditions: readonly Condition[];
  /** `matchLabels` of the selector. */
  readonly selector: Readonly<Record<string, string>>;
  /** The pod template's annotation `linkerd.io/inject`, or ''. */
  readonly inject: string;
  /** `kubectl.kubernetes.io/restartedAt` of the pod template, or ''. */
  readonly restartedAt: string;
}

/** What is read of a ReplicaSet; for StatefulSets and DaemonSets of a ControllerRevision (`replicas` 0). */
export interface RevisionFacts {
  readonly kind: 'ReplicaSet' | 'ControllerRevision';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly ownerUid: string;
  /** The number of the revision. */
  readonly revision: string;
  /** As its pods carry it in their label: `pod-template-hash`, or `controller-revision-hash` (of a StatefulSet the revision's whole name). */
  readonly hash: string;
  readonly createdAt: number;
  /** `status.replicas` of a ReplicaSet. */
  readonly replicas: number;
  readonly conditions: readonly Condition[];
}

/** One container of a pod with what it does now. */
export interface ContainerFacts {
  readonly name: string;
  /** `sidecar`: an init container with restartPolicy Always. */
  readonly role: 'init' | 'sidecar' | 'main';
  readonly image: string;
  /** The kubelet has reported a status; without one it counts as waiting for no known reason. */
  readonly reported: boolean;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restarts: number;
  readonly state:
    | { readonly type: 'waiting'; readonly reason: string; readonly message: string }
    | { readonly type: 'running'; readonly startedAt: number | undefined }
    | {
        readonly type: 'terminated';
        readonly reason: string;
        readonly exitCode: number;
        readonly signal: number;
        readonly message: string;
        readonly finishedAt: number | undefined;
      };
  readonly last:
    | {
        readonly reason: string;
        readonly exitCode: number;
        readonly message: string;
        readonly finishedAt: number | undefined;
      }
    | undefined;
  /** `initialDelaySeconds` of its readiness probe, in seconds; 0 where there is none. */
  readonly initialDelaySeconds: number;
}

/** What is read of a pod. */
export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Of the controlling owner reference. */
  readonly ownerUid: string;
  readonly ownerKind: string;
  readonly createdAt: number;
  readonly deletedAt: number | undefined;
  readonly graceSeconds: number;
  readonly finalizers: readonly string[];
  /** `pod-template-hash` or `controller-revision-hash`. */
  readonly hash: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly phase: string;
  /** `status.reason`, e.g. NodeLost or Evicted. */
  readonly reason: string;
  readonly message: string;
  readonly node: string;
  readonly hostNetwork: boolean;
  /** `status.podIP`, or ''. */
  readonly ip: string;
  readonly ready: boolean;
  readonly readySince: number | undefined;
  readonly conditions: readonly Condition[];
  readonly containers: readonly ContainerFacts[];
  /** It has the label `linkerd.io/control-plane-ns`. */
  readonly meshed: boolean;
  /** The annotation `linkerd.io/proxy-version`, or ''. */
  readonly proxyVersion: string;
  /** The pod's own annotation `linkerd.io/inject`, or ''. */
  readonly inject: string;
}

/** What is read of an event. `at` follows series.lastObservedTime, lastTimestamp, eventTime, firstTimestamp. */
export interface EventFacts {
  readonly uid: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly at: number;
  /** When it was first seen: firstTimestamp, eventTime, or `at`. */
  readonly firstAt: number;
  readonly count: number;
  readonly about: {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  };
  /** `spec.containers{web}` or ''. */
  readonly fieldPath: string;
}

/** Everything known about one workload at one moment. */
export interface RolloutEvidence {
  readonly workload: WorkloadFacts;
  readonly revisions: readonly RevisionFacts[];
  readonly pods: readonly PodFacts[];
  readonly events: readonly EventFacts[];
  /** By name; empty where nodes could not be seen. */
  readonly nodesReady: ReadonlyMap<string, boolean>;
  /** The namespace's annotation `linkerd.io/inject`, or '' ; undefined where it could not be seen. */
  readonly namespaceInject: string | undefined;
  /** False where the namespace keeps the injector out by its labels. */
  readonly injected?: boolean;
  /** What could not be looked at, as `what (permission that is missing)`. */
  readonly unseen: readonly string[];
  /** When `progressKey` of the workload last changed while we watched, or when watching began. */
  readonly lastProgressAt: number;
}

export type RolloutPhase =
  | 'TERMINATING'
  | 'SCALED_TO_ZERO'
  | 'PAUSED'
  | 'MANUAL'
  | 'NOT_OBSERVED'
  | 'DONE'
  | 'DONE_PARTITION_HELD'
  | 'STUCK'
  | 'PROGRESSING';

/** Codes of the reason table, in the order of their rank. */
export type ReasonCode =
  | 'CONTROLLER_NOT_OBSERVING'
  | 'ADMISSION_WEBHOOK_FAILED'
  | 'ADMISSION_DENIED'
  | 'QUOTA_EXCEEDED'
  | 'QUOTA_MISSING_REQUESTS'
  | 'POD_SECURITY_VIOLATION'
  | 'SERVICEACCOUNT_MISSING'
  | 'CREATE_INVALID'
  | 'CREATE_FORBIDDEN'
  | 'IMAGE_PULL'
  | 'OOM_KILLED'
  | 'CRASH_LOOP'
  | 'INIT_FAILED'
  | 'CONFIG_ERROR'
  | 'UNSCHEDULABLE'
  | 'SCHEDULING_GATED'
  | 'SANDBOX_OR_MOUNT'
  | 'PROXY_NOT_READY'
  | 'STARTUP_FAILING'
  | 'LIVENESS_KILLED'
  | 'READINESS_FAILING'
  | 'NODE_NOT_READY'
  | 'TERMINATION_STUCK'
  | 'BUDGET_USED_BY_OLD_PODS'
  | 'STS_OLD_BROKEN_POD'
  | 'MIN_READY_WAIT'
  | 'SILENTLY_UNMESHED'
  | 'UNDETERMINED';

/** Why a rollout waits: one cause with all the pods that have it. */
export interface Reason {
  readonly code: ReasonCode;
  /** `doomed` needs a human; `transient` may pass by itself; `benign` is no trouble. */
  readonly kind: 'doomed' | 'transient' | 'benign';
  /** A few words, e.g. `image pull back-off`. */
  readonly title: string;
  /** One line, pod names taken out: what the cluster says. */
  readonly message: string;
  /** Image, webhook, quota, node: what the group is about, or ''. */
  readonly subject: string;
  /** One sentence on what to do, where a general one is true. */
  readonly advice: string;
  readonly count: number;
  /** The first three, by name. */
  readonly pods: readonly string[];
  /** Since when it has been so. */
  readonly since: number | undefined;
  /** Nothing but a change of the objects can help: no grace is due. */
  readonly final?: true;
  /** The exact field and value, or the event, that shows it: `Pod/web-1 status.containerStatuses[web].state.waiting.reason=ImagePullBackOff`. */
  readonly evidence: readonly string[];
}

/** One pod as the panel shows it. */
export interface PodView {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly current: boolean;
  readonly state: 'ready' | 'starting' | 'failing' | 'terminating' | 'finished';
  /** A few words as kubectl's STATUS column has them. */
  readonly status: string;
  /** `1/2` of the containers that serve. */
  readonly readyContainers: string;
  readonly restarts: number;
  readonly createdAt: number;
  readonly readySince: number | undefined;
  readonly proxyVersion: string;
  readonly meshed: boolean;
  readonly node: string;
  /** The container that fails or waits, for its log. */
  readonly container: string | undefined;
  readonly code: ReasonCode | undefined;
}

export interface RevisionView {
  readonly name: string;
  readonly revision: string;
  readonly current: boolean;
  readonly pods: readonly PodView[];
}

export interface RolloutProgress {
  readonly desired: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  /** Pods of the current revision that are ready, as far as pods could be seen. */
  readonly newReady: number;
  readonly oldTerminating: number;
  /** Held back by a partition. */
  readonly held: number;
}

/** What `kubectl rollout status` would say (kubectl pkg/polymorphichelpers/rollout_status.go). */
export interface KubectlVerdict {
  readonly done: boolean;
  readonly message: string;
  /** kubectl would end with an error. */
  readonly error: boolean;
}

/** A workload with all that is made of it. */
export interface Rollout {
  readonly ref: WorkloadRef;
  readonly uid: string;
  /** `metadata.generation` of the object that this was made of: tells whether a change of ours is in it already. */
  readonly generation: number;
  /** `kubectl.kubernetes.io/restartedAt` of the pod template, or ''. */
  readonly restartedAt: string;
  readonly phase: RolloutPhase;
  /** Over, in whatever way: nothing more is waited for. */
  readonly settled: boolean;
  /** The phase is good: done, scaled to zero, held by its partition. */
  readonly good: boolean;
  readonly kubectl: KubectlVerdict;
  readonly progress: RolloutProgress;
  readonly revision: string;
  /** The current one first. */
  readonly revisions: readonly RevisionView[];
  /** Ranked: the first is why it waits. Also set for PROGRESSING with transient reasons and DONE with SILENTLY_UNMESHED. */
  readonly reasons: readonly Reason[];
  /** For UNDETERMINED: what was looked at, and what could not be. */
  readonly lookedAt: readonly string[];
  /** When the Deployment's own deadline strikes (or the soft one of 10 min), where it is running. */
  readonly deadlineAt: number | undefined;
}
