/** A drill is a runbook whose front matter says what is broken first and what is walked then. */
import { expect, test } from 'vitest';
import { drillOf } from '../../src/runbook/drill.ts';
import { loadBundle } from '../../src/runbook/load-bundle.ts';
import { reading, schemas } from './fake-schemas.ts';

const step = '## Look\n\n```sh look\nls\n```\n';
const drill = (keys: string, body = '') =>
  `---\nrunbook: 1\ntitle: Lost\ndrill:\n${keys.replaceAll(/^/gm, '  ')}\n---\n\n# Lost\n\nIt is late.\n\n${body}`;
const others = { 'pitfalls/p.md': `---\nrunbook: 1\n---\n${step}`, 'u.md': `---\nrunbook: 1\n---\n${step}` };
const load = (text: string) =>
  loadBundle('drills/d.md', reading({ 'drills/d.md': text, ...others }), schemas);

test('one that walks another runbook needs no step of its own, and its keys are read', async () => {
  const bundle = await load(
    drill(
      'pitfall: ../pitfalls/p.md\nmesh: stable-2.13.7\nrunbook: ../u.md\nset: {TO: 2.10}\nfault: |\n  kubectl x',
    ),
  );
  expect(bundle.diagnostics).toEqual([]);
  expect(drillOf(bundle.runbooks['drills/d.md']!)).toEqual({
    pitfall: '../pitfalls/p.md',
    mesh: 'stable-2.13.7',
    runbook: '../u.md',
    set: { TO: '2.10' },
    fault: 'kubectl x\n',
  });
});

test('one without another runbook is walked itself, so it needs a step', async () => {
  const keys = 'pitfall: ../pitfalls/p.md\nfault: "true"';
  expect((await load(drill(keys, step))).diagnostics).toEqual([]);
  expect((await load(drill(keys))).diagnostics).toMatchObject([{ rule: 'empty-runbook', severity: 'error' }]);
});

test('what a drill names must be there', async () => {
  const { diagnostics } = await load(drill('pitfall: ../pitfalls/q.md\nrunbook: ../v.md\nfault: "true"'));
  expect(diagnostics).toMatchObject([
    {
      rule: 'broken-link',
      severity: 'error',
      message: 'there is no file pitfalls/q.md',
      place: { line: 5, column: 12 },
    },
    {
      rule: 'broken-link',
      severity: 'error',
      message: 'there is no file v.md',
      place: { line: 6, column: 12 },
    },
  ]);
});

test('a drill whose front matter is not right is none, and says where', async () => {
  const bundle = await load(drill('pitfall: ../pitfalls/p.md\nfualt: "true"', step));
  expect(drillOf(bundle.runbooks['drills/d.md']!)).toBeUndefined();
  expect(bundle.diagnostics.map(({ rule, place }) => [rule, place.line])).toContainEqual([
    'bad-front-matter',
    6,
  ]);
});
