import { expect, test } from 'vitest';
import { act, bundle, runbook, trial } from '../state/build.ts';

const soak = (spec: object) => bundle(runbook('main.md', [{ id: 'soak', actions: [act('wait', spec)] }]));
const watched = soak({ for: 60_000, every: 10_000, command: 'probe' });

test('time passes with a countdown, and the command is run again and again', async () => {
  const t = await trial({ bundle: watched });
  expect(await t.question()).toBeUndefined();
  const end = t.clock.now() + 60_000;
  const soakOf = () => t.walk.store.getState().live.soak;
  await t.clock.pass(1000);
  expect(soakOf()).toEqual({ endsAt: end, probe: 'passing', probes: 1 });
  await t.clock.pass(30_000);
  expect(soakOf()).toMatchObject({ probe: 'passing', probes: 4 });
  await t.clock.pass(30_000);
  expect(await t.question()).toMatchObject({
    type: 'continue',
    remark: '1m passed; the command passed 7 times.',
  });
  expect(soakOf()).toBeUndefined();
});

test('a probe that fails ends it as a failure; a retry starts it anew', async () => {
  let bad = false;
  const t = await trial({ bundle: watched, behaviour: { probe: () => (bad ? 1 : 0) } });
  await t.question();
  await t.clock.pass(25_000);
  bad = true;
  await t.clock.pass(10_000);
  expect(await t.question()).toMatchObject({
    type: 'failure',
    detail: 'The command that had to keep passing ended with exit code 1, 30s before the end.',
    run: { purpose: 'probe' },
  });
  bad = false;
  await t.say({ type: 'retry' });
  await t.clock.pass(1000);
  expect(t.walk.store.getState().live.soak).toMatchObject({ endsAt: t.clock.now() + 59_000, probes: 1 });
});

test('a probe that hangs is ended and has failed', async () => {
  const t = await trial({ bundle: watched, behaviour: { probe: { run: () => 0, hangs: true } } });
  await t.question();
  await t.clock.pass(60_000);
  expect(t.commands.terminated).toEqual(['probe']);
  expect(await t.question()).toMatchObject({
    type: 'failure',
    detail: expect.stringContaining('did not come to its end'),
  });
});

test('cancel ends it', async () => {
  const t = await trial({ bundle: soak({ for: 60_000, every: 10_000 }) });
  await t.question();
  await t.clock.pass(5000);
  expect(await t.say({ type: 'cancel' })).toMatchObject({
    type: 'failure',
    detail: 'Ended by the operator.',
  });
});

test('without a command it goes on over a pause, however long, from its start', async () => {
  const of = soak({ for: 600_000, every: 10_000 });
  const t = await trial({ bundle: of });
  await t.question();
  await t.clock.pass(5000);
  await t.say({ type: 'pause' });
  await t.clock.pass(500_000);
  const later = await trial({ bundle: of, earlier: t });
  expect(await later.question()).toBeUndefined();
  await t.clock.pass(95_000);
  expect(await later.question()).toMatchObject({ type: 'continue', remark: 'Waited 10m.' });
});

test('with a command, a short gap goes on from the start', async () => {
  const t = await trial({ bundle: watched });
  await t.question();
  await t.clock.pass(21_000);
  await t.say({ type: 'pause' });
  await t.clock.pass(8000);
  const later = await trial({ bundle: watched, earlier: t });
  await later.question();
  await t.clock.pass(31_000);
  expect(await later.question()).toMatchObject({ type: 'continue' });
});

test('with a command, a gap longer than the pause between probes starts it anew and says so', async () => {
  const t = await trial({ bundle: watched });
  await t.question();
  await t.clock.pass(21_000);
  await t.say({ type: 'pause' });
  await t.clock.pass(30_000);
  const later = await trial({ bundle: watched, earlier: t });
  await later.question();
  expect(later.walk.store.getState().live.notice).toContain('starts anew');
  await t.clock.pass(59_000);
  expect(await later.question()).toBeUndefined();
  await t.clock.pass(1000);
  expect(await later.question()).toMatchObject({ type: 'continue' });
});
