/** What keys do: from the key through the screens to what is said to the session. */
import { expect, test } from 'vitest';
import { ASCII } from '../../src/terminal/glyphs.ts';
import { type Driven, type DriveOptions, drive } from './drive.tsx';
import { bundle } from './fake-runbook.ts';
import { briefing, fakeServices, sessions } from './fake-services.ts';
import { type FakeWalk, fakeWalk } from './fake-walk.ts';
import { question, scenes } from './scenes.ts';

/** Drives a session, and gives what was said to it. `intents`: how many are waited for. */
const at = async (
  walk: FakeWalk,
  act: (driven: Driven) => Promise<void>,
  options: DriveOptions & { readonly intents?: number } = {},
) => {
  const driven = await drive({ ...options, at: { type: 'walk', walk } });
  try {
    await act(driven);
    await expect
      .poll(() => walk.sent.length, { timeout: 5_000 })
      .toBeGreaterThanOrEqual(options.intents ?? 0);
    await driven.settled();
  } finally {
    await driven.unmount();
  }
  return walk.sent;
};

/** The same, where something is said in the end. */
const saying = (walk: FakeWalk, act: (driven: Driven) => Promise<void>) => at(walk, act, { intents: 1 });

test('y runs what is shown, once, and Enter does nothing', async () => {
  expect(await saying(scenes.asked(), ({ press }) => press('Enter', 'y', 'y'))).toEqual([{ type: 'run' }]);
});

test('an irreversible action takes its name typed, and no other', async () => {
  const sent = await saying(scenes.irreversible(), async ({ press, type, waitFor }) => {
    await press('y');
    await waitFor('Type prod-eu-1');
    await type('prod');
    await press('Enter');
    await waitFor('That is not the name');
    await type('-eu-1');
    await press('Enter');
  });
  expect(sent).toEqual([{ type: 'run', typed: 'prod-eu-1' }]);
});

test('Esc leaves the typed confirmation without running anything', async () => {
  const sent = await at(scenes.irreversible(), async ({ press, type, waitFor }) => {
    await press('y');
    await type('prod-eu-1');
    await press('Esc');
    await waitFor('y run, by typing the name');
  });
  expect(sent).toEqual([]);
});

test('Backspace takes the character before the cursor, Delete the one at it', async () => {
  const sent = await saying(scenes.asked(), async ({ press, type, waitFor }) => {
    await press('n');
    await waitFor('Note:');
    await type('xpods finee');
    await press('Backspace', 'Home', 'Delete', 'Enter');
  });
  expect(sent).toEqual([{ type: 'note', text: 'pods fine' }]);
});

test.each([
  ['s', 'Why is it skipped?', 'not needed here', { type: 'skip', reason: 'not needed here' }],
  ['d', 'What did you do by hand?', 'ran it myself', { type: 'done-by-hand', note: 'ran it myself' }],
  ['n', 'Note:', 'pods look fine', { type: 'note', text: 'pods look fine' }],
] as const)('%s asks for words and keeps them', async (key, label, words, intent) => {
  const sent = await saying(scenes.failed(), async ({ press, type, waitFor }) => {
    await press(key);
    await waitFor(label);
    await press('Enter');
    await waitFor(/record|empty/);
    await type(words);
    await press('Enter');
  });
  expect(sent).toEqual([intent]);
});

test('after a failure: the branch that is selected is opened', async () => {
  expect(await saying(scenes.failed(), ({ press }) => press('Down', 'Enter'))).toEqual([
    { type: 'branch', href: 'interrupted.md' },
  ]);
});

test('after a failure: retry and verify are said; an undo that there is not is refused with the reason', async () => {
  expect(await saying(scenes.failed(), ({ press }) => press('r'))).toEqual([{ type: 'retry' }]);
  expect(await saying(scenes.failed(), ({ press }) => press('v'))).toEqual([{ type: 'verify' }]);
  const sent = await at(scenes.failed(), async ({ press, waitFor }) => {
    await press('u');
    await waitFor('This step has no undo.');
  });
  expect(sent).toEqual([]);
});

test('an unknown outcome is settled with words only', async () => {
  const sent = await saying(scenes.unknown(), async ({ press, type, waitFor }) => {
    await press('r');
    await waitFor('It was not done. How do you know?');
    await type('rev 3');
    await press('Enter');
  });
  expect(sent).toEqual([{ type: 'settle', done: false, note: 'rev 3' }]);
});

test('choices: arrows move, a digit only moves, Enter chooses', async () => {
  const sent = await saying(scenes.choose(), async ({ press }) => {
    await press('Down', '3', 'Up', 'Enter');
  });
  expect(sent).toEqual([{ type: 'choose', value: 'helm' }]);
});

test('keys that arrive together still choose what they reach', async () => {
  const walk = scenes.choose();
  await saying(walk, async ({ write, waitFor }) => {
    write('\x1b[B\x1b[B\r');
    await waitFor(() => walk.sent.length > 0);
  });
  expect(walk.sent).toEqual([{ type: 'choose', value: 'gitops' }]);
});

test('a parameter is typed; a refusal of the session is put beside it', async () => {
  const walk = fakeWalk({
    state: scenes.parameter().store.getState(),
    onSend: (self) => {
      const asked = self.store.getState().question;
      if (asked?.type === 'parameter') self.set({ question: { ...asked, error: '2.99 is not known' } });
    },
  });
  const sent = await saying(walk, async ({ type, press, waitFor }) => {
    await type('2.99');
    await press('Enter');
    await waitFor('2.99 is not known');
  });
  expect(sent).toEqual([{ type: 'value', value: '2.99' }]);
});

test('the end of a branch goes back, an undo can be taken back', async () => {
  expect(await saying(scenes.branchFinished(), ({ press }) => press('Enter'))).toEqual([
    { type: 'continue' },
  ]);
  const walk = scenes.undo();
  await saying(walk, async ({ press, waitFor }) => {
    await press('Esc');
    await waitFor(() => walk.sent.length > 0);
  });
  expect(walk.sent).toEqual([{ type: 'cancel' }]);
});

test('ending a command takes two presses', async () => {
  const sent = await saying(scenes.running(), async ({ press, waitFor }) => {
    await press('c');
    await waitFor('Press c once more to end the command');
    await press('c');
  });
  expect(sent).toEqual([{ type: 'cancel' }]);
});

test('Ctrl-C asks first and says what becomes of the command; a second one pauses', async () => {
  const walk = scenes.running();
  await saying(walk, async ({ press, waitFor }) => {
    await press('Ctrl+C');
    await waitFor('The command that runs now goes on by itself');
    expect(walk.sent).toEqual([]);
    await press('Ctrl+C');
  });
  expect(walk.sent).toEqual([{ type: 'pause' }]);
});

test('stopping for good takes two presses, and Esc stays', async () => {
  const walk = scenes.asked();
  await saying(walk, async ({ press, waitFor }) => {
    await press('q');
    await waitFor('handrail resume 20260301-020000-upgrade');
    await press('x');
    await waitFor('Press x once more');
    expect(walk.sent).toEqual([]);
    await press('Esc');
    await waitFor('Run this on prod-eu-1?');
    await press('q', 'x', 'x');
  });
  expect(walk.sent).toEqual([{ type: 'stop' }]);
});

test('while something runs there is no stopping for good, and that is said at once', async () => {
  const walk = scenes.running();
  await saying(walk, async ({ press, waitFor }) => {
    await press('q', 'x');
    await waitFor('Something runs: cancel it first, or pause and let it go on.');
    await press('x', 'x', 'p');
  });
  expect(walk.sent).toEqual([{ type: 'pause' }]);
});

test('the whole output can be scrolled and searched', async () => {
  await at(scenes.ended(), async ({ press, type, waitFor }) => {
    await press('l');
    await waitFor('line 99');
    await press('g');
    await waitFor(/^line 0$/m);
    await press('/');
    await type('needle');
    await press('Enter');
    await waitFor('line 3 needle');
    await press('n');
    await waitFor('line 43 needle');
    await press('n', 'n');
    await waitFor('No further match');
    await press('N');
    await waitFor('line 43 needle');
    await press('Esc');
    await waitFor('5 of 12  Upgrade the control plane');
  });
});

test('output that comes while it is read stays where the reader is', async () => {
  const walk = scenes.running();
  await at(walk, async ({ press, waitFor, store, text, settled }) => {
    await press('l', 'g');
    await waitFor('linkerd-0 configured');
    walk.outputs.get('r1')!.push('the very last line');
    store.dispatch({ type: 'tick', now: store.getState().now + 250 });
    await settled();
    expect(text()).toContain('linkerd-0 configured');
    await press('f');
    await waitFor('the very last line');
  });
});

test('output of another step is never shown', async () => {
  const walk = scenes.ended();
  await at(walk, async ({ waitFor, text, settled }) => {
    await waitFor('line 99');
    const { session } = walk.store.getState();
    const stack = [{ ...session.stack[0]!, current: 'watch-it-come-up' }];
    walk.set({
      session: { ...session, stack, seq: 9 },
      question: question({ at: { frame: 0, step: 'watch-it-come-up', action: 'watch-it-come-up/1' } }),
    });
    await waitFor('6 of 12  Watch it come up');
    await settled();
    expect(text()).not.toContain('line 99');
  });
});

test('the first v runs the preview, the next shows what it said', async () => {
  const walk = scenes.asked();
  expect(await saying(walk, ({ press }) => press('v'))).toEqual([{ type: 'preview' }]);
});

test('the change of the runbook can be read', async () => {
  await at(scenes.changed(), async ({ press, waitFor }) => {
    await waitFor('The runbook on disk has changed');
    await press('g');
    await waitFor('-old line');
    await press('Esc');
    await waitFor('Run this on prod-eu-1?');
  });
});

test('at 80 columns the change of the runbook is told in full, with its key, until it was looked at', async () => {
  const driven = await drive({ at: { type: 'walk', walk: scenes.changed() } });
  expect(driven.text()).toContain('has changed; g shows how. The session keeps its own copy.');
  expect(driven.text()).toContain('g what changed');
  await driven.press('g', 'Esc');
  await driven.waitFor(() => driven.text().includes('Run this on') && !driven.text().includes('has changed'));
  await driven.unmount();
});

test('briefing: the arrows go from value to value, help and choices are no value, a default is told', async () => {
  const one = bundle();
  const root = one.runbooks[one.root]!;
  const parameters = [
    { ...root.parameters[0]!, name: 'ONE', help: 'lower case' },
    { ...root.parameters[0]!, name: 'TWO', choices: ['cli', 'helm'] },
    { ...root.parameters[0]!, name: 'THREE', default: 'stable-2.14.10' },
  ];
  const changed = { ...one, runbooks: { ...one.runbooks, [one.root]: { ...root, parameters } } };
  const services = fakeServices({ briefing: briefing({ bundle: changed, values: {} }) });
  const driven = await drive({ services, at: { type: 'briefing', file: 'linkerd/upgrade-cli.md' } });
  expect(driven.text()).toContain('default stable-2.14.10');
  await driven.press('e');
  await driven.waitFor('Help: lower case');
  expect(driven.text()).toMatch(/^ ONE:\s*$/m);
  await driven.type('x');
  await driven.press('Down');
  await driven.waitFor('One of: cli, helm');
  await driven.press('Right', 'Down');
  await driven.waitFor('THREE: stable-2.14.10');
  await driven.press('Up');
  await driven.waitFor('TWO: helm');
  expect(services.calls).toContain('brief linkerd/upgrade-cli.md {"ONE":"x","TWO":"helm"}');
  await driven.unmount();
});

test.each(Object.entries(scenes))('in ASCII every character of the scene %s is ASCII', async (_, scene) => {
  for (const cols of [40, 80, 130]) {
    const driven = await drive({ cols, look: { glyphs: ASCII }, at: { type: 'walk', walk: scene() } });
    expect(driven.text()).toMatch(/^[\x20-\x7e\n]*$/);
    await driven.unmount();
  }
});

test('in ASCII a briefing and a home with titles too long for the screen are ASCII', async () => {
  const one = bundle();
  const root = one.runbooks[one.root]!;
  const long = 'A title that is far too long for one line of the screen, '.repeat(4);
  const steps = root.steps.map((step) => ({ ...step, title: long }));
  const runbook = { ...root, title: long, steps };
  const changed = { ...one, runbooks: { ...one.runbooks, [one.root]: runbook } };
  const services = fakeServices({
    briefing: briefing({ bundle: changed }),
    overrides: { sessions: () => Promise.resolve([{ ...sessions[0]!, title: long, where: long }]) },
  });
  for (const cols of [80, 130]) {
    for (const at of [{ type: 'home' }, { type: 'briefing', file: 'linkerd/upgrade-cli.md' }] as const) {
      const driven = await drive({ cols, services, look: { glyphs: ASCII }, at });
      for (let page = 0; page < 3; page += 1) {
        expect(driven.text()).toMatch(/^[\x20-\x7e\n]*$/);
        await driven.press('PageDown');
      }
      await driven.unmount();
    }
  }
});

test('help lists the keys of the screen first, and closes', async () => {
  await at(scenes.failed(), async ({ press, waitFor }) => {
    await press('?');
    await waitFor('After a failure (here)');
    await press('Esc');
    await waitFor('This step failed. What now?');
  });
});

test('keys in one burst permit nothing', async () => {
  const driven = await drive({ at: { type: 'walk', walk: scenes.asked() }, burst: true });
  await driven.press('y');
  await driven.waitFor('came too fast');
  await driven.unmount();
});

test('a follower cannot decide anything, and leaves without a word', async () => {
  const walk = scenes.following();
  await at(walk, async ({ press, waitFor }) => {
    await press('y', 's', 'r', 'q');
    await waitFor(() => walk.closed());
  });
  expect(walk.sent).toEqual([]);
});

test('from home through the briefing into a session, and home again', async () => {
  const walk = scenes.asked();
  const services = fakeServices({ walk });
  const driven = await drive({ services });
  const { press, type, waitFor } = driven;
  await press('Tab', 'Enter');
  await waitFor('Briefing: Upgrade Linkerd');
  await press('e');
  await type('stable-2.14.10');
  await press('Enter', 'Right', 'Enter', 'Esc');
  await waitFor('Ready.');
  await press('y');
  await waitFor('Run this on prod-eu-1?');
  expect(services.calls).toContain(
    'start linkerd/upgrade-cli.md {"TO":"stable-2.14.10","METHOD":"helm"} live',
  );
  walk.end({ type: 'paused' });
  await waitFor('Paused. The session is listed below');
  expect(walk.closed()).toBe(true);
  await driven.unmount();
});

test('home: a session is resumed, a refusal says why, a running one is followed', async () => {
  const services = fakeServices();
  const driven = await drive({ services });
  await driven.press('Enter');
  await driven.waitFor('Another process drives this session.');
  await driven.press('f');
  await driven.waitFor(() => services.calls.includes('resume s1 follower'));
  expect(services.calls).toContain('resume s1 driver');
  await driven.unmount();
});

test('home: the practice cluster is started, reset and ended', async () => {
  const services = fakeServices();
  const driven = await drive({ services });
  await driven.press('R');
  await driven.waitFor('The practice cluster does not run.');
  await driven.press('p');
  await driven.waitFor('21 pods');
  await driven.press('R');
  await driven.waitFor('No session is open on it.');
  await driven.press('y');
  await driven.waitFor('is as new');
  await driven.press('D');
  await driven.waitFor('End the practice cluster?');
  await driven.press('y');
  await driven.waitFor('is stopped');
  expect(services.calls.filter((call) => /practice (up|reset|down)/.test(call))).toEqual([
    'practice up',
    'practice reset',
    'practice down',
  ]);
  await driven.unmount();
});

test.each([
  ['R', 'Reset the practice cluster?'],
  ['D', 'End the practice cluster?'],
])('home: %s names the sessions that would be lost, and Esc keeps them', async (key, question) => {
  const open = { ...sessions[0]!, title: 'Practise an upgrade', status: 'running', practice: true } as const;
  const services = fakeServices({ overrides: { sessions: () => Promise.resolve([open, ...sessions]) } });
  const driven = await drive({ services });
  await driven.press('p');
  await driven.waitFor('21 pods');
  await driven.press(key);
  await driven.waitFor(question);
  expect(driven.text()).toContain('Practise an upgrade, running, 5 of 12');
  await driven.press('Esc');
  await driven.waitFor('Nothing is run from here');
  expect(services.calls.filter((call) => /practice (reset|down)/.test(call))).toEqual([]);
  await driven.unmount();
});

test('home: a session whose practice cluster is gone is shown as such', async () => {
  const gone = { ...sessions[0]!, practice: true, gone: true } as const;
  const driven = await drive({
    services: fakeServices({ overrides: { sessions: () => Promise.resolve([gone]) } }),
  });
  expect(driven.text()).toMatch(/Upgrade Linkerd .*cluster gone 5 of 12/);
  await driven.unmount();
});

test('briefing: where something is lacking, y asks once more and says what', async () => {
  const lacks = { what: 'helm >=3', status: 'missing', detail: 'not on the PATH' } as const;
  const services = fakeServices({ briefing: briefing({ requirements: [lacks] }) });
  const driven = await drive({ services, at: { type: 'briefing', file: 'linkerd/upgrade-cli.md' } });
  const starts = () => services.calls.filter((call) => call.startsWith('start '));
  await driven.press('y');
  await driven.waitFor('helm >=3 (missing)');
  await driven.waitFor('Start all the same?');
  await driven.press('Esc');
  await driven.waitFor(() => !driven.text().includes('Start all the same?'));
  expect(starts()).toEqual([]);
  await driven.press('w');
  await driven.waitFor('Start all the same?');
  expect(starts()).toEqual([]);
  await driven.press('y');
  await driven.waitFor(() => starts().length === 1);
  expect(starts()[0]).toMatch(/ dry-run$/);
  await driven.unmount();
});

test('the summary shows the report', async () => {
  await at(
    scenes.summary(),
    async ({ press, waitFor }) => {
      await waitFor('The runbook is complete.');
      await press('t');
      await waitFor('# Report');
    },
    { services: fakeServices() },
  );
});
