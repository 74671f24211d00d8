/** Line by line: the plan is printed and asked about, what is noted is told, and words are typed while it works. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { runPlain } from '../../src/screens/plain/run-plain.ts';
import { parseWord } from '../../src/screens/plain/steer.ts';
import { steeringOf } from '../../src/screens/words/kinds.ts';
import { followWalk } from '../../src/state/follow-walk.ts';
import { createJournal } from '../../src/state/journal.ts';
import { systemClock } from '../../src/state/kind.ts';
import { type TrialSetup, trial } from '../state/build.ts';
import { settle } from '../state/fakes.ts';
import { type Waves, waves, wavesBundle, wavesKind } from '../state/waves.ts';

/** A plain walk whose lines are typed one after the other, each when its cue has been printed. */
async function plain(of: Waves, setup: Partial<TrialSetup> = {}, unattended = false, kind = wavesKind(of)) {
  const t = await trial({
    bundle: wavesBundle({ text: ['Mind the window.', 'Look at the survey.'] }),
    ...setup,
    options: { kinds: [kind], ...setup.options },
  });
  const input = new PassThrough();
  const output = new PassThrough();
  let text = '';
  let seen = 0;
  let news: () => void = () => {};
  output.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    news();
  });
  const ended = runPlain({
    walk: t.walk,
    input,
    output,
    unattended,
    color: false,
    followMs: 5,
    steering: steeringOf([kind]),
  });
  /** Waits for the words, after those that were waited for before. */
  const cue = async (words: string): Promise<void> => {
    while (text.indexOf(words, seen) < 0)
      await new Promise<void>((resolve) => {
        news = resolve;
      });
    seen = text.indexOf(words, seen) + words.length;
  };
  return {
    t,
    ended,
    cue,
    type: (line: string) => input.write(`${line}\n`),
    end: () => input.end(),
    text: () => text,
  };
}

test('the plan is printed and asked about; words of the action are lines, and a note is told', async () => {
  const of = waves();
  const p = await plain(of);
  await p.cue('Mind the window.');
  await p.cue('Restart 3 deployments: web, api, db.');
  await p.cue('answers: yes | plan | done NOTE | skip REASON');
  p.type('plan');
  await p.cue('answers: yes | plan');
  p.type('yes');
  await p.cue('words while it works: hold | leave ROW | diagnose | cancel | note TEXT | help');
  await p.cue('Restarts db.');
  p.type('hold');
  p.type('leave Deployment/shop/web');
  p.type('leave');
  await p.cue('Say it with a row: leave ROW');
  p.type('help');
  await p.cue('Start nothing new.');
  expect(of.heard).toEqual([{ word: 'hold' }, { word: 'leave', subject: 'Deployment/shop/web' }]);
  await settle();
  of.end({ ok: true, detail: 'All restarted.' });
  await p.cue('Look at the survey.');
  await p.cue('All restarted.');
  p.type('next');
  expect(await p.ended).toBe(0);
  expect(of.plans).toHaveLength(2);
  expect(p.text().split('Look at the survey.')).toHaveLength(2);
});

test('trap: a line of a script that is meant for the next question is kept for it', async () => {
  const of = waves();
  const p = await plain(of);
  for (const line of ['yes', 'hold', 'next', 'hold']) p.type(line);
  p.end();
  await p.cue('Restarts db.');
  await settle();
  of.end({ ok: true, detail: 'All restarted.' });
  expect(await p.ended).toBe(0);
  expect(of.heard).toEqual([{ word: 'hold' }]);
});

test('cancel ends the work, and it is a failure that is asked about', async () => {
  const of = waves();
  const p = await plain(of);
  p.type('yes');
  await p.cue('words while it works');
  p.type('cancel');
  await p.cue('Ended by the operator.');
  p.type('pause');
  await p.ended;
  expect(p.t.walk.store.getState().session.paused).toBe(true);
});

test('a word whose answer is on the panel alone is not offered, nor taken', async () => {
  const of = waves();
  const kind = wavesKind(of);
  const shown = {
    word: 'log',
    label: 'log',
    key: 'l',
    about: 'row',
    help: 'Its log.',
    onPanel: true,
  } as const;
  const p = await plain(of, {}, false, { ...kind, steering: [...(kind.steering ?? []), shown] });
  p.type('yes');
  await p.cue('words while it works: hold | leave ROW | diagnose | cancel');
  p.type('help');
  await p.cue('Start nothing new.');
  expect(p.text()).not.toMatch(/log/);
  p.type('cancel');
  p.type('pause');
  await p.ended;
});

test('nobody watches: the plan is told with the yes that it got, and no words are offered', async () => {
  const of = waves();
  const p = await plain(of, { options: { kinds: [wavesKind(of)], policy: { answers: {} } } }, true);
  await p.cue('The plan');
  await p.cue('Restart what is out of date.');
  await p.cue('= yes, from the default');
  await p.cue('Restarts web.');
  await settle();
  of.end({ ok: true, detail: 'All restarted.' });
  expect(await p.ended).toBe(0);
  expect(p.text()).not.toContain('words while it works');
});

test('a dry run tells the plan and that nothing is done', async () => {
  const of = waves();
  const p = await plain(of, { mode: 'dry-run' });
  await p.cue('Restart 3 deployments');
  await p.cue('Not done in a dry run');
  p.type('next');
  expect(await p.ended).toBe(0);
  expect(of.did).toEqual([]);
});

test('resumed in the middle, the plan and the last notes are told again', async () => {
  const of = waves();
  const first = await plain(of);
  first.type('yes');
  await first.cue('Restarts db.');
  for (let number = 0; number < 8; number += 1) await of.contexts[0]?.note(`Line ${number}.`);
  first.t.walk.send({ type: 'pause' });
  await first.ended;
  const later = waves();
  const second = await plain(later, { earlier: first.t });
  await second.cue('Restart 3 deployments');
  await second.cue('6 lines before these are in the record');
  await second.cue('Line 7.');
  expect(second.text()).not.toContain('Line 2.');
  second.t.walk.send({ type: 'pause' });
  await second.ended;
});

test('who follows is told the plan and each note as it is written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'handrail-follow-'));
  const of = waves();
  const t = await trial({ bundle: wavesBundle(), options: { kinds: [wavesKind(of)] } });
  await t.say({ type: 'confirm', excluded: ['db'] });
  const file = join(folder, 'journal.jsonl');
  const journal = await createJournal(file, Date.now);
  for (const { event } of t.journal.entries) await journal.append(event);
  const walk = await followWalk({
    bundle: t.options.bundle,
    journal: file,
    folder,
    kinds: t.options.kinds,
    hostname: 'desk',
    output: t.options.ports.output,
    clock: systemClock,
    owner: 'ada on desk',
  });
  const output = new PassThrough();
  let text = '';
  const said = new Promise<void>((resolve) => {
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('web is up again.')) resolve();
    });
  });
  const ended = runPlain({
    walk,
    input: new PassThrough(),
    output,
    unattended: false,
    color: false,
    steering: steeringOf(t.options.kinds),
  });
  const at = { frame: 0, step: 'a', action: 'a/1' };
  await journal.append({ type: 'action-noted', ...at, text: 'web is up again.' });
  await said;
  await walk.close();
  await ended;
  await journal.close();
  await t.walk.close();
  await rm(folder, { recursive: true });
  expect(text).toContain('Restart 3 deployments: web, api, db.');
  expect(text).toContain('Restarts web.');
  expect(text).not.toContain('words while it works');
});

test('a line is one of its words or none of them', () => {
  const words = wavesKind(waves()).steering ?? [];
  expect(parseWord(words, '  leave  Deployment/shop/web ')).toEqual({
    type: 'intent',
    intent: { type: 'steer', word: 'leave', subject: 'Deployment/shop/web' },
  });
  expect(parseWord(words, 'hold the line')).toMatchObject({ type: 'refused' });
  expect(parseWord(words, 'holdx')).toBeUndefined();
  expect(parseWord(words, '')).toBeUndefined();
  expect(parseWord(words, 'note it is slow')).toEqual({
    type: 'intent',
    intent: { type: 'note', text: 'it is slow' },
  });
});

const saying = (of: Waves, sentence: string) =>
  wavesKind(of, {
    tellsAll: true,
    async perform(_, context) {
      await context.read('probe it', 1_000);
      await context.note(`${sentence} In full.`);
      return { ok: false, detail: sentence };
    },
  });
const count = (text: string, sentence: string) => text.split(sentence).length - 1;

test('how an action ended is said once, also where nobody is asked and after a resume', async () => {
  const sentence = 'Two proxies are not ready.';
  const kinds = [saying(waves(), sentence)];
  const p = await plain(waves(), { options: { kinds } });
  p.type('yes');
  await p.cue('This step failed');
  expect(count(p.text(), sentence)).toBe(1);
  expect(p.t.walk.store.getState().question).toMatchObject({ type: 'failure', run: undefined });
  p.type('pause');
  await p.ended;
  const again = await plain(waves(), { earlier: p.t, options: { kinds } });
  await again.cue('This step failed');
  expect(count(again.text(), sentence)).toBe(1);
  again.type('pause');
  await again.ended;

  const of = waves();
  const alone = await plain(of, { options: { kinds: [wavesKind(of)], policy: { answers: {} } } }, true);
  await alone.cue('Restarts db.');
  await settle();
  of.end({ ok: false, detail: sentence });
  await alone.ended;
  expect(alone.text()).toMatch(/Stopped: a step failed\.\n.*Two proxies/);
  expect(count(alone.text(), sentence)).toBe(1);
});
