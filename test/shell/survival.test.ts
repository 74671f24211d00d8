import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentBootId } from '../../src/shell/identity.ts';
import type { CommandSpec, ProcessIdentity } from '../../src/shell/port.ts';
import { prepareRunFolder, runPaths } from '../../src/shell/run-folder.ts';
import { wrapperArguments } from '../../src/shell/wrapper.ts';
import { bundleProgram } from './bundle.ts';
import { commandPort, isRunning, outputOf, scratch, spec, until } from './helpers.ts';

let program: ReturnType<typeof bundleProgram>;
beforeAll(() => {
  program = bundleProgram(join(import.meta.dirname, 'programs', 'starter.ts'));
});
afterAll(() => program.remove());

/** A command that waits for a word in its fifo, started by a process that is then killed as `signal` says. */
async function orphan(signal: NodeJS.Signals, script: string, more: Partial<CommandSpec> = {}) {
  const command = spec(`echo begun; read -r word <"$HOME/gate"; ${script}`, more);
  const gate = join(command.cwd, 'gate');
  execFileSync('mkfifo', [gate]);
  const parent = spawn(process.execPath, [program.file, JSON.stringify(command)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(parent, 'exit');
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const identity = JSON.parse(said.toString()) as ProcessIdentity;
  await until(() => outputOf(command).includes('begun'));
  parent.kill(signal);
  await exited;
  return { command, identity, go: () => writeFileSync(gate, 'go\n') };
}

test.each([
  ['SIGKILL', true],
  ['SIGKILL', false],
  ['SIGHUP', false],
] as const)(
  'a command outlives a program that %s ended (its identity journalled: %s)',
  async (signal, journalled) => {
    const { command, identity, go } = await orphan(signal, 'echo "$word"; exit 9');
    expect(isRunning(identity.pid)).toBe(true);
    const handle = await commandPort().attach(command.folder, journalled ? identity : undefined);
    expect(handle.identity).toEqual(identity);
    go();
    expect(await handle.ended).toEqual({ type: 'exited', code: 9 });
    expect(outputOf(command)).toBe('begun\ngo\n');
  },
);

test('one that ended while nobody looked left its exit code, and its output is redacted when it is found', async () => {
  const { command, identity, go } = await orphan('SIGKILL', 'echo "the password is hunter2hunter2"; exit 4');
  go();
  await until(() => !isRunning(identity.pid));
  const handle = await commandPort().attach(command.folder, identity, ['hunter2hunter2']);
  expect(await handle.ended).toEqual({ type: 'exited', code: 4 });
  expect(outputOf(command)).toBe('begun\nthe password is ***\n');
});

test('captured output is whole, though the program that asked for it is dead', async () => {
  const { command, identity, go } = await orphan('SIGKILL', 'echo value; echo warning >&2', {
    captureStdout: true,
  });
  const handle = await commandPort().attach(command.folder, identity);
  go();
  expect(await handle.ended).toEqual({ type: 'exited', code: 0 });
  expect(readFileSync(join(command.folder, 'stdout'), 'utf8')).toBe('begun\nvalue\n');
});

test('an attached command can be ended', async () => {
  const { command } = await orphan('SIGKILL', 'true');
  const handle = await commandPort().attach(command.folder, undefined);
  await handle.terminate(5000);
  expect(await handle.ended).toEqual({ type: 'signalled', signal: 'SIGTERM' });
});

test('a command killed together with its wrapper is gone without an exit code', async () => {
  const { command, identity } = await orphan('SIGKILL', 'true');
  const handle = await commandPort().attach(command.folder, identity);
  const wrapper = Number(readFileSync(join(command.folder, 'pid'), 'utf8').split('\n')[2]);
  process.kill(-wrapper, 'SIGKILL');
  expect(await handle.ended).toEqual({ type: 'unknown' });
});

test('whoever is no longer watched is not ended', async () => {
  const { command, identity, go } = await orphan('SIGKILL', 'echo done');
  const handle = await commandPort().attach(command.folder, identity);
  handle.detach();
  expect(isRunning(identity.pid)).toBe(true);
  go();
  await until(() => outputOf(command).includes('done'));
});

test('a command that was never started is told from one whose end nobody saw', async () => {
  const never = join(scratch(), 'never');
  expect(await (await commandPort().attach(never, undefined)).ended).toMatchObject({ type: 'not-started' });
  const lost = join(scratch(), 'lost');
  mkdirSync(lost);
  writeFileSync(join(lost, 'script'), 'true');
  const before = { pid: process.pid, bootId: 'another-boot', startTicks: '1' };
  expect(await (await commandPort().attach(lost, before)).ended).toEqual({ type: 'unknown' });
  const reused = { pid: process.pid, bootId: currentBootId(), startTicks: '1' };
  expect(await (await commandPort().attach(lost, reused)).ended).toEqual({ type: 'unknown' });
});

test('a command that was about to begin when it was given up never runs, however late its shell comes', async () => {
  const command = spec('echo ran >"$HOME/ran"');
  const paths = runPaths(command.folder);
  await prepareRunFolder(paths, command.script, false);
  const handle = await commandPort().attach(command.folder, undefined);
  expect(await handle.ended).toMatchObject({ type: 'not-started' });

  const late = wrapperArguments({
    folder: command.folder,
    capture: false,
    shown: true,
    bootId: currentBootId(),
    command: ['bash', paths.script],
  });
  execFileSync('bash', late, { env: command.env, stdio: 'ignore' });
  expect(existsSync(join(command.cwd, 'ran'))).toBe(false);
  expect(await (await commandPort().attach(command.folder, undefined)).ended).toMatchObject({
    type: 'not-started',
  });
});

test('a command that had the terminal when the program died may have run: nobody knows', async () => {
  const command = spec('sleep 5', { env: { PATH: process.env.PATH ?? '' } });
  const parent = spawn(process.execPath, [program.file, JSON.stringify(command), 'interactive'], {
    stdio: 'ignore',
  });
  const paths = runPaths(command.folder);
  const onTerminal = join(command.folder, 'on-terminal');
  await until(() => existsSync(onTerminal));
  const exited = once(parent, 'exit');
  parent.kill('SIGKILL');
  await exited;
  expect(existsSync(paths.script)).toBe(true);
  expect(await (await commandPort().attach(command.folder, undefined)).ended).toEqual({ type: 'unknown' });
});
