/**
 * Runs a program in a real pseudo-terminal and reads its screen through a terminal emulator, the way a person would see it.
 *
 *     const t = await launch('node', ['dist/handrail.js'], { cols: 80, rows: 24 });
 *     await t.waitFor('Upgrade Linkerd');
 *     await t.press('Down', 'Enter');
 *     expect(await t.exit).toEqual({ code: 0, signal: undefined });
 *     t.checkInvariants();
 */
import pty from '@lydell/node-pty';
import { Terminal } from '@xterm/headless';
import { keyBytes, screenRows } from './screen-rows.ts';

export interface LaunchOptions {
  readonly cols?: number;
  readonly rows?: number;
  readonly cwd?: string;
  /** Added to a clean copy of the environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Exit {
  readonly code: number;
  readonly signal: number | undefined;
}

export interface PtyProgram {
  readonly pid: number;
  /** The rows shown now, without the spaces at their ends. */
  screen(): string[];
  /** All rows from the first of the scrollback on. */
  history(): string[];
  /** The whole screen as one text. */
  text(): string;
  /** Whether the alternate screen is shown. */
  alternate(): boolean;
  /** Everything that was written to the terminal. */
  readonly raw: string;
  /** Settles when the screen has the text (or satisfies the predicate); fails with the screen in its message. */
  waitFor(what: string | RegExp | ((screen: string[]) => boolean), timeoutMs?: number): Promise<void>;
  /** Settles when the screen no longer has the text. */
  waitForGone(what: string | RegExp, timeoutMs?: number): Promise<void>;
  /** Presses keys one after the other as a person does: not faster than 40 ms, and after a look at what the last one did. */
  press(...keys: string[]): Promise<void>;
  /** Types text, character by character, at the same pace. */
  type(text: string): Promise<void>;
  /** Writes bytes in one piece: what a laggy connection or a script does. */
  write(data: string): void;
  /** Pastes as terminals do when the program asked for bracketed paste. */
  paste(text: string): void;
  resize(cols: number, rows: number): void;
  kill(signal?: NodeJS.Signals): void;
  /** The window is closed, or the connection is lost: the terminal is no more. */
  hangUp(): void;
  readonly exit: Promise<Exit>;
  /** Fails unless the program left the terminal as it found it and never wiped the scrollback. Call it after `exit`. */
  checkInvariants(): void;
}

/** Keys closer than 30 ms are taken for a burst; a person is slower. */
const TYPING_MS = 40;
/** Some keys change nothing on screen. */
const ANSWER_MS = 200;

/** The environment of every child: nothing of the machine's own settings about colour or CI. */
export function cleanEnv(extra: LaunchOptions['env'] = {}): Record<string, string> {
  const merged: Record<string, string | undefined> = {
    ...process.env,
    CI: undefined,
    CONTINUOUS_INTEGRATION: undefined,
    NO_COLOR: undefined,
    FORCE_COLOR: undefined,
    NODE_OPTIONS: undefined,
    VITEST: undefined,
    NODE_ENV: undefined,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    LC_ALL: undefined,
    ...extra,
  };
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

export function launch(command: string, args: readonly string[], options: LaunchOptions = {}): PtyProgram {
  const { cols = 80, rows = 24, cwd = process.cwd() } = options;
  const terminal = new Terminal({ cols, rows, scrollback: 2000, allowProposedApi: true });
  const child = pty.spawn(command, [...args], {
    name: 'xterm-256color',
    cols,
    rows,
    cwd,
    env: cleanEnv(options.env),
  });
  let raw = '';
  let ended: Exit | undefined;
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  child.onData((data) => {
    raw += data;
    terminal.write(data, changed);
  });
  // Answers to what the program asks of its terminal.
  terminal.onData((data) => child.write(data));
  const exit = new Promise<Exit>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      ended = { code: exitCode, signal: signal === 0 ? undefined : signal };
      // What was written last may still be on its way through the emulator.
      terminal.write('', () => {
        changed();
        resolve(ended as Exit);
      });
    });
  });
  const shown = (): string => screenRows(terminal).join('\n');

  const until = (holds: () => boolean, what: string, timeoutMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const settle = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        watchers.delete(settle);
        resolve();
      };
      const timer = setTimeout(() => {
        watchers.delete(settle);
        const state = ended === undefined ? 'still running' : `ended with ${JSON.stringify(ended)}`;
        reject(new Error(`waited ${timeoutMs} ms for ${what} (program ${state}):\n${shown()}`));
      }, timeoutMs);
      watchers.add(settle);
      settle();
    });

  let lastWrite = 0;
  const write = (data: string): void => {
    lastWrite = performance.now();
    child.write(data);
  };
  const pause = (): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, lastWrite + TYPING_MS - performance.now()));
  /** A person waits for what a key does; on a loaded machine the next key would else come in one piece with it. */
  const typed = async (pieces: readonly string[]): Promise<void> => {
    for (const piece of pieces) {
      await pause();
      const before = raw.length;
      write(piece);
      await pause();
      await until(() => raw.length > before || ended !== undefined, 'an answer', ANSWER_MS).catch(
        () => undefined,
      );
    }
  };
  const has = (what: string | RegExp): boolean =>
    typeof what === 'string' ? shown().includes(what) : what.test(shown());

  return {
    pid: child.pid,
    screen: () => screenRows(terminal),
    history: () => {
      const buffer = terminal.buffer.active;
      return Array.from(
        { length: buffer.length },
        (_, row) => buffer.getLine(row)?.translateToString(true) ?? '',
      );
    },
    text: shown,
    alternate: () => terminal.buffer.active.type === 'alternate',
    get raw() {
      return raw;
    },
    waitFor: (what, timeoutMs = 10_000) =>
      typeof what === 'function'
        ? until(() => what(screenRows(terminal)), 'the screen', timeoutMs)
        : until(() => has(what), String(what), timeoutMs),
    waitForGone: (what, timeoutMs = 10_000) => until(() => !has(what), `${what} to go`, timeoutMs),
    press: (...keys) => typed(keys.map(keyBytes)),
    type: (text) => typed(Array.from(text)),
    write,
    paste: (text) => child.write(terminal.modes.bracketedPasteMode ? `\x1b[200~${text}\x1b[201~` : text),
    resize: (columns, lines) => {
      terminal.resize(columns, lines);
      child.resize(columns, lines);
    },
    kill: (signal = 'SIGTERM') => {
      if (ended === undefined) process.kill(child.pid, signal);
    },
    hangUp: () => (child as unknown as { destroy(): void }).destroy(),
    exit,
    checkInvariants: () => {
      const broken = [
        ...(ended === undefined ? ['the program still runs'] : []),
        ...(raw.includes('\x1b[3J') ? ['the scrollback was wiped (ESC[3J)'] : []),
        ...(terminal.buffer.active.type === 'alternate' ? ['the alternate screen was not left'] : []),
        ...(lastOf(raw, '\x1b[?25l') > lastOf(raw, '\x1b[?25h') ? ['the cursor is hidden'] : []),
        ...(lastOf(raw, '\x1b[?2004h') > lastOf(raw, '\x1b[?2004l') ? ['bracketed paste is still on'] : []),
      ];
      if (broken.length > 0) throw new Error(`${broken.join('; ')}:\n${shown()}`);
    },
  };
}

function lastOf(text: string, part: string): number {
  return text.lastIndexOf(part);
}
