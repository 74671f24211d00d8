/** How the control plane of `npm run test:cluster` is built: said clearly where it cannot be, and never half. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildServer, findGo, serverFolder } from '../cluster/server/build.js';

const PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
let folder: string;
const said: string[] = [];
const say = (line: string) => said.push(line);

/** A `go` that builds nothing; `build` is what it does instead, with the place of the result in $out. */
function fakeGo(version: string, build = 'exit 0'): string {
  const file = join(folder, 'go');
  const script = `#!/bin/sh
if [ "$1" = env ]; then echo ${version}; exit; fi
while [ "$1" != -o ]; do shift; done; out=$2
${build}
`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  return file;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handrail-build-'));
  said.length = 0;
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('a machine without Go is told what is missing and where to get it', () => {
  expect(() => findGo([join(folder, 'no-go')])).toThrow(
    /^There is no Go on this machine\.\n.*Kubernetes v1\.36\.\d+ from source, with Go 1\.26 or newer\.\n.*https:\/\/go\.dev\/dl\//,
  );
});

test('a Go that is too old is named; a newer one elsewhere is taken', () => {
  const old = fakeGo('go1.24.3');
  expect(() => findGo([old])).toThrow(/^Go is too old: \S+ is go1\.24\.3\.\n/);
  const elsewhere = mkdtempSync(join(folder, 'newer-'));
  const newer = join(elsewhere, 'go');
  writeFileSync(newer, '#!/bin/sh\necho go1.30.1\n');
  chmodSync(newer, 0o755);
  expect(findGo([old, newer])).toBe(newer);
});

test('what was built is kept, and not built again', async () => {
  fakeGo('go1.26.8', 'echo built > "$out"');
  expect(await buildServer(say)).toBe(serverFolder());
  expect(readdirSync(serverFolder()).sort()).toEqual(PROGRAMS);
  expect(said[0]).toContain('Building etcd, kube-apiserver, kube-controller-manager, kube-scheduler');
  said.length = 0;
  fakeGo('go1.0.0', 'exit 1');
  expect(await buildServer(say)).toBe(serverFolder());
  expect(said).toEqual([]);
});

test('a build that broke off is not taken for one that was finished', async () => {
  fakeGo('go1.26.8', 'echo half > "$out"; case $out in *apiserver*) kill -9 $$;; esac');
  await expect(buildServer(say)).rejects.toThrow(/go build k8s\.io\/kubernetes\/cmd\/kube-apiserver failed/);
  expect(readdirSync(serverFolder())).toEqual(['etcd']);
  fakeGo('go1.26.8', 'echo built > "$out"');
  await buildServer(say);
  expect(readdirSync(serverFolder()).sort()).toEqual(PROGRAMS);
});
