/** While an action is at work: what breaks meanwhile is announced, and the operator can have it looked at. */
import { describe, expect, test } from 'vitest';
import type { PerformingKind } from '../../src/state/kind.ts';
import { act, bundle, runbook, shell, type Trial, trial } from './build.ts';
import { diagnosed, diagnosis, FakeDiagnosis, finding } from './diagnosing.ts';
import { settle } from './fakes.ts';

/** Works until the test ends it, like a rollout. */
function working(more: Partial<PerformingKind> = {}) {
  let end: (ok: boolean) => void = () => {};
  const kind: PerformingKind = {
    way: 'performs',
    schema: { name: 'work' } as never,
    describe: () => 'Work.',
    lookout: () => true,
    perform: (_, { signal }) =>
      new Promise((resolve) => {
        end = (ok) => resolve({ ok, detail: ok ? 'Done.' : 'It broke.' });
        signal.addEventListener('abort', () => end(false), { once: true });
      }),
    ...more,
  };
  return {
    kind,
    end: async (ok: boolean) => {
      end(ok);
      await settle();
    },
  };
}

const one = bundle(runbook('main.md', [{ id: 'a', actions: [act('work', {})] }]));

async function watched(more: Partial<PerformingKind> = {}, earlier?: Trial) {
  const port = new FakeDiagnosis();
  const { kind, end } = working(more);
  const t = await trial({
    bundle: one,
    diagnose: port.diagnose,
    options: { kinds: [kind] },
    ...(earlier ? { earlier } : {}),
  });
  await t.question();
  return { ...t, port, end };
}

const announced = (t: Trial) =>
  t.walk.store
    .getState()
    .session.stack[0]?.steps.a?.actions['a/1']?.diagnosed?.diagnosis.findings.map(({ code }) => code);

describe('the lookout', () => {
  test('looks at once, then every 15 s, and announces what was not there when the action began', async () => {
    const t = await watched();
    expect(t.port.asked).toHaveLength(1);
    await t.port.find(finding('old'));
    expect(diagnosed(t)).toEqual([]);
    await t.clock.pass(14_999);
    expect(t.port.asked).toHaveLength(1);
    await t.clock.pass(1);
    expect(t.port.asked).toHaveLength(2);
    await t.port.find(finding('old'), finding('new'));
    expect(diagnosed(t)).toEqual([['watch', ['new']]]);
    expect(announced(t)).toEqual(['new']);
    expect(t.walk.store.getState().live.diagnosing).toBeUndefined();
  });

  test('the same is announced once; when it is gone, that is written down, too', async () => {
    const t = await watched();
    await t.port.find();
    for (const found of [[finding('new')], [finding('new')], []]) {
      await t.clock.pass(15_000);
      await t.port.find(...found);
    }
    expect(diagnosed(t)).toEqual([
      ['watch', ['new']],
      ['watch', []],
    ]);
  });

  test('a warning, a symptom and what cannot be told are not announced', async () => {
    const t = await watched();
    await t.port.find();
    await t.clock.pass(15_000);
    await t.port.find(
      finding('mild', { severity: 'warning' }),
      finding('symptom', { symptomOf: 'new' }),
      finding('unsure', { certainty: 'undetermined' }),
    );
    expect(diagnosed(t)).toEqual([]);
  });

  test('what was there before is announced once something does not work because of it, as long as it is there', async () => {
    const t = await watched();
    await t.port.find(finding('wall'));
    for (const found of [
      [finding('wall'), finding('mild', { severity: 'warning', symptomOf: 'wall' })],
      [finding('wall'), finding('stuck', { symptomOf: 'wall' })],
      [finding('wall')],
      [],
    ]) {
      await t.clock.pass(15_000);
      await t.port.find(...found);
    }
    expect(diagnosed(t)).toEqual([
      ['watch', ['wall']],
      ['watch', []],
    ]);
  });

  test('a blocker is announced by the first look already: nobody watches for a minute what cannot work', async () => {
    const t = await watched();
    await t.port.find(finding('old'), finding('wall', { severity: 'blocker' }));
    await t.clock.pass(15_000);
    await t.port.find(finding('old'), finding('wall', { severity: 'blocker' }));
    expect(diagnosed(t)).toEqual([['watch', ['wall']]]);
  });

  test('what keeps something from working is announced by the first look already', async () => {
    const t = await watched();
    await t.port.find(finding('old'), finding('wall'), finding('stuck', { symptomOf: 'wall' }));
    expect(diagnosed(t)).toEqual([['watch', ['wall']]]);
  });

  test('a look that takes long is made seldom', async () => {
    const t = await watched();
    await t.port.give({ ...diagnosis(), tookMs: 2000 });
    await t.clock.pass(39_999);
    expect(t.port.asked).toHaveLength(1);
    await t.clock.pass(1);
    expect(t.port.asked).toHaveLength(2);
  });

  test('one that hangs or fails does nothing, and the next is made all the same', async () => {
    const t = await watched();
    await t.port.fail(new Error('gone'));
    expect(t.walk.store.getState().live.notice).toBeUndefined();
    await t.clock.pass(15_000);
    await t.port.find(finding('old'));
    await t.clock.pass(15_000);
    expect(t.port.asked).toHaveLength(3);
    await t.clock.pass(600_000);
    expect(t.port.asked).toHaveLength(3);
    await t.end(true);
    expect(await t.question()).toMatchObject({ type: 'continue' });
    expect(diagnosed(t)).toEqual([]);
  });

  test('it stops with the action: nothing is looked at or written any more', async () => {
    const t = await watched();
    await t.port.find();
    await t.clock.pass(15_000);
    await t.end(true);
    expect(t.port.last.signal.aborted).toBe(true);
    await t.port.find(finding('new'));
    await t.clock.pass(120_000);
    expect(diagnosed(t)).toEqual([]);
    expect(t.port.asked).toHaveLength(2);
    expect(t.clock.next).toBeUndefined();
  });

  test('what it announced is offered at the failure at once, and the failure is looked at anew', async () => {
    const t = await watched();
    await t.port.find();
    await t.clock.pass(15_000);
    await t.port.find(finding('new'));
    await t.end(false);
    expect(await t.question()).toMatchObject({ type: 'failure' });
    await t.port.find(finding('new'), finding('old'));
    expect(diagnosed(t).at(-1)).toEqual(['failure', ['new', 'old']]);
  });

  test('after a resume what was announced before is not taken for old', async () => {
    const first = await watched();
    await first.port.find();
    await first.clock.pass(15_000);
    await first.port.find(finding('new'));
    await first.say({ type: 'pause' });
    const t = await watched({}, first);
    await t.port.find(finding('new'), finding('old'));
    await t.clock.pass(15_000);
    await t.port.find(finding('new'), finding('old'), finding('newer'));
    expect(diagnosed(t)).toEqual([
      ['watch', ['new']],
      ['watch', ['new', 'newer']],
    ]);
  });

  test('a kind that is over soon is not looked out for', async () => {
    const t = await watched({ lookout: () => false });
    await t.clock.pass(60_000);
    expect(t.port.asked).toEqual([]);
  });
});

describe('asked for by the operator', () => {
  test('while an action works, all that is found is told', async () => {
    const t = await watched({ lookout: () => false });
    await t.say({ type: 'diagnose' });
    expect(t.walk.store.getState().live.diagnosing).toMatchObject({ at: { action: 'a/1' } });
    await t.say({ type: 'diagnose' });
    expect(t.port.asked).toHaveLength(1);
    await t.port.find(finding('old'), finding('mild', { severity: 'warning' }));
    expect(diagnosed(t)).toEqual([['asked', ['old', 'mild']]]);
    expect(t.walk.store.getState().live.diagnosing).toBeUndefined();
  });

  test('while a command runs it is refused with the reason', async () => {
    const t = await trial({
      bundle: bundle(runbook('main.md', [{ id: 'a', actions: [shell('long')] }])),
      behaviour: { long: { run: () => 0, hangs: true } },
      diagnose: async () => diagnosis(),
    });
    await t.question();
    await t.say({ type: 'run' });
    await t.say({ type: 'diagnose' });
    expect(t.walk.store.getState().live.notice).toContain('is looked at when it has failed');
  });
});
