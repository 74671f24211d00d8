/** Whatever a cluster sends: nothing throws, and nothing that a terminal would act on is left. */
import { expect, test } from 'vitest';
import { assess } from '../../src/rollout/assess.ts';
import { readEvent } from '../../src/rollout/read-event.ts';
import { readPod } from '../../src/rollout/read-pod.ts';
import { readRevision } from '../../src/rollout/read-revision.ts';
import { readWorkload } from '../../src/rollout/read-workload.ts';
import { ago, deployment, event, type Json, NEW, NOW, pod, replicaSet, running, waiting } from './objects.ts';
import { type Random, seeded } from './random.ts';

const strange: readonly unknown[] = [
  null,
  undefined,
  true,
  -1,
  1e308,
  Number.NaN,
  '',
  'x\u001b]0;owned\u0007y',
  '\u202egnp.exe',
  'not a date',
  [],
  [null, 3, 'x', []],
  {},
  { __proto__: null, constructor: 1, toString: 2 },
  JSON.parse('{"__proto__": {"type": "Ready"}, "hasOwnProperty": 1}'),
  'a'.repeat(20_000),
  '0/3 nodes are available: '.repeat(300),
  'failed calling webhook "'.repeat(300),
  `${'web-'.repeat(2000)}bcdfg`,
];

/** The object with some of its parts, however deep, made into something else. */
function spoilt(random: Random, value: unknown, share: number): unknown {
  if (random.chance(share)) return random.pick(strange);
  if (Array.isArray(value)) return value.map((each) => spoilt(random, each, share));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, spoilt(random, each, share)]));
  return value;
}

const scene = (): {
  readonly workloads: Json[];
  readonly pods: Json[];
  readonly events: Json[];
  readonly revisions: Json[];
} => {
  const status = {
    containerStatuses: [waiting('app', 'CrashLoopBackOff'), running('linkerd-proxy', { ready: false })],
  };
  const conditions = [
    { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'x is forbidden: y' },
  ];
  const set = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } };
  return {
    workloads: [
      deployment({ status: { conditions } }),
      { ...deployment({ spec: set }), kind: 'StatefulSet' },
      { ...deployment({ spec: set }), kind: 'DaemonSet' },
    ],
    revisions: [
      replicaSet(NEW, '2', { status: { conditions } }),
      { ...replicaSet(NEW, '2'), kind: 'ControllerRevision', revision: 3 },
    ],
    pods: [
      pod('web-a', { ready: false, status }),
      pod('web-b', {
        ready: false,
        spec: { nodeName: '' },
        status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] },
      }),
      pod('web-c', { metadata: { deletionTimestamp: ago(100), finalizers: ['x/y'] } }),
    ],
    events: [
      event('Pod', 'web-a', 'Unhealthy', 'Readiness probe failed: x'),
      event('ReplicaSet', `web-${NEW}`, 'FailedCreate', 'Error creating: exceeded quota: q, x'),
    ],
  };
};

test('objects with parts that are something else never make it throw, nor leave controls', () => {
  const random = seeded(42);
  const { workloads, revisions, pods, events } = scene();
  let assessments = 0;
  for (let round = 0; round < 600; round += 1) {
    const share = random.pick([0.005, 0.02, 0.1, 0.5]);
    const spoil = (object: unknown) => spoilt(random, object, share);
    const workload = readWorkload(spoil(random.pick(workloads)));
    const facts = {
      revisions: revisions.flatMap((each) => readRevision(spoil(each)) ?? []),
      pods: pods.flatMap((each) => readPod(spoil(each)) ?? []),
      events: events.flatMap((each) => readEvent(spoil(each)) ?? []),
    };
    if (workload === undefined) continue;
    const rest = { nodesReady: new Map(), namespaceInject: 'enabled', unseen: [], lastProgressAt: NOW };
    const rollout = assess({ workload, ...facts, ...rest }, NOW + random.upTo(1_000_000));
    assessments += 1;
    expect(JSON.stringify(rollout)).not.toMatch(/\\u00[019]|\\u202e|owned/);
  }
  expect(assessments).toBeGreaterThan(300);
});

test('anything at all can be read', () => {
  for (const object of strange)
    expect([readWorkload(object), readRevision(object), readPod(object), readEvent(object)]).toEqual(
      Array(4).fill(undefined),
    );
});

test('a deployment with ten thousand failing pods and their events has one reason', () => {
  const pods = Array.from({ length: 10_000 }, (_, index) =>
    pod(`web-${index}`, { ready: false, status: { containerStatuses: [running('app', { ready: false })] } }),
  );
  const events = pods.map((each) =>
    event('Pod', each.metadata.name, 'Unhealthy', 'Readiness probe failed: 503'),
  );
  const facts = {
    pods: pods.flatMap((each) => readPod(each) ?? []),
    events: events.flatMap((each) => readEvent(each) ?? []),
  };
  const workload = readWorkload(deployment({ spec: { replicas: 10_000 } }))!;
  const revisions = [readRevision(replicaSet(NEW, '2'))!];
  const rest = { nodesReady: new Map(), namespaceInject: '', unseen: [], lastProgressAt: NOW };
  const { reasons } = assess({ workload, revisions, ...facts, ...rest }, NOW);
  expect(reasons).toMatchObject([
    { code: 'READINESS_FAILING', count: 10_000, pods: ['web-0', 'web-1', 'web-10'] },
  ]);
});
