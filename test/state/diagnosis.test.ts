/** After a failure: the diagnosis that runs beside the question, what it offers, and what entering a pitfall brings. */
import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../src/state/event.ts';
import type { Question } from '../../src/state/question.ts';
import { bundle, runbook, shell, type Trial, type TrialSetup, trial } from './build.ts';
import { diagnosed, diagnosis, FakeDiagnosis, finding, withPitfalls } from './diagnosing.ts';

const toFix = [{ title: 'Mend it', href: 'fix.md', file: 'fix.md' }];

/** One step that fails until it is mended, a link of its own, and a catalogue of two pitfalls. */
function world(
  more: { parameters?: Parameters<typeof runbook>[2]; root?: Parameters<typeof runbook>[2] } = {},
) {
  return withPitfalls(
    bundle(
      runbook(
        'main.md',
        [{ id: 'a', actions: [shell('change', 'change', { verify: 'verify' })], branches: toFix }],
        more.root,
      ),
      runbook('fix.md', [{ id: 'mend', actions: [shell('mend', 'look')] }]),
      runbook('pitfalls/policy.md', [{ id: 'allow', actions: [shell('allow', 'look')] }], more.parameters),
      runbook('pitfalls/crds.md', [{ id: 'apply', actions: [shell('apply')] }]),
    ),
    { 'pitfalls/policy.md': ['policy-blocks'], 'pitfalls/crds.md': ['crds-old', 'crds-missing'] },
  );
}

async function failed(
  port: FakeDiagnosis,
  more: Partial<TrialSetup> = {},
): Promise<Trial & { readonly port: FakeDiagnosis }> {
  const t = await trial({
    bundle: world(),
    behaviour: { change: () => 3 },
    diagnose: port.diagnose,
    ...more,
  });
  await t.question();
  await t.say({ type: 'run' });
  return { ...t, port };
}

const live = (t: Trial) => t.walk.store.getState().live;
const titles = (question: Question | undefined) =>
  question?.type === 'failure' ? question.branches.map(({ title }) => title) : undefined;
const events = (t: Trial, type: SessionEvent['type']) =>
  t.journal.entries.filter(({ event }) => event.type === type).map(({ event }) => event);

describe('at a failure', () => {
  test('the cluster is looked at beside the question, and what is found is the same question put anew', async () => {
    const t = await failed(new FakeDiagnosis());
    const before = await t.question();
    expect(before).toMatchObject({ type: 'failure', branches: [{ title: 'Mend it' }] });
    expect(live(t).diagnosing).toMatchObject({ at: { step: 'a', action: 'a/1' }, startedAt: t.clock.now() });
    await t.port.find(finding('crds-old', { severity: 'blocker' }), finding('policy-blocks'));
    const after = await t.question();
    expect(titles(after)).toEqual(['Title of pitfalls/crds.md', 'Title of pitfalls/policy.md', 'Mend it']);
    expect(after).toMatchObject({
      branches: [
        { href: 'pitfalls/crds.md', found: { text: 'This is crds-old', codes: ['crds-old'] } },
        {},
        { href: 'fix.md' },
      ],
    });
    expect(live(t).diagnosing).toBeUndefined();
    expect(diagnosed(t)).toEqual([['failure', ['crds-old', 'policy-blocks']]]);
    // Looked at once, not again and again.
    expect(t.port.asked).toHaveLength(1);
  });

  test('a diagnosis that finds nothing leaves the question as it is', async () => {
    const t = await failed(new FakeDiagnosis());
    const before = await t.question();
    await t.port.find();
    expect(await t.question()).toBe(before);
    expect(diagnosed(t)).toEqual([['failure', []]]);
  });

  test('a link that a finding points at is offered once; a link to one step of a pitfall is a way of its own', async () => {
    const links = [
      { title: 'The definitions', href: 'pitfalls/crds.md', file: 'pitfalls/crds.md' },
      { title: 'Only this', href: 'pitfalls/crds.md#apply', file: 'pitfalls/crds.md', step: 'apply' },
    ];
    const of = world();
    const main = runbook('main.md', [{ id: 'a', actions: [shell('change')], branches: links }]);
    const t = await failed(new FakeDiagnosis(), {
      bundle: { ...of, runbooks: { ...of.runbooks, 'main.md': main } },
    });
    expect(titles(await t.question())).toEqual(['The definitions', 'Only this']);
    await t.port.find(finding('crds-missing'));
    expect(titles(await t.question())).toEqual(['Title of pitfalls/crds.md', 'Only this']);
  });

  test('an answer given a blink before the diagnosis came is taken', async () => {
    const t = await failed(new FakeDiagnosis());
    await t.question();
    // The operator presses the key on the question as it was; the diagnosis comes before it is dealt with.
    const found = t.port.find(finding('crds-old'));
    t.walk.send({ type: 'branch', href: 'fix.md' });
    await found;
    expect(await t.question()).toMatchObject({ type: 'continue', at: { step: 'mend' } });
    expect(live(t).notice).toBeUndefined();
    expect(events(t, 'frame-entered')).toMatchObject([{ file: 'fix.md' }]);
  });

  test('an answer ends the look: nothing of it is written, however late it comes', async () => {
    const t = await failed(new FakeDiagnosis());
    await t.question();
    await t.say({ type: 'retry' });
    expect(live(t).diagnosing).toBeUndefined();
    expect(t.port.last.signal.aborted).toBe(true);
    await t.port.find(finding('crds-old'));
    expect(diagnosed(t)).toEqual([]);
  });

  test('a note ends nothing, and neither does an answer that is refused', async () => {
    const t = await failed(new FakeDiagnosis());
    await t.say({ type: 'note', text: 'hm' });
    await t.say({ type: 'skip', reason: ' ' });
    expect(t.port.last.signal.aborted).toBe(false);
    await t.port.find(finding('crds-old'));
    expect(titles(await t.question())).toContain('Title of pitfalls/crds.md');
    expect(await t.say({ type: 'branch', href: 'pitfalls/crds.md' })).toMatchObject({ type: 'run' });
  });

  test('nothing is written after a pause', async () => {
    const t = await failed(new FakeDiagnosis());
    await t.say({ type: 'pause' });
    await t.walk.finished;
    await t.port.find(finding('crds-old'));
    expect(t.journal.entries.at(-1)?.event.type).toBe('session-paused');
  });

  test('after a resume it is looked at anew; what was found before is offered meanwhile', async () => {
    const first = await failed(new FakeDiagnosis());
    await first.port.find(finding('crds-old'));
    await first.say({ type: 'pause' });
    await first.clock.pass(60_000);
    const port = new FakeDiagnosis();
    const t = await trial({ bundle: world(), earlier: first, diagnose: port.diagnose });
    expect(titles(await t.question())?.[0]).toBe('Title of pitfalls/crds.md');
    expect(port.asked).toHaveLength(1);
    await port.find(finding('policy-blocks'));
    expect(titles(await t.question())?.[0]).toBe('Title of pitfalls/policy.md');
  });

  test('a diagnosis of a moment ago is not made anew: after a verify that failed, the next look waits', async () => {
    const t = await failed(new FakeDiagnosis(), { behaviour: { change: () => 3, verify: () => 1 } });
    await t.port.find(finding('crds-old'));
    await t.say({ type: 'verify' });
    expect(t.port.asked).toHaveLength(1);
    await t.clock.pass(6000);
    await t.say({ type: 'verify' });
    expect(t.port.asked).toHaveLength(2);
  });

  test('the operator can have it looked at again, also while it is being looked at', async () => {
    const t = await failed(new FakeDiagnosis());
    await t.say({ type: 'diagnose' });
    expect(t.port.asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    await t.port.find(finding('crds-old'));
    expect(diagnosed(t)).toEqual([]);
    await t.port.find(finding('policy-blocks'));
    await t.say({ type: 'diagnose' });
    await t.port.find();
    expect(diagnosed(t)).toEqual([
      ['failure', ['policy-blocks']],
      ['failure', []],
    ]);
    expect(titles(await t.question())).toEqual(['Mend it']);
  });

  test('a look that goes wrong is told and breaks nothing', async () => {
    const t = await failed(new FakeDiagnosis());
    await t.port.fail(new Error('no such wire'));
    expect(live(t).notice).toBe('The cluster could not be looked at: no such wire');
    expect(live(t).diagnosing).toBeUndefined();
    expect(await t.say({ type: 'branch', href: 'fix.md' })).toMatchObject({ at: { step: 'mend' } });
  });

  test('the step, its output and the versions of the upgrade are evidence', async () => {
    const root = [{ name: 'TO', type: 'linkerd-version' as const, default: '2.14.10' }];
    const t = await trial({
      bundle: world({ root }),
      behaviour: { change: () => 3 },
      diagnose: new FakeDiagnosis().diagnose,
    });
    await t.say({ type: 'value', value: '2.14.10' });
    const port = new FakeDiagnosis();
    Object.assign(t.options.ports, {
      diagnose: port.diagnose,
      output: () => ({ tail: async () => ({ total: 1, first: 0, lines: ['error: no'], bytes: 9 }) }),
    });
    await t.say({ type: 'run' });
    await t.question();
    expect(port.last.walk).toEqual({
      target: 'stable-2.14.10',
      step: {
        title: 'Step a',
        kind: 'shell',
        detail: 'The command ended with exit code 3 after 0:00.',
        output: ['error: no'],
      },
    });
    expect(port.last.env.KUBECONFIG).toBe('/session/kubeconfig');
  });

  test('where there is no cluster nothing is looked at, and asking for it says why', async () => {
    const port = new FakeDiagnosis();
    const t = await failed(port, { cluster: undefined, options: { kubeconfigFile: undefined as never } });
    await t.say({ type: 'diagnose' });
    expect(port.asked).toEqual([]);
    expect(live(t).notice).toBe('There is no cluster here to look at.');
  });
});

describe('a pitfall', () => {
  const parameters = [
    { name: 'NAMESPACE', type: 'namespace' as const, ask: 'Where?' },
    { name: 'TO', type: 'string' as const },
  ];
  const root = [{ name: 'TO', type: 'string' as const, default: 'x' }];
  const blocked = (values: Record<string, string>) =>
    finding('policy-blocks', {
      remedy: { text: 'Allow it.', risk: 'change', verify: 'Look.', parameters: values },
    });
  const set = (t: Trial) =>
    t.journal.entries.flatMap(({ event }) =>
      event.type === 'parameter-set' && event.source === 'finding' ? [[event.name, event.value]] : [],
    );
  async function upgrade(port = new FakeDiagnosis()) {
    const t = await trial({
      bundle: world({ parameters, root }),
      behaviour: { change: () => 3 },
      diagnose: port.diagnose,
    });
    await t.say({ type: 'value', value: '2.14' });
    await t.say({ type: 'run' });
    return { ...t, port };
  }

  test('is entered with the values that its finding gives, and none that the runbook below declares', async () => {
    const t = await upgrade();
    await t.port.find(blocked({ NAMESPACE: 'shop', TO: 'hacked', OTHER: 'no' }));
    expect(await t.say({ type: 'branch', href: 'pitfalls/policy.md' })).toMatchObject({
      type: 'continue',
      at: { step: 'allow' },
    });
    expect(set(t)).toEqual([['NAMESPACE', 'shop']]);
    const { event } =
      t.journal.entries[t.journal.entries.findIndex((e) => e.event.type === 'frame-entered') - 1]!;
    expect(event).toMatchObject({ type: 'parameter-set', name: 'NAMESPACE' });
    expect(t.walk.store.getState().session.parameters.TO?.value).toBe('2.14');
  });

  test('asks for a value that its parameter does not take', async () => {
    const t = await upgrade();
    await t.port.find(blocked({ NAMESPACE: 'Not A Namespace' }));
    expect(await t.say({ type: 'branch', href: 'pitfalls/policy.md' })).toMatchObject({
      type: 'parameter',
      parameter: { name: 'NAMESPACE' },
    });
  });

  test('asks for a value that only an earlier finding gave', async () => {
    const t = await upgrade();
    await t.port.find(blocked({ NAMESPACE: 'shop' }));
    await t.say({ type: 'branch', href: 'pitfalls/policy.md' });
    await t.say({ type: 'leave-branch' });
    await t.clock.pass(300);
    await t.port.find(blocked({}));
    expect(await t.say({ type: 'branch', href: 'pitfalls/policy.md' })).toMatchObject({ type: 'parameter' });
    expect(events(t, 'parameter-cleared')).toMatchObject([{ name: 'NAMESPACE' }]);
  });

  test('a newer finding overrides an earlier one and what was asked', async () => {
    const t = await upgrade();
    await t.question();
    await t.say({ type: 'branch', href: 'pitfalls/policy.md' });
    await t.say({ type: 'value', value: 'asked' });
    await t.say({ type: 'leave-branch' });
    // The first look was given up with the answer.
    await t.clock.pass(300);
    await t.port.find();
    await t.port.find(blocked({ NAMESPACE: 'shop' }));
    await t.say({ type: 'branch', href: 'pitfalls/policy.md' });
    expect(t.walk.store.getState().session.parameters.NAMESPACE).toEqual({
      value: 'shop',
      source: 'finding',
    });
  });

  test('any of the catalogue can be entered by its key, and nothing else', async () => {
    const t = await failed(new FakeDiagnosis());
    await t.port.find();
    await t.say({ type: 'branch', href: 'main.md' });
    expect(live(t).notice).toContain('There is no such link');
    expect(await t.say({ type: 'branch', href: 'pitfalls/crds.md' })).toMatchObject({ type: 'run' });
  });

  test('left again, it is back at the failed step, which says so and is looked at anew', async () => {
    const t = await failed(new FakeDiagnosis(), {
      behaviour: { change: () => 3, verify: () => 1 },
    });
    await t.port.find(finding('policy-blocks'));
    await t.say({ type: 'branch', href: 'pitfalls/policy.md' });
    await t.say({ type: 'continue' });
    expect(await t.say({ type: 'continue' })).toMatchObject({
      type: 'failure',
      returnedFrom: 'Title of pitfalls/policy.md',
      canVerify: true,
      // What was found before may be mended: it is not told as if it were still so.
      branches: [{ title: 'Mend it' }],
    });
    expect(t.port.asked).toHaveLength(2);
    await t.clock.pass(300);
    await t.port.find(finding('crds-old'));
    expect(titles(await t.question())).toEqual(['Title of pitfalls/crds.md', 'Mend it']);
  });

  test('its own steps are diagnosed when they fail, and it is not offered first to itself', async () => {
    const t = await failed(new FakeDiagnosis(), { behaviour: { change: () => 3, apply: () => 1 } });
    await t.port.find(finding('crds-old'));
    await t.say({ type: 'branch', href: 'pitfalls/crds.md' });
    await t.say({ type: 'run' });
    await t.port.find(finding('crds-old', { severity: 'blocker' }), finding('policy-blocks'));
    expect(await t.question()).toMatchObject({
      type: 'failure',
      at: { frame: 1, step: 'apply' },
      branches: [{ href: 'pitfalls/policy.md' }, { href: 'pitfalls/crds.md', open: true }],
    });
  });
});

describe('unattended', () => {
  const policy = { answers: {} };

  test('the diagnosis is waited for, written down, and named in the end', async () => {
    const port = new FakeDiagnosis();
    const t = await trial({
      bundle: world(),
      behaviour: { change: () => 3 },
      diagnose: port.diagnose,
      options: { policy },
    });
    await t.question();
    await t.clock.pass(3000);
    await port.find(finding('crds-old', { title: 'servers lacks v1beta3' }));
    expect(await t.walk.finished).toEqual({
      type: 'failed',
      detail:
        'a/1: The command ended with exit code 3 after 0:00. Likely: Title of pitfalls/crds.md (servers lacks v1beta3).',
    });
    expect(diagnosed(t)).toEqual([['failure', ['crds-old']]]);
  });

  test('ten seconds and no longer', async () => {
    const port = new FakeDiagnosis();
    const t = await trial({
      bundle: world(),
      behaviour: { change: () => 3 },
      diagnose: port.diagnose,
      options: { policy },
    });
    await t.question();
    await t.clock.pass(9999);
    expect(live(t).diagnosing).toBeDefined();
    await t.clock.pass(1);
    expect(await t.walk.finished).toMatchObject({ type: 'failed' });
    expect(port.last.signal.aborted).toBe(true);
    await port.find(finding('crds-old'));
    expect(diagnosed(t)).toEqual([]);
    expect(t.clock.next).toBeUndefined();
  });

  test('a verb of one look is not made slow by it', async () => {
    const port = new FakeDiagnosis();
    const t = await trial({
      bundle: world(),
      behaviour: { change: () => 3 },
      diagnose: port.diagnose,
      options: { policy: { answers: {}, endOnFailure: true } },
    });
    expect(await t.walk.finished).toMatchObject({ type: 'failed' });
    expect(port.asked).toEqual([]);
  });
});

test('what is redacted in a session is redacted in its diagnoses, and only in their texts', async () => {
  const port = new FakeDiagnosis();
  const remedy = {
    text: 'Type hunter22.',
    risk: 'change',
    verify: 'Look.',
    parameters: { ONE: 'hunter22', TWO: 'two' },
  } as const;
  port.atOnce = () => diagnosis(finding('crds-old', { title: 'password is hunter22', remedy }));
  const t = await failed(port, { options: { secrets: { PW: 'hunter22', SHORT: 'err' } } });
  await t.question();
  expect(JSON.stringify(t.journal.entries)).not.toContain('hunter22');
  const [event] = events(t, 'diagnosed');
  expect(event).toMatchObject({
    diagnosis: {
      findings: [
        {
          severity: 'error',
          title: 'password is ***',
          remedy: { text: 'Type ***.', parameters: { TWO: 'two' } },
        },
      ],
    },
  });
});
