import { describe, expect, test } from 'vitest';
import type { Question } from '../../src/state/question.ts';
import { answerUnattended } from '../../src/state/unattended.ts';
import { act, bundle, place, runbook, shell, trial } from './build.ts';

describe('a dry run', () => {
  const of = bundle(
    runbook('main.md', [
      { id: 'look', actions: [shell('look', 'look')] },
      { id: 'change', actions: [shell('change', 'irreversible', { preview: 'preview', verify: 'verify' })] },
      { id: 'wait', actions: [act('wait', { for: 600_000, every: 10_000, command: 'probe' })] },
    ]),
  );

  test('runs looks and previews, shows changes and their verifies, and walks to the end', async () => {
    const t = await trial({ bundle: of, mode: 'dry-run', behaviour: { look: () => 1 } });
    expect(await t.question()).toMatchObject({
      type: 'continue',
      remark: expect.stringContaining('may depend on a change that was not made'),
    });
    expect(await t.say({ type: 'continue' })).toMatchObject({
      type: 'continue',
      remark: expect.stringContaining('not run'),
    });
    expect(t.walk.store.getState().session.stack[0]?.steps.change?.actions['change/1']?.shown).toEqual([
      'change',
      'verify',
    ]);
    expect(await t.say({ type: 'continue' })).toMatchObject({
      type: 'continue',
      remark: 'Not done in a dry run: Wait 10m, with probe passing all the time.',
    });
    await t.say({ type: 'continue' });
    expect(await t.walk.finished).toEqual({ type: 'completed' });
    expect(t.ran()).toEqual(['look', 'preview']);
    expect(t.cluster.checks).toBe(0);
  });
});

describe('unattended', () => {
  const policy = (answers: Record<string, string> = {}, confirm?: string) => ({
    policy: { answers, ...(confirm === undefined ? {} : { confirm }) },
  });

  test('runs changes, takes defaults and answers, and ends', async () => {
    const of = bundle(
      runbook(
        'main.md',
        [
          { id: 'say', actions: [act('ask', { parameter: 'TICKET' })] },
          {
            id: 'how',
            actions: [
              act('choose', {
                parameter: 'HOW',
                message: 'How?',
                options: [
                  { value: 'cli', label: 'CLI' },
                  { value: 'helm', label: 'Helm' },
                ],
              }),
              act('confirm', { message: 'Told everybody.' }),
            ],
          },
          { id: 'go', actions: [shell('change'), shell('drop', 'irreversible')] },
        ],
        [
          { name: 'TO', type: 'linkerd-version', default: '2.14.10' },
          { name: 'NOTE', type: 'string', optional: true },
          { name: 'TICKET', type: 'string' },
          { name: 'HOW', type: 'choice', choices: ['cli', 'helm'] },
        ],
      ),
    );
    const answers = { TICKET: 'OPS-1', 'how/1': 'helm', how: 'yes' };
    const t = await trial({ bundle: of, options: policy(answers, 'prod-eu-1') });
    expect(await t.walk.finished).toEqual({ type: 'completed' });
    expect(t.walk.store.getState().session.parameters).toEqual({
      TO: { value: 'stable-2.14.10', source: 'default' },
      NOTE: { value: '', source: 'default' },
      TICKET: { value: 'OPS-1', source: 'answers' },
      HOW: { value: 'helm', source: 'answers' },
    });
    expect(t.ran()).toEqual(['change', 'drop']);
  });

  test('a missing answer is named, and the session can be resumed with it', async () => {
    const of = bundle(
      runbook('main.md', [{ id: 'a', actions: [shell('change')] }], [{ name: 'TICKET', type: 'string' }]),
    );
    const t = await trial({ bundle: of, options: policy() });
    expect(await t.walk.finished).toMatchObject({
      type: 'unanswered',
      question: { type: 'parameter', parameter: { name: 'TICKET' } },
      detail: expect.stringContaining('TICKET'),
    });
    expect(t.walk.store.getState().session.paused).toBe(true);
    const later = await trial({ bundle: of, earlier: t, options: policy({ TICKET: 'OPS-2' }) });
    expect(await later.walk.finished).toEqual({ type: 'completed' });
    expect(later.walk.store.getState().session.unattended).toBe(true);
  });

  test('an answer that the parameter refuses stops it as well', async () => {
    const of = bundle(runbook('main.md', [], [{ name: 'NS', type: 'namespace' }]));
    const t = await trial({ bundle: of, options: policy({ NS: 'Not A Namespace' }) });
    expect(await t.walk.finished).toMatchObject({
      type: 'unanswered',
      detail: expect.stringContaining('namespace'),
    });
  });

  test('a failure stops it, resumable, at the step that failed', async () => {
    const of = bundle(runbook('main.md', [{ id: 'a', actions: [shell('change'), shell('next')] }]));
    const t = await trial({ bundle: of, behaviour: { change: () => 7 }, options: policy() });
    expect(await t.walk.finished).toMatchObject({
      type: 'failed',
      detail: 'a/1: The command ended with exit code 7 after 0:00.',
    });
    const later = await trial({ bundle: of, earlier: t });
    expect(await later.question()).toMatchObject({ type: 'failure' });
    expect(later.ran()).toEqual(['change']);
  });

  test('a cluster that is not the pinned one stops it', async () => {
    const of = bundle(runbook('main.md', [{ id: 'a', actions: [shell('look', 'look'), shell('change')] }]));
    const t = await trial({ bundle: of });
    await t.walk.close();
    t.cluster.answer = { type: 'different', uid: 'uid-2' };
    const later = await trial({ bundle: of, earlier: t, options: policy() });
    expect(await later.walk.finished).toMatchObject({
      type: 'unanswered',
      detail: expect.stringContaining('uid-2'),
    });
    expect(later.ran()).not.toContain('change');
  });

  test.each([
    ['done', 0, 'completed', ['change', 'verify']],
    ['not done', 1, 'failed', ['change', 'verify', 'change', 'verify']],
  ] as const)('an unknown outcome whose verify says %s', async (_, code, end, ran) => {
    const of = bundle(
      runbook('main.md', [{ id: 'a', actions: [shell('change', 'change', { verify: 'verify' })] }]),
    );
    let first = true;
    const behaviour = {
      change: () => {
        const ending = first ? ({ type: 'unknown' } as const) : 0;
        first = false;
        return ending;
      },
      verify: () => code,
    };
    const t = await trial({ bundle: of, behaviour, options: policy() });
    expect(await t.walk.finished).toMatchObject({ type: end });
    expect(t.ran()).toEqual(ran);
    expect(Object.values(t.walk.store.getState().session.runs)[0]?.settled).toMatchObject({ by: 'verify' });
  });

  test('an unknown outcome without a verify stops it', async () => {
    const of = bundle(runbook('main.md', [{ id: 'a', actions: [shell('change')] }]));
    const t = await trial({
      bundle: of,
      behaviour: { change: () => ({ type: 'unknown' }) },
      options: policy(),
    });
    expect(await t.walk.finished).toMatchObject({
      type: 'unanswered',
      detail: expect.stringContaining('no verify'),
    });
  });
});

describe('the policy', () => {
  const at = { frame: 0, step: 'a', action: 'a/1' };
  const irreversible: Question = {
    type: 'run',
    at,
    purpose: 'change',
    risk: 'irreversible',
    block: { language: 'bash', role: 'irreversible', script: 'rm', interactive: false, codes: [0], place },
    mustType: 'prod-eu-1',
  };

  test.each([undefined, '', 'prod', 'PROD-EU-1', 'prod-eu-1 '])(
    'does not run what cannot be undone with --confirm %j',
    (confirm) => {
      const answer = answerUnattended(irreversible, {
        answers: {},
        ...(confirm === undefined ? {} : { confirm }),
      });
      expect(answer).toMatchObject({ type: 'stop', detail: expect.stringContaining('prod-eu-1') });
    },
  );

  test('does not take a name from Object for an answer', () => {
    const question: Question = {
      type: 'parameter',
      parameter: { name: 'constructor', type: 'string', place },
    };
    expect(answerUnattended(question, { answers: {} })).toMatchObject({ type: 'stop' });
  });

  test('says what a confirmation must be answered with', () => {
    const question: Question = { type: 'confirm', at, message: 'Told everybody.', mustType: undefined };
    expect(answerUnattended(question, { answers: { a: 'no' } })).toMatchObject({
      type: 'stop',
      detail: expect.stringContaining('"yes"'),
    });
    expect(answerUnattended(question, { answers: { a: 'yes' } })).toMatchObject({ type: 'answer' });
  });
});

describe('unattended, what must not go on', () => {
  const options = { policy: { answers: {} } };

  test('a command that reads the keyboard', async () => {
    for (const risk of ['look', 'change'] as const) {
      const of = bundle(
        runbook('main.md', [{ id: 'a', actions: [shell('edit', risk, { block: { interactive: true } })] }]),
      );
      const t = await trial({ bundle: of, options });
      expect(await t.walk.finished).toMatchObject({ detail: expect.stringContaining('reads the keyboard') });
      expect(t.ran()).toEqual([]);
    }
  });

  test('a change that is lost each time it runs', async () => {
    const of = bundle(
      runbook('main.md', [{ id: 'a', actions: [shell('change', 'change', { verify: 'verify' })] }]),
    );
    const behaviour = { change: () => ({ type: 'unknown' }) as const, verify: () => 1 };
    const t = await trial({ bundle: of, behaviour, options });
    expect(await t.walk.finished).toMatchObject({
      type: 'unanswered',
      detail: 'a/1 was run 3 times, and each time nobody saw how it ended.',
    });
  });
});
