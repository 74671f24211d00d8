import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { findTool, readVersion, toolVersion } from '../../src/shell/tools.ts';
import { scratch } from './helpers.ts';

function tool(name: string, body: string): { readonly path: string; readonly env: Record<string, string> } {
  const folder = scratch();
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return { path, env: { PATH: [folder, process.env.PATH].join(delimiter) } };
}

test('a tool is the first program of its name on the PATH', () => {
  const folder = scratch();
  mkdirSync(join(folder, 'folder', 'x'), { recursive: true });
  writeFileSync(join(folder, 'plain'), '');
  mkdirSync(join(folder, 'plain-first'));
  writeFileSync(join(folder, 'plain-first', 'y'), '');
  const { path } = tool('y', 'true');
  const PATH = [join(folder, 'folder'), join(folder, 'plain-first'), 'relative', '', join(path, '..')].join(
    delimiter,
  );
  expect(findTool('x', { PATH })).toBeUndefined();
  expect(findTool('y', { PATH })).toBe(path);
  expect(findTool('../y', { PATH })).toBeUndefined();
  expect(findTool('', { PATH })).toBeUndefined();
  expect(findTool('y', {})).toBeUndefined();
});

test.each([
  ['kubectl', '{"clientVersion":{"gitVersion":"v1.34.1"}}', '1.34.1'],
  ['helm', 'v3.16.2+g13654a5', '3.16.2'],
  ['linkerd', 'stable-2.14.10', 'stable-2.14.10'],
  ['linkerd', 'edge-24.11.8', 'edge-24.11.8'],
  ['jq', 'jq-1.7.1', '1.7.1'],
  ['curl', 'curl 8.5.0 (x86_64-pc-linux-gnu) libcurl/8.5.0', '8.5.0'],
  ['git', 'git version 2.43.0', '2.43.0'],
  ['odd', 'no version here', undefined],
])('%s says %s', (name, said, version) => expect(readVersion(name, said)).toBe(version));

test('asking never throws: it answers, fails, hangs, is not a program', async () => {
  const good = tool('linkerd', 'test "$*" = "version --client --short" && echo stable-2.14.10');
  expect(await toolVersion('linkerd', good.path, good.env)).toEqual({ ok: true, version: 'stable-2.14.10' });
  const bad = tool('helm', 'printf "\\033[31mbroken\\033[0m\\n" >&2; exit 3');
  expect(await toolVersion('helm', bad.path, bad.env)).toEqual({
    ok: false,
    why: 'helm ended with 3: broken',
  });
  const slow = tool('slow', 'exec sleep 60');
  expect(await toolVersion('slow', slow.path, slow.env, 100)).toMatchObject({
    ok: false,
    why: expect.stringContaining('did not answer within 0.1 s'),
  });
  expect(await toolVersion('gone', '/nowhere/gone', {})).toMatchObject({ ok: false });
});
