/** The package as npm packs it: installed in an empty folder, it runs everything, runbooks included, with no build step. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'handrail-package-'));
const env = {
  PATH: process.env.PATH ?? '',
  HOME: folder,
  XDG_STATE_HOME: join(folder, 'state'),
  LANG: 'C.UTF-8',
};
const bin = join(folder, 'node_modules/.bin');
const sh = (command: string) =>
  execFileSync('bash', ['-c', command], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, PATH: `${bin}:${env.PATH}` },
  });

beforeAll(() => {
  // The bundle is there already; packing must not build it again under the feet of the other tests.
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    stdio: 'pipe',
  });
  const [archive] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  writeFileSync(join(folder, 'package.json'), '{}');
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', join(folder, archive!)], {
    cwd: folder,
    stdio: 'pipe',
    env: { ...env, npm_config_cache: join(folder, 'cache') },
  });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

test('it brings no dependencies', () => {
  expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'handrail',
  ]);
});

test('both commands are there', () => {
  expect(sh('handrail --version')).toBe(sh('kubectl-handrail --version'));
  // kubectl finds the plugin by its name on the PATH.
  expect(sh('kubectl handrail --version')).toMatch(/^handrail /);
});

test('the runbooks that come with it are found and have no mistakes', () => {
  expect(sh('handrail list')).toContain('linkerd/upgrade-cli');
  expect(sh('handrail lint node_modules/handrail/runbooks')).toContain('0 errors');
});

test('a runbook of somebody else runs', () => {
  writeFileSync(join(folder, 'hello.md'), '# Hello\n\n```sh\necho from a package\n```\n');
  expect(sh('handrail run hello.md --plain --unattended')).toContain('from a package');
});

test('the practice cluster starts and ends', () => {
  try {
    expect(sh('handrail practice up')).toContain('practice cluster');
    expect(sh('handrail practice status')).toContain('stable-2.13.7');
  } finally {
    sh('handrail practice down');
  }
});
