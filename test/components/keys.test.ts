import { describe, expect, test } from 'vitest';
import { layoutHelp } from '../../src/screens/components/help-overlay.ts';
import { BINDINGS, bindingsOf } from '../../src/screens/keys/bindings.ts';
import { editFromKey } from '../../src/screens/keys/edit-key.ts';
import { keyName, matchKey } from '../../src/screens/keys/match-key.ts';
import type { KeyMode } from '../../src/screens/keys/modes.ts';
import { MODE_TITLES, TEXT_MODES } from '../../src/screens/keys/modes.ts';
import { kinds } from '../../src/steps/kinds.ts';
import { lineText } from '../../src/terminal/line.ts';
import { NO_KEY } from '../helpers/no-key.ts';
import { keysDocument } from './keys-document.ts';

const MODES = Object.keys(MODE_TITLES) as KeyMode[];

describe('the table of keys', () => {
  test.each(MODES)('in %s every key has one meaning', (mode) => {
    const keys = bindingsOf(mode).flatMap((binding) => binding.keys);
    expect(BINDINGS.filter((binding) => binding.keys.length === 0 && !binding.family)).toEqual([]);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    expect(keys.length).toBeGreaterThan(0);
  });

  test('Enter never runs, starts, stops or undoes anything by itself', () => {
    const changing = ['run', 'start', 'stop', 'undo', 'cancel-command', 'practice-down', 'practice-reset'];
    const onEnter = BINDINGS.filter((binding) => binding.keys.includes('Enter'));
    expect(onEnter.filter((binding) => changing.includes(binding.command))).toEqual([]);
  });

  test('Esc only goes back', () => {
    const onEsc = BINDINGS.filter((binding) => binding.keys.includes('Esc'));
    expect(new Set(onEsc.map((binding) => binding.command))).toEqual(new Set(['back', 'stay']));
  });

  test('whatever permits, stops or throws away is guarded against bursts', () => {
    const permitting = [
      'run',
      'confirm',
      'continue',
      'steer',
      'start',
      'stop',
      'cancel-command',
      'practice-reset',
      'practice-down',
    ];
    for (const command of permitting) {
      expect(
        BINDINGS.filter((binding) => binding.command === command).every((binding) => binding.guarded),
        command,
      ).toBe(true);
    }
  });

  test.each(TEXT_MODES)('in %s no letter is a command', (mode) => {
    const letters = bindingsOf(mode)
      .flatMap((binding) => binding.keys)
      .filter((key) => Array.from(key).length === 1);
    expect(letters).toEqual([]);
  });

  test.each(kinds.filter(({ way }) => way === 'performs').map((kind) => [kind.schema.name, kind] as const))(
    'the words of %s have keys that mean nothing else while it works',
    (_, kind) => {
      const words = kind.way === 'performs' ? (kind.steering ?? []) : [];
      const keys = bindingsOf('running', words).flatMap((binding) => binding.keys);
      expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
      for (const { key, label } of words) {
        expect(key).toMatch(/^[a-z]$/);
        expect(label.split(' ').length).toBeLessThan(3);
      }
    },
  );

  test('docs/keys.md is what the table says', async () => {
    await expect(keysDocument()).toMatchFileSnapshot('../../docs/keys.md');
  });
});

describe('looking a key up', () => {
  test('the same key means what the mode says', () => {
    expect(matchKey('question', 'v', false)).toMatchObject({ type: 'command', command: 'preview' });
    expect(matchKey('failure', 'v', false)).toMatchObject({ type: 'command', command: 'verify' });
    expect(matchKey('output', 'y', false)).toEqual({ type: 'none' });
  });

  test('trap: Enter within a burst does not confirm', () => {
    expect(matchKey('typed-confirm', 'Enter', true)).toEqual({ type: 'too-fast', command: 'confirm' });
    expect(matchKey('continue', 'Enter', true)).toEqual({ type: 'too-fast', command: 'continue' });
    expect(matchKey('question', 'y', true)).toEqual({ type: 'too-fast', command: 'run' });
    expect(matchKey('choose', 'Enter', true)).toMatchObject({ type: 'command', command: 'submit' });
  });

  test('a key that does not work now tells why', () => {
    expect(matchKey('failure', 'u', false, { undo: 'This step has no undo.' })).toEqual({
      type: 'disabled',
      command: 'undo',
      reason: 'This step has no undo.',
    });
  });

  test.each([
    ['Backspace', '', { backspace: true }, { type: 'delete-before' }],
    ['Delete', '', { delete: true }, { type: 'delete-after' }],
    ['Ctrl+W', 'w', { ctrl: true }, { type: 'delete-word' }],
    ['Alt+b', 'b', { meta: true }, { type: 'word-left' }],
    ['漢', '漢', {}, { type: 'insert', text: '漢' }],
    ['Space', ' ', {}, { type: 'insert', text: ' ' }],
    ['PageUp', '', { pageUp: true }, undefined],
  ] as const)('%s is known by its name', (name, input, key, edit) => {
    expect(keyName(input, { ...NO_KEY, ...key })).toBe(name);
    expect(editFromKey(input, { ...NO_KEY, ...key })).toEqual(edit);
  });

  test('several characters in one event are no command, whatever they begin with', () => {
    expect(keyName('yes', NO_KEY)).toBeUndefined();
  });
});

describe('the help', () => {
  test('has every key of every mode, those of here first', () => {
    const text = layoutHelp('failure', 80).map(lineText);
    expect(text[0]).toBe('After a failure (here)');
    const all = text.join('\n');
    for (const mode of MODES) expect(all).toContain(MODE_TITLES[mode]);
    for (const binding of BINDINGS) expect(all).toContain(binding.help.split(' ').slice(0, 4).join(' '));
  });
});
