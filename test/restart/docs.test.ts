/** The page about restarts tells what the program has. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { program } from '../../src/cli.ts';
import { bindingsOf } from '../../src/screens/keys/bindings.ts';
import { restartWords } from '../../src/steps/restart/steering.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/restart.md'), 'utf8');

test('every key that steers it is told', () => {
  for (const { key } of restartWords) expect(page).toContain(`\n| \`${key}\` | `);
});

test('every option of its own is told', () => {
  const verb = program(() => {}).commands.find((command) => command.name() === 'restart')!;
  const common = [
    '--kubeconfig',
    '--context',
    '--practice',
    '--no-color',
    '--ascii',
    '--answers',
    '--confirm',
  ];
  const own = verb.options.filter(({ long }) => long && !common.includes(long));
  expect(own.length).toBeGreaterThan(10);
  for (const { long, short } of own)
    expect(
      [long, short].some((name) => name && page.includes(name)),
      long,
    ).toBe(true);
});

test('no key that steers it means something else while it runs', () => {
  const taken = bindingsOf('running').flatMap(({ keys }) => keys);
  expect(taken.length).toBeGreaterThan(5);
  for (const { key } of restartWords) expect(taken).not.toContain(key);
});
