import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { currentBootId, identify, isAlive, parseProcStat, sameBoot } from '../../src/shell/identity.ts';

test('a process is itself until it has ended', async () => {
  const child = spawn('sleep', ['60']);
  const identity = await identify(child.pid!);
  expect(identity).toMatchObject({ pid: child.pid, bootId: currentBootId() });
  expect(await isAlive(identity!)).toBe(true);
  expect(await isAlive({ ...identity!, startTicks: '1' })).toBe(false);
  expect(await isAlive({ ...identity!, bootId: 'another boot' })).toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await isAlive(identity!)).toBe(false);
  expect(await identify(child.pid!)).toBeUndefined();
});

test('names with spaces and parentheses do not shift the fields', () => {
  const fields = Array.from({ length: 50 }, (_, index) => String(index + 4)).join(' ');
  expect(parseProcStat(`7 (a) b (c) Z ${fields}`)).toEqual({
    startTicks: '22',
    zombie: true,
    stopped: false,
  });
  expect(parseProcStat(`7 (x) T ${fields}`)).toMatchObject({ stopped: true });
  expect(parseProcStat('')).toBeUndefined();
});

test('a boot known by its minute may be off by one', () => {
  expect(sameBoot('boot-100', 'boot-101')).toBe(true);
  expect(sameBoot('boot-100', 'boot-102')).toBe(false);
  expect(sameBoot('boot-100', 'be19b263-778f')).toBe(false);
});
