/** Line by line: a failure is looked at while it may be answered, what is found is told, and a pitfall is a number away. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { runPlain } from '../../src/screens/plain/run-plain.ts';
import type { PerformingKind } from '../../src/state/kind.ts';
import { act, bundle, runbook, shell, type TrialSetup, trial } from '../state/build.ts';
import { FakeDiagnosis, finding, withPitfalls } from '../state/diagnosing.ts';

const world = withPitfalls(
  bundle(
    runbook('main.md', [
      {
        id: 'a',
        actions: [shell('change')],
        branches: [{ title: 'Mend it', href: 'fix.md', file: 'fix.md' }],
      },
    ]),
    runbook('fix.md', [{ id: 'mend', actions: [shell('mend', 'look')] }]),
    runbook('pitfalls/policy.md', [{ id: 'allow', actions: [shell('allow', 'look')] }]),
    runbook('pitfalls/crds.md', [{ id: 'apply', actions: [shell('apply')] }]),
  ),
  { 'pitfalls/policy.md': ['policy-blocks'], 'pitfalls/crds.md': ['crds-old'] },
);

async function plain(setup: Partial<TrialSetup> = {}, unattended = false) {
  const port = new FakeDiagnosis();
  const t = await trial({ bundle: world, behaviour: { change: () => 3 }, diagnose: port.diagnose, ...setup });
  const input = new PassThrough();
  const output = new PassThrough();
  let text = '';
  output.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const ended = runPlain({
    walk: t.walk,
    input,
    output,
    unattended,
    color: false,
    followMs: 5,
    steering: {},
  });
  let seen = 0;
  return {
    t,
    port,
    ended,
    /** Waits for the words, after those that were waited for before. */
    cue: async (words: string) => {
      await expect.poll(() => text.indexOf(words, seen), { interval: 2 }).toBeGreaterThanOrEqual(0);
      seen = text.indexOf(words, seen) + words.length;
    },
    type: (line: string) => input.write(`${line}\n`),
    end: () => input.end(),
    since: (from: string) => text.slice(text.indexOf(from)),
  };
}

async function failed() {
  const p = await plain();
  await p.cue('answers: run');
  p.type('run');
  await p.cue('answers: retry | 1 | diagnose | pitfalls | done NOTE');
  return p;
}

test('it says that it looks, then what was found, and the number of a pitfall opens it', async () => {
  const p = await failed();
  await p.port.find(
    finding('crds-old', { title: 'servers lacks v1beta3', severity: 'blocker' }),
    finding('odd', { certainty: 'undetermined' }),
  );
  await p.cue('answers: retry | 1 | 2');
  expect(p.since('Looking at')).toMatchInlineSnapshot(`
    "Looking at the cluster for what is wrong ...
    The command ended with exit code 3 after 0:00.
      1 Mend it

    ? This step failed. What now?
      answers: retry | 1 | diagnose | pitfalls | done NOTE | skip REASON | note TEXT | pause | stop | help

    Found
      blocker: servers lacks v1beta3
        Deployment linkerd/linkerd-destination spec: 1
      cannot tell: This is odd
        Deployment linkerd/linkerd-destination spec: 1
      1 Title of pitfalls/crds.md: servers lacks v1beta3
      2 Mend it
      answers: retry | 1 | 2 | diagnose | pitfalls | done NOTE | skip REASON | note TEXT | pause | stop | help
    "
  `);
  p.type('1');
  await p.cue('Branch: Title of pitfalls/crds.md');
  await p.cue('answers: run');
  p.end();
  await p.ended;
});

test('a pitfall is left before its end with a word', async () => {
  const p = await failed();
  await p.port.find(finding('crds-old'));
  await p.cue('answers: retry | 1');
  p.type('back');
  await p.cue('This is the runbook itself, not a branch.');
  p.type('1');
  await p.cue('Branch: Title of pitfalls/crds.md');
  await p.cue('| back | note TEXT');
  p.type('bakc');
  await p.cue('back, note TEXT');
  p.type('back');
  await p.cue('Back from "Title of pitfalls/crds.md"');
  p.end();
  await p.ended;
});

test('a line is read for the question once: what comes while it is waited for changes what it means and takes no line', async () => {
  const p = await failed();
  await p.port.find(finding('policy-blocks'));
  await p.cue('1 Title of pitfalls/policy.md: This is policy-blocks');
  p.type('nonsense');
  await p.cue('"nonsense" is no answer here. Type one of: retry, 1, 2, diagnose');
  p.type('help');
  await p.cue('open: Mend it');
  p.type('pitfalls');
  await p.cue('open policy  Title of pitfalls/policy.md');
  p.type('open crds');
  await p.cue('Branch: Title of pitfalls/crds.md');
  p.end();
  await p.ended;
});

test('d looks again, and the next line is still for the same question', async () => {
  const p = await failed();
  await p.port.find();
  await p.cue('Nothing was found that explains it; 40 things were looked for.');
  p.type('d');
  await p.cue('Looking at the cluster');
  await p.port.find(finding('policy-blocks'));
  await p.cue('1 Title of pitfalls/policy.md');
  p.type('2');
  await p.cue('Branch: Title of fix.md');
  p.end();
  await p.ended;
});

test('an answer that is refused just as the diagnosis comes is asked for once more, and once only', async () => {
  const p = await failed();
  const found = p.port.find(finding('policy-blocks'));
  // Refused by the session: plain mode itself would take it.
  p.type('undo');
  p.type('verify');
  await found;
  await p.cue('1 Title of pitfalls/policy.md');
  p.type('1');
  await p.cue('Branch: Title of pitfalls/policy.md');
  p.end();
  await p.ended;
});

test('what breaks while an action works is told as a line, once', async () => {
  const kind: PerformingKind = {
    way: 'performs',
    schema: { name: 'work' } as never,
    describe: () => 'Work.',
    lookout: () => true,
    perform: () => new Promise(() => {}),
  };
  const p = await plain({
    bundle: bundle(runbook('main.md', [{ id: 'a', actions: [act('work', {})] }])),
    options: { kinds: [kind] },
  });
  await p.t.question();
  await p.port.find();
  for (const found of [[finding('one')], [finding('one'), finding('two')], [finding('two')]]) {
    await p.t.clock.pass(15_000);
    await p.port.find(...found);
  }
  await p.cue('Meanwhile: This is one');
  await p.cue('Meanwhile: This is two');
  await p.cue('No longer: This is one');
  expect(p.since('Meanwhile').match(/Meanwhile/g)).toHaveLength(2);
  p.end();
  p.t.walk.send({ type: 'pause' });
  await p.ended;
});

test('unattended, the end names the pitfall', async () => {
  const p = await plain({ options: { policy: { answers: {} } } }, true);
  await p.t.question();
  await p.port.find(finding('crds-old', { title: 'servers lacks v1beta3' }));
  expect(await p.ended).toBe(5);
  expect(p.since('Looking at')).toMatchInlineSnapshot(`
    "Looking at the cluster for what is wrong ...

    Found
      error: servers lacks v1beta3
        Deployment linkerd/linkerd-destination spec: 1

    Stopped: a step failed.
    a/1: The command ended with exit code 3 after 0:00. Likely: Title of pitfalls/crds.md (servers lacks v1beta3).
    To go on: handrail resume 20261121-0200-bana
    The record is in /session
    "
  `);
});
