/** What came of an action, on screen: its own output before that of its verify, a wait with what it waited for. */
import { expect, test } from 'vitest';
import type { WalkState } from '../../src/state/walk.ts';
import { type Driven, drive } from './drive.tsx';
import { bundle, runbook, step } from './fake-runbook.ts';
import { at, fakeWalk, run, session, start, withRun } from './fake-walk.ts';
import { here, nowMs, question, scenes } from './scenes.ts';

const shown = async (walk: ReturnType<typeof fakeWalk>, look: (driven: Driven) => Promise<void> | void) => {
  const driven = await drive({ at: { type: 'walk', walk } });
  try {
    await look(driven);
  } finally {
    await driven.unmount();
  }
};

const well = { type: 'exited', code: 0, ok: true } as const;

const verified = () => {
  const all = bundle();
  const change = run(here, 'echo important', { run: '00001-change', ending: well, durationMs: 3_000 });
  const verify = run(here, 'true', { run: '00002-verify', purpose: 'verify', ending: well, durationMs: 10 });
  const walk = fakeWalk({
    bundle: all,
    state: {
      session: withRun(withRun(session(all, here.step), change), verify),
      question: { type: 'continue', at: here },
    },
  });
  walk.outputs.set('00001-change', ['important output of the change']);
  walk.outputs.set('00002-verify', ['all is well']);
  return walk;
};

test('after a verify the output of the change is still what is shown, with a line for the verify', async () => {
  await shown(verified(), ({ text }) => {
    expect(text()).toContain('important output of the change');
    expect(text()).toContain('✔ Verified, exit 0');
    expect(text()).toContain('CHANGE  bash');
    expect(text()).not.toContain('VERIFY  bash');
  });
});

test('the log begins at the change and goes on to the other commands of the step', async () => {
  await shown(verified(), async ({ press, waitFor }) => {
    await press('l');
    await waitFor('1 of 2  change, exit 0');
    await waitFor('important output of the change');
    await press(']');
    await waitFor('2 of 2  verify, exit 0');
    await waitFor('all is well');
    await press('[');
    await waitFor('important output of the change');
  });
});

const waiting = (state: Partial<WalkState>, ended = false) => {
  const soak = {
    ...step(1, 'Let it settle'),
    actions: [
      {
        kind: 'wait',
        id: 'let-it-settle/1',
        risk: 'look',
        spec: { for: 480_000, every: 2_000, command: 'test -e /tmp/ready', message: 'Letting it settle.' },
        place: { file: 'upgrade.md', line: 1, column: 1 },
      },
    ],
  } as unknown as ReturnType<typeof step>;
  const all = bundle(runbook({ steps: [soak] }));
  const ref = at(soak.id, 'let-it-settle/1');
  const bad = { type: 'exited', code: 1, ok: false } as const;
  const probe = run(ref, 'test -e /tmp/ready', {
    run: '00003-probe',
    purpose: 'probe',
    ending: ended ? bad : well,
    durationMs: 5,
  });
  const known = withRun(session(all, soak.id), probe);
  const top = known.stack[0]!;
  const now = top.steps[soak.id]!;
  const action = { ...now.actions[ref.action]!, startedAt: start };
  const steps = { ...top.steps, [soak.id]: { ...now, actions: { [ref.action]: action } } };
  const walk = fakeWalk({
    bundle: all,
    state: {
      session: { ...known, stack: [{ ...top, steps }] },
      ...(ended
        ? {
            question: {
              type: 'failure',
              at: ref,
              run: probe,
              detail: 'The command that had to keep passing ended with exit code 1.',
              branches: [],
              canVerify: false,
              canUndo: false,
            },
          }
        : {}),
      ...state,
    },
  });
  walk.outputs.set('00003-probe', ['not there yet']);
  return walk;
};

test('a wait says why, for how long, and which command has to pass', async () => {
  const soak = { endsAt: nowMs + 190_000, probe: 'passing', probes: 1 } as const;
  await shown(waiting({ live: { soak } }), ({ text }) => {
    expect(text()).toContain('Letting it settle.');
    expect(text()).toContain('3:10 left');
    expect(text()).toContain('Its check passes, once so far.');
    expect(text()).toContain('test -e /tmp/ready');
  });
});

test('a wait that failed shows its command, how often it ran, and what it said last', async () => {
  await shown(waiting({}, true), ({ text }) => {
    expect(text()).toContain('Letting it settle.');
    expect(text()).toContain('test -e /tmp/ready');
    expect(text()).toMatch(/ran once, the last time with exit\s.*\s*1\./);
    expect(text()).toContain('not there yet');
  });
});

test('who follows a wait sees its end by the journal', async () => {
  const walk = waiting({ readOnly: { owner: 'bob@bastion' } });
  await shown(walk, ({ text }) => {
    // It began twelve minutes before now and is to last eight.
    expect(text()).toContain('Waiting until 02:08:00Z');
    expect(text()).toContain('Letting it settle.');
  });
});

test('a hit and a miss of a search are told, and the next search begins empty', async () => {
  await shown(scenes.ended(), async ({ press, type, waitFor, text }) => {
    await press('l', '/');
    await waitFor('Search:');
    await type('needle');
    await press('Enter');
    await waitFor(/"needle" in line \d+; n and N go on/);
    expect(text()).not.toContain('Looking for');
    await press('/');
    await waitFor(/Search: *$/m);
    await type('haystack');
    await press('Enter');
    await waitFor('"haystack" is nowhere in this output.');
  });
});

test('a hint leaves the name that is typed in sight', async () => {
  await shown(scenes.irreversible(), async ({ press, type, waitFor, store, text }) => {
    await press('y');
    await waitFor('Type prod-eu-1');
    await type('prod');
    await waitFor('> prod');
    store.dispatch({ type: 'told', text: 'Pasting is ignored here: type the name.' });
    await waitFor('Pasting is ignored here');
    expect(text()).toContain('> prod');
  });
});

test('a value that is refused stands there again to be put right', async () => {
  const walk = scenes.parameter();
  await shown(walk, async ({ press, type, waitFor, text }) => {
    await press('Ctrl+U');
    await type('twelf');
    await press('Enter');
    await expect.poll(() => walk.sent.length).toBe(1);
    const asked = walk.store.getState().question;
    if (asked?.type !== 'parameter') throw new Error('a parameter was expected');
    walk.set({ question: { ...asked, error: 'It is not a version.' } });
    await waitFor('It is not a version.');
    expect(text()).toContain('twelf');
  });
});

test('all values a script reads are beside it, and the cluster is named in full however long', async () => {
  const walk = scenes.asked();
  const asked = question();
  if (asked.type !== 'run') throw new Error('a run question was expected');
  const { session: now } = walk.store.getState();
  const names = ['NAME', 'HOW', 'VER', 'LV', 'NS', 'DUR'];
  const value = { source: 'asked' };
  const parameters = {
    ...Object.fromEntries(names.map((name) => [name, { ...value, value: `v-${name}` }])),
    TOKEN: { ...value, value: undefined },
  };
  const name = 'a-cluster-with-a-rather-long-name-eu-1';
  walk.set({
    session: { ...now, parameters, cluster: { ...now.cluster!, name } },
    question: {
      ...asked,
      block: { ...asked.block, script: 'echo "$NAME $HOW $VER $LV $NS $DUR token=$TOKEN"' },
    },
  });
  await shown(walk, ({ text }) => {
    for (const one of names) expect(text()).toContain(`${one}=v-${one}`);
    expect(text()).toContain('TOKEN=***');
    expect(text()).toMatch(/CHANGE {2}on a-cluster-with-a-rather-long-name-eu-1/);
  });
});

test('a letter that does nothing while a command runs says so', async () => {
  await shown(scenes.running(), async ({ press, waitFor }) => {
    await press('v');
    await waitFor('v does nothing while this runs');
  });
});

test('a change that was undone is not shown as a failure', async () => {
  const walk = scenes.failed();
  const failure = walk.store.getState().question;
  if (failure?.type !== 'failure' || !failure.run) throw new Error('a failure was expected');
  const undo = { ...failure.run, purpose: 'undo', ending: well } as const;
  walk.set({ question: { ...failure, run: undo, detail: 'The change was undone.' } });
  await shown(walk, ({ text }) => {
    expect(text()).toContain('↶ The change was undone.');
    expect(text()).not.toContain('This step failed');
  });
});

const several = (interactive: boolean) => {
  const title = 'Look at everything there is to look at before the change of the control plane';
  const block = { script: 'vi', language: 'bash', interactive, place: { file: 'x.md', line: 1, column: 1 } };
  const actions = ['a', 'b', 'c'].map((id) => ({ kind: 'shell', id, risk: 'look', block }));
  const looks = { ...step(1, title), actions } as unknown as ReturnType<typeof step>;
  const all = bundle(runbook({ steps: [looks] }));
  const ref = at(looks.id, 'b');
  const look = run(ref, 'vi', { purpose: 'look', ending: well, durationMs: 1_000 });
  return fakeWalk({
    bundle: all,
    state: { session: withRun(session(all, looks.id), look), question: { type: 'continue', at: ref } },
  });
};

test('a long title is there in full, with which command of how many', async () => {
  await shown(several(false), ({ screen }) => {
    const pane = screen().map((row) => row.split('│')[1]?.trim() ?? '');
    expect(pane.join(' ')).toContain(
      '1 of 1  Look at everything there is to look at before the change of the control plane',
    );
    expect(pane.join(' ')).toContain('command 2 of 3');
    expect(pane.join(' ')).toContain('no output');
  });
});

test('a command that had the terminal is not said to have printed nothing', async () => {
  await shown(several(true), async ({ text, press, waitFor }) => {
    expect(text()).toContain('it had the terminal; what it printed is not kept');
    await press('l');
    await waitFor(/look, exit 0[\s\S]*it had the terminal/);
    expect(text()).not.toContain('no output');
  });
});

test('on a briefing q says why it does nothing', async () => {
  const driven = await drive({ at: { type: 'briefing', file: 'linkerd/upgrade-cli.md' } });
  try {
    await driven.press('q');
    await driven.waitFor('there is nothing to quit: Esc goes back');
  } finally {
    await driven.unmount();
  }
});

test('a long notice is wrapped, not cut, for a follower as well', async () => {
  const notice =
    'The value of TOKEN is not kept in the record: whoever goes on with this session is asked for it again.';
  for (const readOnly of [undefined, { owner: 'bob@bastion' }]) {
    const walk = scenes.asked();
    walk.set({ live: { notice }, readOnly });
    await shown(walk, ({ text }) => {
      expect(text().replace(/\s+/g, ' ')).toContain(notice);
    });
  }
});

test('why output is withheld is read in full', async () => {
  const walk = scenes.ended();
  const why = 'Output is not shown: it may hold the secret TOKEN, which this program does not know.';
  const window = { total: 1, first: 0, lines: [why], bytes: 0, withheld: true } as const;
  const output = { ...walk.output, window: async () => window, tail: async () => window };
  await shown({ ...walk, output }, ({ screen }) => {
    const pane = screen().map((row) => row.split('│')[1]?.trim() ?? '');
    expect(pane.join(' ')).toContain(why);
  });
});

test('while a command runs that reads very many values, its output is in view, and the values are above', async () => {
  const walk = scenes.running();
  const state = walk.store.getState();
  const names = Array.from({ length: 60 }, (_, n) => `VALUE_NUMBER_${n}`);
  const value = { value: 'a value of some length', source: 'asked' };
  const run = { ...state.session.runs.r1!, script: `use ${names.map((name) => `$${name}`).join(' ')}` };
  walk.set({
    session: {
      ...state.session,
      parameters: Object.fromEntries(names.map((name) => [name, value])),
      runs: { r1: run },
    },
  });
  await shown(walk, async ({ text, press, waitFor }) => {
    await waitFor('linkerd-29 configured');
    expect(text()).toContain('last output');
    expect(text()).toMatch(/more lines/);
    await press('PageUp', 'PageUp', 'PageUp', 'PageUp', 'PageUp');
    await waitFor('VALUE_NUMBER_0=');
    expect(text()).not.toContain('linkerd-29 configured');
  });
});
