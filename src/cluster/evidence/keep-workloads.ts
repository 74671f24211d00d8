/** What is kept of workloads and of what belongs to them. */
import { conditions, message, meta } from './keep-meta.ts';
import { imagesOf, podTemplate } from './keep-pods.ts';
import type { Mask } from './mask.ts';

const selector = true;

/** Deployments, StatefulSets and DaemonSets. */
export const workloadMask: Mask = {
  metadata: meta,
  spec: {
    replicas: true,
    paused: true,
    strategy: true,
    updateStrategy: true,
    podManagementPolicy: true,
    minReadySeconds: true,
    progressDeadlineSeconds: true,
    selector,
    serviceName: true,
    template: podTemplate,
  },
  // A status has numbers, revisions and conditions, whatever the kind.
  status: (value, keep) => {
    const { conditions: said, ...counts } = value as Readonly<Record<string, unknown>>;
    return { ...(keep(counts, true) as object), ...(said ? { conditions: keep(said, conditions) } : {}) };
  },
};

export const replicaSetMask: Mask = {
  metadata: meta,
  spec: { replicas: true, selector, template: imagesOf },
  status: {
    replicas: true,
    fullyLabeledReplicas: true,
    readyReplicas: true,
    availableReplicas: true,
    observedGeneration: true,
    conditions,
  },
};

export const jobMask: Mask = {
  metadata: meta,
  spec: { completions: true, parallelism: true, backoffLimit: true, suspend: true, template: podTemplate },
  status: {
    active: true,
    ready: true,
    succeeded: true,
    failed: true,
    startTime: true,
    completionTime: true,
    conditions,
  },
};

export const cronJobMask: Mask = {
  metadata: meta,
  spec: { schedule: true, suspend: true, jobTemplate: { spec: { template: podTemplate } } },
};

export const budgetMask: Mask = {
  metadata: meta,
  spec: { minAvailable: true, maxUnavailable: true, selector, unhealthyPodEvictionPolicy: true },
  status: {
    currentHealthy: true,
    desiredHealthy: true,
    expectedPods: true,
    disruptionsAllowed: true,
    observedGeneration: true,
    conditions,
  },
};

const about: Mask = {
  kind: true,
  namespace: true,
  name: true,
  uid: true,
  apiVersion: true,
  fieldPath: true,
};

/** Events of either API. */
export const eventMask: Mask = {
  metadata: { name: true, namespace: true, uid: true, creationTimestamp: true },
  involvedObject: about,
  regarding: about,
  type: true,
  reason: true,
  message,
  note: message,
  count: true,
  firstTimestamp: true,
  lastTimestamp: true,
  eventTime: true,
  series: { count: true, lastObservedTime: true },
  source: { component: true },
  reportingComponent: true,
};
