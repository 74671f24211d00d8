/** The pitfalls that come with Handrail are in the bundle of every session that may have a cluster, whoever wrote its runbook. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtInNames, load, locate, onDiskNow, rebuild } from '../../src/commands/library.ts';
import { pitfallsOf } from '../../src/diagnosis/pitfall.ts';

const pitfalls = builtInNames().filter((name) => name.startsWith('pitfalls/'));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handrail-catalogue-'));
  const look = '## Look\n\n```sh look\nls\n```\n';
  await writeFile(join(folder, 'mine.md'), `---\nrunbook: 1\n---\n\n${look}`);
  await writeFile(join(folder, 'alone.md'), `---\nrunbook: 1\nrequires: {cluster: false}\n---\n\n${look}`);
  await writeFile(join(folder, 'any.md'), look.replace('sh look', 'sh'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('one that comes with Handrail has them by their own keys, those that it links to once', async () => {
  const { runbooks, diagnostics } = await load(locate('linkerd/upgrade-cli'), 'session');
  expect(
    pitfallsOf({ runbooks } as never)
      .map(({ file }) => file)
      .sort(),
  ).toEqual(pitfalls.map((name) => `${name}.md`));
  expect(diagnostics).toEqual([]);
});

test.each(['mine.md', 'any.md'])(
  '%s has them beside its own files, and nothing of them is told as its mistake',
  async (file) => {
    const location = locate(join(folder, file));
    const bundle = await load(location, 'session');
    const keys = pitfalls.map((name) => `@handrail/${name}.md`);
    expect(Object.keys(bundle.sources)).toEqual(expect.arrayContaining([file, ...keys]));
    expect(bundle.diagnostics.filter(({ place }) => place.file !== file)).toEqual([]);
    // What a session keeps reads back as what it was, and is what is on disk.
    const again = await rebuild(bundle);
    expect(again.hash).toBe(bundle.hash);
    expect(pitfallsOf(again)).toEqual(pitfallsOf(bundle));
    expect(await onDiskNow(location.folder, Object.keys(bundle.sources))).toEqual(bundle.sources);
  },
);

test('one that needs no cluster has none, and neither has a look at a file', async () => {
  expect(Object.keys((await load(locate(join(folder, 'alone.md')), 'session')).sources)).toEqual([
    'alone.md',
  ]);
  expect(Object.keys((await load(locate(join(folder, 'mine.md')))).sources)).toEqual(['mine.md']);
});

test('no pitfall leads out of the folder that comes with Handrail: in a session of anybody else there is nothing', async () => {
  const { runbooks } = await load(locate(join(folder, 'mine.md')), 'session');
  expect(Object.keys(runbooks).filter((key) => key !== 'mine.md' && !key.startsWith('@handrail/'))).toEqual(
    [],
  );
});
