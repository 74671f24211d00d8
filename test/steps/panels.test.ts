import { expect, test } from 'vitest';
import { kinds } from '../../src/steps/kinds.ts';
import { panels, steering } from '../../src/steps/panels.ts';

test('the screens know the words of every kind that can be steered, and panels of kinds alone', () => {
  const told = kinds.flatMap((kind) =>
    kind.way === 'performs' && kind.steering ? [[kind.schema.name, kind.steering]] : [],
  );
  expect(steering).toEqual(Object.fromEntries(told));
  expect(kinds.map((kind) => kind.schema.name)).toEqual(expect.arrayContaining(Object.keys(panels)));
});
