/** Whatever is pressed in whatever situation: nothing breaks, and every frame keeps within the terminal. */
import { expect, test } from 'vitest';
import { ASCII, UNICODE } from '../../src/terminal/glyphs.ts';
import { displayWidth } from '../../src/terminal/text.ts';
import { randomFrom } from '../helpers/random.ts';
import { drive } from './drive.tsx';
import { fakeServices } from './fake-services.ts';
import { scenes } from './scenes.ts';

const keys = [
  'y',
  'n',
  'd',
  's',
  'r',
  'v',
  'u',
  'c',
  'q',
  'x',
  'p',
  'l',
  '/',
  'g',
  'G',
  'f',
  '?',
  'e',
  'w',
  't',
  'N',
  '3',
  ' ',
  'a',
  '漢',
  '\r',
  '\x1b',
  '\x1b[A',
  '\x1b[B',
  '\x1b[5~',
  '\x1b[6~',
  '\x1b[C',
  '\x1b[D',
  '\t',
  '\x7f',
  '\x03',
  '\x0c',
  '\x15',
];
const sizes = [
  [80, 24],
  [81, 25],
  [100, 30],
  [120, 40],
  [200, 60],
  [60, 20],
  [20, 5],
  [1, 1],
] as const;

const names = Object.keys(scenes) as (keyof typeof scenes)[];

test.each([1, 2, 3, 4, 5, 6])('random keys, sizes and events, seed %i', async (seed) => {
  const next = randomFrom(seed);
  const pick = <T,>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const walk = scenes[pick(names)]();
  const driven = await drive({
    at: seed % 3 === 0 ? { type: 'home' } : { type: 'walk', walk },
    services: fakeServices({ walk: scenes.asked() }),
    look: { glyphs: seed % 2 === 0 ? ASCII : UNICODE },
  });
  for (let round = 0; round < 150; round += 1) {
    const chance = next();
    if (chance < 0.05) {
      const [columns, rows] = pick(sizes);
      driven.resize(columns, rows);
      driven.store.dispatch({ type: 'resized', size: { columns, rows } });
    } else if (chance < 0.15) {
      const { session: _, ...other } = scenes[pick(names)]().store.getState();
      walk.set(other);
    } else if (chance < 0.25) {
      driven.store.dispatch({ type: 'tick', now: driven.store.getState().now + 60_000 });
    } else {
      driven.write(pick(keys));
    }
    await new Promise((resolve) => setTimeout(resolve, 4));
    if (driven.store.getState().exit) break;
    if (round % 10 === 0) {
      await driven.settled();
      const { columns, rows } = driven.store.getState().size;
      const lines = driven.screen();
      const text = `seed ${seed}, round ${round}, ${columns}x${rows}\n${lines.join('\n')}`;
      for (const row of lines) expect(displayWidth(row), text).toBeLessThanOrEqual(columns);
      // Nothing may reach the last row: Ink would wipe the terminal at every frame.
      if (rows > 1) expect(lines[rows - 1], text).toBe('');
      expect(lines.join(''), text).not.toContain('undefined');
      expect(lines.join(''), text).not.toContain('NaN');
    }
  }
  await driven.unmount();
});
