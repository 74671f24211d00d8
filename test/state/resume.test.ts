import { describe, expect, test } from 'vitest';
import { act, bundle, runbook, shell, trial } from './build.ts';

const one = (more: Parameters<typeof shell>[2] = {}) =>
  bundle(runbook('main.md', [{ id: 'a', actions: [shell('change', 'change', more)] }]));
const hangs = { run: () => 0, hangs: true };

describe('a command that nobody saw end', () => {
  async function lost(more: Parameters<typeof shell>[2], verify: number) {
    const behaviour = { change: hangs, verify: () => verify };
    const t = await trial({ bundle: one(more), behaviour });
    await t.question();
    await t.say({ type: 'run' });
    await t.walk.close();
    t.commands.loseEndings('change');
    return trial({ bundle: one(more), behaviour, earlier: t });
  }

  test('has its verify run by itself, and the question shows what it said', async () => {
    const t = await lost({ verify: 'verify' }, 0);
    expect(await t.question()).toMatchObject({
      type: 'unknown-outcome',
      verified: 'done',
      run: { script: 'change', startedAt: '2026-11-21T02:00:00.000Z' },
    });
    expect(t.ran()).toEqual(['change', 'verify']);
    expect(await t.say({ type: 'settle', done: true, note: 'seen' })).toMatchObject({ type: 'continue' });
    expect(t.ran()).toEqual(['change', 'verify']);
  });

  test('is asked for again when it was not done', async () => {
    const t = await lost({ verify: 'verify' }, 1);
    expect(await t.question()).toMatchObject({ type: 'unknown-outcome', verified: 'not-done' });
    expect(await t.say({ type: 'retry' })).toMatchObject({ type: 'unknown-outcome' });
    expect(await t.say({ type: 'settle', done: false, note: '' })).toMatchObject({ type: 'run' });
    expect(t.ran()).toEqual(['change', 'verify']);
  });

  test('without a verify is left to the operator', async () => {
    const t = await lost({}, 0);
    expect(await t.question()).toMatchObject({ type: 'unknown-outcome', verified: 'no-verify' });
    expect(await t.say({ type: 'verify' })).toMatchObject({ type: 'unknown-outcome' });
    expect(t.walk.store.getState().live.notice).toContain('no verify');
  });

  test('a look of which the end is unknown is simply run again', async () => {
    const of = bundle(runbook('main.md', [{ id: 'a', actions: [shell('look', 'look')] }]));
    let runs = 0;
    const behaviour = { look: { run: () => runs++, hangs: true } };
    const t = await trial({ bundle: of, behaviour });
    await t.question();
    await t.walk.close();
    t.commands.loseEndings('look');
    const later = await trial({ bundle: of, behaviour, earlier: t });
    await later.question();
    expect(later.ran()).toEqual(['look', 'look']);
  });
});

describe('an undo that nobody saw end', () => {
  test.each([
    [0, 'not-done'],
    [1, 'could-not-tell'],
  ])('with a verify that ends with %i', async (verify, verified) => {
    const more = { verify: 'verify', undo: 'undo' };
    const behaviour = { change: () => 1, undo: hangs, verify: () => verify };
    const t = await trial({ bundle: one(more), behaviour });
    await t.question();
    await t.say({ type: 'run' });
    await t.say({ type: 'undo' });
    await t.say({ type: 'run' });
    await t.walk.close();
    t.commands.loseEndings('undo');
    const later = await trial({ bundle: one(more), behaviour, earlier: t });
    expect(await later.question()).toMatchObject({
      type: 'unknown-outcome',
      verified,
      run: { purpose: 'undo' },
    });
    expect(await later.say({ type: 'settle', done: true, note: '' })).toMatchObject(
      verify === 0 ? { type: 'continue' } : { type: 'failure', detail: 'The change was undone.' },
    );
  });
});

describe('a secret', () => {
  const of = bundle(
    runbook(
      'main.md',
      [{ id: 'a', actions: [shell('one', 'look'), shell('two', 'look')] }],
      [{ name: 'TOKEN', type: 'secret' }],
    ),
  );

  test('reaches commands, is never written down, and is asked for again on resume before anything is shown', async () => {
    const t = await trial({ bundle: of });
    expect(await t.question()).toMatchObject({ type: 'parameter', parameter: { name: 'TOKEN' } });
    await t.say({ type: 'value', value: 'hunter2' });
    await t.say({ type: 'note', text: 'I typed hunter2, of course.' });
    expect(t.commands.started[0]).toMatchObject({ env: { TOKEN: 'hunter2' }, secrets: ['hunter2'] });
    await t.walk.close();
    expect(JSON.stringify(t.journal.entries)).not.toContain('hunter2');
    const later = await trial({ bundle: of, earlier: t });
    expect(await later.question()).toMatchObject({ type: 'parameter', parameter: { name: 'TOKEN' } });
    const { lines } = await later.walk.output.tail('00003-look', 10);
    expect(lines.join()).toContain('TOKEN');
    expect(await later.say({ type: 'value', value: 'hunter3' })).toMatchObject({ type: 'continue' });
    expect((await later.walk.output.tail('00003-look', 10)).lines).toEqual([]);
    await later.say({ type: 'continue' });
    expect(later.commands.started[1]).toMatchObject({ env: { TOKEN: 'hunter3' } });
  });
});

describe('on resume', () => {
  test('a runbook that has changed is shown as a diff, recorded once, and the own copy is walked', async () => {
    const of = one();
    const t = await trial({ bundle: of });
    await t.question();
    await t.walk.close();
    const onDisk = { 'main.md': '# Another title\n' };
    const later = await trial({ bundle: of, earlier: t, options: { onDisk } });
    await later.question();
    expect(later.walk.store.getState().changed).toContain('+# Another title');
    expect(later.walk.store.getState().changed).toContain('-# Title of main.md');
    await later.walk.close();
    const last = await trial({ bundle: of, earlier: later, options: { onDisk } });
    expect(await last.question()).toMatchObject({ type: 'run' });
    const changes = last.journal.entries.filter(({ event }) => event.type === 'runbook-changed');
    expect(changes).toHaveLength(1);
  });

  test('an unchanged runbook shows nothing, and a session that is over is over', async () => {
    const of = one();
    const t = await trial({ bundle: of });
    await t.question();
    await t.say({ type: 'skip', reason: 'no' });
    expect(await t.walk.finished).toEqual({ type: 'completed' });
    const entries = t.journal.entries.length;
    const later = await trial({ bundle: of, earlier: t, options: { onDisk: of.sources } });
    expect(await later.walk.finished).toEqual({ type: 'completed' });
    expect(later.walk.store.getState().changed).toBeUndefined();
    expect(later.journal.entries).toHaveLength(entries);
  });

  test('a kind of action that this program lacks stops it with its name', async () => {
    const of = bundle(runbook('main.md', [{ id: 'a', actions: [act('teleport', {})] }]));
    const t = await trial({ bundle: of });
    expect(await t.walk.finished).toMatchObject({
      type: 'broken',
      detail: expect.stringContaining('teleport'),
    });
  });
});
