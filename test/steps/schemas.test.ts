import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { ParameterSpec } from '../../src/runbook/model.ts';
import { actionSchemas } from '../../src/steps/kinds.ts';
import { place } from '../state/build.ts';

const parameters: readonly ParameterSpec[] = [
  { name: 'TICKET', type: 'string', place },
  { name: 'METHOD', type: 'choice', choices: ['cli', 'helm'], place },
  { name: 'TO', type: 'linkerd-version', place },
];

const schema = (name: string) => {
  const found = actionSchemas.find((one) => one.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};
const read = (name: string, yaml: string) => schema(name).spec.safeParse(parse(yaml));
const problems = (name: string, yaml: string) =>
  schema(name).check?.(schema(name).spec.parse(parse(yaml)), { parameters }) ?? [];

test.each(actionSchemas.map(({ name }) => name))(
  'the example of %s is valid and without a problem',
  (name) => {
    const { example } = schema(name);
    expect(read(name, example).error).toBeUndefined();
    expect(problems(name, example)).toEqual([]);
  },
);

test('each name is taken once', () => {
  const names = actionSchemas.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

describe('what is misspelt is an error, never a default', () => {
  test.each([
    ['ask', 'paramter: TICKET'],
    ['ask', 'parameter: TICKET\nmesage: hm'],
    ['choose', 'parameter: METHOD\nmessage: How?\noptions: [cli]'],
    ['choose', 'parameter: METHOD\noptions: [cli, helm]'],
    ['confirm', 'type: yes'],
    ['confirm', 'message: ""'],
    ['wait', 'for: 5'],
    ['wait', 'for: 5 minutes'],
    ['wait', 'for: 0s'],
    ['wait', 'for: 5m\nevry: 10s'],
    ['when', '{}'],
    ['when', 'TO: []'],
    ['include', 'file: https://example.com/x.md'],
    ['include', 'file: /etc/passwd.md'],
    ['include', 'file: x.sh'],
  ])('%s: %s', (name, yaml) => {
    expect(read(name, yaml).success).toBe(false);
  });
});

describe('checks against the runbook', () => {
  test('a parameter must be declared; a near name is suggested', () => {
    expect(problems('ask', 'parameter: TIKET')).toMatchObject([
      { path: ['parameter'], suggestion: 'TICKET' },
    ]);
    expect(problems('when', 'METHD: cli')).toMatchObject([{ path: ['METHD'] }]);
  });

  test('options must suit their parameter, and be different', () => {
    expect(problems('choose', 'parameter: METHOD\nmessage: How?\noptions: [cli, kustomize]')).toMatchObject([
      { path: ['options', 1] },
    ]);
    expect(
      problems('choose', 'parameter: METHOD\nmessage: How?\noptions: [cli, cli]\ndefault: helm'),
    ).toMatchObject([{ path: ['default'] }, { path: ['options', 1] }]);
  });

  test('a command that would run only once is no soak', () => {
    expect(problems('wait', 'for: 5s\nevery: 1m\ncommand: "true"')).toMatchObject([{ path: ['every'] }]);
  });
});

test('durations and single values come out in one form', () => {
  expect(read('wait', 'for: 1m30s').data).toEqual({ for: 90_000, every: 10_000 });
  expect(read('when', 'METHOD: cli\nTO: [">=2.14", 2]').data).toEqual({
    METHOD: ['cli'],
    TO: ['>=2.14', '2'],
  });
});
