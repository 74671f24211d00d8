/** Whatever keys come while rows come and go: the pane keeps within its room, and what is selected is a row that is there. */
import { expect, test } from 'vitest';
import { keyMessage } from '../../src/screens/key-message.ts';
import { initialUi, type UiState } from '../../src/screens/ui-state.ts';
import { update } from '../../src/screens/update/update.ts';
import { panelPane } from '../../src/screens/views/panel-pane.ts';
import type { Question } from '../../src/state/question.ts';
import { UNICODE } from '../../src/terminal/glyphs.ts';
import { lineText, lineWidth } from '../../src/terminal/line.ts';
import { NO_KEY } from '../helpers/no-key.ts';
import { asks, branches, here, kinds, many, type Setting, walkOf, works } from './panel-scenes.ts';

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const names = [
  'upArrow',
  'downArrow',
  'pageUp',
  'pageDown',
  'home',
  'end',
  'leftArrow',
  'rightArrow',
] as const;

const failure: Question = {
  type: 'failure',
  at: here,
  run: undefined,
  detail: 'One did not come up.',
  branches,
  canVerify: false,
  canUndo: false,
};
const long = Array.from({ length: 30 }, (_, n) => `Paragraph ${n}.`).join('\n\n');

test.each(Array.from({ length: 24 }, (_, seed) => seed))(
  'keys, rows and sizes at random, seed %i',
  (seed) => {
    const next = random(seed + 1);
    const upTo = (limit: number) => Math.floor(next() * limit);
    const settings: readonly (() => Setting)[] = [
      () => ({ question: asks, names: many(upTo(60)) }),
      () => ({ question: asks, names: many(upTo(60)), text: long }),
      () => ({ live: works(many(upTo(60))) }),
      () => ({ question: failure, live: { progress: { at: here, value: many(upTo(60)) } } }),
      () => ({ question: { type: 'continue', at: here, remark: 'Done.' }, after: long }),
    ];
    const state = () => walkOf(settings[upTo(settings.length)]!()).store.getState();
    let ui: UiState = initialUi({ columns: 80, rows: 24 }, 0, kinds);
    [ui] = update(ui, { type: 'walk-began', state: state(), folder: '' });
    for (let round = 0; round < 200; round += 1) {
      const chance = next();
      if (chance < 0.1) [ui] = update(ui, { type: 'walk-changed', state: state() });
      else if (chance < 0.15)
        [ui] = update(ui, { type: 'resized', size: { columns: 80 + upTo(60), rows: 24 + upTo(30) } });
      else {
        const special = chance < 0.85 ? { [names[upTo(names.length)]!]: true } : {};
        const input = chance < 0.85 ? '' : [' ', 'x', 'h'][upTo(3)]!;
        const message = keyMessage(ui, input, { ...NO_KEY, ...special }, false);
        if (message) [ui] = update(ui, message);
      }
      const width = 40 + upTo(60);
      const height = 4 + upTo(40);
      const pane = panelPane(ui, width, height, { columns: 80, glyphs: UNICODE });
      if (!pane) continue;
      expect(pane.lines.length).toBeLessThanOrEqual(height);
      for (const row of pane.lines) expect(lineWidth(row)).toBeLessThanOrEqual(width);
      const { list } = pane;
      if (!list) continue;
      expect(list.first).toBeGreaterThanOrEqual(0);
      expect(list.first).toBeLessThanOrEqual(Math.max(0, list.rows.length - list.size));
      if (list.selected >= 0) expect(list.rows[list.stops[list.selected]!]?.id).toBeDefined();
      // Every row can be selected but for the two below an open one: then one of them always is.
      else expect(list.stops.length === 0 || ui.walk?.state.question?.type === 'failure').toBe(true);
      expect(pane.lines.map(lineText).join('\n')).not.toMatch(/NaN|undefined/);
    }
  },
);
