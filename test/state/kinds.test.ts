/** A kind that changes the cluster over a long time, as the kinds to come will: the engine must be ready for it. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { KindAction, Risk } from '../../src/runbook/model.ts';
import type { PerformContext, Performed, PerformingKind } from '../../src/state/kind.ts';
import { bundle, place, runbook, trial } from './build.ts';

interface Gate {
  readonly contexts: PerformContext[];
  open: (performed: Performed) => void;
}

function restart(gate: Gate, risk: Risk = 'change'): PerformingKind {
  return {
    way: 'performs',
    schema: { name: 'restart', summary: '', example: '', spec: z.unknown(), risk: () => risk },
    describe: () => 'Restart 3 deployments.',
    perform(_, context) {
      gate.contexts.push(context);
      return new Promise((resolve, reject) => {
        gate.open = resolve;
        context.signal.addEventListener('abort', () => reject(context.signal.reason));
      });
    },
  };
}

const gate = (): Gate => ({ contexts: [], open: () => {} });
const of = (risk: Risk = 'change', text: readonly string[] = []) =>
  bundle(
    runbook('main.md', [
      { id: 'a', text, actions: [(id): KindAction => ({ kind: 'restart', id, risk, place, spec: {} })] },
    ]),
  );

test('a change is confirmed, shows progress, and its end is shown', async () => {
  const one = gate();
  const t = await trial({ bundle: of(), options: { kinds: [restart(one)] } });
  expect(await t.question()).toMatchObject({
    type: 'confirm',
    message: 'Restart 3 deployments.',
    mustType: undefined,
  });
  expect(one.contexts).toHaveLength(0);
  expect(await t.say({ type: 'confirm' })).toBeUndefined();
  one.contexts[0]?.progress({ progress: { ready: 1 } });
  expect(t.walk.store.getState().live.progress).toEqual({
    at: { frame: 0, step: 'a', action: 'a/1' },
    value: { ready: 1 },
  });
  one.open({ ok: true, detail: 'Three restarted.' });
  expect(await t.question()).toMatchObject({ type: 'continue', remark: 'Three restarted.' });
  expect(t.walk.store.getState().live.progress?.value).toEqual({ ready: 1 });
  await t.say({ type: 'continue' });
  expect(t.walk.store.getState().live.progress).toBeUndefined();
});

test('what cannot be undone wants the name typed; another cluster stops it', async () => {
  const one = gate();
  const t = await trial({ bundle: of('irreversible'), options: { kinds: [restart(one, 'irreversible')] } });
  expect(await t.question()).toMatchObject({ type: 'confirm', mustType: 'prod-eu-1' });
  expect(await t.say({ type: 'confirm', typed: 'no' })).toMatchObject({
    type: 'confirm',
    error: expect.any(String),
  });
  t.cluster.answer = { type: 'different', uid: 'uid-2' };
  expect(await t.say({ type: 'confirm', typed: 'prod-eu-1' })).toMatchObject({ type: 'wrong-cluster' });
  expect(one.contexts).toHaveLength(0);
});

test('resumed half way it goes on from what it wrote down, but not on another cluster', async () => {
  const one = gate();
  const t = await trial({ bundle: of(), options: { kinds: [restart(one)] } });
  await t.question();
  await t.say({ type: 'confirm' });
  await one.contexts[0]?.started('wave 2');
  await t.say({ type: 'pause' });
  expect(one.contexts[0]?.signal.aborted).toBe(true);

  t.cluster.answer = { type: 'unreachable', message: 'timeout' };
  const later = await trial({ bundle: of(), earlier: t, options: { kinds: [restart(one)] } });
  expect(await later.question()).toMatchObject({ type: 'wrong-cluster' });
  expect(one.contexts).toHaveLength(1);
  t.cluster.answer = { type: 'same' };
  expect(await later.say({ type: 'retry' })).toBeUndefined();
  expect(one.contexts[1]).toMatchObject({ detail: 'wave 2' });
  one.open({ ok: false, detail: 'One did not come up.' });
  expect(await later.question()).toMatchObject({ type: 'failure', detail: 'One did not come up.' });
  expect(await later.say({ type: 'retry' })).toMatchObject({ type: 'confirm' });
});

test('a kind that throws is a failure that can be retried, not the end of the session', async () => {
  const broken: PerformingKind = {
    ...restart(gate()),
    perform: () => Promise.reject(new Error('watch closed')),
  };
  const t = await trial({ bundle: of(), options: { kinds: [broken] } });
  await t.question();
  expect(await t.say({ type: 'confirm' })).toMatchObject({
    type: 'failure',
    detail: 'It could not be carried through: watch closed',
  });
});

test('a look with text before it says what it will look at, and begins when that was read', async () => {
  const one = gate();
  const t = await trial({
    bundle: of('look', ['See how it goes.']),
    options: { kinds: [restart(one, 'look')] },
  });
  expect(await t.question()).toMatchObject({ type: 'read', deed: 'Restart 3 deployments.' });
  expect(one.contexts).toHaveLength(0);
  await t.say({ type: 'continue' });
  expect(one.contexts).toHaveLength(1);
});
