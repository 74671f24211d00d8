import { describe, expect, test } from 'vitest';
import { describePosition } from '../../src/state/position.ts';
import { report } from '../../src/state/report.ts';
import { act, bundle, type Death, runbook, shell, type Trial, trial } from '../state/build.ts';

const version = (name: string) => ({ name, type: 'linkerd-version' as const });
const spec = { from: '$START', to: '$TARGET', runbook: 'hop.md' };
const of = bundle(
  runbook(
    'main.md',
    [
      { id: 'read', actions: [shell('what runs', 'look', { block: { capture: 'START' } })] },
      { id: 'walk', actions: [act('hops', spec)] },
      { id: 'end', actions: [shell('end', 'look')] },
    ],
    [version('START'), { ...version('TARGET'), default: 'stable-2.14.10' }],
  ),
  runbook(
    'hop.md',
    [
      { id: 'upgrade', actions: [shell('upgrade')] },
      { id: 'check', actions: [shell('check', 'look')] },
    ],
    [version('FROM'), version('TO')],
  ),
);
const behaviour = { 'what runs': { run: () => 0, stdout: 'stable-2.12.6' } };
const WAY = 'stable-2.12.6 stable-2.13.7 stable-2.14.10';

/** As far as the question whether the hops are walked. */
async function asked(more: Partial<Parameters<typeof trial>[0]> = {}) {
  const t = await trial({ bundle: of, behaviour, ...more });
  expect(await t.question()).toMatchObject({ type: 'parameter', parameter: { name: 'TARGET' } });
  await t.say({ type: 'value', value: 'stable-2.14.10' });
  await t.say({ type: 'continue' });
  return t;
}
const walkThem = { type: 'choose', value: WAY } as const;
const sessionOf = (t: Trial) => t.walk.store.getState().session;
const upgrades = (t: Trial) =>
  t.commands.started.filter(({ script }) => script === 'upgrade').map(({ env }) => `${env.FROM} ${env.TO}`);

/** Runs the change of a hop, and goes on from it and from its check. */
async function walkHop(t: Trial) {
  await t.say({ type: 'run' });
  await t.say({ type: 'continue' });
  return t.say({ type: 'continue' });
}

describe('the hops of a way', () => {
  test('are asked for once, and walked one after the other with their versions', async () => {
    const t = await asked();
    expect(await t.question()).toMatchObject({
      type: 'choose',
      message: '2 hops, one after the other. The next is hop 1 of 2: 2.12.6 to 2.13.7.',
      options: [{ value: WAY, label: 'Walk these 2 hops' }],
      default: WAY,
    });
    expect(await t.say(walkThem)).toMatchObject({ type: 'run', at: { frame: 1, step: 'upgrade' } });
    expect(sessionOf(t).parameters).toMatchObject({
      FROM: { value: 'stable-2.12.6', source: 'visit' },
      TO: { value: 'stable-2.13.7', source: 'visit' },
    });
    expect(describePosition(sessionOf(t), of)).toBe(
      '2 of 3 Step walk › Hop 1 of 2: 2.12.6 to 2.13.7, 1 of 2 Step upgrade',
    );
    expect(await walkHop(t)).toMatchObject({ type: 'run', at: { frame: 2, step: 'upgrade' } });
    expect(describePosition(sessionOf(t), of)).toContain('Hop 2 of 2: 2.13.7 to 2.14.10, 1 of 2');
    expect(await walkHop(t)).toMatchObject({ type: 'continue', at: { frame: 0, step: 'end' } });
    expect(upgrades(t)).toEqual(['stable-2.12.6 stable-2.13.7', 'stable-2.13.7 stable-2.14.10']);
    await t.say({ type: 'continue' });
    expect(await t.walk.finished).toEqual({ type: 'completed' });
    const text = report(sessionOf(t), of);
    expect(text.match(/^### Hop .*$/gm)).toEqual([
      '### Hop 1 of 2: 2.12.6 to 2.13.7',
      '### Hop 2 of 2: 2.13.7 to 2.14.10',
    ]);
    expect(text).not.toContain('What did not go as written');
  });

  test('that are left half way open the question again, and what was finished is not walked twice', async () => {
    const t = await asked();
    await t.say(walkThem);
    await walkHop(t);
    // Hop 2 has changed FROM and TO; the way is still the whole one.
    expect(await t.say({ type: 'leave-branch' })).toMatchObject({
      type: 'choose',
      message: '1 of 2 hops is left. The next is hop 2 of 2: 2.13.7 to 2.14.10.',
      options: [{ value: WAY, label: 'Walk it' }],
    });
    expect(report(sessionOf(t), of)).toContain('Begun from Step walk: Hop 2 of 2: 2.13.7 to 2.14.10 (left).');
    expect(await t.say(walkThem)).toMatchObject({ type: 'run', at: { frame: 3, step: 'upgrade' } });
    await walkHop(t);
    expect(upgrades(t)).toEqual(['stable-2.12.6 stable-2.13.7', 'stable-2.13.7 stable-2.14.10']);
  });

  test('are as many in a dry run as can be told without the first having happened: one', async () => {
    const t = await asked({ mode: 'dry-run' });
    expect(await t.question()).toMatchObject({
      message: expect.stringContaining('In a dry run only the first is walked'),
    });
    await t.say(walkThem);
    await t.say({ type: 'continue' });
    expect(await t.say({ type: 'continue' })).toMatchObject({ at: { frame: 0, step: 'end' } });
    expect(sessionOf(t).left).toHaveLength(1);
  });

  test('are none where the target runs', async () => {
    const t = await asked({ behaviour: { 'what runs': { run: () => 0, stdout: 'stable-2.14.10' } } });
    const question = await t.question();
    expect(question).toMatchObject({
      type: 'choose',
      message: 'stable-2.14.10 runs, and there is no hop to be walked.',
      options: [{ label: 'Go on' }],
    });
    expect(await t.say({ type: 'choose', value: 'stable-2.14.10' })).toMatchObject({
      at: { frame: 0, step: 'end' },
    });
  });

  test('that lead nowhere are not walked, whatever is answered', async () => {
    const t = await asked({ behaviour: { 'what runs': { run: () => 0, stdout: 'edge-25.4.4' } } });
    expect(await t.question()).toMatchObject({ type: 'confirm', message: expect.stringContaining('older') });
    expect(await t.say({ type: 'confirm' })).toMatchObject({ type: 'confirm' });
    expect(await t.say({ type: 'skip', reason: 'no way' })).toMatchObject({ at: { frame: 0, step: 'end' } });
  });
});

describe('a program that dies on the way', () => {
  /** The whole way, answered as often as it is asked. */
  async function drive(t: Trial, death?: Death): Promise<void> {
    for (let answers = 0; answers < 40; answers += 1) {
      const question = await t.question();
      if (death?.happened || question === undefined) return;
      if (question.type === 'parameter') await t.say({ type: 'value', value: 'stable-2.14.10' });
      else if (question.type === 'choose') await t.say(walkThem);
      else if (question.type === 'run') await t.say({ type: 'run' });
      else if (question.type === 'unknown-outcome') await t.say({ type: 'settle', done: true, note: 'seen' });
      else await t.say({ type: 'continue' });
    }
  }

  test('before or after any line of its journal goes on with the hop that is next', async () => {
    const whole = await trial({ bundle: of, behaviour });
    await drive(whole);
    expect(await whole.walk.finished).toEqual({ type: 'completed' });
    const last = whole.journal.entries.length;
    expect(last).toBeGreaterThan(20);
    for (const when of ['before', 'after'] as const) {
      for (let at = 2; at < last; at += 1) {
        const death: Death = { at, when, happened: false };
        const first = await trial({ bundle: of, behaviour, death });
        await drive(first, death);
        const second = await trial({ bundle: of, behaviour, earlier: first });
        await drive(second);
        const context = `died ${when} line ${at}`;
        expect(sessionOf(second).ended, context).toBe('completed');
        expect([...new Set(upgrades(second))], context).toEqual([
          'stable-2.12.6 stable-2.13.7',
          'stable-2.13.7 stable-2.14.10',
        ]);
        expect(
          sessionOf(second).left.map(({ visit, outcome }) => `${visit} ${outcome}`),
          context,
        ).toEqual(['stable-2.12.6 stable-2.13.7 finished', 'stable-2.13.7 stable-2.14.10 finished']);
      }
    }
  }, 60_000);
});
