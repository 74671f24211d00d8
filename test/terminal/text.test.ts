import { describe, expect, test } from 'vitest';
import {
  displayWidth,
  dropColumns,
  expandTabs,
  padEnd,
  takeColumns,
  truncate,
  wrap,
} from '../../src/terminal/text.ts';

const SAMPLES = [
  '',
  'plain',
  'two words',
  '漢字漢字',
  'a漢b字c',
  'e\u0301a',
  '👩‍💻 codes',
  '✔ done',
  'x'.repeat(40),
];

describe('text in columns', () => {
  test('nothing is ever wider than told', () => {
    for (const text of SAMPLES) {
      for (let columns = 0; columns < 12; columns += 1) {
        expect(displayWidth(truncate(text, columns, '…'))).toBeLessThanOrEqual(columns);
        expect(displayWidth(takeColumns(text, columns))).toBeLessThanOrEqual(columns);
        expect(displayWidth(padEnd(text, columns, '…'))).toBe(columns);
      }
    }
  });

  test('what is cut off is marked', () => {
    expect(truncate('linkerd-destination', 10, '…')).toBe('linkerd-d…');
    expect(truncate('fits', 4, '…')).toBe('fits');
  });

  test('a wide character is not cut in two', () => {
    expect(takeColumns('漢字', 3)).toBe('漢');
    expect(dropColumns('漢字', 1)).toBe(' 字');
  });

  test('lines are broken between words, and long words where they must be', () => {
    expect(wrap('the control plane restarts', 11)).toEqual(['the control', 'plane', 'restarts']);
    expect(wrap('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
    expect(wrap('one\n\ntwo', 10)).toEqual(['one', '', 'two']);
    for (const text of SAMPLES) {
      for (let columns = 2; columns < 12; columns += 1) {
        const lines = wrap(text, columns);
        for (const row of lines) expect(displayWidth(row)).toBeLessThanOrEqual(columns);
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }
    }
  });

  test('tabs go to the next stop', () => {
    expect(expandTabs('a\tb\t漢\tc')).toBe('a       b       漢      c');
  });
});
