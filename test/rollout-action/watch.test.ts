/** What following rollouts shows, and what it costs, with a clock and a cluster that the test holds. */
import { afterEach, expect, test } from 'vitest';
import type { RolloutScope } from '../../src/cluster/rollouts/rollout-scope.ts';
import {
  type RolloutBoard,
  type RolloutWatch,
  watchRollouts,
} from '../../src/cluster/rollouts/rollout-watch.ts';
import { FakeClock, settle } from '../state/fakes.ts';
import { FakeCluster } from './fake-cluster.ts';
import { imagePull, putDeployment, putPlace, warning } from './objects.ts';

const clock = new FakeClock();
let cluster = new FakeCluster();
let boards: RolloutBoard[] = [];
let watch: RolloutWatch | undefined;

afterEach(() => {
  watch?.close();
  cluster = new FakeCluster();
  boards = [];
});

async function follow(scope: RolloutScope = { namespaces: ['shop'] }): Promise<RolloutBoard> {
  watch = watchRollouts(cluster, scope, clock, (board) => boards.push(board));
  await settle();
  await clock.pass(200);
  return watch.board;
}

test('a workload with its revision and its pods is one rollout, and a change of a pod is seen', async () => {
  putPlace(cluster, clock.now());
  putDeployment(cluster, { at: clock.now() - 60_000 });
  const board = await follow();
  expect(board).toMatchObject({ complete: true, live: true, unseen: [], missing: [] });
  expect(board.rollouts.map(({ ref, phase }) => [ref.name, phase])).toEqual([['web', 'DONE']]);
  expect(board.rollouts[0]!.revisions[0]!.pods).toHaveLength(2);

  putDeployment(cluster, { at: clock.now(), revision: 2, ready: 1, waiting: imagePull });
  await clock.pass(200);
  const [web] = watch!.board.rollouts;
  expect(web!.phase).toBe('STUCK');
  expect(web!.reasons[0]).toMatchObject({ code: 'IMAGE_PULL', kind: 'doomed' });
});

test('a change of a pod alone, of an event alone and of a node alone each reach the rollout', async () => {
  putPlace(cluster, clock.now());
  putDeployment(cluster, { at: clock.now(), ready: 1 });
  await follow();
  const pod = cluster.object('pods', 'shop/web-rs1-1')!;
  const waiting = { waiting: { reason: 'CreateContainerConfigError', message: 'secret "db" not found' } };
  const [container] = pod.status.containerStatuses;
  cluster.put('pods', {
    ...pod,
    status: {
      ...pod.status,
      conditions: [],
      containerStatuses: [{ ...container, ready: false, state: waiting }],
    },
  });
  await clock.pass(200);
  const codes = () => watch!.board.rollouts[0]!.reasons.map(({ code }) => code);
  expect(codes()).toContain('CONFIG_ERROR');

  const node = cluster.object('nodes', 'node-1')!;
  cluster.put('nodes', { ...node, status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } });
  await clock.pass(200);
  expect(codes()).toContain('NODE_NOT_READY');
  cluster.put('nodes', node);

  cluster.put('pods', {
    ...pod,
    status: { ...pod.status, conditions: [], containerStatuses: [{ ...container, ready: false }] },
  });
  await clock.pass(200);
  expect(codes()).not.toContain('READINESS_FAILING');
  cluster.put(
    'events',
    warning(
      clock.now(),
      'web-rs1-1',
      'Unhealthy',
      'Readiness probe failed: HTTP probe failed with statuscode: 503',
    ),
  );
  await clock.pass(200);
  expect(codes()).toContain('READINESS_FAILING');
});

test('changes are told at most five times a second, and the last of them always', async () => {
  putPlace(cluster, clock.now());
  putDeployment(cluster, { at: clock.now(), replicas: 4, ready: 0 });
  await follow();
  const before = boards.length;
  for (let step = 0; step < 100; step += 1) {
    putDeployment(cluster, { at: clock.now(), replicas: 4, ready: step % 5 });
    await clock.pass(10);
  }
  putDeployment(cluster, { at: clock.now(), replicas: 4, ready: 4 });
  await clock.pass(200);
  expect(boards.length - before).toBeLessThanOrEqual(7);
  expect(boards.at(-1)!.rollouts[0]!.phase).toBe('DONE');
});

test('a change costs the work of its own workload: all other rollouts stay the very same objects', async () => {
  putPlace(cluster, clock.now());
  for (let index = 0; index < 100; index += 1)
    putDeployment(cluster, { at: clock.now() - 60_000, name: `w${index}`, replicas: 10 });
  const before = await follow({ namespaces: 'all' });
  expect(before.rollouts).toHaveLength(100);
  putDeployment(cluster, { at: clock.now(), name: 'w7', replicas: 10, ready: 9 });
  await clock.pass(200);
  const after = watch!.board.rollouts;
  expect(
    after.filter((rollout, index) => rollout !== before.rollouts[index]).map(({ ref }) => ref.name),
  ).toEqual(['w7']);
});

test('what is denied is named with the permission that is missing, and the rest is seen', async () => {
  putPlace(cluster, clock.now());
  putDeployment(cluster, { at: clock.now(), ready: 1, waiting: imagePull });
  cluster.deny('events').deny('nodes').deny('statefulsets');
  const board = await follow();
  expect(board.unknown).toEqual([]);
  expect(board.live).toBe(true);
  expect(board.unseen).toEqual([
    'statefulsets (list statefulsets.apps in shop)',
    'events (list events in shop)',
    'nodes (list nodes)',
  ]);
  expect(board.rollouts[0]!.reasons[0]!.code).toBe('IMAGE_PULL');
});

test('what is denied in several namespaces and is the same for all is named once', async () => {
  putPlace(cluster, clock.now());
  putPlace(cluster, clock.now(), 'billing');
  cluster.deny('namespaces');
  const { unseen } = await follow({ namespaces: ['shop', 'billing'] });
  expect(unseen).toEqual(['namespaces (list namespaces)']);
});

test('a stale stream is told, and the board is not live until it is back', async () => {
  putPlace(cluster, clock.now());
  putDeployment(cluster, { at: clock.now() });
  expect((await follow()).live).toBe(true);
  cluster.status({ type: 'stale', since: clock.now(), why: 'connection reset' }, 'pods');
  await clock.pass(200);
  expect(watch!.board.live).toBe(false);
  expect(watch!.board.streams.find(({ resource }) => resource === 'pods')!.status).toMatchObject({
    type: 'stale',
    why: 'connection reset',
  });
  cluster.status({ type: 'live' }, 'pods');
  await clock.pass(200);
  expect(watch!.board.live).toBe(true);
});

test('named workloads are looked for by name, and what is not there is said', async () => {
  putPlace(cluster, clock.now());
  putDeployment(cluster, { at: clock.now() });
  putDeployment(cluster, { at: clock.now(), name: 'cart' });
  const workloads = [
    { kind: 'Deployment', name: 'web' },
    { kind: 'StatefulSet', name: 'db' },
  ] as const;
  const board = await follow({ namespaces: ['shop', 'shp'], workloads });
  expect(board.rollouts.map(({ ref }) => ref.name)).toEqual(['web']);
  expect(board.missing).toEqual([
    { kind: 'Namespace', name: 'shp' },
    { kind: 'StatefulSet', name: 'db', namespace: 'shop' },
  ]);
  expect(cluster.followed).not.toContain('daemonsets shop');
});

test('what was named and may not be seen is unknown, and what is there is not', async () => {
  putPlace(cluster, clock.now());
  putDeployment(cluster, { at: clock.now() });
  cluster.deny('statefulsets');
  const workloads = [
    { kind: 'Deployment', name: 'web' },
    { kind: 'StatefulSet', name: 'db' },
  ] as const;
  const board = await follow({ namespaces: ['shop'], workloads });
  expect(board.missing).toEqual([]);
  expect(board.unknown).toEqual([{ kind: 'StatefulSet', name: 'db', namespace: 'shop' }]);
});

test('a namespace is unknown where none of its workloads may be seen', async () => {
  putPlace(cluster, clock.now());
  putDeployment(cluster, { at: clock.now() });
  cluster.deny('statefulsets').deny('daemonsets').deny('deployments');
  expect((await follow({ namespaces: ['shop'] })).unknown).toEqual([{ kind: 'Namespace', name: 'shop' }]);
});

test('a selector chooses workloads', async () => {
  putPlace(cluster, clock.now());
  putDeployment(cluster, { at: clock.now(), labels: { tier: 'front' } });
  putDeployment(cluster, { at: clock.now(), name: 'cart' });
  const board = await follow({ namespaces: ['shop'], selector: 'tier=front' });
  expect(board.rollouts.map(({ ref }) => ref.name)).toEqual(['web']);
});

test('a reason comes of age by time alone', async () => {
  putPlace(cluster, clock.now());
  const auth = {
    reason: 'ErrImagePull',
    message: 'pull access denied, repository does not exist or may require authorization',
  };
  putDeployment(cluster, { at: clock.now(), ready: 1, waiting: auth });
  expect((await follow()).rollouts[0]!.phase).toBe('PROGRESSING');
  await clock.pass(120_000);
  expect(watch!.board.rollouts[0]!.phase).toBe('STUCK');
});

test('what is deleted goes, and nothing of it stays behind', async () => {
  putPlace(cluster, clock.now());
  putDeployment(cluster, { at: clock.now() });
  await follow();
  cluster.remove('deployments', 'shop/web');
  await clock.pass(200);
  expect(watch!.board.rollouts).toEqual([]);
  // Made anew under the same name, it is another one.
  putDeployment(cluster, { at: clock.now(), ready: 0 });
  await clock.pass(200);
  expect(watch!.board.rollouts).toHaveLength(1);
});

test('the warnings about a pod are at hand, oldest first', async () => {
  putPlace(cluster, clock.now());
  putDeployment(cluster, { at: clock.now(), ready: 1, waiting: imagePull });
  cluster.put(
    'events',
    warning(clock.now() - 1_000, 'web-rs1-1', 'Failed', 'Failed to pull image'),
    warning(clock.now() - 5_000, 'web-rs1-1', 'BackOff', 'Back-off pulling image'),
  );
  await follow();
  expect(watch!.eventsOf('uid-shop-web-rs1-1').map(({ reason }) => reason)).toEqual(['BackOff', 'Failed']);
  expect(watch!.eventsOf('uid-shop-web-rs1-0')).toEqual([]);
});

test('closing ends every stream and every timer', async () => {
  putPlace(cluster, clock.now());
  await follow();
  watch!.close();
  expect(cluster.followed).toEqual([]);
  const told = boards.length;
  await clock.pass(5_000);
  expect(boards.length).toBe(told);
  expect(clock.next).toBeUndefined();
});
