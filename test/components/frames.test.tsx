/** Whole frames on an emulated terminal: their size, their memory, what they leave behind. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, test } from 'vitest';
import { Columns, columnWidths } from '../../src/screens/components/columns.tsx';
import { bodyHeight, Frame } from '../../src/screens/components/frame.tsx';
import { layoutOutput } from '../../src/screens/components/output-pane.ts';
import { Rows } from '../../src/screens/components/rows.tsx';
import { isTooSmall, TooSmall } from '../../src/screens/components/too-small.tsx';
import { ASCII, UNICODE } from '../../src/terminal/glyphs.ts';
import { cutLine, line, span } from '../../src/terminal/line.ts';
import { displayWidth } from '../../src/terminal/text.ts';
import { type RenderedScreen, renderScreen } from '../helpers/render.tsx';

const open: RenderedScreen[] = [];
afterEach(async () => {
  for (const screen of open.splice(0)) await screen.unmount();
});
function show(...args: Parameters<typeof renderScreen>): RenderedScreen {
  const screen = renderScreen(...args);
  open.push(screen);
  return screen;
}

function Sample({ columns, rows, mark }: { columns: number; rows: number; mark: string }) {
  if (isTooSmall(columns, rows)) return <TooSmall columns={columns} rows={rows} />;
  const height = bodyHeight(rows, 1, 1);
  const { left, right } = columnWidths(columns);
  const many = Array.from({ length: 200 }, (_, index) => line(`${mark} ${index} ${'漢 wide '.repeat(30)}`));
  return (
    <Frame columns={columns} rows={rows} header={[line(`HEADER ${mark}`)]} footer={[line('FOOTER')]}>
      <Columns
        height={height}
        leftWidth={left}
        rightWidth={right}
        left={<Rows lines={many} width={left} height={height} />}
        right={<Rows lines={many} width={right} height={height} />}
      />
    </Frame>
  );
}

describe('a frame', () => {
  test.each([
    [80, 24],
    [100, 30],
    [200, 60],
    [81, 25],
  ])(
    'trap: on %i by %i it is exactly one row lower than the terminal, whatever is in it',
    async (cols, rows) => {
      const t = show(<Sample columns={cols} rows={rows} mark="first" />, { cols, rows });
      await t.waitFor('FOOTER');
      const screen = t.screen();
      expect(screen[0]).toBe('HEADER first');
      expect(screen[1]).toBe('─'.repeat(cols));
      expect(screen[rows - 3]).toBe('─'.repeat(cols));
      expect(screen[rows - 2]).toBe('FOOTER');
      expect(screen[rows - 1]).toBe('');
      for (const row of screen) expect(displayWidth(row)).toBeLessThanOrEqual(cols);
      const before = t.raw();
      t.rerender(<Sample columns={cols} rows={rows} mark="second" />);
      await t.waitFor('HEADER second');
      expect(before + t.raw()).not.toContain('\x1b[3J');
      expect(t.raw()).not.toContain('\x1b[2J');
    },
  );

  test('every size from nothing to large: nothing throws, nothing is higher or wider than the terminal', async () => {
    for (const [cols, rows] of [
      [1, 1],
      [2, 3],
      [20, 5],
      [79, 24],
      [80, 23],
      [80, 24],
      [300, 24],
      [80, 100],
    ] as const) {
      const t = show(<Sample columns={cols} rows={rows} mark="x" />, { cols, rows });
      await t.settled();
      expect(t.raw()).not.toContain('\x1b[3J');
      const filled = t.screen().findLastIndex((row) => row !== '');
      expect(filled, `${cols}x${rows}`).toBeLessThan(Math.max(1, rows - 1));
    }
  });

  test('too small is said with the size that is needed', async () => {
    const t = show(<Sample columns={60} rows={20} mark="x" />, { cols: 60, rows: 20 });
    await t.waitFor('60 columns and 20 rows');
    expect(t.text()).toMatch(/needs 80\s+by 24/);
  });

  test('without colour there are no colours, but what is bold stays bold; ASCII is ASCII', async () => {
    const t = show(
      <Rows lines={[[span('bad', 'bad'), span(' and '), span('match', 'match')]]} width={40} />,
      { look: { colour: false } },
    );
    await t.waitFor('bad and match');
    expect(t.raw()).toContain('\x1b[1m');
    expect(t.raw()).not.toMatch(/\x1b\[(?:\d+;)*3\d/);
    const ascii = show(<Rows lines={[cutLine([span('x'.repeat(80))], 60, ASCII.cut)]} width={60} />, {
      look: { glyphs: ASCII },
    });
    await ascii.waitFor('~');
    expect(ascii.text()).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test('a screen reader hears the words and no blanks', async () => {
    const t = show(<Rows lines={[line('first'), line(''), line('second')]} width={40} />, {
      screenReader: true,
    });
    await t.waitFor('second');
    expect(t.screen().slice(0, 2)).toEqual(['first', 'second']);
  });
});

describe('memory', () => {
  const FRAMES = 200;
  const ROWS = 58;
  const text = (index: number): string => `${index} ${'some output of a command '.repeat(7)}`;

  /** How many bytes more are in use after so many frames of ever-changing text. */
  async function growth(node: (from: number) => ReactNode): Promise<number> {
    const t = renderScreen(node(0), { cols: 200, rows: 60, forget: true });
    const frames = async (count: number, from: number): Promise<number> => {
      for (let frame = 0; frame < count; frame += 1) {
        t.rerender(node((from + frame) * ROWS));
        // Ink draws by a timer; without a pause most frames would never be drawn.
        if (frame % 10 === 0) await t.settled();
        else await new Promise((resolve) => setTimeout(resolve, 17));
      }
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = await frames(20, 0);
    const after = await frames(FRAMES, 20);
    await t.unmount();
    return after - before;
  }

  test('trap: text that always changes is not kept by the caches of Ink', async () => {
    const ours = await growth((from) => (
      <Rows
        lines={layoutOutput(
          {
            output: {
              total: from + ROWS,
              first: from,
              lines: Array.from({ length: ROWS }, (_, row) => text(from + row)),
            },
            width: 200,
            height: ROWS + 1,
          },
          UNICODE,
        )}
        width={200}
      />
    ));
    // The same text in Ink's own hands, to show that this test can fail.
    const theirs = await growth((from) => (
      <Box flexDirection="column">
        {Array.from({ length: ROWS }, (_, row) => text(from + row)).map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
          <Text key={index}>{row}</Text>
        ))}
      </Box>
    ));
    expect(theirs).toBeGreaterThan(1_000_000);
    expect(ours).toBeLessThan(theirs / 2);
  }, 240_000);
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  gc();
}
