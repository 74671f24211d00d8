/** The page about rollouts tells what the program has. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rolloutKind } from '../../src/steps/rollout/kind.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/watching.md'), 'utf8');

test('every key that steers it is told', () => {
  for (const { key } of rolloutKind.steering ?? []) expect(page).toContain(`\`${key}\``);
});
