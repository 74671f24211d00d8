/**
 * The promise of a restart: killed at any moment and taken up again, no workload is restarted twice and none is forgotten. The
 * program dies at every point there is: before and after each line of the record, before and after each call to the cluster.
 */
import { expect, test } from 'vitest';
import { type Journal, planFor, run, spec, start, until } from './program.ts';
import { World } from './world.ts';

/** What reaches the server was written down before, with its stamp. */
function noted(world: World, journal: Journal): void {
  world.onPatch = (key, stamp) => {
    const data = { type: 'restarting', id: `Deployment/${key}`, stamp };
    expect(journal.notes.map((note) => note.data)).toContainEqual(data);
  };
}

function cluster(): World {
  const world = new World();
  world.addDeployment('shop', 'web', 2);
  world.addDeployment('shop', 'api', 3);
  world.addDeployment('billing', 'invoices', 1);
  world.addDeployment('billing', 'mail', 2);
  return world;
}

const all = ['billing/invoices', 'billing/mail', 'shop/web', 'shop/api'];
const soaked = () => spec({ soak: '5s', gate: 'true' });

/** Every workload has begun exactly one rollout, in the order of the waves, and never more than two at once. */
function isWhole(world: World, journal: Journal): void {
  expect(Object.fromEntries([...world.stamps].map(([key, stamps]) => [key, stamps.length]))).toEqual(
    Object.fromEntries(all.map((key) => [key, 1])),
  );
  expect(world.began[0]).toBe('billing/invoices');
  expect(world.mostAtOnce).toBeLessThanOrEqual(2);
  expect(new Set([...world.stamps.values()].flat()).size).toBe(1);
  for (const key of all) {
    const [namespace = '', name = ''] = key.split('/');
    expect(world.versions(namespace, name)).toEqual(['stable-2.14.10']);
    expect(
      journal.notes.filter(({ data }) => JSON.stringify(data) === `{"type":"done","id":"Deployment/${key}"}`),
    ).toHaveLength(1);
  }
}

test('killed at any single moment and resumed', async () => {
  const first = cluster();
  const whole = await run(first, { notes: [] }, { plan: planFor(first), spec: soaked() });
  expect(whole.ended).toEqual({ ok: true, detail: '4 of 4 workloads restarted.' });
  expect(whole.points()).toBeGreaterThan(40);
  for (let dieAt = 1; dieAt <= whole.points(); dieAt += 1) {
    const world = cluster();
    const journal: Journal = { notes: [] };
    noted(world, journal);
    const plan = planFor(world);
    const killed = await run(world, journal, { plan, spec: soaked(), dieAt });
    expect(killed.died(), `point ${dieAt}`).toBe(true);
    // The world goes on while nobody watches.
    await world.clock.pass((dieAt % 3) * 2_000);
    const resumed = await run(world, journal, { plan, spec: soaked() });
    expect(resumed.ended, `killed at point ${dieAt}`).toEqual({
      ok: true,
      detail: '4 of 4 workloads restarted.',
    });
    isWhole(world, journal);
  }
});

test('killed again and again, wherever it is', async () => {
  for (let seed = 1; seed <= 25; seed += 1) {
    let random = seed * 7_919;
    const next = (below: number) => {
      random = (random * 48_271) % 2_147_483_647;
      return 1 + (random % below);
    };
    const world = cluster();
    const journal: Journal = { notes: [] };
    noted(world, journal);
    const plan = planFor(world);
    let last = await run(world, journal, { plan, spec: soaked(), dieAt: next(8) });
    for (let lives = 0; last.died() && lives < 60; lives += 1) {
      await world.clock.pass(next(5) * 500);
      last = await run(world, journal, { plan, spec: soaked(), dieAt: next(12) });
    }
    if (last.died()) last = await run(world, journal, { plan, spec: soaked() });
    expect(last.ended, `seed ${seed}`).toEqual({ ok: true, detail: '4 of 4 workloads restarted.' });
    isWhole(world, journal);
  }
});

test('the API server goes away in the middle and comes back: it waits, and nothing is lost or done twice', async () => {
  const world = cluster();
  const journal: Journal = { notes: [] };
  const program = start(world, journal, { plan: planFor(world) });
  await until(world, () => world.began.length > 1);
  world.down = true;
  // Longer than the timeout of a workload: what cannot be seen is not judged.
  await world.clock.pass(20 * 60_000);
  expect(program.ended).toBeUndefined();
  expect(program.progress()?.away?.why).toBe('ECONNREFUSED');
  world.down = false;
  await until(world, () => program.ended !== undefined);
  expect(program.ended).toEqual({ ok: true, detail: '4 of 4 workloads restarted.' });
  isWhole(world, journal);
});

test('the API server hangs, which nothing tells at first: what is old is no ground for a failure', async () => {
  const world = cluster();
  const journal: Journal = { notes: [] };
  const hasty = spec({ timeout: '30s', patience: '10s' });
  const program = start(world, journal, { plan: planFor(world), spec: hasty });
  await until(world, () => world.began.length > 1);
  world.hangs = true;
  await world.clock.pass(5 * 60_000);
  expect(program.ended).toBeUndefined();
  expect(program.progress()?.away?.why).toMatch(/ECONNREFUSED/);
  world.hangs = false;
  await until(world, () => world.began.length > 3);
  expect(program.progress()?.away).toBeUndefined();
  await until(world, () => program.ended !== undefined);
  expect(program.ended).toEqual({ ok: true, detail: '4 of 4 workloads restarted.' });
  isWhole(world, journal);
});
