/** Whole screens as an operator sees them, at the sizes they are designed for. */

import { describe, expect, test } from 'vitest';
import { ASCII } from '../../src/terminal/glyphs.ts';
import { type Driven, type DriveOptions, drive } from './drive.tsx';
import { bundle, parameters, place, runbook, step } from './fake-runbook.ts';
import { briefing, fakeServices } from './fake-services.ts';
import { fakeWalk, session } from './fake-walk.ts';
import { here, question, scenes } from './scenes.ts';

const sizes = [
  [80, 24],
  [100, 30],
  [120, 40],
] as const;

const shown = async (
  options: DriveOptions,
  look: (driven: Driven) => Promise<void> | void,
): Promise<void> => {
  const driven = await drive(options);
  try {
    await look(driven);
  } finally {
    await driven.unmount();
  }
};

const all: Readonly<Record<string, () => DriveOptions>> = {
  home: () => ({}),
  briefing: () => ({ at: { type: 'briefing', file: 'linkerd/upgrade-cli.md' } }),
  ...Object.fromEntries(
    Object.entries(scenes).map(([name, make]) => [
      name,
      () => ({ at: { type: 'walk' as const, walk: make() } }),
    ]),
  ),
};

describe.each(sizes)('%i by %i', (cols, rows) => {
  test('every screen keeps its frame, its last row and its columns', async () => {
    for (const [name, make] of Object.entries(all)) {
      await shown({ ...make(), cols, rows }, ({ screen }) => {
        const lines = screen();
        const rules = lines.filter((row) => row === '─'.repeat(cols));
        expect(rules, `${name}:\n${lines.join('\n')}`).toHaveLength(2);
        expect(lines[rows - 1], name).toBe('');
        expect(lines[rows - 2]!.trim(), name).not.toBe('');
      });
    }
  });

  test('a session says which step of how many, which cluster, in which mode, and that keys are there', async () => {
    for (const name of [
      'asked',
      'running',
      'ended',
      'failed',
      'unknown',
      'wrongCluster',
      'choose',
    ] as const) {
      await shown({ at: { type: 'walk', walk: scenes[name]() }, cols, rows }, ({ screen }) => {
        const text = screen().join('\n');
        expect(text, name).toContain('5 of 12  Upgrade the control plane');
        expect(screen()[0], name).toMatch(/LIVE {2}prod-eu-1/);
        expect(text, name).toMatch(/q pause/);
        expect(text, name).toMatch(/\? keys/);
      });
    }
  });
});

test('the question has the resolved command, its risk, its place and its values beside it', async () => {
  await shown({ at: { type: 'walk', walk: scenes.asked() } }, ({ screen }) => {
    expect(screen().slice(2, 22).join('\n')).toMatchInlineSnapshot(`
      " ✔ 1 Read the notices   │ 5 of 12  Upgrade the control plane
       ✔ 2 Survey             │ 
       ✔ 3 Check health       │ Proxies keep running while the control plane
       ✔ 4 Update the CRDs    │ restarts. New pods in meshed namespaces wait for the
       ▸ 5 Upgrade the contr… │ injector.
       · 6 Watch it come up   │ 
       · 7 Verify             │ • one
       · 8 Extensions         │ • two code
       · 9 Data plane         │ 
       · 10 Verify again      │ CHANGE  bash, at most 10m, in linkerd, on prod-eu-1
       · 11 Clean up          │   linkerd upgrade --set proxy.image.version=$TO \\
       · 12 Observability     │     | kubectl apply -f -
                              │   TO=stable-2.14.10
                              │ Preview    v shows what would change
                              │ Verify     yes: it can be asked whether it is done
                              │ Undo       none
                              │ 
                              │ 
      ────────────────────────────────────────────────────────────────────────────────
       Run this on prod-eu-1?"
    `);
  });
});

test('a failure keeps the last lines, says what the code means, and names the branches', async () => {
  await shown({ at: { type: 'walk', walk: scenes.failed() } }, ({ screen }) => {
    expect(screen().slice(2, 23).join('\n')).toMatchInlineSnapshot(`
      " ✔ 1 Read the notices   │ 5 of 12  Upgrade the control plane
       ✔ 2 Survey             │ 
       ✔ 3 Check health       │ ↑ 7 more lines
       ✔ 4 Update the CRDs    │ ✖ The command ended with exit code 127 after 0:07.
       ✖ 5 Upgrade th… failed │ A command was not found on the PATH. Is the tool
       · 6 Watch it come up   │ installed here?
       · 7 Verify             │ 
       · 8 Extensions         │ bash: line 1: linkerd: command not found
       · 9 Data plane         │ error: no objects passed to apply
       · 10 Verify again      │  line 1-2 of 2
       · 11 Clean up          │ 
       · 12 Observability     │ The runbook knows these causes
                              │ ▸ The CRDs do not match the control plane
                              │   The upgrade was interrupted
                              │ 
                              │ CHANGE  bash, at most 10m, in linkerd, on prod-eu-1
                              │ ↓ 3 more lines, PgDn
      ────────────────────────────────────────────────────────────────────────────────
       This step failed. What now?
       ↵ open  f findings  r retry  v verify  d done by hand  s skip  l log  n note
       q pause  ? keys"
    `);
  });
});

test('an unknown outcome says what ran, since when, and what its verify says', async () => {
  await shown({ at: { type: 'walk', walk: scenes.unknown() } }, ({ text }) => {
    expect(text()).toContain('Outcome unknown');
    expect(text()).toContain('linkerd upgrade --set');
    expect(text()).toContain('2m ago');
    expect(text()).toContain('Its verify says: not done.');
    expect(text()).toContain('serviceaccount/linkerd configured');
    expect(text()).toMatch(/d it is done .*r not done/);
  });
});

test('a silent command is flagged, with the age of its last line and its limit', async () => {
  await shown({ at: { type: 'walk', walk: scenes.running(true) } }, ({ text }) => {
    expect(text()).toContain('Silent for 45s');
    expect(text()).toContain('1:01 of 10:00');
    expect(text()).toContain('linkerd-29 configured');
    expect(text()).toContain('c stop it');
  });
  await shown({ at: { type: 'walk', walk: scenes.running() } }, ({ text }) => {
    expect(text()).toContain('last output 45s ago');
    expect(text()).not.toContain('Silent');
  });
});

test('a soak counts down and says that its check fails', async () => {
  await shown({ at: { type: 'walk', walk: scenes.soak() } }, ({ text }) => {
    expect(text()).toContain('3:10 left');
    expect(text()).toContain('Its check FAILS, 4 times so far');
  });
});

test('a branch says where it is and where it returns to, and the outline shows both', async () => {
  await shown({ at: { type: 'walk', walk: scenes.branch() } }, ({ text }) => {
    expect(text()).toContain('1 of 2  Compare the versions');
    expect(text()).toContain('returns to step 5');
    expect(text()).toMatch(/✖ 5 Upgrade/);
    expect(text()).toMatch(/ {3}▸ 1 Compare/);
  });
});

test('a follower sees the session, who drives it, and no key that could decide', async () => {
  await shown({ at: { type: 'walk', walk: scenes.following() } }, ({ text }) => {
    expect(text()).toContain('READ ONLY');
    expect(text()).toContain('bob@bastion drives this session');
    expect(text()).not.toContain('y run');
  });
});

test('the summary has every outcome with its remark, and the path of the record', async () => {
  await shown({ at: { type: 'walk', walk: scenes.summary() }, rows: 40 }, ({ text }) => {
    expect(text()).toContain('The runbook is complete.');
    expect(text()).toContain('10 done, 1 done by hand, 1 skipped');
    expect(text()).toContain('the CRDs are current');
    expect(text()).toContain('/home/ada/.local/state/handrail/sessions/20260301-020000-upgrade');
  });
});

test('a runbook with an error shows the line, and does not offer to start', async () => {
  const services = fakeServices({
    briefing: briefing({
      diagnostics: [
        {
          rule: 'unknown-action',
          severity: 'error',
          message: '"chnage" is no action',
          suggestion: 'change',
          place,
        },
      ],
      requirements: [
        { what: 'helm', status: 'missing', detail: 'not on the PATH', fix: 'Install it from helm.sh' },
      ],
    }),
  });
  await shown(
    { at: { type: 'briefing', file: 'x.md' }, services, rows: 40 },
    async ({ text, press, waitFor }) => {
      expect(text()).toContain('error upgrade.md:12:4');
      expect(text()).toMatch(/```sh chnage\n +\^{6}/);
      expect(text()).toContain('Try: change');
      expect(text()).toMatch(/helm {2}missing {2}not on the PATH/);
      expect(text()).toContain('Install it from helm.sh');
      expect(text()).not.toContain('y start');
      await press('y');
      await waitFor('It cannot start: the runbook has an error.');
      expect(services.calls.filter((call) => call.startsWith('start'))).toEqual([]);
    },
  );
});

test('home: a cluster that cannot be reached and lists that fail say so', async () => {
  const services = fakeServices({
    overrides: {
      target: async () => ({ cluster: undefined, problem: 'The server does not answer.' }),
      sessions: () => Promise.reject(new Error('the folder cannot be read')),
      runbooks: async () => [],
    },
  });
  await shown({ services }, ({ text }) => {
    expect(text()).toContain('The server does not answer.');
    expect(text()).toContain('the folder cannot be read');
    expect(text()).toContain('No runbook was found');
  });
});

test('without colour and in ASCII the marks and words still say it all', async () => {
  await shown(
    { at: { type: 'walk', walk: scenes.failed() }, look: { glyphs: ASCII, colour: false } },
    ({ text, raw }) => {
      expect(text()).toMatch(/^[\x20-\x7e\n]*$/);
      expect(text()).toContain('x The command ended with exit code 127');
      expect(text()).toContain('+ 1 Read the notices');
      expect(raw()).not.toMatch(/\x1b\[(3|4|9)\dm/);
    },
  );
});

test('two hundred steps: the current one is in view', async () => {
  const many = runbook({
    steps: Array.from({ length: 200 }, (_, index) => step(index + 1, `Step ${index + 1}`)),
  });
  const made = bundle(many);
  const walk = fakeWalk({
    bundle: made,
    state: {
      session: session(made, 'step-150'),
      question: { type: 'continue', at: { frame: 0, step: 'step-150', action: 'step-150/1' } },
    },
  });
  await shown({ at: { type: 'walk', walk } }, ({ text }) => {
    expect(text()).toContain('▸ 150 Step 150');
    expect(text()).toContain('150 of 200');
  });
});

test('what comes from outside cannot move the cursor or set the title', async () => {
  const evil = '\u001b[2J\u001b]2;owned\u0007text';
  const walk = scenes.ended();
  walk.outputs.set('r1', [evil]);
  const base = walk.store.getState();
  walk.set({ session: { ...base.session, title: `T${evil}` }, live: { notice: evil } });
  await shown({ at: { type: 'walk', walk } }, ({ text, raw }) => {
    expect(text()).toContain('text');
    expect(raw()).not.toContain('\u001b]2;');
    expect(raw()).not.toContain('\u001b[2J');
  });
});

test('a long command is cut with a word about it, and scrolling shows all of it', async () => {
  const script = Array.from({ length: 40 }, (_, index) => `echo part-${index}`).join('\n');
  const walk = scenes.asked();
  const asked = question();
  if (asked.type !== 'run') throw new Error('a run question was expected');
  walk.set({ question: { ...asked, at: here, block: { ...asked.block, script } } });
  await shown({ at: { type: 'walk', walk } }, async ({ text, press, waitFor }) => {
    expect(text()).toContain('part-0');
    expect(text()).toMatch(/more lines, PgDn/);
    await press('PageDown', 'PageDown', 'PageDown', 'PageDown', 'PageDown', 'PageDown');
    await waitFor('part-39');
  });
});

test('below 80 by 24 it says so, and the session is there again when there is room', async () => {
  await shown({ at: { type: 'walk', walk: scenes.asked() }, cols: 60, rows: 20 }, async (driven) => {
    expect(driven.text()).toMatch(/Handrail needs 80\s+by 24/);
    driven.resize(100, 30);
    driven.store.dispatch({ type: 'resized', size: { columns: 100, rows: 30 } });
    await driven.waitFor('5 of 12  Upgrade the control plane');
  });
});

test('secrets are typed unseen', async () => {
  await shown(
    { at: { type: 'walk', walk: scenes.secret() } },
    async ({ text, type, press, waitFor, ...driven }) => {
      await type('hunter2');
      await waitFor('•••••••');
      expect(text()).not.toContain('hunter2');
      await press('Enter');
      expect(driven.raw()).not.toContain('hunter2');
    },
  );
  expect(parameters[2]!.type).toBe('secret');
});
