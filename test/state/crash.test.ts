/** A session is killed at every boundary between two of its events, resumed, and walked to its end. */
import { describe, expect, test } from 'vitest';
import type { Diagnose } from '../../src/state/options.ts';
import type { Intent, Question } from '../../src/state/question.ts';
import { emptySession, fold, reduce } from '../../src/state/reduce.ts';
import { act, bundle, type Death, runbook, shell, type Trial, trial } from './build.ts';
import { diagnosis, finding, withPitfalls } from './diagnosing.ts';
import { settle } from './fakes.ts';

const runbooks = bundle(
  runbook(
    'main.md',
    [
      {
        id: 'read',
        text: ['What runs now:'],
        actions: [
          shell('read version', 'look', { block: { capture: 'FROM' } }),
          act('ask', { parameter: 'TICKET' }),
        ],
      },
      {
        id: 'way',
        actions: [
          act('choose', {
            message: 'Which way?',
            options: [
              { label: 'By CLI', href: '#cli', step: 'cli' },
              { label: 'By Helm', href: '#helm', step: 'helm' },
            ],
          }),
          act('choose', {
            message: 'Prepare how?',
            options: [{ label: 'Long', href: 'long.md', file: 'long.md' }],
          }),
        ],
      },
      { id: 'helm', actions: [shell('helm upgrade')] },
      {
        id: 'cli',
        actions: [
          shell('apply crds', 'change', { preview: 'diff crds', verify: 'check crds' }),
          act('confirm', { message: 'The CRDs are there.' }),
        ],
        branches: [{ title: 'Mend', href: 'fix.md', file: 'fix.md' }],
      },
      {
        id: 'soak',
        text: ['Watch the graphs meanwhile.'],
        actions: [act('wait', { for: 30_000, every: 10_000, command: 'probe' })],
      },
      { id: 'old', when: [{ parameter: 'FROM', accepts: ['1.0'] }], actions: [shell('only for old')] },
      { id: 'lost', actions: [shell('lost change', 'change', { verify: 'check lost' })] },
      { id: 'slow', actions: [shell('slow change', 'change', { block: { timeoutMs: 600_000 } })] },
      { id: 'broken', actions: [shell('broken change')] },
      { id: 'drop', actions: [shell('drop', 'irreversible', { verify: 'check drop' })] },
      { id: 'hand', actions: [shell('by hand')] },
    ],
    [
      { name: 'FROM', type: 'string' },
      { name: 'TICKET', type: 'string' },
      { name: 'TOKEN', type: 'secret' },
    ],
  ),
  runbook(
    'fix.md',
    [{ id: 'mend', actions: [shell('mend'), shell('look around', 'look')] }],
    [{ name: 'WHERE', type: 'string' }],
  ),
  runbook('long.md', [{ id: 'prepare', actions: [shell('prepare')] }]),
);

const story = withPitfalls(runbooks, { 'fix.md': ['crds-old'] });

/** Every failure is looked at, and what is found gives the pitfall what it needs to know. */
const diagnose: Diagnose = async () =>
  diagnosis(
    finding('crds-old', {
      remedy: { text: 'Mend it.', risk: 'change', verify: 'Look.', parameters: { WHERE: 'here' } },
    }),
  );

/** What the commands have changed, and how often they were run. */
class World {
  readonly done: Record<string, number> = {};
  mended = false;

  did(script: string): boolean {
    return (this.done[script] ?? 0) > 0;
  }

  #do(script: string): void {
    this.done[script] = (this.done[script] ?? 0) + 1;
  }

  readonly behaviour = {
    'read version': { run: () => 0, stdout: '2.13\n' },
    'apply crds': () => {
      this.#do(this.mended ? 'apply crds' : 'apply crds in vain');
      return this.mended ? 0 : 1;
    },
    'check crds': () => (this.did('apply crds') ? 0 : 1),
    mend: () => {
      this.#do('mend');
      this.mended = true;
      return 0;
    },
    prepare: () => {
      this.#do('prepare');
      return 0;
    },
    // It does its work, and then the machine forgets how it ended.
    'lost change': () => {
      this.#do('lost change');
      return { type: 'unknown' as const };
    },
    'check lost': () => (this.did('lost change') ? 0 : 1),
    'slow change': {
      run: () => {
        this.#do('slow change');
        return 0;
      },
      hangs: true,
    },
    'broken change': () => {
      this.#do('broken change');
      return 1;
    },
    drop: () => {
      this.#do('drop');
      return 0;
    },
    'check drop': () => (this.did('drop') ? 0 : 1),
  };
}

/** What the operator of this story answers, whatever happened in between. */
function operator(question: Question, world: World): Intent {
  switch (question.type) {
    case 'parameter':
      return { type: 'value', value: question.parameter.name === 'TOKEN' ? 'hunter2' : 'OPS-1' };
    case 'choose':
      return { type: 'choose', value: question.options[0]?.value ?? '' };
    case 'confirm':
      return { type: 'confirm' };
    case 'run':
      if (question.at.step === 'hand') return { type: 'done-by-hand', note: 'typed it in' };
      return question.mustType === undefined ? { type: 'run' } : { type: 'run', typed: question.mustType };
    case 'failure':
      if (question.at.step === 'broken') return { type: 'skip', reason: 'not needed' };
      return world.mended ? { type: 'retry' } : { type: 'branch', href: 'fix.md' };
    case 'unknown-outcome': {
      if (question.verified === 'done') return { type: 'settle', done: true, note: '' };
      if (question.verified === 'not-done') return { type: 'settle', done: false, note: '' };
      // Without a verify the operator looks for himself.
      const script = question.run.script;
      return { type: 'settle', done: world.did(script), note: 'looked' };
    }
    case 'read':
    case 'continue':
    case 'branch-finished':
      return { type: 'continue' };
    case 'wrong-cluster':
      return { type: 'pause' };
  }
}

async function drive(t: Trial, world: World, death?: Death): Promise<void> {
  let over = false;
  void t.walk.finished.then(() => {
    over = true;
  });
  for (let turn = 0; turn < 500; turn += 1) {
    await settle();
    if (over || death?.happened) return;
    const { question } = t.walk.store.getState();
    if (question) t.walk.send(operator(question, world));
    else if ([...t.commands.processes.values()].some(({ ending }) => !ending)) t.commands.end('slow change');
    else if (t.clock.next !== undefined) await t.clock.pass(t.clock.next - t.clock.now());
  }
  throw new Error('the story does not come to its end');
}

async function start(world: World, death?: Death): Promise<Trial> {
  return trial({ bundle: story, behaviour: world.behaviour, diagnose, ...(death ? { death } : {}) });
}

const reference = await (async () => {
  const world = new World();
  const t = await start(world);
  await drive(t, world);
  return { entries: t.journal.entries, world, end: await t.walk.finished };
})();

test('the story itself has every kind of turn in it', () => {
  expect(reference.end).toEqual({ type: 'completed' });
  const types = new Set(reference.entries.map(({ event }) => event.type));
  expect([...types].sort()).toEqual(
    [
      'action-answered',
      'action-ended',
      'action-read',
      'action-seen',
      'action-started',
      'command-ended',
      'command-spawned',
      'command-started',
      'diagnosed',
      'frame-entered',
      'frame-left',
      'outcome-settled',
      'parameter-set',
      'retry-requested',
      'session-ended',
      'session-started',
      'step-done',
      'step-done-by-hand',
      'step-entered',
      'step-not-applicable',
      'step-skipped',
    ].sort(),
  );
  expect(reference.world.done).toEqual({
    'apply crds in vain': 1,
    'apply crds': 1,
    mend: 1,
    prepare: 1,
    'lost change': 1,
    'slow change': 1,
    'broken change': 1,
    drop: 1,
  });
  expect(JSON.stringify(reference.entries)).not.toContain('hunter2');
});

const boundaries = reference.entries.slice(1).map(({ seq }) => seq);

describe.each([
  ['before', false],
  ['after', false],
  ['after', true],
] as const)('killed just %s an event is on disk, traces lost: %s', (when, forgetful) => {
  test.each(boundaries)('number %i', async (at) => {
    const world = new World();
    const death: Death = { at, when, happened: false };
    const first = await start(world, death);
    first.commands.forgetful = forgetful;
    await drive(first, world, death);
    const kept = first.journal.entries;
    expect(kept).toHaveLength(when === 'before' ? at - 1 : at);
    // What was on screen is the fold of what is on disk, the last event aside that nobody could act on any more.
    const shown = first.walk.store.getState().session;
    expect(fold(kept.slice(0, shown.seq))).toEqual(shown);
    expect(kept.reduce(reduce, emptySession)).toEqual(fold(kept));

    const second = await trial({ bundle: story, behaviour: world.behaviour, diagnose, earlier: first });
    if (kept.at(-1)?.event.type !== 'session-ended') await drive(second, world);
    expect(await second.walk.finished).toEqual({ type: 'completed' });
    expect(world.done).toEqual(reference.world.done);
    const statuses = (entries: typeof kept) =>
      Object.entries(fold(entries).stack[0]?.steps ?? {}).map(([id, { status }]) => [id, status]);
    expect(statuses(second.journal.entries)).toEqual(statuses(reference.entries));
    expect(JSON.stringify(second.journal.entries)).not.toContain('hunter2');
  });
});
