/** The phases, in the order in which they are decided. */
import { describe, expect, test } from 'vitest';
import { progressKey } from '../../src/rollout/phase.ts';
import {
  ago,
  assessed,
  deployment,
  evidence,
  type Json,
  NEW,
  NOW,
  OLD,
  pod,
  progressing,
  replicaSet,
  running,
} from './objects.ts';

const complete = { replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 };
const available = [progressing('True', 'NewReplicaSetAvailable')];
const finished = { ...complete, conditions: available };
const phase = (workload: Json) => assessed({ workload }).phase;
const set = (spec: Json, status: Json, kind = 'StatefulSet') => ({
  kind,
  metadata: { name: 'db', namespace: 'shop', uid: 'u-db', generation: 2 },
  spec: { replicas: 3, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }, ...spec },
  status: { observedGeneration: 2, updateRevision: 'db-2', currentRevision: 'db-1', ...status },
});

describe('a Deployment', () => {
  test('in the middle is in progress, its current revision first', () => {
    const rollout = assessed({
      pods: [pod('web-b', { hash: OLD }), pod('web-a'), pod('web-c', { hash: OLD })],
    });
    expect(rollout).toMatchObject({
      phase: 'PROGRESSING',
      settled: false,
      good: false,
      revision: '2',
      kubectl: { done: false },
      progress: { desired: 3, updated: 1, ready: 3, newReady: 1, oldTerminating: 0 },
      reasons: [],
      lookedAt: [],
      deadlineAt: NOW + 570_000,
    });
    expect(
      rollout.revisions.map((each) => [each.name, each.current, each.pods.map((one) => one.name)]),
    ).toEqual([
      [`web-${NEW}`, true, ['web-a']],
      [`web-${OLD}`, false, ['web-b', 'web-c']],
    ]);
  });

  test('is being deleted, before all else', () => {
    const workload = deployment({ metadata: { deletionTimestamp: ago(5) }, spec: { replicas: 0 } });
    expect(assessed({ workload })).toMatchObject({ phase: 'TERMINATING', settled: true, good: false });
  });

  test('is scaled to zero, or paused', () => {
    expect(assessed({ workload: deployment({ spec: { replicas: 0, paused: true } }) })).toMatchObject({
      phase: 'SCALED_TO_ZERO',
      settled: true,
      good: true,
    });
    expect(assessed({ workload: deployment({ spec: { paused: true }, status: finished }) })).toMatchObject({
      phase: 'PAUSED',
      settled: false,
      deadlineAt: undefined,
    });
  });

  test('is not observed; after half a minute nobody observes', () => {
    const workload = deployment({ status: { observedGeneration: 1, ...finished } });
    expect(assessed({ workload })).toMatchObject({ phase: 'NOT_OBSERVED', reasons: [], good: false });
    const late = assessed({ workload }, NOW + 20_000);
    expect(late).toMatchObject({
      phase: 'NOT_OBSERVED',
      reasons: [{ code: 'CONTROLLER_NOT_OBSERVING', kind: 'doomed', message: 'generation 2, observed 1' }],
    });
    const template = { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': ago(3) } } };
    const justNow = deployment({ spec: { template }, status: { observedGeneration: 1 } });
    expect(assessed({ workload: justNow }, NOW + 20_000).reasons).toEqual([]);
  });

  test('is done when kubectl says so', () => {
    expect(assessed({ workload: deployment({ status: finished }) })).toMatchObject({
      phase: 'DONE',
      settled: true,
      good: true,
      deadlineAt: undefined,
    });
  });

  test('past its deadline is stuck for what is found, and undetermined where nothing is', () => {
    const conditions = [progressing('False', 'ProgressDeadlineExceeded', 40)];
    const workload = deployment({ status: { conditions } });
    const rollout = assessed({
      workload,
      pods: [pod('web-a')],
      rest: { unseen: ['events (list events in shop)'] },
    });
    expect(rollout).toMatchObject({
      phase: 'STUCK',
      reasons: [{ code: 'UNDETERMINED', kind: 'doomed', since: Date.parse(ago(40)) }],
    });
    expect(rollout.lookedAt).toEqual([
      'Deployment/web: Progressing=False ProgressDeadlineExceeded',
      `ReplicaSet/web-${NEW}`,
      '1 new pod, 0 of them not ready, and 0 old pods',
      '0 events of the last hour',
      '1 node',
      'not seen: events (list events in shop)',
    ]);
    const waits = pod('web-a', {
      ready: false,
      status: { containerStatuses: [running('app', { ready: false })] },
    });
    expect(assessed({ workload, pods: [waits] })).toMatchObject({
      phase: 'STUCK',
      reasons: [{ code: 'READINESS_FAILING', kind: 'transient' }],
    });
  });

  test('that recovers is good again: nothing is kept of the deadline', () => {
    const late = deployment({
      status: { ...complete, conditions: [progressing('False', 'ProgressDeadlineExceeded')] },
    });
    expect(phase(late)).toBe('STUCK');
    expect(phase(deployment({ status: finished }))).toBe('DONE');
  });

  test('has no deadline where it asks for none', () => {
    const workload = deployment({ spec: { progressDeadlineSeconds: 2_147_483_647 } });
    expect(assessed({ workload }).deadlineAt).toBeUndefined();
  });

  test('whose ReplicaSets cannot be seen goes by its youngest pod', () => {
    const rollout = assessed({
      revisions: [],
      pods: [
        pod('web-a'),
        pod('web-o', { hash: OLD, metadata: { creationTimestamp: ago(7000), ...owned(OLD) } }),
      ],
    });
    expect(rollout.revisions.map((each) => [each.name, each.pods.length])).toEqual([
      [NEW, 1],
      [OLD, 1],
    ]);
  });

  test('that was rolled back has its old ReplicaSet as the current one', () => {
    const revisions = [replicaSet(OLD, '3'), replicaSet(NEW, '2')];
    const workload = deployment({ metadata: { annotations: { 'deployment.kubernetes.io/revision': '3' } } });
    const rollout = assessed({ workload, revisions, pods: [pod('web-a'), pod('web-o', { hash: OLD })] });
    expect(rollout.revisions.map((each) => each.name)).toEqual([`web-${OLD}`, `web-${NEW}`]);
  });

  test('does not take over the pods of another owner', () => {
    const foreign = pod('other-a', {
      metadata: { ownerReferences: [{ kind: 'ReplicaSet', uid: 'u-x', controller: true }] },
    });
    expect(assessed({ pods: [foreign] }).revisions[0]?.pods).toEqual([]);
  });
});

const owned = (hash: string) => ({
  labels: { 'pod-template-hash': hash },
  ownerReferences: [{ kind: 'ReplicaSet', name: `web-${hash}`, uid: `u-${hash}`, controller: true }],
});

describe('a StatefulSet', () => {
  test('is done, or done but for what its partition holds', () => {
    const ready = { replicas: 3, readyReplicas: 3, updatedReplicas: 3 };
    expect(phase(set({}, ready))).toBe('DONE');
    const partition = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } };
    expect(
      assessed({ workload: set(partition, { ...ready, updatedReplicas: 1 }), revisions: [] }),
    ).toMatchObject({
      phase: 'DONE_PARTITION_HELD',
      settled: true,
      good: true,
      progress: { held: 2 },
    });
    const same = { ...ready, currentRevision: 'db-2' };
    expect(assessed({ workload: set(partition, same), revisions: [] })).toMatchObject({
      phase: 'DONE',
      progress: { held: 0 },
    });
  });

  test('that nobody ever observed is not done', () => {
    expect(phase(set({}, { observedGeneration: 0, readyReplicas: 3 }))).toBe('NOT_OBSERVED');
  });

  test('with OnDelete waits for a hand, until all its pods are new', () => {
    const byHand = { updateStrategy: { type: 'OnDelete' } };
    expect(
      assessed({ workload: set(byHand, { readyReplicas: 3, updatedReplicas: 1 }), revisions: [] }),
    ).toMatchObject({
      phase: 'MANUAL',
      settled: false,
      kubectl: { error: true },
    });
    expect(
      assessed({ workload: set(byHand, { readyReplicas: 3, updatedReplicas: 3 }), revisions: [] }),
    ).toMatchObject({
      phase: 'MANUAL',
      settled: true,
      good: true,
    });
  });

  test('with a strategy that nobody knows is not done, though kubectl ends with it', () => {
    const strange = { updateStrategy: { type: 'Strange' } };
    expect(phase(set(strange, { readyReplicas: 3, updatedReplicas: 3 }))).toBe('PROGRESSING');
  });

  test('without any change for ten minutes is stuck: it has no deadline of its own', () => {
    const workload = set({}, { readyReplicas: 2 });
    const rest = { lastProgressAt: NOW - 599_000 };
    expect(assessed({ workload, revisions: [], rest })).toMatchObject({
      phase: 'PROGRESSING',
      deadlineAt: NOW + 1000,
    });
    expect(assessed({ workload, revisions: [], rest }, NOW + 2000)).toMatchObject({
      phase: 'STUCK',
      reasons: [{ code: 'UNDETERMINED', since: NOW + 1000 }],
    });
  });
});

describe('a DaemonSet', () => {
  test('that was just made does not pass for one without nodes', () => {
    expect(phase(set({}, { observedGeneration: 0 }, 'DaemonSet'))).toBe('NOT_OBSERVED');
    expect(phase(set({}, {}, 'DaemonSet'))).toBe('SCALED_TO_ZERO');
  });

  test('goes by its newest ControllerRevision', () => {
    const owner = [{ kind: 'DaemonSet', name: 'db', uid: 'u-db', controller: true }];
    const revision = (hash: string, number: number) => ({
      kind: 'ControllerRevision',
      metadata: { name: `db-${hash}`, labels: { 'controller-revision-hash': hash }, ownerReferences: owner },
      revision: number,
    });
    const one = (name: string, hash: string) =>
      pod(name, { metadata: { labels: { 'controller-revision-hash': hash }, ownerReferences: owner } });
    const rollout = assessed({
      workload: set({}, { desiredNumberScheduled: 2, updatedNumberScheduled: 1 }, 'DaemonSet'),
      revisions: [revision('bbb', 10), revision('aaa', 9)],
      pods: [one('db-x', 'aaa'), one('db-y', 'bbb')],
    });
    expect(
      rollout.revisions.map((each) => [each.name, each.current, each.pods.map((one) => one.name)]),
    ).toEqual([
      ['db-bbb', true, ['db-y']],
      ['db-aaa', false, ['db-x']],
    ]);
  });
});

test('the mark of progress changes with what counts as progress, and with nothing else', () => {
  const key = (status: Json) => progressKey(evidence({ workload: deployment({ status }) }).workload);
  expect(key({ readyReplicas: 2 })).not.toBe(key({ readyReplicas: 1 }));
  expect(key({ conditions: [] })).toBe(key({ conditions: available }));
});

test('pods with numbers stand in the order of their numbers', () => {
  const pods = ['db-10', 'db-2', 'db-0'].map((name) => pod(name));
  expect(assessed({ pods }).revisions[0]?.pods.map((each) => each.name)).toEqual(['db-0', 'db-2', 'db-10']);
});
