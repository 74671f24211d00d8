/** Every row of kubectl's tables, word for word. */
import { describe, expect, test } from 'vitest';
import { kubectlVerdict } from '../../src/rollout/kubectl-status.ts';
import { readWorkload } from '../../src/rollout/read-workload.ts';
import type { Json } from './objects.ts';

const verdict = (kind: string, spec: Json, status: Json, generation = 2) =>
  kubectlVerdict(
    readWorkload({
      kind,
      metadata: { name: 'web', namespace: 'shop', generation },
      spec,
      status: { observedGeneration: 2, ...status },
    })!,
  );
const waits = (message: string) => ({ done: false, error: false, message });
const done = (message: string) => ({ done: true, error: false, message });

describe('Deployment', () => {
  const of = (status: Json, generation = 2) => verdict('Deployment', { replicas: 3 }, status, generation);
  const exceeded = (status: string) => ({
    conditions: [{ type: 'Progressing', status, reason: 'ProgressDeadlineExceeded' }],
  });
  const rollout = 'Waiting for deployment "web" rollout to finish:';
  test.each<readonly [string, Json, number, Json]>([
    ['not observed', exceeded('False'), 3, waits('Waiting for deployment spec update to be observed...')],
    [
      'past its deadline',
      exceeded('False'),
      2,
      { done: false, error: true, message: 'deployment "web" exceeded its progress deadline' },
    ],
    [
      'past its deadline, whatever the status',
      exceeded('True'),
      2,
      { done: false, error: true, message: 'deployment "web" exceeded its progress deadline' },
    ],
    [
      'not all updated',
      { updatedReplicas: 2, replicas: 3 },
      2,
      waits(`${rollout} 2 out of 3 new replicas have been updated...`),
    ],
    [
      'old ones left',
      { updatedReplicas: 3, replicas: 5 },
      2,
      waits(`${rollout} 2 old replicas are pending termination...`),
    ],
    [
      'not all available',
      { updatedReplicas: 3, replicas: 3, availableReplicas: 1 },
      2,
      waits(`${rollout} 1 of 3 updated replicas are available...`),
    ],
    [
      'done',
      { updatedReplicas: 3, replicas: 3, availableReplicas: 3 },
      2,
      done('deployment "web" successfully rolled out'),
    ],
    ['a status without numbers', {}, 2, waits(`${rollout} 0 out of 3 new replicas have been updated...`)],
  ])('%s', (_, status, generation, expected) => {
    expect(of(status, generation)).toEqual(expected);
  });
});

describe('DaemonSet', () => {
  const of = (status: Json, generation = 2, type = 'RollingUpdate') =>
    verdict('DaemonSet', { updateStrategy: { type } }, { desiredNumberScheduled: 3, ...status }, generation);
  const rollout = 'Waiting for daemon set "web" rollout to finish:';
  test('not rolled', () => {
    const message = 'rollout status is only available for RollingUpdate strategy type';
    expect(of({}, 3, 'OnDelete')).toEqual({ done: true, error: true, message });
  });
  test.each<readonly [string, Json, number, Json]>([
    ['not observed', {}, 3, waits('Waiting for daemon set spec update to be observed...')],
    [
      'not all updated',
      { updatedNumberScheduled: 1 },
      2,
      waits(`${rollout} 1 out of 3 new pods have been updated...`),
    ],
    [
      'not all available',
      { updatedNumberScheduled: 3, numberAvailable: 2 },
      2,
      waits(`${rollout} 2 of 3 updated pods are available...`),
    ],
    [
      'done',
      { updatedNumberScheduled: 3, numberAvailable: 3 },
      2,
      done('daemon set "web" successfully rolled out'),
    ],
  ])('%s', (_, status, generation, expected) => {
    expect(of(status, generation)).toEqual(expected);
  });
});

describe('StatefulSet', () => {
  const of = (
    status: Json,
    rollingUpdate: Json | undefined = { partition: 0 },
    generation = 2,
    type = 'RollingUpdate',
  ) =>
    verdict(
      'StatefulSet',
      { replicas: 3, updateStrategy: { type, ...(rollingUpdate === undefined ? {} : { rollingUpdate }) } },
      status,
      generation,
    );
  const ready = { readyReplicas: 3 };
  test('not rolled', () => {
    const message = 'rollout status is only available for RollingUpdate strategy type';
    expect(of(ready, {}, 2, 'OnDelete')).toEqual({ done: true, error: true, message });
  });
  test.each<readonly [string, Json, Json, number, Json]>([
    ['not observed', ready, {}, 3, waits('Waiting for statefulset spec update to be observed...')],
    [
      'never observed',
      { observedGeneration: 0 },
      {},
      0,
      waits('Waiting for statefulset spec update to be observed...'),
    ],
    ['not all ready', { readyReplicas: 1 }, {}, 2, waits('Waiting for 2 pods to be ready...')],
    [
      'not all of the partition updated',
      { ...ready, updatedReplicas: 1 },
      { partition: 1 },
      2,
      waits('Waiting for partitioned roll out to finish: 1 out of 2 new pods have been updated...'),
    ],
    [
      'the partition updated',
      { ...ready, updatedReplicas: 2 },
      { partition: 1 },
      2,
      done('partitioned roll out complete: 2 new pods have been updated...'),
    ],
    [
      'a partition past the end',
      ready,
      { partition: 5 },
      2,
      done('partitioned roll out complete: 0 new pods have been updated...'),
    ],
    [
      'rollingUpdate without partition',
      ready,
      {},
      2,
      done('partitioned roll out complete: 0 new pods have been updated...'),
    ],
  ])('%s', (_, status, rollingUpdate, generation, expected) => {
    expect(of(status, rollingUpdate, generation)).toEqual(expected);
  });
  test('without rollingUpdate', () => {
    const status = { ...ready, updatedReplicas: 1, currentReplicas: 2, currentRevision: 'web-1' };
    const bare = (updateRevision: string) =>
      verdict(
        'StatefulSet',
        { replicas: 3, updateStrategy: { type: 'RollingUpdate' } },
        { ...status, updateRevision },
      );
    expect(bare('web-2')).toEqual(
      waits('waiting for statefulset rolling update to complete 1 pods at revision web-2...'),
    );
    expect(bare('web-1')).toEqual(done('statefulset rolling update complete 2 pods at revision web-1...'));
  });
});
