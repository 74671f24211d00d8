/** A session line by line, over streams. */
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { parseAnswer, wordsFor } from '../../src/screens/plain/answers.ts';
import { briefingText } from '../../src/screens/plain/briefing-text.ts';
import { runPlain } from '../../src/screens/plain/run-plain.ts';
import { exitCodeOf, exitCodes } from '../../src/state/exit-codes.ts';
import type { Intent, Question } from '../../src/state/question.ts';
import type { WalkEnd } from '../../src/state/walk.ts';
import { place } from './fake-runbook.ts';
import { briefing } from './fake-services.ts';
import { type FakeWalk, fakeWalk, run, withRun } from './fake-walk.ts';
import { here, question, scenes } from './scenes.ts';

interface Heard {
  readonly code: number;
  readonly text: string;
}

/** Lets the session hear the lines, and gives what was printed. */
async function hear(
  walk: FakeWalk,
  lines: readonly string[],
  more: { unattended?: boolean; color?: boolean; open?: boolean; interrupted?: AbortSignal } = {},
): Promise<Heard> {
  const input = new PassThrough();
  const output = new PassThrough();
  const chunks: string[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  for (const line of lines) input.write(`${line}\n`);
  if (!more.open) input.end();
  const code = await runPlain({
    walk,
    input,
    output,
    unattended: more.unattended ?? false,
    color: more.color ?? false,
    followMs: 5,
    ...(more.interrupted ? { interrupted: more.interrupted } : {}),
  });
  return { code, text: chunks.join('') };
}

/** A session that runs the command when told, and then asks whether to go on. */
function obliging(ending = { code: 0, ok: true }): FakeWalk {
  return fakeWalk({
    state: { question: question() },
    onSend: (walk, intent) => {
      const { session } = walk.store.getState();
      switch (intent.type) {
        case 'run': {
          walk.outputs.set('r1', ['first line', 'second line']);
          const started = run(here, question().type === 'run' ? 'linkerd upgrade' : '');
          walk.set({ session: withRun(session, started), question: undefined });
          const ended = { ...started, ending: { type: 'exited' as const, ...ending }, durationMs: 7_000 };
          walk.set({
            session: { ...walk.store.getState().session, runs: { r1: ended }, seq: 3 },
            question: { type: 'continue', at: here },
          });
          return;
        }
        case 'continue':
          return walk.end({ type: 'completed' });
        case 'pause':
          return walk.end({ type: 'paused' });
        case 'stop':
          return walk.end({ type: 'stopped' });
        case 'skip':
          return walk.end({ type: 'completed' });
      }
    },
  });
}

test('a step is told, asked for, run and followed, and the end says where the record is', async () => {
  const walk = obliging();
  const { code, text } = await hear(walk, ['run', 'next']);
  expect(code).toBe(0);
  expect(walk.sent).toEqual([{ type: 'run' }, { type: 'continue' }]);
  expect(text).toMatchInlineSnapshot(`
    "Upgrade Linkerd 2.13.7 to 2.14.10
    LIVE on prod-eu-1 (https://10.0.0.1:6443)
    Session 20260301-020000-upgrade, kept in /home/ada/.local/state/handrail/sessions/20260301-020000-upgrade

    Step 5 of 12: Upgrade the control plane
    Proxies keep running while the control plane restarts. New pods in meshed namespaces **wait** for the injector.

    - one
    - two \`code\`
    CHANGE  bash, at most 10m, in namespace linkerd, on prod-eu-1
      $ linkerd upgrade --set proxy.image.version=$TO \\
      $   | kubectl apply -f -
      TO=stable-2.14.10
      verify: yes, undo: none

    ? Run this on prod-eu-1?
      answers: run | preview | done NOTE | skip REASON | note TEXT | pause | stop | help
    Running (change) ...
      | first line
      | second line
    Ended well: change, exit 0 after 0:07.

    ? Done. Go on?
      answers: next | note TEXT | pause | stop | help

    The runbook has come to its end.
    The record is in /home/ada/.local/state/handrail/sessions/20260301-020000-upgrade
    "
  `);
});

test('the end of the input is a pause, and says so', async () => {
  const walk = obliging();
  const { code, text } = await hear(walk, []);
  expect(walk.sent).toEqual([{ type: 'pause' }]);
  expect(code).toBe(3);
  expect(text).toContain('The input has ended, so the session is paused here.');
  expect(text).toContain('handrail resume 20260301-020000-upgrade');
});

test('what does not fit is refused with what would, and nothing is said to the session', async () => {
  const walk = obliging();
  const { text } = await hear(walk, ['yes please', '', 'skip', 'help', 'skip not needed']);
  expect(walk.sent).toEqual([{ type: 'skip', reason: 'not needed' }]);
  expect(text).toContain('"yes please" is no answer here. Type one of: run, preview, done NOTE');
  expect(text).toContain('An empty line answers nothing here.');
  expect(text).toContain('Say it with a reason: skip REASON.');
  expect(text).toContain('leave this step out; the reason is kept');
});

test('a failure is explained, and its branches are numbered', async () => {
  const walk = scenes.failed();
  const ended = hear(walk, ['open 9', 'open 2'], { open: true });
  await expect.poll(() => walk.sent).toEqual([{ type: 'branch', href: 'interrupted.md' }]);
  walk.end({ type: 'stopped' });
  const { text, code } = await ended;
  expect(text).toContain('The command ended with exit code 127 after 0:07.');
  expect(text).toContain('2 The upgrade was interrupted');
  expect(text).toContain('"open 9" is no answer here.');
  expect(code).toBe(3);
});

test('unattended: nothing is asked, and the reason for stopping is told', async () => {
  const walk = fakeWalk({ state: { question: undefined } });
  const ended = hear(walk, [], { unattended: true });
  walk.set({ question: question() });
  walk.end({
    type: 'unanswered',
    question: question({ mustType: 'prod-eu-1' }),
    detail: 'It needs --confirm.',
  });
  const { text, code } = await ended;
  expect(walk.sent).toEqual([]);
  expect(text).not.toContain('answers:');
  expect(text).toContain('It needs --confirm.');
  expect(code).toBe(6);
});

test('a signal pauses', async () => {
  const walk = obliging();
  const abort = new AbortController();
  const ended = hear(walk, [], { open: true, interrupted: abort.signal });
  await expect.poll(() => walk.store.getState().question).toBeDefined();
  abort.abort();
  expect((await ended).code).toBe(3);
  expect(walk.sent).toEqual([{ type: 'pause' }]);
});

test('who follows leaves without a word about a pause', async () => {
  const walk = scenes.following();
  const abort = new AbortController();
  const send = walk.send;
  walk.send = (intent: Intent) => {
    send(intent);
    walk.end({ type: 'paused' });
  };
  const ended = hear(walk, [], { unattended: true, open: true, interrupted: abort.signal });
  abort.abort();
  const { text } = await ended;
  expect(text).toContain('No longer followed.');
  expect(text).not.toMatch(/Paused|handrail resume/);
});

test('no escape sequence without colour, and none from outside with it', async () => {
  const evil = (): FakeWalk => {
    const walk = obliging();
    const send = walk.send;
    walk.send = (intent: Intent) => {
      send(intent);
      walk.outputs.set('r1', ['\u001b[31mred\u001b]2;title\u0007', 'plain']);
    };
    return walk;
  };
  expect((await hear(evil(), ['run', 'next'])).text).not.toContain('\u001b');
  const colored = (await hear(evil(), ['run', 'next'], { color: true })).text;
  expect(colored).toContain('\u001b[1m');
  expect(colored).not.toContain('\u001b]');
  expect(colored).not.toContain('\u001b[31mred');
});

test('a great deal of output is printed whole and in order', async () => {
  const walk = obliging();
  const send = walk.send;
  walk.send = (intent: Intent) => {
    send(intent);
    walk.outputs.set(
      'r1',
      Array.from({ length: 2_345 }, (_, index) => `row ${index}`),
    );
  };
  const { text } = await hear(walk, ['run', 'next']);
  const rows = text.split('\n').filter((line) => line.startsWith('  | row '));
  expect(rows).toHaveLength(2_345);
  expect(rows.at(-1)).toBe('  | row 2344');
});

describe('answers', () => {
  const answer = (asked: Question, line: string) => parseAnswer(asked, line);
  test('an irreversible action is not run by the word run', () => {
    const asked = question({ mustType: 'prod-eu-1', risk: 'irreversible' });
    expect(answer(asked, 'run')).toMatchObject({ type: 'refused' });
    expect(answer(asked, 'prod-eu-1')).toEqual({
      type: 'intent',
      intent: { type: 'run', typed: 'prod-eu-1' },
    });
  });
  test('a value may be any text, a colon begins a word', () => {
    const asked = scenes.parameter().store.getState().question!;
    expect(answer(asked, 'pause')).toEqual({ type: 'intent', intent: { type: 'value', value: 'pause' } });
    expect(answer(asked, ':pause')).toEqual({ type: 'intent', intent: { type: 'pause' } });
    expect(answer(asked, '')).toMatchObject({ type: 'refused' });
  });
  test('a choice is taken by number or by value', () => {
    const asked = scenes.choose().store.getState().question!;
    expect(answer(asked, '2')).toEqual({ type: 'intent', intent: { type: 'choose', value: 'helm' } });
    expect(answer(asked, 'gitops')).toEqual({ type: 'intent', intent: { type: 'choose', value: 'gitops' } });
    expect(answer(asked, '4')).toMatchObject({ type: 'refused' });
  });
  test('every word that is offered is understood', () => {
    for (const make of Object.values(scenes)) {
      const asked = make().store.getState().question;
      if (!asked || asked.type === 'parameter' || asked.type === 'choose') continue;
      for (const { usage } of wordsFor(asked, { preview: true }))
        expect(answer(asked, usage).type, usage).not.toBe('refused');
    }
  });
});

test('the briefing as text has everything, and no escape sequence', () => {
  const text = briefingText(
    briefing({
      diagnostics: [{ rule: 'unknown-action', severity: 'error', message: 'no \u001b[31maction', place }],
      requirements: [{ what: 'helm', status: 'missing', detail: 'not on the PATH', fix: 'Install it.' }],
      refused: [{ name: 'TO', message: '9 is not known' }],
    }),
  );
  expect(text).toMatchInlineSnapshot(`
    "Briefing: Upgrade Linkerd 2.13.7 to 2.14.10
      where     LIVE prod-eu-1 (context prod, https://10.0.0.1:6443)
      estimate  about 1h, 12 steps
      risk      Pods that start while the injector is down wait.
      risk      Certificates are replaced.
      needs     helm: missing, not on the PATH
                Install it.
      value     TO: asked for on the way
      value     METHOD=cli
      value     TOKEN: none
      refused   TO: 9 is not known
      step   1  Read the notices
      step   2  Survey
      step   3  Check health
      step   4  Update the CRDs
      step   5  Upgrade the control plane
      step   6  Watch it come up
      step   7  Verify
      step   8  Extensions
      step   9  Data plane
      step  10  Verify again
      step  11  Clean up
      step  12  Observability
      error     upgrade.md:12:4 no action (unknown-action)
          \`\`\`sh chnage
             ^^^^^^
    "
  `);
});

test('the exit codes are those of the table', () => {
  const ends: readonly [WalkEnd, number][] = [
    [{ type: 'completed' }, exitCodes.done.code],
    [{ type: 'paused' }, exitCodes.leftOpen.code],
    [{ type: 'stopped' }, exitCodes.leftOpen.code],
    [{ type: 'failed', detail: '' }, exitCodes.failed.code],
    [{ type: 'unanswered', question: question(), detail: '' }, exitCodes.unanswered.code],
    [{ type: 'broken', detail: '' }, exitCodes.broken.code],
  ];
  for (const [end, code] of ends) expect(exitCodeOf(end)).toBe(code);
});
