import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandPort, isRunning, outputOf, spec, until } from './helpers.ts';

const port = commandPort();

async function run(script: string, more: Parameters<typeof spec>[1] = {}) {
  const command = spec(script, more);
  const handle = await port.start(command);
  return { command, handle, ending: await handle.ended };
}

describe('how a command ends', () => {
  test.each([
    ['true', { type: 'exited', code: 0 }],
    ['exit 7', { type: 'exited', code: 7 }],
    ['exit 143', { type: 'exited', code: 143 }],
    ['kill -TERM $$', { type: 'signalled', signal: 'SIGTERM' }],
    ['kill -KILL $$', { type: 'signalled', signal: 'SIGKILL' }],
    ['false; echo not reached', { type: 'exited', code: 1 }],
    ['false | true; echo not reached', { type: 'exited', code: 1 }],
    ['echo "$NOT_SET_ANYWHERE"', { type: 'exited', code: 1 }],
    ['no-such-program', { type: 'exited', code: 127 }],
  ])('%s', async (script, expected) => {
    const { ending, command } = await run(script);
    expect(ending).toEqual(expected);
    expect(outputOf(command)).not.toContain('not reached');
  });
});

describe('what a command gets', () => {
  test('both streams in order, an empty stdin, the given environment only, files for nobody else', async () => {
    const { command } = await run('echo one; echo two >&2; echo three; cat; env', {
      env: { PATH: process.env.PATH ?? '', ONLY: 'a $(touch x) "b"' },
    });
    const lines = outputOf(command).trimEnd().split('\n');
    expect(lines.slice(0, 3)).toEqual(['one', 'two', 'three']);
    const names = lines.slice(3).map((line) => line.split('=')[0]);
    expect(names.filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name ?? '')).sort()).toEqual([
      'ONLY',
      'PATH',
    ]);
    expect(lines).toContain('ONLY=a $(touch x) "b"');
    expect(statSync(command.folder).mode & 0o777).toBe(0o700);
    for (const file of ['script', 'output', 'pid', 'exit']) {
      expect([file, statSync(join(command.folder, file)).mode & 0o777]).toEqual([file, 0o600]);
    }
  });

  test('a script with anything in it is run as written', async () => {
    const { command } = await run(`cat <<'X'\n'"$(id)\`id\`\\n\nX\n`);
    expect(outputOf(command)).toBe(`'"$(id)\`id\`\\n\n`);
  });

  test('standard output alone, where it is captured', async () => {
    const { command, ending } = await run('echo value; echo warning >&2', { captureStdout: true });
    expect(ending).toEqual({ type: 'exited', code: 0 });
    expect(readFileSync(join(command.folder, 'stdout'), 'utf8')).toBe('value\n');
    expect(outputOf(command).split('\n').sort()).toEqual(['', 'value', 'warning']);
  });

  test('a failing command with captured output keeps its exit code', async () => {
    const { ending } = await run('echo x; exit 3', { captureStdout: true });
    expect(ending).toEqual({ type: 'exited', code: 3 });
  });

  test('a process group of its own, without a terminal', async () => {
    const { command, handle } = await run('ps -o pgid=,sid=,tty= -p $$');
    const [group, session, tty] = outputOf(command).trim().split(/\s+/);
    expect(group).toBe(session);
    expect(Number(group)).not.toBe(process.pid);
    expect(handle.identity?.pid).toBeGreaterThan(1);
    expect(tty).toBe('?');
  });
});

describe('a command that cannot start says why', () => {
  test('the working folder is gone', async () => {
    const { ending } = await run('true', { cwd: '/nowhere/at/all' });
    expect(ending).toEqual({
      type: 'not-started',
      why: 'The working folder /nowhere/at/all cannot be used: it does not exist.',
    });
  });

  test('the shell is missing', async () => {
    const { ending } = await run('true', { language: 'zsh', env: { PATH: '/nowhere' } });
    expect(ending).toMatchObject({
      type: 'not-started',
      why: expect.stringContaining('zsh is not on the PATH'),
    });
  });

  test('its folder cannot be made', async () => {
    const command = spec('true');
    writeFileSync(join(command.cwd, 'file'), '');
    const handle = await port.start({ ...command, folder: join(command.cwd, 'file', 'run') });
    expect(await handle.ended).toMatchObject({
      type: 'not-started',
      why: expect.stringContaining('a part of its path is a file'),
    });
  });

  test('a run is never started twice in one folder', async () => {
    const { command } = await run('echo once');
    const handle = await port.start(command);
    expect(await handle.ended).toMatchObject({
      type: 'not-started',
      why: expect.stringContaining('exists already'),
    });
    expect(outputOf(command)).toBe('once\n');
  });

  test('the environment is too large', async () => {
    const { ending } = await run('true', {
      env: { PATH: process.env.PATH ?? '', BIG: 'x'.repeat(3_000_000) },
    });
    expect(ending).toMatchObject({
      type: 'not-started',
      why: expect.stringContaining('shorten the parameter values'),
    });
  });
});

describe('ending a command', () => {
  test('TERM reaches the whole group', async () => {
    const command = spec('sleep 300 & echo $!; sleep 300');
    const handle = await port.start(command);
    const child = await until(() => Number(outputOf(command).trim()) || undefined);
    await handle.terminate(5000);
    expect(await handle.ended).toEqual({ type: 'signalled', signal: 'SIGTERM' });
    await until(() => !isRunning(child));
  });

  test('KILL follows where TERM is ignored', async () => {
    const command = spec('trap "" TERM; echo ready; while :; do sleep 0.05 || true; done');
    const handle = await port.start(command);
    await until(() => outputOf(command).includes('ready'));
    await handle.terminate(150);
    expect(await handle.ended).toEqual({ type: 'signalled', signal: 'SIGKILL' });
  });

  test('a child that ignores TERM does not survive its shell', async () => {
    const command = spec('(trap "" TERM; echo $BASHPID; while :; do sleep 0.05 || true; done) & wait');
    const handle = await port.start(command);
    const child = await until(() => Number(outputOf(command).trim()) || undefined);
    await handle.terminate(150);
    await until(() => !isRunning(child));
  });

  test('a stopped command is ended, and being stopped is not an ending', async () => {
    const command = spec('echo ready; kill -STOP $$; echo woken');
    const handle = await port.start(command);
    await until(() => outputOf(command).includes('ready'));
    await until(() => / T /.test(readFileSync(`/proc/${handle.identity?.pid}/stat`, 'utf8')));
    await handle.terminate(5000);
    expect(await handle.ended).toEqual({ type: 'signalled', signal: 'SIGTERM' });
    expect(outputOf(command)).not.toContain('woken');
  });

  test('nothing happens to a process that only has the number of an old one', async () => {
    const command = spec('sleep 300');
    const handle = await port.start(command);
    const identity = { ...handle.identity!, startTicks: '1' };
    const folder = join(command.cwd, 'empty');
    mkdirSync(folder);
    const other = await port.attach(folder, identity);
    await other.terminate(10);
    expect(await other.ended).toEqual({ type: 'unknown' });
    expect(isRunning(identity.pid)).toBe(true);
    await handle.terminate(1000);
  });
});

describe('following', () => {
  test('a background child that keeps the output open does not keep the command open', async () => {
    for (const captureStdout of [false, true]) {
      const command = spec('sleep 60 & echo $!', { captureStdout });
      const handle = await port.start(command);
      expect(await handle.ended).toEqual({ type: 'exited', code: 0, leftBehind: 1 });
      process.kill(Number(outputOf(command).trim()));
    }
  });

  test('progress tells how much there is and since when nothing came', async () => {
    const command = spec('echo 12345; read -r x < "$HOME/gate"');
    const { execFileSync } = await import('node:child_process');
    execFileSync('mkfifo', [join(command.cwd, 'gate')]);
    const before = Date.now();
    const handle = await port.start(command);
    const seen = await until(() => (handle.progress().bytes === 6 ? handle.progress() : undefined));
    expect(seen.lastOutputAt).toBeGreaterThanOrEqual(before - 1000);
    expect(seen.lastOutputAt).toBeLessThanOrEqual(Date.now());
    writeFileSync(join(command.cwd, 'gate'), 'go\n');
    await handle.ended;
    expect(handle.progress().lastOutputAt).toBe(seen.lastOutputAt);
  });

  test('secrets are gone from the stored output when the command has ended', async () => {
    const { command } = await run('echo "the value is $PW."', {
      env: { PATH: process.env.PATH ?? '', PW: 'hunter2hunter2' },
      secrets: ['hunter2hunter2'],
    });
    expect(outputOf(command)).toBe('the value is ***.\n');
    expect(statSync(join(command.folder, 'output')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(command.folder, 'output.redacted'))).toBe(false);
  });
});

describe('a command with the terminal', () => {
  test('is run by the one who hands the terminal over, and tells its exit code', async () => {
    const { createCommandPort } = await import('../../src/shell/command-port.ts');
    const steps: string[] = [];
    const own = createCommandPort({
      handOver: async (go) => {
        steps.push('released');
        const result = await go();
        steps.push('taken back');
        return result;
      },
    });
    expect(await own.interactive(spec('exit 5'))).toEqual({ type: 'exited', code: 5 });
    expect(await own.interactive(spec('kill -TERM $$'))).toEqual({ type: 'signalled', signal: 'SIGTERM' });
    expect(steps).toEqual(['released', 'taken back', 'released', 'taken back']);
  });
});
