/** A panel as an operator uses it: what is shown, what is selected, what its keys do, at the smallest size there is. */
import { describe, expect, test, vi } from 'vitest';
import { initialUi } from '../../src/screens/ui-state.ts';
import { update } from '../../src/screens/update/update.ts';
import { panelPane } from '../../src/screens/views/panel-pane.ts';
import type { Intent, Question } from '../../src/state/question.ts';
import type { WalkState } from '../../src/state/walk.ts';
import type { PanelRow } from '../../src/steps/panel.ts';
import { UNICODE } from '../../src/terminal/glyphs.ts';
import { line, lineWidth } from '../../src/terminal/line.ts';
import { type Driven, type DriveOptions, drive } from './drive.tsx';
import type { FakeWalk } from './fake-walk.ts';
import {
  asks,
  branches,
  here,
  kinds,
  many,
  type Setting,
  walkOf,
  withAction,
  works,
} from './panel-scenes.ts';

async function shown(
  setting: Setting,
  look: (driven: Driven, walk: FakeWalk) => Promise<void>,
  options: DriveOptions = {},
): Promise<void> {
  const walk = walkOf(setting);
  const driven = await drive({ at: { type: 'walk', walk }, kinds, ...options });
  try {
    await look(driven, walk);
  } finally {
    await driven.unmount();
  }
}

/** What the session was told, once it has come there. */
const heard = (walk: FakeWalk, intents: readonly Intent[]): Promise<void> =>
  vi.waitFor(() => expect(walk.sent).toEqual(intents), { timeout: 5_000 });

/** The row with the mark, as it stands on the right of the outline. */
const marked = (driven: Driven): string | undefined =>
  driven
    .screen()
    .map((row) => row.split('│')[1] ?? '')
    .find((row) => row.trimStart().startsWith('▸'))
    ?.trim();

test('what will be looked at stands below the text that is read before', async () => {
  const question = { type: 'read', at: here, deed: 'Watch deploy/web in shop for at most 10m.' } as const;
  await shown({ question, names: [], text: 'The shop starts anew.' }, async (driven) => {
    await driven.waitFor('Watch deploy/web in shop for at most 10m.');
    expect(driven.text()).toContain('The shop starts anew.');
  });
});

describe('a plan that is asked about', () => {
  test('a part is left out with Space, Enter changes nothing, and y says what is left out', async () => {
    await shown({ question: asks }, async (driven, walk) => {
      expect(driven.text()).toContain('4 workloads');
      expect(marked(driven)).toBe('▸ [x] deploy-0');
      await driven.press('Down', 'Space');
      await driven.waitFor('▸ [ ] deploy-1');
      await driven.press('Down', 'Space', 'Space', 'Enter');
      await driven.waitFor('pods of deploy-2');
      expect(walk.sent).toEqual([]);
      await driven.press('y');
      await heard(walk, [{ type: 'confirm', excluded: ['deploy-1'] }]);
    });
  });

  test('where no panel shows it, the plan is a text that has to be read before y does it', async () => {
    const text = Array.from({ length: 60 }, (_, n) => `Deployment shop/web-${n}`).join('\n');
    const setting = { question: asks, more: { plan: { plan: {}, text, excluded: [] } } };
    await shown(
      setting,
      async (driven, walk) => {
        expect(driven.text()).toMatch(
          /Restart what is out of date\?[\s\S]*Deployment shop\/web-0[\s\S]*y read on/,
        );
        await driven.press('y');
        await driven.waitFor('shop/web-20');
        expect(walk.sent).toEqual([]);
        await driven.press('End');
        await driven.waitFor('shop/web-59');
        await driven.press('y');
        await heard(walk, [{ type: 'confirm', excluded: [] }]);
      },
      { kinds: { panels: {}, steering: {} } },
    );
  });

  test('r plans anew, and what was left out stays left out in the new plan', async () => {
    await shown({ question: asks }, async (driven, walk) => {
      await driven.press('Space', 'r');
      await heard(walk, [{ type: 'replan' }]);
      walk.set({
        session: withAction(walk.store.getState().bundle, {
          plan: { plan: { names: ['deploy-new', 'deploy-0'] }, text: '', excluded: [] },
        }),
        question: { ...asks },
      });
      await driven.waitFor('[x] deploy-new');
      expect(driven.text()).toContain('[ ] deploy-0');
    });
  });

  test('what cannot be undone is typed, and says what is left out as well', async () => {
    await shown({ question: { ...asks, mustType: 'prod-eu-1' } }, async (driven, walk) => {
      await driven.press('Space', 'y');
      await driven.type('prod-eu-1');
      await driven.press('Enter');
      await heard(walk, [{ type: 'confirm', excluded: ['deploy-0'], typed: 'prod-eu-1' }]);
    });
  });

  test('after a crash what was left out is still left out', async () => {
    const plan = { plan: { names: many(3) }, text: '', excluded: ['deploy-2'] };
    await shown({ question: asks, more: { plan } }, async (driven) => {
      expect(driven.text()).toContain('[ ] deploy-2');
    });
  });

  test('a short text stands above it; a long one is read first, and y goes to the plan before it does it', async () => {
    await shown({ question: asks, text: 'Mind the window.' }, async (driven, walk) => {
      expect(driven.text()).toMatch(/Mind the window\.[\s\S]*4 workloads/);
      await driven.press('y');
      await vi.waitFor(() => expect(walk.sent).toHaveLength(1));
    });
    const long = Array.from({ length: 30 }, (_, n) => `Paragraph ${n}.`).join('\n\n');
    await shown({ question: asks, text: long }, async (driven, walk) => {
      expect(driven.text()).toContain('Paragraph 0.');
      expect(driven.text()).not.toContain('4 workloads');
      expect(driven.text()).toContain('y read on');
      for (let press = 0; press < 12 && !driven.text().includes('4 workloads'); press += 1) {
        const before = driven.text();
        await driven.press('y');
        await driven.waitFor(() => driven.text() !== before);
      }
      await driven.waitFor('This is the plan');
      expect(walk.sent).toEqual([]);
      await driven.press('Up');
      await driven.waitFor('Paragraph');
      await driven.press('End', 'Down', 'y');
      await heard(walk, [{ type: 'confirm', excluded: [] }]);
    });
  });
});

describe('rows that do not all fit', () => {
  test('while the text before them is read, Enter reads on, and Space says where the plan is', async () => {
    const text = Array.from({ length: 30 }, (_, n) => `Line ${n}.`).join('\n\n');
    await shown({ question: asks, text }, async (driven, walk) => {
      await driven.waitFor('Line 0.');
      await driven.press('Space');
      await driven.waitFor('The plan comes after this text.');
      await driven.press(...Array.from({ length: 6 }, () => 'Enter'));
      await driven.waitFor('4 workloads');
      expect(driven.text()).not.toContain('[ ]');
      expect(walk.sent).toEqual([]);
    });
  });

  test('the selected one is in view wherever it goes, and what is out of view is counted', async () => {
    await shown({ names: many(100), question: asks }, async (driven) => {
      expect(driven.text()).toMatch(/↓ 8\d below/);
      await driven.press(...Array.from({ length: 20 }, () => 'Down'));
      await driven.waitFor('about deploy-20');
      expect(marked(driven)).toBe('▸ [x] deploy-20');
      await driven.press('PageDown');
      await driven.waitFor(() => /deploy-(2[1-9]|3\d)$/.test(marked(driven) ?? ''));
      expect(driven.text()).toMatch(/↑ \d+ above {2}↓ \d+ below/);
      await driven.press('End');
      await driven.waitFor('▸ [x] deploy-99');
      expect(driven.text()).not.toContain('below');
      await driven.press('PageUp', 'PageUp');
      expect(marked(driven)).toBeDefined();
      await driven.press('Home');
      await driven.waitFor('▸ [x] deploy-0');
      // The panel's own lines have not moved.
      expect(driven.text()).toContain('100 workloads');
    });
  });

  test('the selected one stays in view where there is more to say of it than of the one before', async () => {
    const names = [...many(20), ...many(20).map((name) => name.replace('deploy', 'warned'))];
    await shown({ question: asks, names }, async (driven) => {
      await driven.press('End');
      await driven.waitFor('▸ [x] warned-19');
      await driven.press('Home');
      await driven.waitFor('▸ [x] deploy-0');
      for (const next of names.slice(1)) {
        await driven.press('Down');
        await driven.waitFor(`▸ [x] ${next}`);
      }
    });
  });

  test('rows that come and go above leave the selected one selected, on the same line', async () => {
    await shown({ live: works(many(60)) }, async (driven, walk) => {
      await driven.press(...Array.from({ length: 20 }, () => 'Down'));
      await driven.waitFor('▸ [x] deploy-20');
      const row = driven.screen().findIndex((text) => text.includes('▸ [x] deploy-20'));
      walk.set({ live: works(['new-1', 'new-2', 'new-3', ...many(60)]) });
      await driven.waitFor('63 workloads');
      expect(driven.screen()[row]).toContain('▸ [x] deploy-20');
      walk.set({ live: works(many(60).filter((name) => name !== 'deploy-20')) });
      await driven.waitFor('59 workloads');
      expect(marked(driven)).toBe('▸ [x] deploy-21');
    });
  });

  test('a long stretch with nothing to select is scrolled through line by line', async () => {
    const rows: PanelRow[] = [
      { line: line('the pod'), id: 'pod' },
      ...Array.from({ length: 40 }, (_, n): PanelRow => ({ line: line(`log line ${n}`) })),
      { line: line('the next'), id: 'next' },
    ];
    await shown(
      { question: asks },
      async (driven) => {
        await driven.press(...Array.from({ length: 10 }, () => 'Down'));
        await driven.waitFor('log line 20');
        expect(driven.text()).not.toContain('▸ the next');
        await driven.press('End');
        await driven.waitFor('▸ the next');
        await driven.press('Up');
        await driven.waitFor('log line 25');
      },
      { kinds: { ...kinds, panels: { waves: () => ({ top: [], rows, bottom: [] }) } } },
    );
  });

  test('Right opens a row and Left closes it, and neither does the other', async () => {
    await shown({ question: asks }, async (driven) => {
      await driven.press('Left');
      expect(driven.text()).not.toContain('pods of');
      await driven.press('Right');
      await driven.waitFor('pods of deploy-0');
      await driven.press('Right');
      expect(driven.text()).toContain('pods of deploy-0');
      await driven.press('Left');
      await driven.waitFor((screen) => !screen.join('\n').includes('pods of deploy-0'));
    });
  });
});

describe('while it works', () => {
  test('its own words are in the footer and the help, and go to it with the selected row', async () => {
    await shown({ live: works() }, async (driven, walk) => {
      expect(driven.text()).toMatch(/h hold\s+x leave it/);
      await driven.press('Down', 'x', 'h');
      await heard(walk, [
        { type: 'steer', word: 'leave', subject: 'deploy-1' },
        { type: 'steer', word: 'hold' },
      ]);
      await driven.press('?');
      await driven.waitFor('Leave the selected workload out.');
    });
  });

  test('trap: keys that came in one piece are no words; with nothing selected a word about a row is none', async () => {
    await shown(
      { live: works() },
      async (driven, walk) => {
        await driven.press('x');
        await driven.waitFor('too fast');
        expect(walk.sent).toEqual([]);
      },
      { burst: true },
    );
    await shown({ live: works([]) }, async (driven, walk) => {
      await driven.press('x');
      await driven.waitFor('Select a row first.');
      expect(walk.sent).toEqual([]);
    });
  });

  test('it can be ended, asked twice, however often its picture changes meanwhile', async () => {
    await shown({ live: works() }, async (driven, walk) => {
      await driven.press('c');
      await driven.waitFor('Press c once more to end this action');
      walk.set({ live: works(['one']) });
      await driven.waitFor('1 workloads');
      await driven.press('c');
      await heard(walk, [{ type: 'cancel' }]);
    });
  });

  test('a look before a question takes no words, shows the text of the step, and can be ended', async () => {
    const live: WalkState['live'] = {
      working: { at: here, doing: 'plan', startedAt: 0, stopping: false },
    };
    await shown({ live, text: 'Mind the window.', more: { plan: undefined } }, async (driven, walk) => {
      expect(driven.text()).toContain('Mind the window.');
      expect(driven.text()).toContain('Nothing is changed.');
      expect(driven.text()).not.toContain('leave it');
      await driven.press('c', 'c');
      await heard(walk, [{ type: 'cancel' }]);
    });
  });

  test('no key is dropped while the picture changes all the time', async () => {
    await shown({ live: works(many(200)) }, async (driven, walk) => {
      let turn = 0;
      const timer = setInterval(() => {
        turn += 1;
        walk.set({ live: works([...many(200), `extra-${turn}`]) });
      }, 20);
      await driven.press(...Array.from({ length: 40 }, () => 'Down'));
      clearInterval(timer);
      await driven.waitFor('▸ [x] deploy-40');
      expect(turn).toBeGreaterThan(20);
    });
  });

  test('who follows sees the panel, moves in it, and says nothing', async () => {
    await shown(
      {
        readOnly: true,
        more: { plan: { plan: { names: many(3) }, text: '', excluded: [] }, startedAt: 'x' },
      },
      async (driven, walk) => {
        expect(driven.text()).toContain('3 workloads');
        expect(driven.text()).toContain('You follow.');
        await driven.press('Down', 'Enter');
        await driven.waitFor('pods of deploy-1');
        await driven.press('x', 'h', 'y');
        expect(walk.sent).toEqual([]);
      },
    );
  });
});

describe('when it has ended', () => {
  const failure: Question = {
    type: 'failure',
    at: here,
    run: undefined,
    detail: 'deploy-2 did not come up.',
    branches,
    canVerify: false,
    canUndo: false,
  };

  test('a failure says what went wrong above the panel; the selection goes from the branches into the rows', async () => {
    await shown(
      { question: failure, live: { progress: { at: here, value: many(3) } } },
      async (driven, walk) => {
        expect(driven.text()).toMatch(/did not come up[\s\S]*Images cannot be pulled[\s\S]*3 workloads/);
        expect(marked(driven)).toBe('▸ Images cannot be pulled');
        await driven.press('Down', 'Down', 'Down');
        await driven.waitFor('▸ [x] deploy-1');
        await driven.press('Enter');
        await driven.waitFor('pods of deploy-1');
        await driven.press('Up', 'Up');
        await driven.waitFor('▸ The quota is spent');
        await driven.press('Enter');
        await heard(walk, [{ type: 'branch', href: 'quota.md' }]);
      },
    );
  });

  test('without branches the rows are selected at once, and r retries', async () => {
    await shown(
      { question: { ...failure, branches: [] }, live: { progress: { at: here, value: many(3) } } },
      async (driven, walk) => {
        await driven.press('Down', 'Right');
        await driven.waitFor('pods of deploy-1');
        await driven.press('r');
        await heard(walk, [{ type: 'retry' }]);
      },
    );
  });

  test('an end says how it was above the panel; Enter goes on, after the text that is still to be read', async () => {
    const done: Question = { type: 'continue', at: here, remark: 'Four restarted.' };
    await shown({ question: done }, async (driven, walk) => {
      expect(driven.text()).toMatch(/Four restarted\.[\s\S]*4 workloads/);
      await driven.press('Right');
      await driven.waitFor('pods of deploy-0');
      await driven.press('Enter');
      await heard(walk, [{ type: 'continue' }]);
    });
    const after = Array.from({ length: 25 }, (_, n) => `Afterwards ${n}.`).join('\n\n');
    await shown({ question: done, after }, async (driven, walk) => {
      expect(driven.text()).toContain('↵ read on');
      await driven.press('Enter');
      await driven.waitFor('Afterwards 0.');
      await driven.press('Up');
      await driven.waitFor('4 workloads');
      for (let press = 0; press < 12 && walk.sent.length === 0; press += 1) {
        const before = driven.text();
        await driven.press('Enter');
        await driven.waitFor(() => driven.text() !== before || walk.sent.length > 0);
      }
      expect(driven.text()).toContain('Afterwards 24.');
      await heard(walk, [{ type: 'continue' }]);
    });
  });

  test('what was done to one panel is not done to the next attempt', async () => {
    await shown({ question: asks }, async (driven, walk) => {
      await driven.press('Down', 'Right', 'Space');
      await driven.waitFor('[ ] deploy-1');
      const of = walk.store.getState().bundle;
      const plan = { plan: { names: many(4) }, text: '', excluded: [] };
      walk.set({ session: withAction(of, { plan, retries: 1 }), question: { ...asks } });
      await driven.waitFor('▸ [x] deploy-0');
      expect(driven.text()).not.toContain('[ ]');
      expect(driven.text()).not.toContain('pods of');
    });
  });
});

test('no line is wider than the pane, and it is never higher, from 40 columns to 200', () => {
  for (const columns of [80, 100, 200]) {
    const walk = walkOf({ question: asks, names: many(50), text: 'Mind the window.' });
    const begun = { ...initialUi({ columns, rows: 24 }, 0, kinds) };
    const [ui] = update(begun, { type: 'walk-began', state: walk.store.getState(), folder: '' });
    for (const width of [40, columns - 27])
      for (const height of [3, 8, 18, 40]) {
        const pane = panelPane(ui, width, height, { columns, glyphs: UNICODE });
        expect(pane?.lines.length).toBeLessThanOrEqual(height);
        for (const row of pane?.lines ?? []) expect(lineWidth(row)).toBeLessThanOrEqual(width);
      }
  }
});
