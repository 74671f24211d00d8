/** A restart as it goes: waves, failures, gates, soaks, and the operator's words. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type Journal,
  type Program,
  planFor,
  run,
  type Start,
  spec,
  start,
  texts,
  until,
} from './program.ts';
import { World } from './world.ts';

let world: World;
let journal: Journal;

beforeEach(() => {
  world = new World();
  journal = { notes: [] };
  world.addDeployment('shop', 'web', 3);
  world.addDeployment('shop', 'api', 4);
  world.addDeployment('shop', 'cart', 5);
  world.addDeployment('billing', 'invoices', 1);
  world.addDeployment('billing', 'mail', 2);
});

const id = (key: string) => `Deployment/${key}`;
const begin = (options: Partial<Start> = {}): Program =>
  start(world, journal, { plan: planFor(world), ...options });
const end = (program: Program) => until(world, () => program.ended !== undefined);
const complete = (options: Partial<Start> = {}) => run(world, journal, { plan: planFor(world), ...options });

describe('waves', () => {
  test('the canary is alone, and a wave begins when all of the one before are rolled out', async () => {
    const program = begin();
    await until(world, () => world.rolling.size > 0);
    await world.clock.pass(2_500);
    expect(world.began).toEqual(['billing/invoices']);
    await end(program);
    expect(world.began).toEqual(['billing/invoices', 'billing/mail', 'shop/web', 'shop/api', 'shop/cart']);
    expect(world.mostAtOnce).toBe(2);
    expect(program.ended).toEqual({ ok: true, detail: '5 of 5 workloads restarted.' });
    expect(texts(journal)).toContain('Deployment shop/web: 3 ready at stable-2.14.10.');
  });

  test('what the operator left out of the plan stays as it is, and a canary is chosen from the rest', async () => {
    const program = await complete({ excluded: [id('billing/invoices'), id('shop/api')] });
    expect(world.began).toEqual(['billing/mail', 'shop/web', 'shop/cart']);
    expect(world.versions('shop', 'api')).toEqual(['stable-2.13.7']);
    expect(program.ended?.detail).toBe('3 of 3 workloads restarted.');
  });

  test('a restart of somebody else after ours counts as ours', async () => {
    const plan = planFor(world);
    const killed = await run(world, journal, { plan, dieAt: 9 });
    expect(killed.died()).toBe(true);
    const before = world.began.length;
    const api = world.api();
    const late = new Date(world.clock.now() + 60_000).toISOString();
    const { uid } = world.get('deployments', 'billing/invoices')!.metadata;
    await api.patch(
      { apiVersion: 'apps/v1', resource: 'deployments', namespace: 'billing' },
      'invoices',
      {
        metadata: { uid },
        spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': late } } } },
      },
      { type: 'strategic' },
    );
    const program = await complete({ plan });
    expect(program.ended?.ok).toBe(true);
    expect(world.stamps.get('billing/invoices')?.at(-1)).toBe(late);
    expect(world.began.length).toBe(before + 1 + 4);
  });
});

describe('failures', () => {
  test('a workload that is stuck holds the others back, then fails with the reason; those under way are watched to their end', async () => {
    world.behaviour.set('billing/mail', 'image-missing');
    const program = begin({ spec: spec({ patience: '20s' }) });
    await until(world, () => program.progress()?.workloads[id('billing/mail')]?.stuck === true);
    expect(program.progress()?.doing).toMatchObject({ type: 'waiting', for: 'stuck' });
    await end(program);
    expect(program.ended?.ok).toBe(false);
    expect(program.ended?.detail).toMatch(
      /^Deployment billing\/mail: image pull back-off, app:1: not found \(mail-h2-0\)\. 2 of 5 workloads restarted, 2 not begun\.$/,
    );
    expect(world.began).toEqual(['billing/invoices', 'billing/mail', 'shop/web']);
    expect(world.versions('shop', 'web')).toEqual(['stable-2.14.10']);
  });

  test.each([
    ['no-proxy', '2 of its 2 new pods have no proxy (mail-h2-0).'],
    ['old-proxy', '2 of its 2 new pods have the proxy stable-2.13.7, not stable-2.14.10 (mail-h2-0).'],
  ] as const)('new pods with %s are a failure, however green the rollout is', async (behaviour, why) => {
    world.behaviour.set('billing/mail', behaviour);
    const program = await complete({ spec: spec({ patience: '1s' }) });
    expect(program.ended?.ok).toBe(false);
    expect(program.ended?.detail).toContain(why);
  });

  test('a workload that takes too long has failed', async () => {
    world.rollMs = 10 * 60_000;
    const program = await complete({ spec: spec({ timeout: '2m' }) });
    expect(program.ended?.detail).toMatch(/^Deployment billing\/invoices: Not done after 2m: /);
  });

  test('a short time is kept as well', async () => {
    world.rollMs = 10 * 60_000;
    const begun = world.clock.now();
    const program = await complete({ spec: spec({ timeout: '20s' }) });
    expect(program.ended?.detail).toMatch(/^Deployment billing\/invoices: Not done after 20s: /);
    expect(world.clock.now() - begun).toBeLessThan(30_000);
  });

  test('each refusal is for itself: one that is gone is skipped, one that must not be patched has failed', async () => {
    const plan = planFor(world);
    world.remove('deployments', 'billing/invoices');
    world.refuse.set('shop/cart', {
      type: 'denied',
      permission: { verb: 'patch', resource: 'deployments.apps', namespace: 'shop' },
      message: 'User "ada" cannot patch.',
    });
    const program = await complete({ plan });
    expect(program.ended).toEqual({
      ok: false,
      detail:
        'Deployment shop/cart: User "ada" cannot patch. It needs the permission to patch deployments.apps in shop. 3 of 5 workloads restarted, 1 skipped.',
    });
    expect(texts(journal)).toContain('Deployment billing/invoices is skipped. It is not there any more.');
  });

  test('one that is deleted while it restarts is skipped, though another namespace has one of its name', async () => {
    world.addDeployment('elsewhere', 'mail', 2);
    const program = begin();
    await until(world, () => world.began.includes('billing/mail'));
    world.remove('deployments', 'billing/mail');
    world.rolling.delete('billing/mail');
    await end(program);
    expect(program.ended).toEqual({ ok: true, detail: '5 of 6 workloads restarted, 1 skipped.' });
    expect(texts(journal)).toContain('Deployment billing/mail is skipped. It is not there any more.');
  });

  test('another workload of the same name is not the one that was agreed to', async () => {
    const plan = planFor(world);
    const old = world.get('deployments', 'billing/mail')!;
    world.put('deployments', { ...old, metadata: { ...old.metadata, uid: 'another' } });
    const program = await complete({ plan });
    expect(program.ended).toEqual({ ok: true, detail: '4 of 5 workloads restarted, 1 skipped.' });
    expect(world.stamps.has('billing/mail')).toBe(false);
  });
});

describe('the gate', () => {
  test('it must pass before the first wave: nothing is begun on what is broken already', async () => {
    const program = await complete({
      spec: spec({ gate: 'linkerd check' }),
      probe: () => ({ type: 'exited', code: 1, ok: false }),
    });
    expect(program.ended?.detail).toBe(
      'The gate before the first wave ended with exit code 1. 0 of 5 workloads restarted, 5 not begun.',
    );
    expect(world.began).toEqual([]);
  });

  test('it runs after each wave and its soak, and stops the waves when it fails', async () => {
    const at: number[] = [];
    const begun = world.clock.now();
    const program = await complete({
      spec: spec({ gate: 'linkerd check', soak: '1m' }),
      probe: () => {
        at.push(Math.round((world.clock.now() - begun) / 1_000));
        return { type: 'exited', code: at.length < 4 ? 0 : 2, ok: at.length < 4 };
      },
    });
    expect(program.ended?.detail).toMatch(/^The gate after wave 2 of 3 ended with exit code 2\. 4 of 5/);
    expect(at).toHaveLength(4);
    expect(at[2]! - at[1]!).toBe(60);
    expect(world.began).not.toContain('shop/cart');
  });

  test('what breaks during the soak is a failure', async () => {
    const program = begin({ spec: spec({ soak: '5m' }) });
    await until(world, () => journal.notes.some(({ data }) => JSON.stringify(data).includes('soaking')));
    const pod = world.all('pods').find(({ metadata }) => metadata.labels?.app === 'invoices')!;
    const now = world.get('deployments', 'billing/invoices')!;
    world.put('deployments', { ...now, status: { ...now.status, availableReplicas: 0, readyReplicas: 0 } });
    world.put('pods', {
      ...pod,
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [
          {
            name: 'app',
            ready: false,
            restartCount: 4,
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
            lastState: { terminated: { exitCode: 1, reason: 'Error' } },
          },
        ],
      },
    });
    await end(program);
    expect(program.ended?.ok).toBe(false);
    expect(program.ended?.detail).toMatch(/^Deployment billing\/invoices: It was done and is not any more: /);
    expect(world.began).toEqual(['billing/invoices']);
  });
});

describe("the operator's words", () => {
  test('hold begins nothing more, and go on goes on', async () => {
    const program = begin();
    await until(world, () => world.rolling.size > 0);
    program.steer({ word: 'hold' });
    await world.clock.pass(60_000);
    expect(world.began).toEqual(['billing/invoices']);
    expect(program.progress()?.doing).toMatchObject({ type: 'waiting', for: 'held' });
    program.steer({ word: 'go-on' });
    await end(program);
    expect(program.ended?.ok).toBe(true);
  });

  test('a hold outlives the program', async () => {
    const plan = planFor(world);
    const program = begin({ plan, dieAt: 20 });
    await until(world, () => world.rolling.size > 0);
    program.steer({ word: 'hold' });
    await world.clock.pass(30_000);
    const resumed = begin({ plan });
    await world.clock.pass(60_000);
    expect(resumed.ended).toBeUndefined();
    expect(world.began).toEqual(['billing/invoices']);
  });

  test('last wave ends after the wave that is under way, and says what is not begun', async () => {
    const program = begin();
    await until(world, () => world.began.length > 1);
    program.steer({ word: 'stop-after' });
    await end(program);
    expect(program.ended).toEqual({
      ok: false,
      detail: 'Stopped after wave 2 of 3, as the operator asked: 4 of 5 workloads restarted, 1 not begun.',
    });
  });

  test('a new attempt carries through what the one before has left under way: nothing gets a second stamp', async () => {
    const program = begin();
    await until(world, () => world.rolling.has('billing/mail'));
    program.stop();
    await end(program);
    const began = [...world.began];
    const stamp = world.stamps.get('billing/mail')?.[0] ?? '';
    const plan = planFor(world);
    const workloads = plan.workloads.map((workload) =>
      began.includes(`${workload.namespace}/${workload.name}`) ? { ...workload, begun: stamp } : workload,
    );
    journal = { notes: [] };
    const again = await complete({ plan: { ...plan, workloads } });
    expect(again.ended).toEqual({ ok: true, detail: '5 of 5 workloads restarted.' });
    expect([...world.stamps.values()].map((stamps) => stamps.length)).toEqual([1, 1, 1, 1, 1]);
    expect(texts(journal)).toContain('Going on with the restart of Deployment billing/mail, wave 2 of 3.');
  });

  test('one that waits is skipped; one that is done is not', async () => {
    const program = begin();
    await until(world, () => world.began.length > 1);
    program.steer({ word: 'skip', subject: id('shop/cart') });
    program.steer({ word: 'skip', subject: id('billing/invoices') });
    await end(program);
    expect(program.ended).toEqual({ ok: true, detail: '4 of 5 workloads restarted, 1 skipped.' });
    expect(world.stamps.has('shop/cart')).toBe(false);
    expect(program.notices).toEqual(['Deployment billing/invoices is done.']);
  });

  describe('on one that failed while another is under way', () => {
    let program: Program;

    beforeEach(async () => {
      world.rollMs = 60_000;
      world.refuse.set('shop/web', { type: 'rejected', code: 422, reason: 'Invalid', message: 'a quota' });
      program = begin();
      await until(world, () => texts(journal).some((text) => text.startsWith('Deployment shop/web was not')));
    });

    test('nothing more begins, the other is watched to its end, and the restart has failed', async () => {
      expect(program.ended).toBeUndefined();
      await end(program);
      expect(program.ended).toEqual({
        ok: false,
        detail: 'Deployment shop/web: a quota. 2 of 5 workloads restarted, 2 not begun.',
      });
      expect(world.versions('billing', 'mail')).toEqual(['stable-2.14.10']);
    });

    test('retry restarts it once more, with a stamp of its own', async () => {
      world.refuse.clear();
      program.steer({ word: 'retry', subject: id('billing/mail') });
      program.steer({ word: 'retry', subject: id('shop/web') });
      await end(program);
      expect(program.ended).toEqual({ ok: true, detail: '5 of 5 workloads restarted.' });
      const [first] = world.stamps.get('billing/mail')!;
      expect(world.stamps.get('shop/web')).toHaveLength(1);
      expect(world.stamps.get('shop/web')).not.toEqual([first]);
      expect(program.notices).toEqual([
        'Deployment billing/mail has not failed: only what failed is retried.',
      ]);
    });

    test('skip passes it over, and the waves go on', async () => {
      program.steer({ word: 'skip', subject: id('shop/web') });
      await end(program);
      expect(program.ended).toEqual({ ok: true, detail: '4 of 5 workloads restarted, 1 skipped.' });
    });
  });
});
