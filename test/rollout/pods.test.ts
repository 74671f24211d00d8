/** Why pods are not placed, do not begin, do not go, or block others. Each with a case that nearly is one. */
import { describe, expect, test } from 'vitest';
import type { RolloutEvidence } from '../../src/rollout/model.ts';
import { schedulingCauses } from '../../src/rollout/reasons/scheduling.ts';
import {
  ago,
  assessed,
  deployment,
  event,
  type Json,
  NOW,
  OLD,
  pod,
  progressing,
  running,
  waiting,
} from './objects.ts';

const codes = (
  pods: readonly Json[],
  events: readonly Json[] = [],
  rest: Partial<RolloutEvidence> = {},
  workload = deployment(),
) => assessed({ workload, pods, events, rest }).reasons.map(({ code, kind }) => [code, kind]);

describe('scheduling', () => {
  const message =
    '0/5 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 Insufficient cpu, 1 node(s) didn’t match Pod’s node affinity/selector. preemption: 0/5 nodes are available: 5 No preemption victims found for incoming pod.'.replaceAll(
      '’',
      "'",
    );
  const pending = (seconds: number, reason = 'Unschedulable') =>
    pod('web-a', {
      ready: false,
      spec: { nodeName: undefined },
      status: {
        phase: 'Pending',
        containerStatuses: undefined,
        conditions: [
          { type: 'PodScheduled', status: 'False', reason, message, lastTransitionTime: ago(seconds) },
        ],
      },
    });

  test('gets 15 s, then needs a human', () => {
    expect(codes([pending(14)])).toEqual([['UNSCHEDULABLE', 'transient']]);
    const rollout = assessed({ pods: [pending(20)] });
    expect(rollout.reasons).toMatchObject([
      {
        code: 'UNSCHEDULABLE',
        kind: 'doomed',
        subject: 'Insufficient cpu',
        message:
          "3 Insufficient cpu, 1 untolerated taint {node-role.kubernetes.io/control-plane: }, 1 does not match Pod's node affinity/selector",
        advice: expect.stringMatching(/Make room/),
      },
    ]);
    expect(rollout.revisions[0]?.pods[0]).toMatchObject({
      status: 'Pending',
      state: 'failing',
      readyContainers: '0/1',
    });
  });

  test('behind a gate waits for whoever opens it', () => {
    expect(codes([pending(900, 'SchedulingGated')])).toEqual([['SCHEDULING_GATED', 'transient']]);
  });

  test('of a pod that has a node is over', () => {
    expect(codes([{ ...pending(20), spec: { nodeName: 'node-1', containers: [] } }])).toEqual([]);
  });

  test.each([
    [
      '0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      [{ nodes: 3, cause: 'Insufficient cpu' }],
    ],
    ['0/1 nodes are available: 1 Too many pods.', [{ nodes: 1, cause: 'Too many pods' }]],
    [
      '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes',
      [{ nodes: 0, cause: 'pod has unbound immediate PersistentVolumeClaims' }],
    ],
    ['0/3 nodes are available: 3 node(s) were unschedulable.', [{ nodes: 3, cause: 'unschedulable' }]],
    ['no nodes available to schedule pods', []],
    ['', []],
  ])('%s', (text, causes) => {
    expect(schedulingCauses(text)).toEqual(causes);
  });
});

describe('sandbox and volumes', () => {
  const creating = (change: Json = {}) =>
    pod('web-a', {
      ready: false,
      status: {
        phase: 'Pending',
        containerStatuses: [waiting('app', 'ContainerCreating')],
        conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: ago(100) }],
        ...change,
      },
    });
  const mount = (first: number, last = 5) =>
    event(
      'Pod',
      'web-a',
      'FailedMount',
      'MountVolume.SetUp failed for volume "config" : configmap "web" not found',
      {
        firstTimestamp: ago(first),
        lastTimestamp: ago(last),
      },
    );

  test('get a minute, then need a human', () => {
    expect(codes([creating()], [mount(50)])).toEqual([['SANDBOX_OR_MOUNT', 'transient']]);
    expect(assessed({ pods: [creating()], events: [mount(70)] }).reasons).toMatchObject([
      { code: 'SANDBOX_OR_MOUNT', kind: 'doomed', subject: 'config' },
    ]);
    const sandbox = event(
      'Pod',
      'web-a',
      'FailedCreatePodSandBox',
      'plugin type="linkerd-cni" failed (add): no such file',
    );
    expect(assessed({ pods: [creating()], events: [sandbox] }).reasons).toMatchObject([
      { code: 'SANDBOX_OR_MOUNT', title: 'pod network cannot be set up' },
    ]);
  });

  test('are no reason without an event, once the sandbox is there, or long after', () => {
    expect(codes([creating()])).toEqual([]);
    expect(codes([creating({ podIP: '10.1.2.3' })], [mount(70)])).toEqual([]);
    const prepared = [{ type: 'PodReadyToStartContainers', status: 'True' }];
    expect(codes([creating({ conditions: prepared })], [mount(70)])).toEqual([]);
    expect(codes([creating()], [mount(90, 400)])).toEqual([]);
  });

  test('that wait for the kubelet’s cache are left to it', () => {
    const cache = event(
      'Pod',
      'web-a',
      'FailedMount',
      'failed to sync secret cache: timed out waiting for the condition',
      { firstTimestamp: ago(90) },
    );
    expect(codes([creating()], [cache])).toEqual([['SANDBOX_OR_MOUNT', 'transient']]);
  });
});

describe('nodes', () => {
  const gone = { nodesReady: new Map([['node-1', false]]) };

  test('that do not answer hold their pods up', () => {
    const unready = pod('web-a', { ready: false });
    expect(assessed({ pods: [unready], rest: gone }).reasons).toMatchObject([
      {
        code: 'NODE_NOT_READY',
        kind: 'doomed',
        subject: 'node-1',
        evidence: ['Node/node-1 status.conditions[Ready].status!=True'],
      },
    ]);
    expect(codes([pod('web-a')], [], gone)).toEqual([]);
    expect(codes([unready], [], { nodesReady: new Map() })).not.toContainEqual(['NODE_NOT_READY', 'doomed']);
  });

  test('that are lost are told by the pod too', () => {
    const lost = pod('web-a', { ready: false, status: { reason: 'NodeLost' } });
    expect(codes([lost])).toEqual([['NODE_NOT_READY', 'doomed']]);
  });
});

describe('pods that leave', () => {
  const leaving = (seconds: number, change: Json = {}) =>
    pod('web-o', {
      hash: OLD,
      metadata: {
        labels: { 'pod-template-hash': OLD },
        ownerReferences: [{ kind: 'ReplicaSet', name: 'o', uid: `u-${OLD}`, controller: true }],
        deletionTimestamp: ago(seconds),
        deletionGracePeriodSeconds: 30,
        ...change,
      },
    });
  const recreate = deployment({ spec: { strategy: { type: 'Recreate' } } });

  test('are given half a minute past their grace period', () => {
    expect(codes([leaving(25)], [], {}, recreate)).toEqual([]);
    expect(codes([leaving(35)], [], {}, recreate)).toEqual([['TERMINATION_STUCK', 'doomed']]);
  });

  test('do not hold up a rolling update, but are told of', () => {
    expect(assessed({ pods: [leaving(35)] })).toMatchObject({
      phase: 'PROGRESSING',
      reasons: [{ code: 'TERMINATION_STUCK', kind: 'transient' }],
      progress: { oldTerminating: 1 },
    });
  });

  test('with finalizers name them', () => {
    const held = leaving(35, { finalizers: ['example.com/drain', 'x/y'] });
    expect(assessed({ workload: recreate, pods: [held] }).reasons).toMatchObject([
      { subject: 'example.com/drain, x/y', message: 'held by finalizers: example.com/drain, x/y' },
    ]);
  });

  test('on a node that does not answer are that node’s', () => {
    const gone = { nodesReady: new Map([['node-1', false]]) };
    expect(codes([leaving(35)], [], gone, recreate)).toEqual([['NODE_NOT_READY', 'doomed']]);
    expect(codes([leaving(25)], [], gone, recreate)).toEqual([]);
  });
});

describe('old pods', () => {
  const old = (name: string, change: Json = {}) => pod(name, { hash: OLD, ready: false, ...change });
  const half = deployment({
    spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } },
  });

  test('that are not ready use up what may be unavailable', () => {
    expect(assessed({ workload: half, pods: [old('web-o'), old('web-p')] })).toMatchObject({
      phase: 'PROGRESSING',
      reasons: [{ code: 'BUDGET_USED_BY_OLD_PODS', kind: 'transient', count: 2, pods: ['web-o', 'web-p'] }],
    });
    expect(codes([old('web-o')], [], {}, half)).toEqual([]);
    expect(codes([old('web-o'), old('web-p', { ready: true })], [], {}, half)).toEqual([]);
  });

  test('are in nobody’s way where no rolling update goes on', () => {
    const pods = [old('web-o'), old('web-p')];
    const paused = deployment({ spec: { ...half.spec, paused: true } });
    expect(codes(pods, [], {}, paused)).toEqual([]);
    expect(codes(pods, [], {}, deployment({ spec: { strategy: { type: 'Recreate' } } }))).toEqual([]);
  });

  const set = (hash: string, change: Json = {}) => ({
    workload: {
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'shop', uid: 'u-db', generation: 3 },
      spec: {
        replicas: 2,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        ...change,
      },
      status: {
        observedGeneration: 3,
        replicas: 2,
        readyReplicas: 1,
        updateRevision: 'db-3',
        currentRevision: 'db-1',
      },
    },
    revisions: [],
    pods: [
      pod('db-1', {
        ready: false,
        metadata: {
          labels: { 'controller-revision-hash': hash },
          ownerReferences: [{ kind: 'StatefulSet', name: 'db', uid: 'u-db', controller: true }],
        },
        status: { containerStatuses: [waiting('app', 'ImagePullBackOff', 'x: not found')] },
      }),
    ],
  });

  test('of a revision already replaced block a StatefulSet, until they are deleted', () => {
    expect(assessed(set('db-2'))).toMatchObject({
      phase: 'STUCK',
      reasons: [
        {
          code: 'STS_OLD_BROKEN_POD',
          kind: 'doomed',
          pods: ['db-1'],
          advice: expect.stringContaining('Delete pod db-1, and only it'),
        },
      ],
    });
  });

  test('do not block one that makes its pods in parallel; a pod of the new revision is none', () => {
    expect(assessed(set('db-2', { podManagementPolicy: 'Parallel' })).reasons).toEqual([]);
    expect(assessed(set('db-3')).reasons).toMatchObject([{ code: 'IMAGE_PULL' }]);
  });
});

describe('waiting for minReadySeconds', () => {
  const slow = deployment({
    spec: { minReadySeconds: 60 },
    status: { replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 2 },
  });

  test('is no trouble', () => {
    expect(assessed({ workload: slow, pods: [pod('web-a')] })).toMatchObject({
      phase: 'PROGRESSING',
      reasons: [{ code: 'MIN_READY_WAIT', kind: 'benign' }],
    });
    expect(assessed({ workload: slow, pods: [pod('web-a')] }, NOW + 20_000).reasons).toEqual([]);
  });
});

describe('new pods without a proxy', () => {
  const finished = {
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
    conditions: [progressing('True', 'NewReplicaSetAvailable')],
  };
  const done = (template: Json = {}) =>
    deployment({
      spec: { replicas: 1, template: { metadata: { annotations: template } } },
      status: finished,
    });
  const injected = { namespaceInject: 'enabled' };
  const bare = (change: Json = {}) => pod('web-a', change);

  test('in an injected namespace: kubectl says done, and it is not good', () => {
    expect(assessed({ workload: done(), pods: [bare()], rest: injected })).toMatchObject({
      phase: 'DONE',
      settled: true,
      good: false,
      kubectl: { done: true },
      reasons: [{ code: 'SILENTLY_UNMESHED', kind: 'doomed', count: 1 }],
    });
  });

  test('of a workload that asks for it itself', () => {
    const workload = done({ 'linkerd.io/inject': 'ingress' });
    expect(assessed({ workload, pods: [bare()] })).toMatchObject({ good: false });
    expect(assessed({ workload, pods: [bare()], rest: { namespaceInject: undefined } })).toMatchObject({
      good: false,
    });
  });

  const labels = { 'pod-template-hash': '7c5d8f9b6d' };
  test.each<readonly [string, Json, Json]>([
    [
      'with a proxy',
      {},
      bare({ metadata: { labels: { ...labels, 'linkerd.io/control-plane-ns': 'linkerd' } } }),
    ],
    ['that are to have none', { 'linkerd.io/inject': 'disabled' }, bare()],
    ['that say so themselves', {}, bare({ metadata: { annotations: { 'linkerd.io/inject': 'disabled' } } })],
    ['in the network of the host', {}, bare({ spec: { hostNetwork: true } })],
    [
      'of the control plane',
      {},
      bare({ metadata: { labels: { ...labels, 'linkerd.io/control-plane-component': 'destination' } } }),
    ],
    [
      'of the CNI plugin',
      {},
      bare({ metadata: { labels: { ...labels, 'linkerd.io/cni-resource': 'true' } } }),
    ],
    ['that are going', {}, bare({ metadata: { deletionTimestamp: ago(1) } })],
    ['of the old revision', {}, pod('web-o', { hash: OLD })],
  ])('%s are fine', (_, template, one) => {
    expect(assessed({ workload: done(template), pods: [one], rest: injected })).toMatchObject({
      good: true,
      reasons: [],
    });
  });

  test('in a namespace that keeps the injector out are fine, whatever asks for a proxy', () => {
    const workload = done({ 'linkerd.io/inject': 'enabled' });
    const rest = { ...injected, injected: false };
    expect(assessed({ workload, pods: [bare()], rest })).toMatchObject({ good: true, reasons: [] });
  });

  test('outside of injected namespaces are fine, and do not make a rollout stuck that goes on', () => {
    expect(assessed({ workload: done(), pods: [bare()] })).toMatchObject({ good: true });
    expect(assessed({ pods: [bare()], rest: injected })).toMatchObject({
      phase: 'PROGRESSING',
      reasons: [{ code: 'SILENTLY_UNMESHED' }],
    });
  });
});

test('pods that were evicted are replaced, and no reason', () => {
  const evicted = pod('web-a', {
    ready: false,
    status: {
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: memory.',
      containerStatuses: [running('app', { ready: false })],
    },
  });
  const rollout = assessed({ pods: [evicted] });
  expect(rollout).toMatchObject({ phase: 'PROGRESSING', reasons: [] });
  expect(rollout.revisions[0]?.pods[0]).toMatchObject({ state: 'finished' });
});
