/** The terminal layer as a person meets it: a real pseudo-terminal, real keys, real children. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleFixture } from '../helpers/bundle-fixture.ts';
import type { LaunchOptions, PtyProgram } from '../helpers/pty.ts';
import { cleanEnv, launch } from '../helpers/pty.ts';

let fixture: Awaited<ReturnType<typeof bundleFixture>>;
const running: PtyProgram[] = [];

beforeAll(async () => {
  fixture = await bundleFixture('test/terminal/fixtures/bootstrap.ts');
});
afterAll(() => {
  for (const program of running) program.kill('SIGKILL');
  fixture.remove();
});

async function start(options: LaunchOptions = {}): Promise<PtyProgram> {
  const program = launch(process.execPath, [fixture.file], options);
  running.push(program);
  await program.waitFor('FOOTER');
  return program;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Presses Enter as a person does: again, where it came within a moment of another key and was not taken. */
async function enterUntil(t: PtyProgram, text: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await t.press('Enter');
        return t.text();
      },
      { timeout: 10_000, interval: 100 },
    )
    .toContain(text);
}

describe('keys', () => {
  test('trap: several keys in one chunk are several keys, and none of them permits anything', async () => {
    const t = await start();
    t.write('nyes\r');
    await t.waitFor('typed <yes>');
    t.write('yy');
    await t.waitFor('refused: too fast');
    expect(t.text()).not.toMatch(/^run$/m);
    await t.press('q');
    expect(await t.exit).toEqual({ code: 0, signal: undefined });
    t.checkInvariants();
  });

  test('trap: a name typed with its Enter in one chunk does not confirm; Enter on its own does', async () => {
    const t = await start();
    await t.press('s');
    await t.waitFor('skip');
    t.write('prod\r');
    await t.waitFor('refused: too fast');
    expect(t.text()).not.toContain('typed <');
    await enterUntil(t, 'typed <prod>');
    await t.press('q');
    await t.exit;
  });

  test('trap: a name that is pasted does not count as typed', async () => {
    const t = await start();
    await t.press('s');
    await t.waitFor('skip');
    t.paste('prod\r');
    await t.waitFor('refused: pasted');
    await enterUntil(t, 'typed <>');
    await t.press('q');
    await t.exit;
  });

  test('trap: pasted text is text, its line breaks and letters are no commands', async () => {
    const t = await start();
    t.paste('y\rq\r');
    await t.press('n');
    t.paste('two\nlines 漢');
    await t.waitFor('text <two lines 漢>');
    await t.press('Backspace', 'Enter');
    await t.waitFor('typed <two lines >');
    expect(t.text()).not.toMatch(/^run$/m);
    await t.press('q');
    expect((await t.exit).code).toBe(0);
  });

  test('trap: an arrow key split in two is one key; Escape alone is Escape', async () => {
    const t = await start();
    t.write('\x1b');
    await new Promise((resolve) => setTimeout(resolve, 5));
    t.write('[A');
    await t.waitFor(/^up$/m);
    await t.press('n');
    await t.press('Esc');
    await t.waitFor('typed <>');
    await t.press('q');
    await t.exit;
  });
});

describe('handing the terminal over', () => {
  test('trap: the child gets its keys, and so do we afterwards, again and again', async () => {
    const t = await start();
    const times = (screen: string[], start: string): number =>
      screen.filter((row) => row.startsWith(start)).length;
    for (const [index, word] of ['one', 'two', 'three'].entries()) {
      await t.press('l');
      await t.waitFor((screen) => !t.alternate() && times(screen, 'child asks:') === index + 1);
      await t.type(word);
      await t.press('Enter');
      await t.waitFor((screen) => t.alternate() && times(screen, 'child ended with 0') === index + 1);
      await t.press('n');
      await t.type(`ours ${word}`);
      await t.press('Enter');
      await t.waitFor(`typed <ours ${word}>`);
    }
    await t.press('q');
    await t.exit;
    t.checkInvariants();
    expect(t.history().filter((row) => row.startsWith('child got <'))).toEqual([
      'child got <one>',
      'child got <two>',
      'child got <three>',
    ]);
    expect(t.history()).toContain('goodbye');
  });

  test('a child that failed stays readable until Enter', async () => {
    const t = await start();
    await t.press('d');
    await t.waitFor('Press Enter to return');
    expect(t.alternate()).toBe(false);
    await t.press('Enter');
    await t.waitFor('child ended with 3');
    await t.press('q');
    await t.exit;
    t.checkInvariants();
  });

  test('Ctrl+C in the child ends the child, not us', async () => {
    const t = await start();
    await t.press('l');
    await t.waitFor('child asks:');
    await t.press('Ctrl+C');
    await t.waitFor('Press Enter to return');
    await t.press('Enter');
    await t.waitFor('child ended with -1');
    await t.press('q');
    expect((await t.exit).code).toBe(0);
    t.checkInvariants();
  });
});

describe('every way out leaves the terminal as it was', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('%s exits with %i', async (signal, code) => {
    const t = await start();
    t.kill(signal);
    expect(await t.exit).toEqual({ code, signal: undefined });
    t.checkInvariants();
  });

  test('a terminal that is gone ends the program, which does not go on spinning', async () => {
    const t = await start();
    t.hangUp();
    await expect.poll(() => isAlive(t.pid), { timeout: 5000 }).toBe(false);
  });

  test('an error that nobody caught: its message stands on the main screen', async () => {
    const t = await start();
    await t.press('v');
    expect((await t.exit).code).not.toBe(0);
    t.checkInvariants();
    expect(t.history().join('\n')).toContain('the fixture failed on purpose');
  });

  test('a component that fails does not leave a dead screen', async () => {
    const t = await start();
    await t.press('g');
    await t.exit;
    t.checkInvariants();
    expect(t.history().join('\n')).toContain('failed: Error: a component failed on purpose');
  });

  test('Ctrl+Z gives the shell its terminal, and fg brings the screens back', async () => {
    const t = launch('bash', ['--norc', '--noprofile', '-i'], { env: { PS1: 'shell> ' } });
    running.push(t);
    await t.waitFor('shell>');
    t.write(`'${process.execPath}' '${fixture.file}'\r`);
    await t.waitFor('FOOTER');
    await t.press('Ctrl+Z');
    await t.waitFor('Stopped');
    expect(t.alternate()).toBe(false);
    t.write('echo in the $((20+22)) shell\r');
    await t.waitFor('in the 42 shell');
    t.write('fg\r');
    await t.waitFor('FOOTER');
    await t.press('n');
    await t.type('back');
    await t.press('Enter');
    await t.waitFor('typed <back>');
    await t.press('q');
    await t.waitFor('goodbye');
    t.write('exit\r');
    await t.exit;
    t.checkInvariants();
  });
});

describe('the bundle', () => {
  test("trap: React's development build, which measures every render for ever, is not in it", () => {
    const text = readFileSync(fixture.file, 'utf8');
    expect(text).not.toContain('performance.measure');
    expect(text).not.toContain('jsxDEV');
  });

  test('trap: incremental rendering, which draws wrong frames, is switched on nowhere', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.tsx?$/.test(file),
    );
    expect(files.length).toBeGreaterThan(20);
    const using = files.filter((file) =>
      /incrementalRendering:\s*true/.test(readFileSync(`src/${file}`, 'utf8')),
    );
    expect(using).toEqual([]);
  });
});

describe('what the terminal is', () => {
  test('trap: CI is set, and yet it is a terminal: the screen is drawn', async () => {
    const t = await start({ env: { CI: '1', CONTINUOUS_INTEGRATION: '1' } });
    await t.press('q');
    expect((await t.exit).code).toBe(0);
  });

  test('trap: NO_COLOR gives no colours, and no warning from Node', async () => {
    const t = await start({ env: { NO_COLOR: '1' } });
    await t.press('q');
    await t.exit;
    expect(t.raw).not.toMatch(/\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7])(?:;\d+)*m/);
    expect(t.raw).not.toContain('Warning');
  });

  test('for a screen reader everything stays on the main screen, and pastes are still pastes', async () => {
    const t = await start({ env: { INK_SCREEN_READER: 'true' } });
    expect(t.alternate()).toBe(false);
    await t.press('n');
    t.paste('a\nb');
    await t.waitFor('text <a b>');
    await t.press('Enter', 'q');
    expect((await t.exit).code).toBe(0);
    t.checkInvariants();
  });

  test('FORCE_COLOR outdoes NO_COLOR', async () => {
    const t = await start({ env: { NO_COLOR: '1', FORCE_COLOR: '1' } });
    await t.press('q');
    await t.exit;
    expect(t.raw).toMatch(/\x1b\[(?:\d+;)*32m/);
  });

  test('trap: a terminal that says it has no rows gets a screen of 24', async () => {
    const t = launch('bash', ['-c', `stty rows 0 cols 0; exec '${process.execPath}' '${fixture.file}'`]);
    running.push(t);
    await t.waitFor('FOOTER');
    await t.press('n', 'a', 'b');
    await t.waitFor('text <ab>');
    await t.press('Enter', 'q');
    await t.exit;
    expect(t.raw).not.toContain('\x1b[2J\x1b[3J');
    t.checkInvariants();
  });

  test('trap: resizing wipes nothing and leaves one frame; too small is said, and larger is better', async () => {
    const t = launch('bash', [
      '-c',
      `for i in $(seq 1 40); do echo history $i; done; '${process.execPath}' '${fixture.file}'`,
    ]);
    running.push(t);
    await t.waitFor('FOOTER');
    for (const [cols, rows] of [
      [100, 30],
      [82, 24],
      [120, 40],
      [81, 25],
    ] as const) {
      t.resize(cols, rows);
      await t.waitFor(
        (screen) => screen[0] === 'HEADER' && screen[1] === '─'.repeat(cols) && screen[rows - 2] === 'FOOTER',
      );
      expect(t.screen().filter((row) => row === 'FOOTER')).toHaveLength(1);
      expect(t.screen().filter((row) => row === 'HEADER')).toHaveLength(1);
    }
    t.resize(60, 12);
    await t.waitFor('This terminal has 60 columns');
    expect(t.text()).not.toContain('FOOTER');
    t.resize(80, 24);
    await t.waitFor('FOOTER');
    await t.press('q');
    await t.exit;
    t.checkInvariants();
    expect(t.history().filter((row) => row.startsWith('history '))).toHaveLength(40);
  });

  test.skipIf(spawnSync('tmux', ['-V']).status !== 0)(
    'in tmux, the history of the shell survives screens that are resized',
    async () => {
      const socket = `handrail-test-${process.pid}`;
      const tmux = (...args: string[]): string =>
        spawnSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], { env: cleanEnv(), encoding: 'utf8' })
          .stdout;
      const pane = (...args: string[]): string => tmux('capture-pane', '-p', ...args);
      try {
        tmux('new-session', '-d', '-x', '100', '-y', '40', 'bash --norc --noprofile');
        const command = `seq -f 'history %g' 1 60; '${process.execPath}' '${fixture.file}'`;
        tmux('send-keys', command, 'Enter');
        await expect.poll(pane, { timeout: 10_000 }).toContain('FOOTER');
        for (const [columns, rows] of [
          [81, 25],
          [120, 50],
          [82, 26],
        ] as const) {
          tmux('resize-window', '-x', String(columns), '-y', String(rows));
          await expect.poll(() => pane().split('\n')[rows - 2], { timeout: 10_000 }).toBe('FOOTER');
        }
        tmux('send-keys', 'Down', 'Down', 'Enter');
        tmux('send-keys', 'q');
        await expect.poll(pane, { timeout: 10_000 }).toContain('goodbye');
        const history = pane('-S', '-').split('\n');
        expect(history.filter((row) => /^history \d+$/.test(row))).toHaveLength(60);
      } finally {
        tmux('kill-server');
      }
    },
  );
});
