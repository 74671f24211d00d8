/** Objects of a small shop, as the API server has them. Times are those of the test's clock. */
import type { KubeObject } from '../../src/cluster/objects.ts';
import type { FakeCluster } from './fake-cluster.ts';

export const time = (ms: number): string => new Date(ms).toISOString();

const owner = (apiVersion: string, kind: string, name: string, uid: string) => [
  { apiVersion, kind, name, uid, controller: true },
];

export interface WebOptions {
  readonly at: number;
  readonly name?: string;
  readonly namespace?: string;
  readonly replicas?: number;
  /** Of the new revision, and how many of them are ready. */
  readonly pods?: number;
  readonly ready?: number;
  readonly revision?: number;
  readonly generation?: number;
  readonly observed?: number;
  readonly paused?: boolean;
  readonly labels?: Record<string, string>;
  readonly conditions?: readonly object[];
  readonly inject?: string;
  /** What the pods that are not ready wait for. */
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly restarts?: number;
  /** Whether pods have a proxy. */
  readonly meshed?: boolean;
}

/** A Deployment with its newest ReplicaSet and that one's pods. */
export function putDeployment(cluster: FakeCluster, options: WebOptions): void {
  const {
    at,
    name = 'web',
    namespace = 'shop',
    replicas = 2,
    pods = replicas,
    ready = pods,
    revision = 1,
    generation = revision,
    observed = generation,
  } = options;
  const uid = `uid-${namespace}-${name}`;
  const set = `${name}-rs${revision}`;
  const setUid = `${uid}-rs${revision}`;
  const hash = { 'pod-template-hash': `rs${revision}` };
  cluster.put('deployments', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace,
      uid,
      generation,
      creationTimestamp: time(at),
      labels: { app: name, ...options.labels },
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    },
    spec: {
      replicas,
      ...(options.paused ? { paused: true } : {}),
      progressDeadlineSeconds: 600,
      selector: { matchLabels: { app: name } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: {
        metadata: {
          labels: { app: name },
          annotations: options.inject === undefined ? {} : { 'linkerd.io/inject': options.inject },
        },
      },
    },
    status: {
      observedGeneration: observed,
      replicas: pods,
      updatedReplicas: pods,
      readyReplicas: ready,
      availableReplicas: ready,
      unavailableReplicas: Math.max(0, replicas - ready),
      conditions: options.conditions ?? [],
    },
  });
  cluster.put('replicasets', {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: set,
      namespace,
      uid: setUid,
      creationTimestamp: time(at),
      labels: { app: name, ...hash },
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      ownerReferences: owner('apps/v1', 'Deployment', name, uid),
    },
    spec: { replicas },
    status: { replicas: pods },
  });
  for (let index = 0; index < pods; index += 1) {
    cluster.put(
      'pods',
      pod({
        ...options,
        at,
        name: `${set}-${index}`,
        namespace,
        set,
        setUid,
        labels: { app: name, ...hash },
        ok: index < ready,
      }),
    );
  }
}

function pod(of: {
  readonly at: number;
  readonly name: string;
  readonly namespace: string;
  readonly set: string;
  readonly setUid: string;
  readonly labels: Record<string, string>;
  readonly ok: boolean;
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly restarts?: number;
  readonly meshed?: boolean;
}): KubeObject {
  const mesh = of.meshed ?? true;
  const state = of.ok
    ? { running: { startedAt: time(of.at) } }
    : of.waiting
      ? { waiting: of.waiting }
      : { running: { startedAt: time(of.at) } };
  const crashed = of.waiting?.reason === 'CrashLoopBackOff';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: of.name,
      namespace: of.namespace,
      uid: `uid-${of.namespace}-${of.name}`,
      creationTimestamp: time(of.at),
      labels: { ...of.labels, ...(mesh ? { 'linkerd.io/control-plane-ns': 'linkerd' } : {}) },
      annotations: mesh ? { 'linkerd.io/proxy-version': 'stable-2.14.10' } : {},
      ownerReferences: owner('apps/v1', 'ReplicaSet', of.set, of.setUid),
    },
    spec: { nodeName: 'node-1', containers: [{ name: 'web', image: 'example.com/web:1' }] },
    status: {
      phase: of.ok ? 'Running' : 'Pending',
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: time(of.at) },
        { type: 'Ready', status: of.ok ? 'True' : 'False', lastTransitionTime: time(of.at) },
      ],
      containerStatuses: [
        {
          name: 'web',
          image: 'example.com/web:1',
          ready: of.ok,
          started: of.ok,
          restartCount: of.ok ? 0 : (of.restarts ?? 0),
          state,
          ...(crashed
            ? { lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: time(of.at) } } }
            : {}),
        },
      ],
    },
  };
}

/** The namespace and a node that works. */
export function putPlace(cluster: FakeCluster, at: number, namespace = 'shop', inject = ''): void {
  cluster.put('namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespace,
      uid: `uid-ns-${namespace}`,
      creationTimestamp: time(at),
      annotations: inject === '' ? {} : { 'linkerd.io/inject': inject },
    },
  });
  cluster.put('nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1', uid: 'uid-node-1', creationTimestamp: time(at) },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
}

/** A warning about a pod. */
export function warning(at: number, podName: string, reason: string, message: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${podName}.${reason}`, namespace: 'shop', uid: `uid-event-${podName}-${reason}` },
    type: 'Warning',
    reason,
    message,
    count: 3,
    firstTimestamp: time(at),
    lastTimestamp: time(at),
    involvedObject: { kind: 'Pod', namespace: 'shop', name: podName, uid: `uid-shop-${podName}` },
  };
}

export const imagePull = {
  reason: 'ImagePullBackOff',
  message: 'Back-off pulling image "example.com/web:none": not found',
};
export const crashLoop = { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' };
