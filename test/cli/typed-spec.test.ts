/** Mistakes on the command line of a verb that is a block of a runbook: they name the option, and what was typed. */
import { describe, expect, test } from 'vitest';
import { typedNamespaces, typedSpec } from '../../src/commands/typed-spec.ts';
import { restartSchema } from '../../src/steps/restart/schema.ts';

const messageOf = (keys: Readonly<Record<string, unknown>>): string => {
  try {
    typedSpec(restartSchema, { all: true, ...keys });
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a restart', () => {
  test.each([
    [{ workloads: ['web'] }, '"web": Not a workload such as deploy/web'],
    [{ waves: { atOnce: 0 } }, '--at-once 0: At least 1.'],
    [{ waves: { canary: 2_000 } }, '--canary 2000: At most 1000.'],
    [{ waves: { atOnce: 3, size: 2 } }, '--wave-size 2: A wave of 2 never has 3 at once.'],
    [{ soak: 'soon' }, '--soak "soon": Not a duration such as'],
    [{ gate: '' }, '--gate "": It is empty.'],
    [{ all: undefined, namespaces: ['Shop\u001b[31m'] }, '--namespace "Shop\\u001b[31m": Not a namespace'],
  ])('%j', (keys, message) => {
    expect(messageOf(keys)).toContain(message);
  });

  test('what fits gives the block with its defaults', () => {
    expect(typedSpec(restartSchema, { all: true }).waves).toEqual({ canary: 1, atOnce: 5 });
  });
});

test('namespaces are repeated or separated by commas, and an empty one is not all of them', () => {
  expect(typedNamespaces(['shop,billing', 'shop'])).toEqual(['shop', 'billing']);
  expect(typedNamespaces(undefined)).toEqual([]);
  for (const given of [[''], ['shop,'], [' ']])
    expect(() => typedNamespaces(given)).toThrow('--namespace is given without a name.');
});
