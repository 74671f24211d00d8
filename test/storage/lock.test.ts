import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { identify } from '../../src/shell/identity.ts';
import { acquireLock, type LockOwner, readLock } from '../../src/state/lock.ts';
import { bundleProgram } from '../shell/bundle.ts';
import { scratch } from './helpers.ts';

let program: ReturnType<typeof bundleProgram>;
beforeAll(() => {
  program = bundleProgram(join(import.meta.dirname, 'programs', 'taker.ts'));
});
afterAll(() => program.remove());

interface Outcome {
  readonly won: boolean;
  readonly owner?: number;
  readonly tookOver?: number;
}

interface Taker {
  readonly pid: number;
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  take(): Promise<Outcome>;
  release(): Promise<unknown>;
  kill(): Promise<unknown>;
}

async function taker(folder: string): Promise<Taker> {
  const child = spawn(process.execPath, [program.file, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, 'exit');
  await said.next();
  return {
    pid: child.pid!,
    child,
    async take() {
      child.stdin.write('go\n');
      return JSON.parse(String((await said.next()).value)) as Outcome;
    },
    release() {
      child.stdin.write('end\n');
      return exited;
    },
    kill() {
      child.kill('SIGKILL');
      return exited;
    },
  };
}

test('one owner: the second is refused and told who it is, until the first gives it up', async () => {
  const folder = scratch();
  const first = await acquireLock(folder);
  if (!first.ok) throw new Error(first.message);
  const second = await acquireLock(folder);
  expect(second).toMatchObject({ ok: false, owner: { pid: process.pid } });
  if (!second.ok) expect(second.message).toMatch(/belongs to .* \(pid \d+, since .*\)\. It can be followed/);
  expect(await readLock(folder)).toMatchObject({
    type: 'held',
    elsewhere: false,
    owner: { pid: process.pid },
  });
  await first.release();
  await first.release();
  expect(await readLock(folder)).toEqual({ type: 'free' });
  const third = await acquireLock(folder);
  expect(third.ok).toBe(true);
  expect(third).not.toHaveProperty('tookOver');
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
});

test('a process killed with KILL is succeeded, and the successor is told whom it succeeds', async () => {
  const folder = scratch();
  const dead = await taker(folder);
  expect(await dead.take()).toEqual({ won: true });
  await dead.kill();
  expect(await readLock(folder)).toMatchObject({ type: 'abandoned', owner: { pid: dead.pid } });
  expect(await acquireLock(folder)).toMatchObject({ ok: true, tookOver: { pid: dead.pid } });
});

test('of many that find a dead owner at the same moment exactly one wins, round after round', async () => {
  const folder = scratch();
  const first = await taker(folder);
  await first.take();
  await first.kill();
  let before = first.pid;
  for (let round = 0; round < 3; round += 1) {
    const takers = await Promise.all(Array.from({ length: 5 }, () => taker(folder)));
    const outcomes = await Promise.all(takers.map((one) => one.take()));
    const winners = takers.filter((_, index) => outcomes[index]?.won);
    expect(winners).toHaveLength(1);
    const [winner] = winners;
    expect(outcomes.find(({ won }) => won)?.tookOver).toBe(before);
    for (const { won, owner } of outcomes) if (!won) expect(owner).toBe(winner?.pid);
    expect(readdirSync(folder)).toHaveLength(1);
    await Promise.all(takers.map((one) => one.kill()));
    before = winner!.pid;
  }
});

test('many in one process as well', async () => {
  const folder = scratch();
  const results = await Promise.all(Array.from({ length: 20 }, () => acquireLock(folder)));
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
});

async function owned(change: Partial<LockOwner>): Promise<string> {
  const folder = scratch();
  const first = await acquireLock(folder);
  if (!first.ok) throw new Error(first.message);
  const file = join(folder, 'lock.1');
  const owner = JSON.parse(readFileSync(file, 'utf8')) as LockOwner;
  writeFileSync(file, JSON.stringify({ ...owner, ...change }));
  return folder;
}

test('a reused pid and another boot are dead owners', async () => {
  const identity = await identify(process.pid);
  for (const change of [{ startTicks: '1' }, { bootId: 'another boot' }, { pid: 2 ** 22 + 1 }]) {
    const folder = await owned(change);
    expect(await acquireLock(folder)).toMatchObject({ ok: true, tookOver: { ...identity, ...change } });
  }
});

test('an owner on another machine is never presumed dead, and the way out is named', async () => {
  const folder = await owned({ host: 'elsewhere', bootId: 'another boot' });
  const result = await acquireLock(folder);
  expect(result).toMatchObject({ ok: false, owner: { host: 'elsewhere' } });
  if (!result.ok) expect(result.message).toContain(`delete ${join(folder, 'lock.1')}`);
});

test('a lock that cannot be read is not guessed about', async () => {
  const folder = scratch();
  writeFileSync(join(folder, 'lock.1'), '');
  expect(await acquireLock(folder)).toMatchObject({
    ok: false,
    message: expect.stringContaining('lock.1 cannot be read'),
  });
});

test('a lock deleted by hand and taken by another is not given up by the first', async () => {
  const folder = scratch();
  const first = await acquireLock(folder);
  if (!first.ok) throw new Error(first.message);
  const other = await taker(folder);
  const { rmSync } = await import('node:fs');
  rmSync(join(folder, 'lock.1'));
  expect(await other.take()).toEqual({ won: true });
  await first.release();
  expect(await readLock(folder)).toMatchObject({ type: 'held', owner: { pid: other.pid } });
  await other.release();
  expect(await readLock(folder)).toEqual({ type: 'free' });
});

test('a folder that cannot be made is said', async () => {
  const file = join(scratch(), 'file');
  writeFileSync(file, '');
  expect(await acquireLock(join(file, 'x'))).toMatchObject({
    ok: false,
    message: expect.stringContaining('cannot be locked'),
  });
});
