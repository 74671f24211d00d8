import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isAlive } from '../../src/shell/identity.ts';
import { exitCodes } from '../../src/state/exit-codes.ts';
import { kubectlOn } from './kubectl.ts';

// What users run is the bundle, so that is what runs here.
const root = mkdtempSync(join(tmpdir(), 'practice-daemon-'));
const program = join(root, 'dist', 'verb.js');
let number = 0;
let home = '';

beforeAll(async () => {
  const source = fileURLToPath(new URL('../..', import.meta.url));
  const verb = `import { practiceCommand } from './src/commands/practice.ts';
const [verb, options] = process.argv.slice(2);
process.exitCode = await practiceCommand(verb, JSON.parse(options ?? '{}'));`;
  const common = {
    absWorkingDir: source,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
    },
  } as const;
  await build({
    ...common,
    entryPoints: { 'practice-daemon': 'src/practice/daemon.ts' },
    outdir: join(root, 'dist'),
  });
  await build({ ...common, stdin: { contents: verb, resolveDir: source }, outfile: program });
});
afterEach(async () => {
  await practice('down');
});
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }));

function practice(verb: string, options: Record<string, unknown> = {}) {
  if (home === '') fresh();
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const env = { PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: home };
    const args = [program, verb, JSON.stringify(options)];
    execFile(process.execPath, args, { env, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}
const fresh = () => {
  number += 1;
  home = join(root, `home-${number}`);
};
const folder = () => join(home, 'handrail', 'practice');
const state = () => JSON.parse(readFileSync(join(folder(), 'daemon.json'), 'utf8'));
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
async function ended(identity: Parameters<typeof isAlive>[0], withinMs = 10_000): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(50)) {
    if (!(await isAlive(identity))) return true;
  }
  return false;
}

describe.sequential('the practice cluster as a process', () => {
  test('comes up, can be used from another terminal, and goes', async () => {
    fresh();
    const up = await practice('up');
    expect(up).toMatchObject({ code: 0, stderr: '' });
    expect(up.stdout).toMatch(
      /^The practice cluster is up: stable-2\.13\.7, 3 nodes, 10 namespaces, \d+ pods, speed 10$/m,
    );
    const { stdout: file } = await practice('kubeconfig');
    expect(file.trim()).toBe(join(folder(), 'kubeconfig'));
    expect([
      mode(folder()),
      mode(file.trim()),
      mode(join(folder(), 'daemon.json')),
      mode(join(folder(), 'log')),
    ]).toEqual(['700', '600', '600', '600']);
    const kubectl = await kubectlOn(readFileSync(file.trim(), 'utf8'));
    expect(await kubectl.ok('get', 'deploy', '-n', 'linkerd')).toMatch(/^linkerd-identity\s+1\/1/m);
    kubectl.remove();
    expect(readdirSync(join(folder(), 'bin'))).toContain('linkerd');
    expect((await practice('status')).stdout).toContain('The practice cluster is up: stable-2.13.7');
    expect(JSON.parse((await practice('status', { output: 'json' })).stdout)).toMatchObject({
      running: true,
      mesh: 'stable-2.13.7',
      size: 'small',
    });

    const { process: identity } = state();
    expect((await practice('down')).stdout).toBe('The practice cluster has ended.\n');
    expect(await isAlive(identity)).toBe(false);
    expect(readdirSync(folder())).toEqual(['log']);
    expect((await practice('down')).stdout).toBe('No practice cluster was running.\n');
    expect((await practice('kubeconfig')).code).toBe(4);
    expect((await practice('status')).code).toBe(4);
  });

  test('is one, however many start it at once, and is not changed under its user', async () => {
    fresh();
    const ups = await Promise.all([practice('up'), practice('up'), practice('up')]);
    expect(ups.map((up) => up.code)).toEqual([0, 0, 0]);
    expect(ups.filter((up) => up.stdout.includes('is up:'))).toHaveLength(1);
    expect(ups.filter((up) => up.stdout.includes('was up already:'))).toHaveLength(2);
    const first = state().process;
    const other = await practice('up', { mesh: 'stable-2.14.10' });
    expect(other.code).toBe(4);
    expect(other.stderr).toContain('handrail practice reset --mesh stable-2.14.10 --size small --speed 10');
    const reset = await practice('reset', { mesh: 'stable-2.14.10' });
    expect(reset.stdout).toContain('The practice cluster is fresh: stable-2.14.10');
    expect(await isAlive(first)).toBe(false);
    // Again, with what it had.
    expect((await practice('reset')).stdout).toContain('The practice cluster is fresh: stable-2.14.10');
  });

  test('plays an old Kubernetes for an old mesh, and is upgraded while it runs', async () => {
    fresh();
    expect(await practice('kubernetes', { kubernetes: 22 })).toMatchObject({ code: 4 });
    await practice('up', { mesh: 'stable-2.10.2' });
    expect((await practice('status')).stdout).toContain('kubernetes  1.23');
    expect((await practice('kubernetes', { kubernetes: 24 })).stdout).toBe(
      'The practice cluster is on Kubernetes 1.24 now.\n',
    );
    expect((await practice('kubernetes', { kubernetes: 24 })).stdout).toContain(
      'was on Kubernetes 1.24 already',
    );
    expect(JSON.parse((await practice('status', { output: 'json' })).stdout)).toMatchObject({
      mesh: 'stable-2.10.2',
      kubernetes: '1.24',
    });
    const back = await practice('kubernetes', { kubernetes: 23 });
    expect(back).toMatchObject({ code: exitCodes.usage.code, stdout: '' });
    expect(back.stderr).toContain('no cluster goes back to 1.23');
    // Another mesh brings the Kubernetes that suits it.
    const chosen = await practice('reset', { kubernetes: 22 });
    expect(chosen.code).toBe(0);
    expect((await practice('reset')).code).toBe(0);
    expect((await practice('status')).stdout).toContain('kubernetes  1.22');
    expect((await practice('reset', { mesh: 'edge-26.6.3' })).code).toBe(0);
    expect((await practice('status')).stdout).toContain('kubernetes  1.35');
    const old = await practice('reset', { mesh: 'stable-2.9.4', kubernetes: 25 });
    expect(old).toMatchObject({ code: exitCodes.usage.code, stdout: '' });
    expect(old.stderr).toContain('Without --kubernetes it plays 1.21 for this release.');
  });

  test('that was killed, or ran before a reboot, is not taken for one that runs', async () => {
    fresh();
    await practice('up');
    const { process: killed } = state();
    process.kill(killed.pid, 'SIGKILL');
    await ended(killed);
    expect((await practice('status')).stdout).toContain('No practice cluster is running.');
    expect((await practice('up')).stdout).toContain('is up:');
    const live = state();
    // The pid belongs to a process that runs, only not since that boot.
    const before = { ...live, process: { ...live.process, bootId: 'another boot' } };
    writeFileSync(join(folder(), 'daemon.json'), JSON.stringify(before));
    expect((await practice('status')).stdout).toContain('No practice cluster is running.');
    writeFileSync(join(folder(), 'daemon.json'), JSON.stringify(live));
  });

  test('takes over the lock of a start that died', async () => {
    fresh();
    mkdirSync(folder(), { recursive: true });
    const dead = { pid: 2 ** 22 - 1, bootId: 'another boot', startTicks: '1' };
    writeFileSync(join(folder(), 'lock'), JSON.stringify(dead));
    expect((await practice('up')).code).toBe(0);
    expect(existsSync(join(folder(), 'lock'))).toBe(false);
  });

  test('ends cleanly when it is told to', async () => {
    fresh();
    await practice('up');
    const { process: identity } = state();
    process.kill(identity.pid, 'SIGTERM');
    expect(await ended(identity)).toBe(true);
    expect(readdirSync(folder())).toEqual(['log']);
  });

  test('ends by itself when it is forgotten, but not while somebody watches', async () => {
    fresh();
    await practice('up', { idleMinutes: 0.06 });
    const { process: identity } = state();
    const kubectl = await kubectlOn(readFileSync(join(folder(), 'kubeconfig'), 'utf8'));
    const watch = kubectl.start('get', 'pods', '-n', 'legacy', '-w');
    expect(await ended(identity, 6_000)).toBe(false);
    watch.kill();
    expect(await ended(identity)).toBe(true);
    expect(readdirSync(folder())).toEqual(['log']);
    expect(readFileSync(join(folder(), 'log'), 'utf8')).toMatch(/ends: nobody used it for 0\.06 minutes/);
    kubectl.remove();
  });

  test('says so when its folder cannot be made', async () => {
    fresh();
    writeFileSync(home, 'a file, not a folder');
    const up = await practice('up');
    expect(up.code).toBe(exitCodes.broken.code);
    expect(up.stderr).toContain('a part of its path is a file, not a folder');
    expect(up.stderr).toContain('XDG_STATE_HOME');
  });

  test('says what is wrong with what it was asked', async () => {
    fresh();
    const version = await practice('up', { mesh: 'stable-1.0.0' });
    expect(version).toMatchObject({ code: exitCodes.usage.code, stdout: '' });
    expect(version.stderr).toContain('does not know Linkerd stable-1.0.0');
    expect(version.stderr).toContain('stable-2.14.10');
    expect((await practice('up', { size: 0 })).stderr).toContain('0 is not a size');
    expect((await practice('up', { speed: -1 })).stderr).toContain('-1 is not a speed');
    expect(existsSync(folder())).toBe(false);
  });
});
