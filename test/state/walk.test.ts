import { describe, expect, test } from 'vitest';
import { bundle, runbook, type StepDraft, shell, trial } from './build.ts';

const simple = (...steps: readonly StepDraft[]) => bundle(runbook('main.md', steps));
const fix = runbook('fix.md', [{ id: 'mend', actions: [shell('mend')] }]);
const toFix = [{ title: 'Mend it', href: 'fix.md', file: 'fix.md' }];

describe('a walk by hand', () => {
  test('looks by itself, shows the output, asks before a change, verifies it, and ends', async () => {
    const of = simple(
      { id: 'look', actions: [shell('kubectl get pods', 'look')] },
      {
        id: 'apply',
        actions: [shell('kubectl apply', 'change', { preview: 'kubectl diff', verify: 'kubectl wait' })],
      },
    );
    const t = await trial({ bundle: of });
    expect(await t.question()).toMatchObject({ type: 'continue', at: { action: 'look/1' } });
    expect(t.ran()).toEqual(['kubectl get pods']);
    expect(await t.say({ type: 'continue' })).toMatchObject({
      type: 'run',
      purpose: 'change',
      mustType: undefined,
    });
    expect(t.ran()).toEqual(['kubectl get pods', 'kubectl diff']);
    expect(t.cluster.checks).toBe(0);
    expect(await t.say({ type: 'run' })).toMatchObject({ type: 'continue', at: { action: 'apply/1' } });
    expect(t.cluster.checks).toBe(1);
    expect(t.ran().slice(2)).toEqual(['kubectl apply', 'kubectl wait']);
    await t.say({ type: 'continue' });
    expect(await t.walk.finished).toEqual({ type: 'completed' });
    expect(t.journal.entries.at(-1)?.event).toEqual({ type: 'session-ended', outcome: 'completed' });
  });

  test('a preview that fails is shown and does not block the change', async () => {
    const of = simple({ id: 'a', actions: [shell('change', 'change', { preview: 'preview' })] });
    const t = await trial({ bundle: of, behaviour: { preview: () => 2 } });
    expect(await t.question()).toMatchObject({ type: 'run', purpose: 'change' });
    expect(Object.values(t.walk.store.getState().session.runs)[0]).toMatchObject({
      purpose: 'preview',
      ending: { type: 'exited', code: 2, ok: false },
    });
  });

  test('an irreversible action runs only when the name of the cluster is typed', async () => {
    const t = await trial({ bundle: simple({ id: 'a', actions: [shell('delete', 'irreversible')] }) });
    expect(await t.question()).toMatchObject({ type: 'run', mustType: 'prod-eu-1' });
    expect(await t.say({ type: 'run' })).toMatchObject({
      type: 'run',
      error: expect.stringContaining('prod-eu-1'),
    });
    expect(await t.say({ type: 'run', typed: 'prod' })).toMatchObject({ type: 'run' });
    expect(t.ran()).toEqual([]);
    expect(await t.say({ type: 'run', typed: 'prod-eu-1' })).toMatchObject({ type: 'continue' });
    expect(t.ran()).toEqual(['delete']);
  });

  test('where there is no cluster, the name of the host is typed', async () => {
    const t = await trial({
      bundle: simple({ id: 'a', actions: [shell('rm', 'irreversible')] }),
      cluster: undefined,
    });
    expect(await t.question()).toMatchObject({ type: 'run', mustType: 'desk' });
    expect(await t.say({ type: 'run', typed: 'desk' })).toMatchObject({ type: 'continue' });
    expect(t.cluster.checks).toBe(0);
  });

  test('Enter twice in one go runs a change once', async () => {
    const t = await trial({
      bundle: simple({ id: 'a', actions: [shell('change')] }),
      behaviour: { change: () => 1 },
    });
    await t.question();
    t.walk.send({ type: 'run' });
    t.walk.send({ type: 'run' });
    expect(await t.question()).toMatchObject({ type: 'failure' });
    expect(t.ran()).toEqual(['change']);
  });

  test('a key that was pressed for one question does not answer the next', async () => {
    const of = simple({
      id: 'a',
      actions: [shell('one', 'look'), shell('two', 'look'), shell('three', 'look')],
    });
    const t = await trial({ bundle: of });
    await t.question();
    t.walk.send({ type: 'continue' });
    t.walk.send({ type: 'continue' });
    expect(await t.question()).toMatchObject({ type: 'continue', at: { action: 'a/2' } });
    expect(t.ran()).toEqual(['one', 'two']);
  });

  test('an answer that does not fit is refused with the reason, and nothing happens', async () => {
    const t = await trial({ bundle: simple({ id: 'a', actions: [shell('change')] }) });
    const asked = await t.question();
    expect(await t.say({ type: 'continue' })).toEqual(asked);
    expect(t.walk.store.getState().live.notice).toContain('whether to run this');
    expect(await t.say({ type: 'settle', done: true, note: '' })).toEqual(asked);
    expect(t.ran()).toEqual([]);
  });

  test('a note in between keeps the question as it is', async () => {
    const t = await trial({ bundle: simple({ id: 'a', actions: [shell('change')] }) });
    const asked = await t.question();
    expect(await t.say({ type: 'note', text: 'The graphs are quiet.' })).toBe(asked);
    expect(t.walk.store.getState().session.notes).toMatchObject([
      { text: 'The graphs are quiet.', at: { frame: 0, step: 'a' } },
    ]);
  });
});

describe('a failure', () => {
  const failing = (more: Partial<StepDraft> = {}) =>
    simple(
      { id: 'a', actions: [shell('change', 'change', { verify: 'verify', undo: 'undo' })], ...more },
      { id: 'b', actions: [shell('next', 'look')] },
    );

  test('keeps the screen with its exit code and choices', async () => {
    const t = await trial({ bundle: failing({ branches: toFix }), behaviour: { change: () => 3 } });
    await t.question();
    expect(await t.say({ type: 'run' })).toMatchObject({
      type: 'failure',
      detail: 'The command ended with exit code 3 after 0:00.',
      run: { purpose: 'change', ending: { code: 3 } },
      canVerify: true,
      canUndo: true,
      branches: [{ title: 'Mend it' }],
    });
    expect(t.ran()).toEqual(['change']);
  });

  test('retry asks again before it runs again', async () => {
    let tries = 0;
    const t = await trial({ bundle: failing(), behaviour: { change: () => (tries++ === 0 ? 1 : 0) } });
    await t.question();
    await t.say({ type: 'run' });
    expect(await t.say({ type: 'retry' })).toMatchObject({ type: 'run', purpose: 'change' });
    expect(tries).toBe(1);
    expect(await t.say({ type: 'run' })).toMatchObject({ type: 'continue' });
    expect(tries).toBe(2);
  });

  test('a verify that fails after a change that went well is a failure', async () => {
    const t = await trial({ bundle: failing(), behaviour: { verify: () => 1 } });
    await t.question();
    expect(await t.say({ type: 'run' })).toMatchObject({
      type: 'failure',
      detail: 'The change ran, but its verify ended with exit code 1 after 0:00.',
      run: { purpose: 'verify' },
    });
  });

  test('a verify that passes settles a failed change as done', async () => {
    const t = await trial({ bundle: failing(), behaviour: { change: () => 1 } });
    await t.question();
    await t.say({ type: 'run' });
    expect(await t.say({ type: 'verify' })).toMatchObject({ type: 'continue', at: { action: 'a/1' } });
  });

  test('an undo is asked for like a change, can be taken back, and leads back to the failure', async () => {
    const t = await trial({ bundle: failing(), behaviour: { change: () => 1 } });
    await t.question();
    await t.say({ type: 'run' });
    expect(await t.say({ type: 'undo' })).toMatchObject({
      type: 'run',
      purpose: 'undo',
      block: { script: 'undo' },
    });
    expect(await t.say({ type: 'cancel' })).toMatchObject({ type: 'failure' });
    expect(t.ran()).toEqual(['change']);
    await t.say({ type: 'undo' });
    expect(await t.say({ type: 'run' })).toMatchObject({ type: 'failure', detail: 'The change was undone.' });
    expect(t.ran()).toEqual(['change', 'undo']);
    expect(t.cluster.checks).toBe(2);
    expect(await t.say({ type: 'retry' })).toMatchObject({ type: 'run', purpose: 'change' });
  });

  test('done by hand wants a note, a skip wants a reason; both go on with the next step', async () => {
    const t = await trial({ bundle: failing(), behaviour: { change: () => 1 } });
    await t.question();
    await t.say({ type: 'run' });
    expect(await t.say({ type: 'done-by-hand', note: '  ' })).toMatchObject({ type: 'failure' });
    expect(t.walk.store.getState().live.notice).toContain('by hand');
    expect(await t.say({ type: 'skip', reason: '' })).toMatchObject({ type: 'failure' });
    expect(await t.say({ type: 'skip', reason: 'not here' })).toMatchObject({ at: { step: 'b' } });
    expect(t.walk.store.getState().session.stack[0]?.steps.a).toMatchObject({
      status: 'skipped',
      remark: 'not here',
    });
  });

  test('a branch is walked and comes back to the step that failed, with verify and retry first', async () => {
    const of = bundle(
      runbook('main.md', [
        { id: 'a', actions: [shell('change', 'change', { verify: 'verify' })], branches: toFix },
      ]),
      fix,
    );
    let mended = false;
    const t = await trial({
      bundle: of,
      behaviour: {
        change: () => (mended ? 0 : 1),
        mend: () => {
          mended = true;
          return 0;
        },
      },
    });
    await t.question();
    await t.say({ type: 'run' });
    expect(await t.say({ type: 'branch', href: 'nowhere.md' })).toMatchObject({ type: 'failure' });
    t.clock.time += 1000;
    expect(await t.say({ type: 'branch', href: 'fix.md' })).toMatchObject({ type: 'run', at: { frame: 1 } });
    await t.say({ type: 'run' });
    expect(await t.say({ type: 'continue' })).toEqual({
      type: 'branch-finished',
      back: { frame: 0, step: 'a' },
    });
    expect(await t.say({ type: 'continue' })).toMatchObject({
      type: 'failure',
      returnedFrom: 'Mend it',
      at: { frame: 0, action: 'a/1' },
    });
    await t.say({ type: 'retry' });
    await t.say({ type: 'run' });
    await t.say({ type: 'continue' });
    expect(await t.walk.finished).toEqual({ type: 'completed' });
    expect(t.ran()).toEqual(['change', 'mend', 'change', 'verify']);
  });

  test('a branch can be left half way, even a branch of a branch', async () => {
    const of = bundle(
      runbook('main.md', [{ id: 'a', actions: [shell('change')], branches: toFix }]),
      runbook('fix.md', [{ id: 'mend', actions: [shell('mend', 'look')], branches: toFix }]),
    );
    const t = await trial({ bundle: of, behaviour: { change: () => 1, mend: () => 1 } });
    await t.question();
    await t.say({ type: 'run' });
    await t.say({ type: 'branch', href: 'fix.md' });
    expect(await t.say({ type: 'branch', href: 'fix.md' })).toMatchObject({
      type: 'failure',
      at: { frame: 2 },
    });
    expect(await t.say({ type: 'leave-branch' })).toMatchObject({ type: 'failure', at: { frame: 1 } });
    expect(await t.say({ type: 'leave-branch' })).toMatchObject({ type: 'failure', at: { frame: 0 } });
    expect(await t.say({ type: 'leave-branch' })).toMatchObject({ type: 'failure', at: { frame: 0 } });
    expect(t.walk.store.getState().live.notice).toContain('not a branch');
  });

  test('a link to one step of another runbook walks that step alone', async () => {
    const of = bundle(
      runbook('main.md', [
        {
          id: 'a',
          actions: [shell('change')],
          branches: [{ title: 'Only two', href: 'fix.md#two', file: 'fix.md', step: 'two' }],
        },
      ]),
      runbook('fix.md', [
        { id: 'one', actions: [shell('one', 'look')] },
        { id: 'two', actions: [shell('two', 'look')] },
      ]),
    );
    const t = await trial({ bundle: of, behaviour: { change: () => 1 } });
    await t.question();
    await t.say({ type: 'run' });
    await t.say({ type: 'branch', href: 'fix.md#two' });
    expect(await t.say({ type: 'continue' })).toMatchObject({ type: 'branch-finished' });
    expect(t.ran()).toEqual(['change', 'two']);
  });

  test('stop ends the session for good', async () => {
    const t = await trial({ bundle: failing(), behaviour: { change: () => 1 } });
    await t.question();
    await t.say({ type: 'run' });
    await t.say({ type: 'stop' });
    expect(await t.walk.finished).toEqual({ type: 'stopped' });
    expect(t.walk.store.getState().session.ended).toBe('failed');
  });
});

describe('the cluster', () => {
  const of = simple({ id: 'a', actions: [shell('change')] });

  test('nothing changes on another cluster, nor on one that cannot be reached', async () => {
    const t = await trial({ bundle: of });
    await t.question();
    t.cluster.answer = { type: 'different', uid: 'uid-2' };
    expect(await t.say({ type: 'run' })).toMatchObject({
      type: 'wrong-cluster',
      detail: expect.stringContaining('uid-2'),
    });
    t.cluster.answer = { type: 'unreachable', message: 'connection refused' };
    expect(await t.say({ type: 'retry' })).toMatchObject({
      type: 'wrong-cluster',
      detail: expect.stringContaining('connection refused'),
    });
    expect(await t.say({ type: 'run' })).toMatchObject({ type: 'wrong-cluster' });
    expect(t.ran()).toEqual([]);
    t.cluster.answer = { type: 'same' };
    expect(await t.say({ type: 'retry' })).toMatchObject({ type: 'run' });
    expect(t.ran()).toEqual([]);
    expect(await t.say({ type: 'run' })).toMatchObject({ type: 'continue' });
    expect(t.ran()).toEqual(['change']);
  });

  test('who leaves while it is asked who it is does not wait for the answer, and nothing is run', async () => {
    const t = await trial({ bundle: of });
    await t.question();
    t.cluster.answer = new Promise(() => {});
    await t.say({ type: 'run' });
    await t.say({ type: 'note', text: 'it hangs' });
    await t.say({ type: 'pause' });
    expect(await t.walk.finished).toEqual({ type: 'paused' });
    expect(t.walk.store.getState().session).toMatchObject({ paused: true, notes: [{ text: 'it hangs' }] });
    expect(t.ran()).toEqual([]);
  });

  test('commands get the kubeconfig of the session', async () => {
    const t = await trial({ bundle: of });
    await t.question();
    await t.say({ type: 'run' });
    expect(t.commands.started[0]?.env).toEqual({ PATH: '/bin', KUBECONFIG: '/session/kubeconfig' });
  });
});

describe('text before something that runs by itself', () => {
  const told = simple(
    {
      id: 'a',
      text: ['Read the notices.', undefined, 'Extensions:'],
      actions: [shell('one', 'look'), shell('two', 'look'), shell('three', 'look')],
    },
    { id: 'b', text: ['It restarts.'], actions: [shell('four', 'change', { preview: 'diff' })] },
  );

  test('is read first; what has no text of its own runs at once', async () => {
    const t = await trial({ bundle: told });
    expect(await t.question()).toMatchObject({ type: 'read', at: { action: 'a/1' } });
    expect(t.ran()).toEqual([]);
    expect(await t.say({ type: 'continue' })).toMatchObject({ type: 'continue', at: { action: 'a/1' } });
    expect(await t.say({ type: 'continue' })).toMatchObject({ type: 'continue', at: { action: 'a/2' } });
    expect(await t.say({ type: 'continue' })).toMatchObject({ type: 'read', at: { action: 'a/3' } });
    expect(t.ran()).toEqual(['one', 'two']);
  });

  test('is not asked about twice, neither for a retry nor by a later program', async () => {
    let tries = 0;
    const behaviour = { one: () => (tries++ === 0 ? 1 : 0) };
    const t = await trial({ bundle: told, behaviour });
    await t.say({ type: 'continue' });
    await t.walk.close();
    const later = await trial({ bundle: told, behaviour, earlier: t });
    expect(await later.question()).toMatchObject({ type: 'failure' });
    expect(await later.say({ type: 'retry' })).toMatchObject({ type: 'continue', at: { action: 'a/1' } });
  });

  test('a step can be skipped instead, and a change is asked about once', async () => {
    const t = await trial({ bundle: told });
    await t.question();
    expect(await t.say({ type: 'skip', reason: 'known' })).toMatchObject({
      type: 'run',
      at: { action: 'b/1' },
    });
    expect(t.ran()).toEqual(['diff']);
  });

  test('nobody has to read it unattended', async () => {
    const t = await trial({ bundle: told, options: { policy: { answers: {} } } });
    expect(await t.walk.finished).toEqual({ type: 'completed' });
    expect(t.ran()).toEqual(['one', 'two', 'three', 'diff', 'four']);
  });
});
