import { describe, expect, test } from 'vitest';
import { act, bundle, runbook, shell, trial } from '../state/build.ts';

describe('ask', () => {
  const of = bundle(
    runbook(
      'main.md',
      [
        { id: 'first', actions: [shell('first', 'look')] },
        { id: 'ask', actions: [act('ask', { parameter: 'NS', message: 'Where?' }), shell('use', 'look')] },
      ],
      [{ name: 'NS', type: 'namespace' }],
    ),
  );

  test('asks in its place, not at the start; a value that is refused is asked for again with the reason', async () => {
    const t = await trial({ bundle: of });
    expect(await t.question()).toMatchObject({ type: 'continue' });
    expect(await t.say({ type: 'continue' })).toMatchObject({
      type: 'parameter',
      parameter: { name: 'NS', ask: 'Where?' },
      at: { action: 'ask/1' },
    });
    expect(await t.say({ type: 'value', value: 'Not One' })).toMatchObject({
      type: 'parameter',
      error: expect.stringContaining('namespace'),
    });
    expect(await t.say({ type: 'value', value: 'linkerd' })).toMatchObject({ type: 'continue' });
    expect(t.commands.started[1]?.env.NS).toBe('linkerd');
  });
});

describe('choose', () => {
  test('sets a parameter, and steps whose condition it does not meet do not apply', async () => {
    const options = [
      { value: 'cli', label: 'CLI' },
      { value: 'helm', label: 'Helm' },
    ];
    const of = bundle(
      runbook(
        'main.md',
        [
          {
            id: 'how',
            actions: [act('choose', { parameter: 'HOW', message: 'How?', options, default: 'cli' })],
          },
          { id: 'cli', actions: [shell('cli', 'look')], when: [{ parameter: 'HOW', accepts: ['cli'] }] },
          { id: 'helm', actions: [shell('helm', 'look')], when: [{ parameter: 'HOW', accepts: ['helm'] }] },
        ],
        [{ name: 'HOW', type: 'choice', choices: ['cli', 'helm'] }],
      ),
    );
    const t = await trial({ bundle: of });
    expect(await t.question()).toMatchObject({ type: 'choose', options, default: 'cli' });
    expect(await t.say({ type: 'choose', value: 'kustomize' })).toMatchObject({ type: 'choose' });
    expect(await t.say({ type: 'choose', value: 'helm' })).toMatchObject({ at: { step: 'helm' } });
    expect(t.walk.store.getState().session.stack[0]?.steps.cli).toMatchObject({
      status: 'not-applicable',
      remark: 'HOW is helm; this step is for where HOW is cli.',
    });
  });

  const ways = act('choose', {
    message: 'Which way?',
    options: [
      { label: 'By CLI', href: '#cli', step: 'cli' },
      { label: 'By Helm', href: '#helm', step: 'helm' },
      { label: 'By hand', href: 'hand.md', file: 'hand.md' },
    ],
  });
  const of = bundle(
    runbook('main.md', [
      { id: 'way', actions: [ways] },
      { id: 'cli', actions: [shell('cli', 'look')] },
      { id: 'helm', actions: [shell('helm', 'look')] },
      { id: 'end', actions: [shell('end', 'look')] },
    ]),
    runbook('hand.md', [{ id: 'hands', actions: [shell('hands', 'look')] }]),
  );

  test('between steps of one file, those not chosen no longer apply', async () => {
    const t = await trial({ bundle: of });
    await t.question();
    expect(await t.say({ type: 'choose', value: '#helm' })).toMatchObject({ at: { step: 'helm' } });
    expect(t.walk.store.getState().session.stack[0]?.steps.cli).toMatchObject({
      status: 'not-applicable',
      remark: '“By Helm” was chosen.',
    });
  });

  test('all steps of the ways not chosen no longer apply, but those that a chosen way shares', async () => {
    const several = act('choose', {
      message: 'Which way?',
      options: [
        { label: 'By CLI', href: '#cli', step: 'cli', steps: ['cli', 'cli-check', 'shared'] },
        { label: 'By Helm', href: '#helm', step: 'helm', steps: ['helm', 'shared'] },
      ],
    });
    const ids = ['cli', 'cli-check', 'helm', 'shared', 'end'];
    const t = await trial({
      bundle: bundle(
        runbook('main.md', [
          { id: 'way', actions: [several] },
          ...ids.map((id) => ({ id, actions: [shell(id, 'look')] })),
        ]),
      ),
    });
    await t.question();
    expect(await t.say({ type: 'choose', value: '#helm' })).toMatchObject({ at: { step: 'helm' } });
    expect(await t.say({ type: 'continue' })).toMatchObject({ at: { step: 'shared' } });
    expect(await t.say({ type: 'continue' })).toMatchObject({ at: { step: 'end' } });
    expect(t.ran()).toEqual(['helm', 'shared', 'end']);
  });

  test('a way in another runbook is walked, and the walk comes back by itself', async () => {
    const t = await trial({ bundle: of });
    await t.question();
    expect(await t.say({ type: 'choose', value: 'hand.md' })).toMatchObject({
      at: { frame: 1, step: 'hands' },
    });
    expect(await t.say({ type: 'continue' })).toMatchObject({ at: { frame: 0, step: 'end' } });
    expect(t.ran()).toEqual(['hands', 'end']);
  });

  test('a way that was left half way is open again, and the other steps with it', async () => {
    const t = await trial({ bundle: of });
    await t.question();
    await t.say({ type: 'choose', value: 'hand.md' });
    expect(await t.say({ type: 'leave-branch' })).toMatchObject({ type: 'choose' });
    expect(await t.say({ type: 'choose', value: '#cli' })).toMatchObject({ at: { frame: 0, step: 'cli' } });
  });
});

describe('confirm', () => {
  test('wants its text typed where it has one', async () => {
    const of = bundle(
      runbook('main.md', [{ id: 'a', actions: [act('confirm', { message: 'Sure?', type: 'four eyes' })] }]),
    );
    const t = await trial({ bundle: of });
    expect(await t.question()).toMatchObject({ type: 'confirm', mustType: 'four eyes' });
    expect(await t.say({ type: 'confirm' })).toMatchObject({ type: 'confirm', error: expect.any(String) });
    await t.say({ type: 'confirm', typed: 'four eyes' });
    expect(await t.walk.finished).toEqual({ type: 'completed' });
  });
});

describe('capture', () => {
  const of = bundle(
    runbook(
      'main.md',
      [
        {
          id: 'a',
          actions: [shell('version', 'look', { block: { capture: 'FROM' } }), shell('use', 'look')],
        },
      ],
      [{ name: 'FROM', type: 'linkerd-version' }],
    ),
  );

  test('takes the output of a look for a parameter, in the form of its type', async () => {
    const t = await trial({ bundle: of, behaviour: { version: { run: () => 0, stdout: ' 2.13.7\n' } } });
    await t.question();
    await t.say({ type: 'continue' });
    expect(t.commands.started.map(({ captureStdout }) => captureStdout)).toEqual([true, false]);
    expect(t.commands.started[1]?.env.FROM).toBe('stable-2.13.7');
    expect(t.walk.store.getState().session.parameters.FROM).toEqual({
      value: 'stable-2.13.7',
      source: 'captured',
    });
  });

  test('output that is no such value is a failure that says why', async () => {
    const t = await trial({ bundle: of, behaviour: { version: { run: () => 0, stdout: 'not found' } } });
    expect(await t.question()).toMatchObject({
      type: 'failure',
      detail: expect.stringContaining('not a value that FROM takes'),
    });
  });
});
