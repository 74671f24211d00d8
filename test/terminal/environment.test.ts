import { describe, expect, test } from 'vitest';
import type { TerminalFacts } from '../../src/terminal/environment.ts';
import { applyEnvironment, planTerminal } from '../../src/terminal/environment.ts';
import { ASCII, UNICODE } from '../../src/terminal/glyphs.ts';
import { displayWidth } from '../../src/terminal/text.ts';

type Env = Record<string, string | undefined>;

function plan(env: Env, over: Partial<TerminalFacts> = {}) {
  return planTerminal({
    env: { TERM: 'xterm-256color', LANG: 'en_US.UTF-8', ...env },
    stdinIsTTY: true,
    stdoutIsTTY: true,
    flags: {},
    ...over,
  });
}

describe('the plan for a terminal', () => {
  test('screens need a terminal at both ends that is not dumb, and not to be asked otherwise', () => {
    expect(plan({}).interactive).toBe(true);
    expect(plan({}, { flags: { plain: true } }).whyPlain).toBe('asked');
    expect(plan({}, { stdinIsTTY: false }).whyPlain).toBe('stdin');
    expect(plan({}, { stdoutIsTTY: false }).whyPlain).toBe('stdout');
    expect(plan({ TERM: 'dumb' }).whyPlain).toBe('dumb');
  });

  test.each<[string, Env, TerminalFacts['flags'], boolean]>([
    ['a terminal', {}, {}, true],
    ['NO_COLOR', { NO_COLOR: '1' }, {}, false],
    ['an empty NO_COLOR says nothing', { NO_COLOR: '' }, {}, true],
    ['FORCE_COLOR before NO_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, {}, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, {}, false],
    ['the option before both', { FORCE_COLOR: '1' }, { color: false }, false],
    ['the option switches on as well', { NO_COLOR: '1' }, { color: true }, true],
    ['TERM=dumb', { TERM: 'dumb' }, {}, false],
  ])('colour: %s', (_, env, flags, expected) => {
    expect(plan(env, { flags }).colour).toBe(expected);
  });

  test.each<[string, Env, boolean]>([
    ['LANG is UTF-8', { LANG: 'C.UTF-8' }, false],
    ['utf8 without a dash', { LANG: 'de_DE.utf8' }, false],
    ['LC_ALL comes first', { LC_ALL: 'C', LANG: 'en_US.UTF-8' }, true],
    ['nothing is set', { LANG: undefined }, true],
  ])('marks: %s', (_, env, ascii) => {
    expect(plan(env).ascii).toBe(ascii);
    expect(plan(env).glyphs).toBe(ascii ? ASCII : UNICODE);
  });

  test('--ascii decides', () => {
    expect(plan({}, { flags: { ascii: true } }).glyphs).toBe(ASCII);
  });

  test('every mark of either set is one column, and every ASCII mark is ASCII', () => {
    for (const [name, mark] of Object.entries(UNICODE)) expect(displayWidth(mark), name).toBe(1);
    for (const mark of Object.values(ASCII)) expect(mark).toMatch(/^[\x20-\x7e]+$/);
  });

  test('Ink is told in the words it knows: no NO_COLOR, no CI on a terminal', () => {
    const env: Env = { NO_COLOR: '1', CI: 'true', CONTINUOUS_INTEGRATION: '1', TERM: 'xterm' };
    applyEnvironment(plan(env), env);
    expect(env).toEqual({ FORCE_COLOR: '0', TERM: 'xterm' });
  });

  test('without a terminal CI stays, for other programs', () => {
    const env: Env = { CI: 'true' };
    applyEnvironment(plan(env, { stdoutIsTTY: false }), env);
    expect(env.CI).toBe('true');
  });
});
