/** Folders of manifests that are not as they should be: each is an error that names the file. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDir } from '../../src/commands/netpol/read-dir.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'handrail-manifests-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const POD = 'kind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n';
const write = (name: string, text: string) => writeFile(join(dir, name), text);

test('all of a folder and the folders in it, each file once; linked folders are not followed', async () => {
  await mkdir(join(dir, 'sub'));
  await write('sub/pod.YML', POD);
  await write('notes.txt', 'kind: [');
  await symlink('..', join(dir, 'sub', 'up'));
  await symlink('sub/pod.YML', join(dir, 'same.yaml'));
  expect((await readDir(dir)).pods.map(({ peer }) => peer)).toEqual(['default/a[Pod]']);
});

test('a file that cannot be read is named', async () => {
  await write('pod.yaml', POD);
  await symlink('nowhere', join(dir, 'gone.yaml'));
  await expect(readDir(dir)).rejects.toMatchObject({
    message: `${join(dir, 'gone.yaml')} cannot be read: it does not exist.`,
    exitCode: 2,
  });
});

test.skipIf(process.getuid?.() === 0)('a file of somebody else is named', async () => {
  await writeFile(join(dir, 'pod.yaml'), POD, { mode: 0o000 });
  await expect(readDir(dir)).rejects.toMatchObject({
    message: expect.stringContaining('pod.yaml cannot be read: permission denied'),
  });
});

test('a template of a chart is an error with its line, and how to make a manifest of it is said', async () => {
  await write('cm.yaml', 'kind: ConfigMap\nmetadata:\n  labels:\n    {{- include "x" . | nindent 4 }}\n');
  await expect(readDir(dir)).rejects.toMatchObject({
    message: expect.stringContaining(`${join(dir, 'cm.yaml')}:`),
    fix: '`helm template` makes manifests of the templates of a chart.',
  });
});

test('what is no text is told in a line that fits', async () => {
  await write('a.yaml', `kind: Pod\n"${'x'.repeat(5_000)}" y\n`);
  const { message } = (await readDir(dir).catch((error: unknown) => error)) as Error;
  expect(Math.max(...message.split('\n').map((line) => line.length))).toBeLessThan(dir.length + 200);
});

test('nothing to read, and nothing there', async () => {
  await expect(readDir(dir)).rejects.toMatchObject({ message: `There are no manifests in ${dir}.` });
  await expect(readDir(join(dir, 'x'))).rejects.toMatchObject({
    message: expect.stringContaining('does not exist'),
  });
});
