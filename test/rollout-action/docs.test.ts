/** The page about rollouts tells what the program has. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reasonCodes, reasonTitle } from '../../src/rollout/words.ts';
import { rolloutKind } from '../../src/steps/rollout/kind.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/rollouts.md'), 'utf8');

test('every reason stands in the table, in the order of its rank', () => {
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (.*) \|$/gm)].map(([, code, title]) => [code, title]);
  expect(rows).toEqual(reasonCodes.map((code) => [code, reasonTitle(code)]));
});

test('every key that steers it is told', () => {
  for (const { key } of rolloutKind.steering ?? []) expect(page).toContain(`\`${key}\``);
});
