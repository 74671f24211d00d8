import { describe, expect, test } from 'vitest';
import { bundle, runbook, shell, trial } from './build.ts';
import type { JournalPart } from './fakes.ts';

const hanging = { run: () => 0, hangs: true };
const long = (more: Parameters<typeof shell>[2] = {}) =>
  bundle(runbook('main.md', [{ id: 'a', actions: [shell('long', 'change', more)] }]));

describe('while a command runs', () => {
  test('its start, its last output and its silence are shown; it is flagged and never ended for being silent', async () => {
    const t = await trial({
      bundle: long({ block: { silentMs: 60_000, timeoutMs: 600_000 } }),
      behaviour: { long: hanging },
    });
    await t.question();
    const begun = t.clock.now();
    expect(await t.say({ type: 'run' })).toBeUndefined();
    const running = () => t.walk.store.getState().live.running;
    expect(running()).toMatchObject({ startedAt: begun, timeoutMs: 600_000, silent: false, stopping: false });
    await t.clock.pass(30_000);
    t.commands.say('long');
    await t.clock.pass(1000);
    expect(running()).toMatchObject({ lastOutputAt: begun + 30_000, silent: false });
    await t.clock.pass(61_000);
    expect(running()).toMatchObject({ silent: true });
    expect(t.commands.terminated).toEqual([]);
    t.commands.end('long');
    expect(await t.question()).toMatchObject({ type: 'continue' });
    expect(running()).toBeUndefined();
  });

  test('the screen hears of it at most four times a second', async () => {
    const t = await trial({ bundle: long(), behaviour: { long: hanging } });
    await t.question();
    await t.say({ type: 'run' });
    let heard = 0;
    t.walk.store.subscribe(() => {
      heard += 1;
    });
    for (let ms = 0; ms < 2000; ms += 10) {
      t.commands.say('long');
      await t.clock.pass(10);
    }
    expect(heard).toBeGreaterThan(4);
    expect(heard).toBeLessThanOrEqual(9);
  });

  test('its time limit ends it, and the failure says so', async () => {
    const t = await trial({ bundle: long({ block: { timeoutMs: 5000 } }), behaviour: { long: hanging } });
    await t.question();
    await t.say({ type: 'run' });
    await t.clock.pass(5000);
    expect(t.commands.terminated).toEqual(['long']);
    expect(await t.question()).toMatchObject({
      type: 'failure',
      run: { ending: { type: 'killed', by: 'timeout' } },
      detail: 'The command was ended after 0:05: it took longer than the 0:05 it is given.',
    });
  });

  test('cancel ends it by hand', async () => {
    const t = await trial({ bundle: long(), behaviour: { long: hanging } });
    await t.question();
    await t.say({ type: 'run' });
    expect(await t.say({ type: 'cancel' })).toMatchObject({
      type: 'failure',
      run: { ending: { type: 'killed', by: 'operator', signal: 'SIGTERM' } },
    });
  });

  test('a note is kept, everything else has to wait', async () => {
    const t = await trial({ bundle: long(), behaviour: { long: hanging } });
    await t.question();
    await t.say({ type: 'run' });
    await t.say({ type: 'note', text: 'slow today' });
    await t.say({ type: 'stop' });
    expect(t.walk.store.getState().live.notice).toContain('cancel it first');
    await t.say({ type: 'run' });
    expect(t.walk.store.getState().session.notes).toHaveLength(1);
    expect(t.ran()).toEqual(['long']);
  });

  test('a pause is the last thing written, also where the command ends while it is being written', async () => {
    const t = await trial({ bundle: long(), behaviour: { long: hanging } });
    await t.question();
    await t.say({ type: 'run' });
    t.journal.before = (event) => {
      if (event.type !== 'session-paused') return undefined;
      t.commands.end('long');
      return new Promise((written) => setImmediate(written));
    };
    t.walk.send({ type: 'pause' });
    expect(await t.walk.finished).toEqual({ type: 'paused' });
    await t.question();
    expect(t.journal.entries.at(-1)?.event.type).toBe('session-paused');
    const later = await trial({ bundle: long(), behaviour: { long: hanging }, earlier: t });
    expect(await later.question()).toMatchObject({ type: 'continue' });
  });

  test('pause leaves it running; the next program follows it to its end', async () => {
    const t = await trial({ bundle: long(), behaviour: { long: hanging } });
    await t.question();
    await t.say({ type: 'run' });
    await t.say({ type: 'pause' });
    expect(await t.walk.finished).toEqual({ type: 'paused' });
    expect(t.commands.terminated).toEqual([]);
    await t.clock.pass(90_000);
    const later = await trial({ bundle: long(), behaviour: { long: hanging }, earlier: t });
    expect(await later.question()).toBeUndefined();
    expect(later.walk.store.getState().live.running).toMatchObject({
      run: expect.stringContaining('change'),
    });
    await t.clock.pass(10_000);
    t.commands.end('long');
    expect(await later.question()).toMatchObject({ type: 'continue' });
    expect(later.ran()).toEqual(['long']);
    expect(Object.values(later.walk.store.getState().session.runs)[0]?.durationMs).toBe(100_000);
  });

  test('a time limit counts from the start, also over a pause', async () => {
    const of = long({ block: { timeoutMs: 60_000 } });
    const t = await trial({ bundle: of, behaviour: { long: hanging } });
    await t.question();
    await t.say({ type: 'run' });
    await t.say({ type: 'pause' });
    await t.clock.pass(50_000);
    const later = await trial({ bundle: of, behaviour: { long: hanging }, earlier: t });
    await later.question();
    await t.clock.pass(9_000);
    expect(t.commands.terminated).toEqual([]);
    await t.clock.pass(1_000);
    expect(t.commands.terminated).toEqual(['long']);
  });

  test('closing the walk writes nothing and ends nothing', async () => {
    const t = await trial({ bundle: long(), behaviour: { long: hanging } });
    await t.question();
    await t.say({ type: 'run' });
    const written = t.journal.entries.length;
    await t.walk.close();
    t.commands.end('long');
    await t.question();
    expect(t.journal.entries).toHaveLength(written);
    expect(t.commands.terminated).toEqual([]);
  });
});

describe('a journal that cannot be written', () => {
  const failing = (journal: JournalPart, type: string): JournalPart => ({
    entries: journal.entries,
    torn: false,
    append: (event) =>
      event.type === type ? Promise.reject(new Error('No space left on the disk.')) : journal.append(event),
    close: () => journal.close(),
  });

  test.each(['command-started', 'command-spawned', 'command-ended', 'action-seen'])(
    'ends everything at %s, and nothing is done after it',
    async (type) => {
      const of = bundle(runbook('main.md', [{ id: 'a', actions: [shell('one'), shell('two')] }]));
      const source = await trial({ bundle: of });
      await source.walk.close();
      const journal = source.journal;
      const t = await trial({ bundle: of, options: { journal: failing(journal, type) } });
      await t.question();
      await t.say({ type: 'run' });
      await t.say({ type: 'continue' });
      await t.say({ type: 'run' });
      expect(await t.walk.finished).toMatchObject({
        type: 'broken',
        detail: 'No space left on the disk. Nothing was done after it.',
      });
      expect(t.ran()).toEqual(type === 'command-started' ? [] : ['one']);
      expect(t.walk.store.getState()).toMatchObject({ question: undefined });
      expect(t.walk.store.getState().live.notice).toContain('No space left');
    },
  );
});

describe('a command that needs the keyboard', () => {
  test('gets the terminal, and its exit code counts', async () => {
    const of = long({ block: { interactive: true } });
    const t = await trial({ bundle: of, behaviour: { long: () => 2 } });
    await t.question();
    expect(await t.say({ type: 'run' })).toMatchObject({ type: 'failure', run: { ending: { code: 2 } } });
  });
});

test('closing does not wait for a cluster that does not answer', async () => {
  const t = await trial({ bundle: long() });
  await t.question();
  t.cluster.check = () => new Promise(() => {});
  await t.say({ type: 'run' });
  await t.walk.close();
  expect(await t.walk.finished).toEqual({ type: 'paused' });
  expect(t.ran()).toEqual([]);
});
