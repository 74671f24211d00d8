/** The parts of a screen by themselves, drawn whole. */

import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink-testing-library';
import { expect, test } from 'vitest';
import { Frame } from '../../src/screens/components/frame.tsx';
import { Rows } from '../../src/screens/components/rows.tsx';
import { isTooSmall, TooSmall } from '../../src/screens/components/too-small.tsx';
import { line } from '../../src/terminal/line.ts';

test('a frame is one row less high than its terminal, whatever is in it', () => {
  const body = Array.from({ length: 50 }, (_, index) => line(`line ${index + 1}`));
  const { lastFrame, unmount } = render(
    <Frame columns={80} rows={10} header={[line('The title')]} footer={[line('The keys')]}>
      <Rows lines={body} width={80} />
    </Frame>,
  );
  const rows = stripVTControlCharacters(lastFrame()!).split('\n');
  unmount();
  expect(rows.map((row) => row.trimEnd())).toEqual([
    'The title',
    '─'.repeat(80),
    'line 1',
    'line 2',
    'line 3',
    'line 4',
    'line 5',
    '─'.repeat(80),
    'The keys',
  ]);
});

test('a terminal that is too small is told what is needed', () => {
  expect(isTooSmall(80, 24)).toBe(false);
  expect(isTooSmall(79, 24)).toBe(true);
  expect(isTooSmall(80, 23)).toBe(true);
  const { lastFrame, unmount } = render(<TooSmall columns={60} rows={20} />);
  expect(lastFrame()!.replaceAll('\n', ' ')).toContain('Handrail needs 80 by 24');
  unmount();
});
