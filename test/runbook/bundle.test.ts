/** Several files as one runbook: includes, branches, circles, links. */
import { expect, test } from 'vitest';
import { alternatives } from '../../src/runbook/choose.ts';
import { loadBundle } from '../../src/runbook/load-bundle.ts';
import { reading, schemas } from './fake-schemas.ts';

const front = (more = '') => `---\nrunbook: 1\n${more}---\n\n`;
const look = '```sh look\nls\n```\n\n';
const include = (file: string, more = '') => `\`\`\`yaml include\nfile: ${file}\n${more}\`\`\`\n\n`;
const load = (files: Record<string, string>, root = Object.keys(files)[0]!) =>
  loadBundle(root, reading(files), schemas);

test('follows branches and choices to other files, wherever they are, and keeps their text', async () => {
  const files = {
    'linkerd/upgrade-cli.md': `${front()}# U\n\n## A\n\n${look}### If it fails\n\n- [P](../pitfalls/p.md#fix-it)\n- [P again](../pitfalls/../pitfalls/p.md)\n\n## Choose a way\n\n- [Helm](helm%20way.md)\n- [B](#b)\n\n## B\n\n${look}[prose](prose.md)\n`,
    'linkerd/helm way.md': `${front()}# H\n\n## A\n\n${look}`,
    'linkerd/prose.md': 'words',
    'pitfalls/p.md': `${front()}# P\n\n## Fix it\n\nWords.\n\n### Now\n\n${look}`,
  };
  const bundle = await load(files);
  expect(bundle.diagnostics).toEqual([]);
  expect(Object.keys(bundle.sources).sort()).toEqual([
    'linkerd/helm way.md',
    'linkerd/upgrade-cli.md',
    'pitfalls/p.md',
  ]);
  expect(bundle.sources['pitfalls/p.md']).toBe(files['pitfalls/p.md']);
  const [step] = bundle.runbooks[bundle.root]!.steps;
  expect(step?.branches).toMatchObject([{ file: 'pitfalls/p.md', step: 'now' }, { file: 'pitfalls/p.md' }]);
});

test('the hash tells any change in any file', async () => {
  const files = {
    'a.md': `${front()}## A\n\n${look}### If it fails\n\n- [P](p.md)\n`,
    'p.md': `${front()}## P\n\n${look}`,
  };
  const [one, same, other] = await Promise.all([
    load(files),
    load({ ...files }),
    load({ ...files, 'p.md': `${files['p.md']} ` }),
  ]);
  expect(one.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(same.hash).toBe(one.hash);
  expect(other.hash).not.toBe(one.hash);
});

test('an include gives way to the steps of its file, with its conditions, branches and section', async () => {
  const bundle = await load({
    'a.md': `${front('parameters:\n  WAY: {type: choice, choices: [x, y]}\nrequires: {kubectl: ">=1.24"}\n')}# A\n\n## First\n\n${look}## Health\n\n\`\`\`yaml when\nWAY: x\n\`\`\`\n\n${include('parts/b.md', 'prefix: pre\n')}### If it fails\n\n- [Last](#last)\n\n## Last\n\n${look}`,
    'parts/b.md': `${front('parameters:\n  NS: namespace\nrequires: {linkerd: "*"}\nrisks: [Slow.]\n')}# B\n\n## First\n\n\`\`\`sh change\nls "$NS"\n\`\`\`\n\n### If it fails\n\n- [Second](#second)\n\n## Choose one\n\n- [Second](#second)\n\n## Second\n\n${look}`,
  });
  expect(bundle.diagnostics).toEqual([]);
  const { steps, parameters, requires, risks } = bundle.runbooks['a.md']!;
  expect(steps.map(({ id, number, section }) => [number, id, section])).toEqual([
    [1, 'first', []],
    [2, 'pre-first', ['Health']],
    [3, 'pre-choose-one', ['Health']],
    [4, 'pre-second', ['Health']],
    [5, 'last', []],
  ]);
  expect(steps[1]?.actions[0]?.id).toBe('pre-first/1');
  expect(steps[1]?.content).toMatchObject([{ type: 'action', action: 'pre-first/1' }]);
  expect(steps[1]?.place.file).toBe('parts/b.md');
  expect(steps[1]?.when).toMatchObject([{ parameter: 'WAY', accepts: ['x'] }]);
  expect(steps[1]?.branches.map(({ step }) => step)).toEqual(['pre-second', 'last']);
  expect([...alternatives(bundle.runbooks['a.md']!).get('pre-choose-one/1')!.keys()]).toEqual(['pre-second']);
  expect(parameters.map(({ name }) => name)).toEqual(['WAY', 'NS']);
  expect(requires.map(({ tool }) => tool)).toEqual(['kubectl', 'linkerd']);
  expect(risks).toEqual(['Slow.']);
});

const rulesOf = async (files: Record<string, string>) =>
  (await load(files)).diagnostics.map(({ rule, place }) => `${place.file}:${place.line} ${rule}`);

test('includes in a circle end, and are told', async () => {
  const found = await rulesOf({
    'a.md': `${front()}## A\n\n${include('b.md')}`,
    'b.md': `${front()}## B\n\n${look}## C\n\n${include('a.md')}`,
  });
  expect(found).toEqual(['b.md:13 branch-cycle']);
  expect(await rulesOf({ 'a.md': `${front()}## A\n\n${include('a.md')}` })).toEqual(['a.md:7 branch-cycle']);
});

test('pitfalls that link in a circle, choices that lead back, and steps that lead to themselves', async () => {
  expect(
    await rulesOf({
      'a.md': `${front()}## A\n\n${look}### If it fails\n\n- [P](p.md)\n`,
      'p.md': `${front()}## P\n\n${look}### If it fails\n\n- [Q](q.md)\n`,
      'q.md': `${front()}## Q\n\n${look}### If it fails\n\n- [P](p.md)\n`,
    }),
  ).toEqual(['q.md:13 branch-cycle']);
  expect(
    await rulesOf({
      'a.md': `${front()}## A\n\n${look}## Choose again\n\n- [A](#a)\n- [B](#b)\n\n## B\n\n${look}`,
    }),
  ).toEqual(['a.md:13 branch-cycle']);
  expect(await rulesOf({ 'a.md': `${front()}## A\n\n${look}### If it fails\n\n- [A](#a)\n` })).toEqual([
    'a.md:13 branch-cycle',
  ]);
});

test('two roads to one pitfall are no circle', async () => {
  expect(
    await rulesOf({
      'a.md': `${front()}## A\n\n${look}### If it fails\n\n- [P](p.md)\n- [Q](q.md)\n`,
      'p.md': `${front()}## P\n\n${look}### If it fails\n\n- [Q](q.md)\n`,
      'q.md': `${front()}## Q\n\n${look}`,
    }),
  ).toEqual([]);
});

test('links that lead nowhere, with what was probably meant', async () => {
  const { diagnostics } = await load({
    'a.md': `${front()}# Top\n\n[gone](gone.md) [g](gone.txt) [x](#topp) [y](b.md#her) [ok](b.md#here) [ok](#top) [ok](mailto:x@y.z)\n\n## A\n\n${look}### If it fails\n\n- [C](../c.md)\n\n## B\n\n${include('d.md')}`,
    'b.md': '# Here\n',
  });
  expect(diagnostics.map(({ message, suggestion }) => [message, suggestion])).toEqual([
    ['there is no file gone.md', undefined],
    ['there is no file gone.txt', undefined],
    ['there is no heading "#topp" in this file', '#top'],
    ['there is no heading "#her" in b.md', 'b.md#here'],
    ['there is no file ../c.md', undefined],
    ['there is no file d.md', undefined],
  ]);
});

test('the same step in both files, an include that is not alone, parameters that differ', async () => {
  const b = `${front('parameters:\n  X: namespace\n')}## A\n\n\`\`\`sh look\necho "$X"\n\`\`\`\n`;
  expect(await rulesOf({ 'a.md': `${front()}## A\n\n${look}## B\n\n${include('b.md')}`, 'b.md': b })).toEqual(
    ['a.md:13 duplicate-step'],
  );
  expect(await rulesOf({ 'a.md': `${front()}## B\n\n${look}${include('b.md')}`, 'b.md': b })).toEqual([
    'a.md:11 misplaced-block',
  ]);
  expect(
    await rulesOf({
      'a.md': `${front('parameters:\n  X: duration\n')}## B\n\n${include('b.md')}`,
      'b.md': b,
    }),
  ).toEqual(['a.md:9 bad-parameter']);
});

test('a root that cannot be read is said, not thrown', async () => {
  const bundle = await loadBundle('no.md', async () => undefined, schemas);
  expect(bundle.diagnostics).toMatchObject([{ severity: 'error', rule: 'broken-link' }]);
  expect(bundle.runbooks['no.md']?.steps).toEqual([]);
});

test('files that are to be at hand as well come with all that they lead to, and their mistakes are told to nobody', async () => {
  const files = {
    'main.md': `${front()}## A\n\n${look}### If it fails\n\n- [Q](q.md)\n`,
    'q.md': `${front()}## Q\n\n${look}[gone](no.md)\n`,
    '@lib/pitfalls/p.md': `${front()}## P\n\n${look}[gone](../../nowhere.md)\n\n### If it fails\n\n- [R](r.md)\n- [Gone](../away.md)\n- [Back](p.md)\n`,
    '@lib/pitfalls/r.md': `${front()}## R\n\n\`\`\`sh lokk\nls\n\`\`\`\n\n${look}### If it fails\n\n- [P](p.md)\n`,
  };
  const asked: string[] = [];
  const bundle = await loadBundle('main.md', reading(files), schemas, (root) => {
    asked.push(root.file);
    return ['@lib/pitfalls/p.md', '@lib/pitfalls/not-there.md'];
  });
  expect(asked).toEqual(['main.md']);
  expect(Object.keys(bundle.runbooks).sort()).toEqual(Object.keys(files).sort());
  expect(bundle.diagnostics.map(({ place, rule }) => [place.file, rule])).toEqual([['q.md', 'broken-link']]);
  // As a session copies it, and reads it back.
  const again = await loadBundle('main.md', reading(bundle.sources), schemas, () =>
    Object.keys(bundle.sources),
  );
  expect(again.hash).toBe(bundle.hash);
  expect(again.runbooks).toEqual(bundle.runbooks);
  expect((await load(files, 'main.md')).hash).not.toBe(bundle.hash);
});
