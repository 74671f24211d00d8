import { expect, test } from 'vitest';
import { stripControls, stripToLine } from '../../src/runbook/strip-controls.ts';

test('ordinary text, emoji and its joiners included, stays as it is', () => {
  const text = 'naïve 日本語 👩‍🔧 ✔\n\ttabbed';
  expect(stripControls(text)).toBe(text);
});

test('a long hostile line is done in linear time', () => {
  const started = performance.now();
  for (const unit of ['\u001b]', '\u001b[', '\u001bP', '\u009b0', '\r', '\u001b[0;'])
    stripControls(unit.repeat(200_000));
  expect(performance.now() - started).toBeLessThan(3000);
});

test('nothing that is left can start an escape', () => {
  // Taking one sequence out must not put the pieces of another together.
  for (const text of [
    '\u001b\u001b[0m[31m',
    '\u001b]\u001b]x\u0007\u0007',
    '\u009b\u001b[m31m',
    '\u001b[\u001b[31mm',
  ]) {
    expect(stripControls(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  }
});

test('one line is one line', () => {
  expect(stripToLine(' a\n\nb\tc\r\n')).toBe('a b c');
});
