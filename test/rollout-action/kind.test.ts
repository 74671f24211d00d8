/** The rollout action from its start to its verdict, with the time and the cluster held by the test. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { PerformContext, Performed, Steer } from '../../src/state/kind.ts';
import type { ActionNote } from '../../src/state/session.ts';
import { rolloutKind } from '../../src/steps/rollout/kind.ts';
import { type RolloutSpec, rolloutSchema } from '../../src/steps/rollout/schema.ts';
import { fetchedOf, type RolloutShown } from '../../src/steps/rollout/shown.ts';
import { FakeClock, settle } from '../state/fakes.ts';
import { FakeCluster } from './fake-cluster.ts';
import { crashLoop, imagePull, putDeployment, putPlace, warning } from './objects.ts';

const spec = (given: Partial<Record<keyof RolloutSpec, unknown>> = {}): RolloutSpec =>
  rolloutSchema.spec.parse({ namespace: 'shop', ...given });

interface Watched {
  readonly notes: ActionNote[];
  readonly done: Promise<Performed>;
  /** Settled, or undefined while it watches. */
  result(): Performed | undefined;
  shown(): RolloutShown;
  say(word: string, subject?: string): Promise<void>;
  cancel(): void;
}

let clock = new FakeClock();
let cluster = new FakeCluster();

beforeEach(() => {
  clock = new FakeClock();
  cluster = new FakeCluster();
  putPlace(cluster, clock.now());
});

async function watch(
  given: RolloutSpec = spec(),
  more: Partial<PerformContext> & { readonly values?: Record<string, string> } = {},
): Promise<Watched> {
  const notes: ActionNote[] = [...(more.notes ?? [])];
  const abort = new AbortController();
  let shown: RolloutShown | undefined;
  let hear: (steer: Steer) => void = () => {};
  let result: Performed | undefined;
  const none = () => Promise.reject(new Error('not for this kind'));
  const context: PerformContext = {
    at: { frame: 0, step: 'watch', action: 'watch/1' },
    runbooks: {},
    values: {},
    env: {},
    cluster: undefined,
    kubeconfigFile: undefined,
    api: cluster,
    plan: undefined,
    startedAt: clock.now(),
    detail: '',
    lastSeenAt: clock.now(),
    clock,
    signal: abort.signal,
    started: none,
    probe: none,
    read: none,
    async note(text, data) {
      notes.push({ time: new Date(clock.now()).toISOString(), text, data });
    },
    onSteer(heard) {
      hear = heard;
    },
    progress(change) {
      shown = (change.progress as RolloutShown | undefined) ?? shown;
    },
    ...more,
    notes,
  };
  const done = rolloutKind.perform(given, context);
  void done.then((value) => {
    result = value;
  });
  await settle();
  await clock.pass(300);
  return {
    notes,
    done,
    result: () => result,
    shown: () => shown!,
    async say(word, subject) {
      hear(subject === undefined ? { word } : { word, subject });
      await settle();
    },
    cancel: () => abort.abort(),
  };
}

describe('done', () => {
  test('it is done once all has stayed good for a while, and not before', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1 });
    const it = await watch();
    await clock.pass(30_000);
    expect(it.result()).toBeUndefined();
    putDeployment(cluster, { at: clock.now() });
    await clock.pass(1_000);
    expect(it.result()).toBeUndefined();
    await clock.pass(2_000);
    expect(it.result()).toEqual({ ok: true, detail: 'web is rolled out in shop: 2 pods ready.' });
    expect(it.shown().end).toMatchObject({ verdict: 'done' });
  });

  test('what falls back in between starts to count anew', async () => {
    putDeployment(cluster, { at: clock.now() });
    const it = await watch(spec({ settle: '5s' }));
    await clock.pass(3_000);
    putDeployment(cluster, { at: clock.now(), ready: 1 });
    await clock.pass(1_000);
    putDeployment(cluster, { at: clock.now() });
    await clock.pass(4_000);
    expect(it.result()).toBeUndefined();
    await clock.pass(2_000);
    expect(it.result()?.ok).toBe(true);
  });

  test('no verdict comes from what is not up to date', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1 });
    const it = await watch();
    cluster.status({ type: 'stale', since: clock.now(), why: 'connection reset' }, 'pods');
    putDeployment(cluster, { at: clock.now() });
    await clock.pass(60_000);
    expect(it.result()).toBeUndefined();
    cluster.status({ type: 'live' }, 'pods');
    await clock.pass(3_000);
    expect(it.result()?.ok).toBe(true);
  });

  test('what is stuck on an old picture is not failed for it', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1, waiting: imagePull });
    const it = await watch();
    cluster.status({ type: 'stale', since: clock.now(), why: 'The connection was reset.' });
    await clock.pass(300_000);
    expect(it.result()).toBeUndefined();
    await clock.pass(310_000);
    expect(it.result()?.detail).toMatch(
      /^Not done after 10m\..* not up to date: The connection was reset\.$/,
    );
  });

  test('what could not be seen is said with it', async () => {
    putDeployment(cluster, { at: clock.now() });
    cluster.deny('events');
    const it = await watch();
    await clock.pass(5_000);
    expect(it.result()).toEqual({
      ok: true,
      detail: 'web is rolled out in shop: 2 pods ready. Not seen: events (list events in shop).',
    });
  });

  test('what was named and cannot be seen is not done because the rest is', async () => {
    putDeployment(cluster, { at: clock.now() });
    cluster.deny('statefulsets');
    const it = await watch(spec({ workloads: ['deploy/web', 'sts/db'] }));
    await clock.pass(5_000);
    expect(it.result()).toEqual({
      ok: false,
      detail:
        'It cannot be seen how it is with sts/db in shop. Not seen: statefulsets (list statefulsets.apps in shop).',
    });
  });

  test('new pods that came up without a proxy in a meshed namespace are never done', async () => {
    putPlace(cluster, clock.now(), 'shop', 'enabled');
    putDeployment(cluster, { at: clock.now(), meshed: false });
    const it = await watch();
    await clock.pass(10_000);
    expect(it.result()).toMatchObject({ ok: false });
    expect(it.result()!.detail).toContain('web is not right: SILENTLY_UNMESHED, 2 of 2 new pods');
  });
});

test('in a namespace that keeps the injector out, pods without a proxy are done', async () => {
  putPlace(cluster, clock.now(), 'shop', 'enabled');
  const shop = cluster.object('namespaces', 'shop')!;
  const labels = { 'config.linkerd.io/admission-webhooks': 'disabled' };
  cluster.put('namespaces', { ...shop, metadata: { ...shop.metadata, labels } });
  putDeployment(cluster, { at: clock.now(), meshed: false });
  const it = await watch();
  await clock.pass(4_000);
  expect(it.result()?.ok).toBe(true);
});

describe('failed', () => {
  test('a reason that needs a human fails it when its patience is over, with the reason and its last words', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1, waiting: crashLoop, restarts: 4 });
    putDeployment(cluster, { at: clock.now(), name: 'api' });
    cluster.put(
      'events',
      warning(clock.now(), 'web-rs1-1', 'BackOff', 'Back-off restarting failed container'),
    );
    cluster.logs.set('shop/web-rs1-1/web previous', ['starting', 'panic: no \u001b[31mdatabase', '']);
    const it = await watch();
    await clock.pass(50_000);
    expect(it.result()).toBeUndefined();
    await clock.pass(20_000);
    expect(it.result()).toEqual({
      ok: false,
      detail: 'web waits: CRASH_LOOP, 1 of 2 new pods: web: exit code 1. 1 of 2 are rolled out.',
    });
    expect(it.shown().logs['uid-shop-web-rs1-1']).toMatchObject({
      container: 'web',
      previous: true,
      lines: ['starting', 'panic: no database', ''],
    });
    expect(it.notes.at(-1)!.text).toBe('web-rs1-1 (web) said last: panic: no database');
    expect(fetchedOf(it.shown())).toMatchObject([
      { namespace: 'shop', pod: 'web-rs1-1', log: { container: 'web', previous: true } },
    ]);
    expect(cluster.logCalls).toEqual(['shop/web-rs1-1/web previous']);
  });

  test('where there is no log, the warnings about the pod stay on screen', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1, waiting: imagePull });
    cluster.put('events', warning(clock.now(), 'web-rs1-1', 'Failed', 'not found'));
    const it = await watch();
    await clock.pass(70_000);
    expect(it.result()?.ok).toBe(false);
    expect(it.shown().events['uid-shop-web-rs1-1']).toMatchObject([{ reason: 'Failed' }]);
  });

  test('a container that runs for a moment and crashes again is told once', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1, waiting: crashLoop, restarts: 2 });
    const it = await watch(spec({ patience: '5m' }));
    for (let turn = 0; turn < 10; turn += 1) {
      putDeployment(cluster, { at: clock.now(), ready: 1, restarts: 3 });
      await clock.pass(2_000);
      putDeployment(cluster, { at: clock.now(), ready: 1, waiting: crashLoop, restarts: 3 });
      await clock.pass(2_000);
    }
    expect(it.notes.filter(({ text }) => text.includes('CRASH_LOOP'))).toHaveLength(1);
    putDeployment(cluster, { at: clock.now() });
    await clock.pass(4_000);
    expect(it.result()?.ok).toBe(true);
    expect(it.notes.at(-1)!.text).toBe('web: rolled out, 2 of 2 ready.');
  });

  test('patience goes on over the moments in which a crashing container runs, and anew after a change', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1, waiting: crashLoop, restarts: 2 });
    const it = await watch();
    const crashOn = async (generation: number) => {
      putDeployment(cluster, { at: clock.now(), ready: 1, restarts: 3, generation });
      await clock.pass(5_000);
      putDeployment(cluster, { at: clock.now(), ready: 1, waiting: crashLoop, restarts: 3, generation });
      await clock.pass(5_000);
    };
    for (let turn = 0; turn < 5; turn += 1) await crashOn(1);
    for (let turn = 0; turn < 5; turn += 1) await crashOn(2);
    expect(it.result()).toBeUndefined();
    for (let turn = 0; turn < 2; turn += 1) await crashOn(2);
    expect(it.result()?.detail).toContain('CRASH_LOOP');
  });

  test('what was mended in time is done', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1, waiting: imagePull });
    const it = await watch();
    await clock.pass(40_000);
    putDeployment(cluster, { at: clock.now(), revision: 2 });
    await clock.pass(4_000);
    expect(it.result()?.ok).toBe(true);
    expect(it.notes.map(({ text }) => text)).toEqual([
      'Watching 1: 0 of 1 rolled out; web: IMAGE_PULL, 1 of 2 new pods: example.com/web:1: not found.',
      'web: rolled out, 2 of 2 ready.',
    ]);
  });

  test('its controller has given up: that needs no patience', async () => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
    putDeployment(cluster, { at: clock.now(), ready: 1, conditions });
    const it = await watch();
    await clock.pass(5_000);
    expect(it.result()?.detail).toMatch(
      /^web waits: UNDETERMINED: .* Looked at: Deployment\/web: Progressing=False ProgressDeadlineExceeded; .*2 new pods, 1 of them not ready/,
    );
  });

  test('nothing but a change of the objects can help: that needs no patience either', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1, waiting: { reason: 'InvalidImageName' } });
    const it = await watch();
    await clock.pass(5_000);
    expect(it.result()?.detail).toMatch(/^web waits: IMAGE_PULL, 1 of 2 new pods: .*not a valid name/);
  });

  test('a workload that is not there is no success, and neither is a namespace', async () => {
    putDeployment(cluster, { at: clock.now() });
    const it = await watch(spec({ workloads: ['deploy/web', 'deploy/wbe'] }));
    expect(await it.done).toEqual({ ok: false, detail: 'There is no deploy/wbe in shop.' });
    const other = await watch(spec({ namespace: 'shp' }));
    expect(await other.done).toEqual({ ok: false, detail: 'There is no namespace shp.' });
  });

  test('in an empty namespace there is nothing to watch; with a selector there should be something', async () => {
    const it = await watch();
    expect(await it.done).toEqual({
      ok: true,
      detail: 'There is nothing to watch in shop: no Deployment, StatefulSet or DaemonSet.',
    });
    const chosen = await watch(spec({ selector: 'app=web' }));
    expect(await chosen.done).toEqual({ ok: false, detail: 'There is nothing of what was named in shop.' });
  });

  test('nothing could be seen at all', async () => {
    for (const resource of ['deployments', 'statefulsets', 'daemonsets']) cluster.deny(resource);
    const it = await watch();
    expect((await it.done).ok).toBe(false);
    expect((await it.done).detail).toContain('deployments (list deployments.apps in shop)');
  });
});

describe('what waits for somebody', () => {
  const byHand = (updated: number) => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'shop', uid: 'uid-db', generation: 2, creationTimestamp: at() },
    spec: { replicas: 3, updateStrategy: { type: 'OnDelete' }, selector: { matchLabels: { app: 'db' } } },
    status: { observedGeneration: 2, replicas: 3, readyReplicas: 3, updatedReplicas: updated },
  });
  const at = () => new Date(clock.now()).toISOString();

  test('pods to be deleted by hand are waited for, and the rollout is done when all were', async () => {
    cluster.put('statefulsets', byHand(1));
    const it = await watch();
    await clock.pass(9 * 60_000);
    expect(it.result()).toBeUndefined();
    cluster.put('statefulsets', byHand(3));
    await clock.pass(4_000);
    expect(it.result()?.ok).toBe(true);
  });

  test('when the time is over it says whose turn it was', async () => {
    cluster.put('statefulsets', byHand(1));
    const it = await watch();
    await clock.pass(10 * 60_000 + 1_000);
    expect(it.shown().end?.verdict).toBe('timed-out');
    expect(it.result()?.detail).toBe(
      'Not done after 10m. sts/db: its strategy is OnDelete, and 1 of 3 pods are new: delete the others, each is then made anew.',
    );
  });

  test('a Deployment paused after its deadline is not given up', async () => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
    putDeployment(cluster, { at: clock.now(), ready: 1, paused: true, conditions });
    const it = await watch();
    await clock.pass(9 * 60_000);
    expect(it.result()).toBeUndefined();
    putDeployment(cluster, { at: clock.now(), revision: 2 });
    await clock.pass(4_000);
    expect(it.result()?.ok).toBe(true);
  });
});

describe('out of time', () => {
  test('it counts from the journalled start, in whatever program that was', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1 });
    const it = await watch(spec({ timeout: '5m' }), { startedAt: clock.now() - 4 * 60_000 });
    await clock.pass(50_000);
    expect(it.result()).toBeUndefined();
    await clock.pass(15_000);
    expect(it.result()?.detail).toMatch(
      /^Not done after 5m\. web: Waiting for deployment "web" rollout to finish/,
    );
    expect(it.shown().end).toMatchObject({ verdict: 'timed-out' });
  });

  test('after a resume the time may be over: what is done by then is done', async () => {
    putDeployment(cluster, { at: clock.now() });
    const it = await watch(spec({ timeout: '5m', settle: '0s' }), { startedAt: clock.now() - 3_600_000 });
    await clock.pass(500);
    expect(it.result()?.ok).toBe(true);
  });

  test('what was told before a crash is not told again', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1, waiting: imagePull });
    const first = await watch();
    first.cancel();
    const second = await watch(spec(), { notes: first.notes });
    await clock.pass(10_000);
    expect(second.notes).toHaveLength(1);
  });
});

describe('the operator says', () => {
  test('accept, twice: the rollout is taken as it is, and that is written down', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1, waiting: imagePull });
    const it = await watch();
    await it.say('accept');
    expect(it.shown().asking).toBe(true);
    expect(it.result()).toBeUndefined();
    await it.say('accept');
    await settle();
    expect(it.result()).toEqual({
      ok: true,
      detail:
        'Accepted by the operator as it is: 0 of 1 rolled out. web waits: IMAGE_PULL, 1 of 2 new pods: example.com/web:1: not found.',
    });
    expect(it.shown().end).toMatchObject({ verdict: 'accepted' });
  });

  test('accept once, and nothing for a while: the question goes away', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1 });
    const it = await watch();
    await it.say('accept');
    await clock.pass(11_000);
    expect(it.shown().asking).toBe(false);
    await it.say('accept');
    expect(it.result()).toBeUndefined();
  });

  test('log and events of the selected row come and go', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1, waiting: imagePull });
    cluster.put('events', warning(clock.now(), 'web-rs1-1', 'Failed', 'not found'));
    const key = ['-----BEGIN PRIVATE KEY-----', 'c2VjcmV0', '-----END PRIVATE KEY-----'];
    cluster.logs.set('shop/web-rs1-1/web', ['hello', ...key]);
    const it = await watch();
    const uid = 'uid-shop-web-rs1-1';
    await it.say('log', `p:${uid}`);
    expect(it.shown().logs[uid]!.lines[0]).toBe('hello');
    expect(it.shown().logs[uid]!.lines.join(' ')).not.toContain('c2VjcmV0');
    await it.say('log', `p:${uid}`);
    expect(it.shown().logs).toEqual({});
    // Of a workload, the pod that fails.
    await it.say('events', 'w:uid-shop-web');
    expect(it.shown().events[uid]).toMatchObject([{ reason: 'Failed' }]);
    await it.say('events', 'w:uid-shop-web');
    expect(it.shown().events).toEqual({});
    expect(it.result()).toBeUndefined();
  });

  test('while a workload that is well is selected, it is the pod that fails in another', async () => {
    putDeployment(cluster, { at: clock.now(), name: 'api' });
    putDeployment(cluster, { at: clock.now(), ready: 1, waiting: imagePull });
    cluster.logs.set('shop/web-rs1-1/web', ['hello']);
    const it = await watch();
    for (const subject of ['w:uid-shop-api', 'fine']) {
      await it.say('log', subject);
      expect(Object.keys(it.shown().logs)).toEqual(['uid-shop-web-rs1-1']);
      await it.say('log', subject);
      expect(it.shown().logs).toEqual({});
    }
    await it.say('log', 'p:uid-shop-api-rs1-0');
    expect(Object.keys(it.shown().logs)).toEqual(['uid-shop-api-rs1-0']);
  });

  test('while a log is being read that is said, and it can be taken away', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1, waiting: imagePull });
    let answer = (_lines: readonly string[]) => {};
    cluster.log = () =>
      new Promise((resolve) => {
        answer = (value) => resolve({ ok: true, value });
      });
    const it = await watch();
    const uid = 'uid-shop-web-rs1-1';
    await it.say('log', `p:${uid}`);
    expect(it.shown().logs[uid]!.problem).toBe('Its log is being read ...');
    answer(['hello']);
    await settle();
    expect(it.shown().logs[uid]!.lines).toEqual(['hello']);
    await it.say('log', `p:${uid}`);
    await it.say('log', `p:${uid}`);
    await it.say('log', `p:${uid}`);
    answer(['hello']);
    await settle();
    expect(it.shown().logs).toEqual({});
  });

  test('a log that cannot be read says why', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1, waiting: imagePull });
    const it = await watch();
    await it.say('log', 'p:uid-shop-web-rs1-1');
    expect(it.shown().logs['uid-shop-web-rs1-1']!.problem).toContain('The log of web cannot be read');
  });

  test('cancelled, it lets go of everything', async () => {
    putDeployment(cluster, { at: clock.now(), ready: 1 });
    const it = await watch();
    it.cancel();
    expect((await it.done).ok).toBe(false);
    expect(cluster.followed).toEqual([]);
    expect(clock.next).toBeUndefined();
  });
});

test('a rollout that never comes to rest does not fill the record', async () => {
  putDeployment(cluster, { at: clock.now() });
  const it = await watch(spec({ timeout: '60m' }));
  for (let turn = 0; turn < 300; turn += 1) {
    putDeployment(cluster, { at: clock.now(), ready: turn % 2 });
    if (turn % 2) putDeployment(cluster, { at: clock.now(), ready: 1, waiting: imagePull });
    await clock.pass(1_100);
  }
  expect(it.notes.length).toBeLessThanOrEqual(200);
  it.cancel();
});

test('parameters name the place; what makes no sense there is refused', async () => {
  putDeployment(cluster, { at: clock.now() });
  const given = spec({ namespace: '$WHERE' });
  const it = await watch(given, { values: { WHERE: 'shop' } });
  await clock.pass(3_000);
  expect(it.result()?.ok).toBe(true);
  const odd = await watch(given, { values: { WHERE: 'shop; rm' } });
  expect((await odd.done).detail).toContain('"shop; rm" is not a namespace');
  const none = await watch(given);
  expect(await none.done).toEqual({ ok: false, detail: 'The parameter WHERE has no value.' });
  expect(rolloutKind.describe(given, { WHERE: 'shop' })).toBe('Watch all rollouts in shop for at most 10m.');
});
