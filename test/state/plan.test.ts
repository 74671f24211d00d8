/** Kinds that look before they ask, write down what they do, and listen while they do it. */
import { expect, test } from 'vitest';
import type { SessionEvent } from '../../src/state/event.ts';
import { fold } from '../../src/state/reduce.ts';
import { report } from '../../src/state/report.ts';
import { progressOf } from '../../src/steps/panel.ts';
import { type Trial, type TrialSetup, trial } from './build.ts';
import { found, type Waves, waves, wavesBundle, wavesKind } from './waves.ts';

const at = { frame: 0, step: 'a', action: 'a/1' };
const open = (of: Waves, more: Partial<TrialSetup> = {}): Promise<Trial> =>
  trial({ bundle: wavesBundle(), ...more, options: { kinds: [wavesKind(of)], ...more.options } });
const types = (t: Trial): SessionEvent['type'][] => t.journal.entries.map(({ event }) => event.type);
const action = (t: Trial) => t.walk.store.getState().session.stack[0]?.steps.a?.actions['a/1'];

test('it looks first, then asks with the plan; what is left out is on disk before anything is done', async () => {
  const of = waves();
  const t = await open(of);
  expect(await t.question()).toMatchObject({ type: 'confirm', planned: true });
  expect(action(t)?.plan).toEqual({
    plan: { parts: ['web', 'api', 'db'] },
    text: 'Restart 3 deployments: web, api, db.',
    excluded: [],
  });
  expect(of.did).toEqual([]);
  await t.say({ type: 'confirm', excluded: ['api'] });
  expect(of.did).toEqual(['web', 'db']);
  expect(types(t).slice(-5)).toEqual([
    'action-planned',
    'action-trimmed',
    'action-started',
    'action-noted',
    'action-noted',
  ]);
  of.end({ ok: true, detail: 'Two restarted.' });
  expect(await t.question()).toMatchObject({ type: 'continue', remark: 'Two restarted.' });
});

test('text before it does not hold up the look, and the plan is asked about with it', async () => {
  const of = waves();
  const t = await open(of, { bundle: wavesBundle({ text: ['Read me.'] }) });
  expect(await t.question()).toMatchObject({ type: 'confirm', planned: true });
});

test('killed in the middle, the next program goes on from the plan and the notes', async () => {
  for (const when of ['before', 'after'] as const) {
    const of = waves();
    const first = await open(of);
    await first.question();
    // The line of the second note: not yet on disk, or just on it.
    const death = { at: first.journal.entries.length + 4, when, happened: false };
    const again = waves();
    const dying = await open(again, { death });
    await dying.say({ type: 'confirm', excluded: ['db'] });
    expect(death.happened).toBe(true);
    expect(again.did).toEqual(['web']);
    const later = waves();
    const resumed = await open(later, { earlier: dying });
    await resumed.question();
    expect(later.notes.map(({ text }) => text)).toEqual(
      when === 'before' ? ['Restarts web.'] : ['Restarts web.', 'Restarts api.'],
    );
    expect(later.plans).toEqual([]);
    expect(later.contexts[0]?.plan).toEqual({ plan: { parts: ['web', 'api', 'db'] }, excluded: ['db'] });
    expect(later.did).toEqual(when === 'before' ? ['api'] : []);
  }
});

test('killed between what was left out and the start, the question stands again with that left out', async () => {
  const of = waves();
  const first = await open(of);
  await first.question();
  const death = { at: first.journal.entries.length + 1, when: 'after' as const, happened: false };
  const dying = await open(waves(), { death });
  await dying.say({ type: 'confirm', excluded: ['db'] });
  const later = waves();
  const resumed = await open(later, { earlier: dying });
  expect(await resumed.question()).toMatchObject({ type: 'confirm', planned: true });
  expect(action(resumed)?.plan?.excluded).toEqual(['db']);
  await resumed.say({ type: 'confirm', excluded: [] });
  expect(later.did).toEqual(['web', 'api', 'db']);
  const plain = waves();
  const other = await open(plain, { earlier: dying });
  await other.question();
  await other.say({ type: 'confirm' });
  expect(plain.did).toEqual(['web', 'api']);
});

test('a new plan takes the place of the old one, and is a question of its own', async () => {
  const of = waves();
  const t = await open(of);
  const first = await t.question();
  of.found = { ...found, plan: { parts: ['api'] }, text: 'Restart api.' };
  const second = await t.say({ type: 'replan' });
  expect(second).toMatchObject({ type: 'confirm', planned: true });
  expect(second).not.toBe(first);
  expect(action(t)?.plan?.text).toBe('Restart api.');
  await t.say({ type: 'confirm' });
  expect(of.did).toEqual(['api']);
});

test('a look that is ended leaves the plan that was there; without one it is a failure that can be retried', async () => {
  const of = waves();
  const t = await open(of);
  await t.question();
  of.found = new Promise(() => {});
  const hanging = wavesKind(of, {
    plan: (_, context) =>
      new Promise((_resolve, reject) => {
        of.plans.push(context);
        context.signal.addEventListener('abort', () => reject(context.signal.reason));
      }),
  });
  const slow = await trial({ bundle: wavesBundle(), options: { kinds: [hanging] } });
  await slow.question();
  expect(slow.walk.store.getState().live.working).toMatchObject({ at, doing: 'plan', stopping: false });
  expect(await slow.say({ type: 'cancel' })).toMatchObject({
    type: 'failure',
    detail: 'Ended by the operator.',
  });
  const kept = await trial({ bundle: wavesBundle(), earlier: t, options: { kinds: [hanging] } });
  await kept.say({ type: 'replan' });
  expect(await kept.say({ type: 'cancel' })).toMatchObject({ type: 'confirm', planned: true });
  expect(action(kept)?.plan?.text).toBe('Restart 3 deployments: web, api, db.');
});

test('nothing to do is an end that is gone on from; what cannot be done is a failure', async () => {
  const of = waves();
  of.found = { type: 'nothing', detail: 'All of it is up to date.' };
  expect(await (await open(of)).question()).toMatchObject({
    type: 'continue',
    remark: 'All of it is up to date.',
  });
  of.found = { type: 'impossible', detail: 'Deployments may not be listed.' };
  const t = await open(of);
  expect(await t.question()).toMatchObject({ type: 'failure', detail: 'Deployments may not be listed.' });
  of.found = new Error('watch closed');
  expect(await t.say({ type: 'retry' })).toMatchObject({
    type: 'failure',
    detail: 'It could not be planned: watch closed',
  });
  of.found = found;
  expect(await t.say({ type: 'retry' })).toMatchObject({ type: 'confirm', planned: true });
  expect(of.did).toEqual([]);
});

test('a retry plans anew, and begins without the notes of the attempt before', async () => {
  const of = waves();
  const t = await open(of);
  await t.say({ type: 'confirm', excluded: ['db'] });
  of.end({ ok: false, detail: 'One did not come up.' });
  expect(await t.question()).toMatchObject({ type: 'failure' });
  expect(progressOf(t.walk.store.getState(), at)).toEqual({ at: 'api' });
  await t.say({ type: 'retry' });
  expect(of.plans).toHaveLength(2);
  expect(action(t)).toMatchObject({ notes: [], plan: { excluded: [] } });
  expect(t.walk.store.getState().live.progress).toBeUndefined();
});

test('in a dry run the plan is made and shown, and nothing is done', async () => {
  const of = waves();
  const t = await open(of, { mode: 'dry-run' });
  expect(await t.question()).toMatchObject({
    type: 'continue',
    remark: 'Not done in a dry run: Restart what is out of date.',
  });
  expect(action(t)?.plan?.text).toBe('Restart 3 deployments: web, api, db.');
  expect(of.contexts).toEqual([]);
  expect(t.cluster.checks).toBe(0);
});

test('a look that plans needs no word; on another cluster a plan is made and nothing more', async () => {
  const of = waves();
  const look = await open(of, { bundle: wavesBundle({}, 'look') });
  expect(await look.question()).toBeUndefined();
  expect(of.did).toEqual(['web', 'api', 'db']);
  const other = waves();
  const t = await open(other);
  t.cluster.answer = { type: 'different', uid: 'uid-2' };
  expect(await t.question()).toMatchObject({ type: 'confirm', planned: true });
  expect(await t.say({ type: 'confirm' })).toMatchObject({ type: 'wrong-cluster' });
  expect(other.did).toEqual([]);
});

test('its own words reach it in order; others are refused with the reason', async () => {
  const of = waves();
  const t = await open(of);
  await t.say({ type: 'confirm' });
  await t.say({ type: 'steer', word: 'hold' });
  await t.say({ type: 'steer', word: 'leave', subject: 'web' });
  expect(of.heard).toEqual([{ word: 'hold' }, { word: 'leave', subject: 'web' }]);
  await t.say({ type: 'steer', word: 'leave' });
  expect(t.walk.store.getState().live.notice).toMatch(/select a row/);
  await t.say({ type: 'steer', word: 'explode' });
  expect(t.walk.store.getState().live.notice).toMatch(/does not know the word "explode".*hold, leave/);
  expect(of.heard).toHaveLength(2);
  await t.say({ type: 'stop' });
  expect(t.walk.store.getState().live.notice).toMatch(/Something runs: cancel it first/);
  of.end({ ok: true, detail: 'Done.' });
  await t.question();
  expect(t.walk.store.getState().live.notice).toBeUndefined();
  await t.say({ type: 'steer', word: 'hold' });
  expect(of.heard).toHaveLength(2);
});

test('a word that comes before the kind listens is told when it does', async () => {
  const of = waves();
  let listen = () => {};
  const late = wavesKind(of, {
    perform: (_, context) =>
      new Promise(() => {
        listen = () => context.onSteer((steer) => of.heard.push(steer));
      }),
  });
  const t = await trial({ bundle: wavesBundle(), options: { kinds: [late] } });
  await t.say({ type: 'confirm' });
  await t.say({ type: 'steer', word: 'hold' });
  listen();
  expect(of.heard).toEqual([{ word: 'hold' }]);
});

test('what it reads is recorded as a command, cut at the limit, and put away; two at once are two runs', async () => {
  const of = waves();
  const away: string[] = [];
  const reads: string[] = [];
  const reading = wavesKind(of, {
    async perform(_, context) {
      const all = await Promise.all([
        context.read('check', 1000),
        context.read('check --proxy', 1000, 4),
        context.read('absent', 1000),
      ]);
      reads.push(...all.map(({ ending, output }) => `${ending.type} ${output}`));
      return { ok: true, detail: 'Read.' };
    },
  });
  const t = await trial({
    bundle: wavesBundle(),
    behaviour: {
      check: { run: () => 0, stdout: '{"a":1}' },
      'check --proxy': { run: () => 0, stdout: '123456789' },
      absent: () => ({ type: 'not-started', why: 'gone' }),
    },
    options: { kinds: [reading] },
  });
  const { ports } = t.options;
  Object.assign(ports, {
    putAwayCaptured: async (folder: string) => {
      away.push(folder);
    },
  });
  await t.say({ type: 'confirm' });
  expect(reads).toEqual(['exited {"a":1}', 'exited 1234', 'not-started ']);
  expect(new Set(away).size).toBe(3);
  const runs = Object.values(t.walk.store.getState().session.runs);
  expect(runs.map(({ script, purpose }) => `${purpose} ${script}`).sort()).toEqual([
    'probe absent',
    'probe check',
    'probe check --proxy',
  ]);
});

test("the cluster's API is opened when it is asked for, once, and closed when the walk is left", async () => {
  const of = waves();
  const t = await open(of);
  await t.question();
  expect(t.apis).toHaveLength(0);
  expect(of.plans[0]?.api).toBe(t.apis[0]);
  await t.say({ type: 'confirm' });
  expect(of.contexts[0]?.api).toBe(t.apis[0]);
  expect(t.apis).toHaveLength(1);
  expect(t.apis[0]).toMatchObject({ kubeconfigFile: '/session/kubeconfig', closed: false });
  await t.say({ type: 'pause' });
  expect(t.apis[0]?.closed).toBe(true);
  expect(of.contexts[0]?.api).toBeUndefined();
});

test('no secret gets into the journal by a plan, a note or its data', async () => {
  const of = waves();
  of.found = {
    type: 'plan',
    plan: { parts: ['hunter2'], by: { hunter2: ['x hunter2'] } },
    text: 'Uses hunter2.',
  };
  const t = await open(of, { options: { secrets: { TOKEN: 'hunter2' } } });
  await t.say({ type: 'confirm' });
  await of.contexts[0]?.note('It says hunter2.', { said: 'hunter2' });
  expect(JSON.stringify(t.journal.entries)).not.toContain('hunter2');
  expect(action(t)?.plan?.plan).toEqual({ parts: ['***'], by: { '***': ['x ***'] } });
});

test('unattended, a planned change is taken like any change; one that cannot be undone needs its confirmation', async () => {
  const of = waves();
  const t = await open(of, { options: { policy: { answers: {} } } });
  await t.question();
  expect(of.did).toEqual(['web', 'api', 'db']);
  const refused = await open(waves(), {
    bundle: wavesBundle({}, 'irreversible'),
    options: { policy: { answers: {} } },
  });
  expect(await refused.walk.finished).toMatchObject({
    type: 'unanswered',
    detail: expect.stringContaining('--confirm prod-eu-1'),
  });
  const agreed = waves();
  const given = await open(agreed, {
    bundle: wavesBundle({}, 'irreversible'),
    options: { policy: { answers: {}, confirm: 'prod-eu-1' } },
  });
  await given.question();
  expect(agreed.did).toEqual(['web', 'api', 'db']);
});

test('the report has the plan, what was left out of it and the notes, and not more of them than a ticket bears', async () => {
  const of = waves();
  const t = await open(of);
  await t.say({ type: 'confirm', excluded: ['db'] });
  for (let number = 0; number < 250; number += 1) await of.contexts[0]?.note(`Note number ${number}.`);
  const text = report(t.walk.store.getState().session, t.options.bundle);
  expect(text).toContain('Restart 3 deployments: web, api, db.');
  expect(text).toContain('Left out by the operator: `db`.');
  expect(text).toContain('Restarts web.');
  expect(text).toContain('Note number 197.');
  expect(text).not.toContain('Note number 198.');
  expect(text).toContain('and 52 more in the journal');
  expect(text).toContain('| Changes run | 1 |');
  of.end({ ok: false, detail: '2 of 3 workloads restarted.' });
  await t.question();
  const after = report(t.walk.store.getState().session, t.options.bundle);
  expect(after).toContain('| Changes run | 1, 1 without success |');
  expect(after).toContain('It ended without success: 2 of 3 workloads restarted.');
});

test('progress of a look, and of the work, belongs to its action and no other', async () => {
  const of = waves();
  const t = await trial({
    bundle: wavesBundle(),
    options: {
      kinds: [
        wavesKind(of, {
          async plan(_, context) {
            context.progress({ progress: { looked: 7 } });
            context.progress({ progress: { looked: 8 } });
            return found;
          },
        }),
      ],
    },
  });
  await t.question();
  // The last of it is not lost with the end of the look.
  expect(progressOf(t.walk.store.getState(), at)).toEqual({ looked: 8 });
  expect(progressOf(t.walk.store.getState(), { ...at, action: 'a/2' })).toBeUndefined();
  expect(t.walk.store.getState().live.working).toBeUndefined();
});

test('the plan is held as the journal gave it, however many events come after', async () => {
  const of = waves();
  const t = await open(of);
  await t.say({ type: 'confirm', excluded: ['db'] });
  const event = t.journal.entries.find((entry) => entry.event.type === 'action-planned')?.event;
  expect(action(t)?.plan?.plan).toBe(event?.type === 'action-planned' ? event.plan : undefined);
  const folded = fold(t.journal.entries).stack[0]?.steps.a?.actions['a/1'];
  expect(folded).toEqual(action(t));
});

test('a journal from before there were plans still opens, and goes on', async () => {
  const of = waves();
  const t = await open(of);
  await t.say({ type: 'confirm' });
  // What an earlier version wrote of the same session: that it had started, and nothing of plan or notes.
  const entries = t.journal.entries.filter(
    ({ event }) => event.type !== 'action-planned' && event.type !== 'action-noted',
  );
  t.journal.entries.splice(0, Number.POSITIVE_INFINITY, ...entries);
  const later = waves();
  const resumed = await open(later, { earlier: t });
  expect(await resumed.question()).toBeUndefined();
  expect(later.contexts[0]?.plan).toBeUndefined();
  expect(later.notes).toEqual([]);
  await t.walk.close();
});
