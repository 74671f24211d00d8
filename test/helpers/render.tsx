/**
 * Renders Ink into a terminal emulator inside this process, at any size: what a test reads are the rows of the screen, with
 * everything that erasing, wrapping and resizing did to them.
 */
import { EventEmitter } from 'node:events';
import { Terminal } from '@xterm/headless';
import { render as inkRender } from 'ink';
import type { ReactNode } from 'react';
import type { Look } from '../../src/screens/theme.ts';
import { DEFAULT_LOOK, LookContext } from '../../src/screens/theme.ts';
import { KeyStdin } from '../../src/terminal/key-stdin.ts';
import { keyBytes, screenRows } from './screen-rows.ts';

export interface RenderOptions {
  readonly cols?: number;
  readonly rows?: number;
  /** Colours are off unless asked for. */
  readonly look?: Partial<Look>;
  readonly screenReader?: boolean;
  /** Forget what was written, for tests of memory. */
  readonly forget?: boolean;
}

export interface RenderedScreen {
  /** The rows shown, without the spaces at their ends. */
  screen(): string[];
  text(): string;
  /** Everything that was written. */
  raw(): string;
  /** The number of frames written so far. */
  frames(): number;
  waitFor(what: string | RegExp | ((screen: string[]) => boolean), timeoutMs?: number): Promise<void>;
  /** Presses keys, each far enough from the one before to count as typed by a person. */
  press(...keys: string[]): Promise<void>;
  /** Types text, character by character, at the same pace. */
  type(text: string): Promise<void>;
  /** Delivers bytes in one piece. */
  write(data: string): void;
  paste(text: string): void;
  resize(cols: number, rows: number): void;
  rerender(node: ReactNode): void;
  /** Settles when all that was rendered so far is on the screen. */
  settled(): Promise<void>;
  /** Rejects with what a component threw. */
  unmount(): Promise<void>;
}

const TYPING_MS = 40;

class FakeInput extends EventEmitter {
  readonly isTTY = true;
  isRaw = false;
  setRawMode(on: boolean): this {
    this.isRaw = on;
    return this;
  }
  resume(): this {
    return this;
  }
  pause(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

class FakeOutput extends EventEmitter {
  readonly isTTY = true;
  written = '';
  frames = 0;
  columns: number;
  rows: number;
  private readonly terminal: Terminal;
  private readonly onWrite: () => void;
  private readonly forget: boolean;

  constructor(terminal: Terminal, forget: boolean, onWrite: () => void) {
    super();
    this.forget = forget;
    this.terminal = terminal;
    this.onWrite = onWrite;
    this.columns = terminal.cols;
    this.rows = terminal.rows;
  }

  write(data: string, done?: () => void): boolean {
    if (!this.forget) this.written += data;
    this.frames += 1;
    // A terminal in cooked mode returns the carriage at every new line.
    this.terminal.write(data.replace(/(?<!\r)\n/g, '\r\n'), () => {
      this.onWrite();
      done?.();
    });
    return true;
  }
}

/** Renders the node; `KeyStdin` stands between the fake keyboard and Ink as it does in the program. */
export function renderScreen(node: ReactNode, options: RenderOptions = {}): RenderedScreen {
  const { cols = 80, rows = 24 } = options;
  const look: Look = { ...DEFAULT_LOOK, colour: false, ...options.look };
  const terminal = new Terminal({ cols, rows, scrollback: 200, allowProposedApi: true });
  const watchers = new Set<() => void>();
  const output = new FakeOutput(terminal, options.forget ?? false, () => {
    for (const watcher of [...watchers]) watcher();
  });
  const input = new FakeInput();
  const keys = new KeyStdin(input);
  const wrapped = (child: ReactNode): ReactNode => (
    <LookContext.Provider value={look}>{child}</LookContext.Provider>
  );
  const instance = inkRender(wrapped(node), {
    stdin: keys as unknown as NodeJS.ReadStream,
    stdout: output as unknown as NodeJS.WriteStream,
    stderr: output as unknown as NodeJS.WriteStream,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: 60,
    isScreenReaderEnabled: options.screenReader ?? false,
  });
  // Asked for before it ends: Ink reports an exit, or a crash, only to those who wait already.
  const exited = instance.waitUntilExit();
  exited.catch(() => undefined);
  const shown = (): string => screenRows(terminal).join('\n');
  const typed = async (pieces: readonly string[]): Promise<void> => {
    for (const piece of pieces) {
      input.emit('data', Buffer.from(piece));
      await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
    }
  };

  return {
    screen: () => screenRows(terminal),
    text: shown,
    raw: () => output.written,
    frames: () => output.frames,
    waitFor: (what, timeoutMs = 5000) =>
      new Promise((resolve, reject) => {
        const holds = (): boolean =>
          typeof what === 'function'
            ? what(screenRows(terminal))
            : typeof what === 'string'
              ? shown().includes(what)
              : what.test(shown());
        const settle = (): void => {
          if (!holds()) return;
          clearTimeout(timer);
          watchers.delete(settle);
          resolve();
        };
        const timer = setTimeout(() => {
          watchers.delete(settle);
          reject(new Error(`waited ${timeoutMs} ms for ${what}:\n${shown()}`));
        }, timeoutMs);
        watchers.add(settle);
        settle();
      }),
    press: (...names) => typed(names.map(keyBytes)),
    type: (text) => typed(Array.from(text)),
    write: (data) => {
      input.emit('data', Buffer.from(data));
    },
    paste: (text) => {
      input.emit('data', Buffer.from(`\x1b[200~${text}\x1b[201~`));
    },
    resize: (columns, lines) => {
      terminal.resize(columns, lines);
      output.columns = columns;
      output.rows = lines;
      output.emit('resize');
    },
    rerender: (child) => instance.rerender(wrapped(child)),
    // Ink holds frames back for up to 1000 / maxFps ms.
    settled: async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await new Promise<void>((resolve) => terminal.write('', resolve));
    },
    unmount: async () => {
      instance.unmount();
      await exited;
      keys.release();
    },
  };
}
