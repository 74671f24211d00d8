/** API objects for the tests of rollouts: a workload with its revisions and pods, changed where a test says so. */

import { assess } from '../../src/rollout/assess.ts';
import type { Rollout, RolloutEvidence, WorkloadKind } from '../../src/rollout/model.ts';
import { readEvent } from '../../src/rollout/read-event.ts';
import { readPod } from '../../src/rollout/read-pod.ts';
import { readRevision } from '../../src/rollout/read-revision.ts';
import { readWorkload } from '../../src/rollout/read-workload.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects of the API as JSON
export type Json = Record<string, any>;

export const NOW = Date.parse('2026-03-01T12:00:00Z');
/** So many seconds ago, as the API writes it. */
export const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString().replace('.000Z', 'Z');

const present = <T>(values: readonly (T | undefined)[]) => values.filter((each) => each !== undefined);
const owner = (kind: string, name: string, uid: string) => [{ kind, name, uid, controller: true }];

/** A Deployment in the middle of a rollout: 1 of 3 new pods, nothing wrong. */
export function deployment(change: Json = {}): Json {
  const { spec, status, metadata } = change;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: 'u-web',
      generation: 2,
      creationTimestamp: ago(7200),
      annotations: { 'deployment.kubernetes.io/revision': '2' },
      ...metadata,
    },
    spec: {
      replicas: 3,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      progressDeadlineSeconds: 600,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: {} },
      ...spec,
    },
    status: {
      observedGeneration: 2,
      replicas: 4,
      updatedReplicas: 1,
      readyReplicas: 3,
      availableReplicas: 3,
      conditions: [progressing('True', 'ReplicaSetUpdated')],
      ...status,
    },
  };
}

export const progressing = (status: string, reason: string, at = 30): Json => ({
  type: 'Progressing',
  status,
  reason,
  message: '',
  lastUpdateTime: ago(at),
  lastTransitionTime: ago(at),
});

/** The ReplicaSet of a revision: `web-new` is the second. */
export const replicaSet = (hash: string, revision: string, change: Json = {}): Json => ({
  kind: 'ReplicaSet',
  metadata: {
    name: `web-${hash}`,
    namespace: 'shop',
    uid: `u-${hash}`,
    creationTimestamp: ago(revision === '2' ? 120 : 7200),
    labels: { 'pod-template-hash': hash },
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ownerReferences: owner('Deployment', 'web', 'u-web'),
  },
  status: { replicas: 1 },
  ...change,
});

export const NEW = '7c5d8f9b6d';
export const OLD = '5f6b7c8d9f';

/** A running pod of the new ReplicaSet; `main` and `init` are statuses of containers. */
export function pod(name: string, change: Json = {}): Json {
  const { metadata, spec, status, hash = NEW, ready = true } = change;
  return {
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      uid: `u-${name}`,
      creationTimestamp: ago(100),
      labels: { app: 'web', 'pod-template-hash': hash },
      ownerReferences: owner('ReplicaSet', `web-${hash}`, `u-${hash}`),
      ...metadata,
    },
    spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'shop/web:2' }], ...spec },
    status: {
      phase: 'Running',
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: ago(100) },
        { type: 'Initialized', status: 'True', lastTransitionTime: ago(95) },
        { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: ago(50) },
      ],
      containerStatuses: [running('app', { ready })],
      ...status,
    },
  };
}

export const running = (name: string, change: Json = {}): Json => ({
  name,
  ready: true,
  started: true,
  restartCount: 0,
  state: { running: { startedAt: ago(90) } },
  ...change,
});

export const waiting = (name: string, reason: string, message = '', change: Json = {}): Json => ({
  name,
  ready: false,
  started: false,
  restartCount: 0,
  state: { waiting: { reason, ...(message === '' ? {} : { message }) } },
  ...change,
});

export const event = (
  kind: string,
  name: string,
  reason: string,
  message: string,
  change: Json = {},
): Json => ({
  metadata: { uid: `e-${kind}-${name}-${reason}`, namespace: 'shop' },
  involvedObject: { kind, namespace: 'shop', name, uid: '' },
  type: 'Warning',
  reason,
  message,
  firstTimestamp: ago(90),
  lastTimestamp: ago(10),
  count: 3,
  ...change,
});

/** Everything about one workload as API objects, and what is not an object. */
export interface Scene {
  readonly workload?: Json;
  readonly kind?: WorkloadKind;
  readonly revisions?: readonly Json[];
  readonly pods?: readonly Json[];
  readonly events?: readonly Json[];
  readonly rest?: Partial<RolloutEvidence>;
}

export function evidence(scene: Scene = {}): RolloutEvidence {
  const workload = readWorkload(scene.workload ?? deployment(), scene.kind);
  if (workload === undefined) throw new Error('the scene has no workload');
  return {
    workload,
    revisions: present(
      (scene.revisions ?? [replicaSet(OLD, '1'), replicaSet(NEW, '2')]).map((each) => readRevision(each)),
    ),
    pods: present((scene.pods ?? []).map(readPod)),
    events: present((scene.events ?? []).map(readEvent)),
    nodesReady: new Map([['node-1', true]]),
    namespaceInject: '',
    unseen: [],
    lastProgressAt: NOW - 20_000,
    ...scene.rest,
  };
}

export const assessed = (scene: Scene = {}, now = NOW): Rollout => assess(evidence(scene), now);
