/** The terminal of a program with screens: who has it at any moment, and how it is given back whatever happens. */

import { frameOutput } from './frame-output.ts';
import { type KeySource, KeyStdin } from './key-stdin.ts';
import { lineInput } from './line-input.ts';
import { Screen } from './screen.ts';
import type { EndingSignal, SignalSource } from './signals.ts';
import { listenForSignals, SIGNAL_EXIT_CODES } from './signals.ts';
import type { SizedOutput } from './size.ts';

/** What draws the screens, once it does. */
export interface Mounted {
  /** Settles when nothing more is drawn and the keyboard is no longer read. */
  unmount(): Promise<void>;
}

type TerminalOutput = SizedOutput & {
  write(text: string): unknown;
  on(event: 'resize' | 'error', listener: () => void): unknown;
  off(event: 'resize' | 'error', listener: () => void): unknown;
};

interface TerminalOptions<Output extends TerminalOutput> {
  readonly stdin: KeySource;
  readonly stdout: Output;
  /** Shown in the terminal's window or tab. */
  readonly title: string;
  /** No alternate screen: for screen readers. */
  readonly inline?: boolean;
  /**
   * What is to be put in order before the program ends by a signal: the session is paused. It gets two seconds. The program
   * then exits with 143 (TERM), 129 (HUP, or the terminal is gone) or 130 (INT).
   */
  readonly onSignal?: (signal: EndingSignal) => Promise<void> | void;
  /** `process`, other than in tests. */
  readonly signals?: SignalSource;
  readonly exit?: (code: number) => void;
  /** Stops this process and its group until the shell continues them. */
  readonly stop?: () => void;
}

interface HandOverOptions<T> {
  /** Written on the main screen before the child begins: what runs now. */
  readonly announce?: string;
  /** Whether the operator is to press Enter before the screens come back; told the result, so that a failure can be read. */
  readonly pause?: (result: T) => boolean;
}

export interface TerminalApp<Output extends TerminalOutput> {
  /** For Ink's `stdin`: `terminal.stdin as unknown as NodeJS.ReadStream`. */
  readonly stdin: KeyStdin;
  /** For Ink's `stdout`: its size is never zero, and the scrollback cannot be erased through it. */
  readonly stdout: Output;
  /** Enters the alternate screen and draws; `draw` is called again whenever the screens come back. */
  mount(draw: () => Mounted): void;
  /**
   * Gives the terminal to somebody else, e.g. a child with inherited stdio, and takes it back when `run` settles; also when it
   * rejects. One at a time: a second call waits for the first.
   */
  handOver<T>(run: () => Promise<T>, options?: HandOverOptions<T>): Promise<T>;
  /** Draws everything anew. */
  redraw(): Promise<void>;
  /** Leaves for good, then writes `farewell` on the main screen. Everything after the first call does nothing. */
  close(farewell?: string): Promise<void>;
}

const LAST_WORDS_MS = 2000;
/** How long a process may go on after it was told to stop; it stops within microseconds unless nobody could continue it. */
const STOP_MS = 100;
const UNMOUNT_MS = 1000;

export function openTerminal<Output extends TerminalOutput>(
  options: TerminalOptions<Output>,
): TerminalApp<Output> {
  const signals = options.signals ?? process;
  const exit = options.exit ?? ((code: number) => process.exit(code));
  const stop = options.stop ?? (() => process.kill(0, 'SIGTSTP'));
  const stdin = new KeyStdin(options.stdin);
  const screen = new Screen(options.stdout, options.title, options.inline);
  let draw: (() => Mounted) | undefined;
  let mounted: Mounted | undefined;
  let owner: 'screens' | 'child' | 'nobody' = 'screens';
  let closed: Promise<void> | undefined;
  let ending = false;
  let turn: Promise<unknown> = Promise.resolve();

  const show = (): void => {
    if (!draw || closed) return;
    screen.enter();
    owner = 'screens';
    mounted = draw();
  };
  const hide = async (): Promise<void> => {
    const drawn = mounted;
    mounted = undefined;
    // What has already come down by itself may never say so; the terminal is taken back all the same.
    if (drawn) await atMost(UNMOUNT_MS, drawn.unmount());
    screen.leave();
    stdin.release();
    // Node forgets the last listener of a terminal only at the next turn; until then it would still eat keys.
    await new Promise(setImmediate);
  };
  /** One after the other: a hand-over never begins inside another, or while the program is being stopped. */
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const result = turn.then(task);
    turn = result.catch(() => undefined);
    return result;
  };

  const suspend = (): Promise<void> =>
    inTurn(async () => {
      if (closed || owner !== 'screens') return;
      owner = 'nobody';
      await hide();
      // Without our listener the signal does what it does to any program.
      catchStops(false);
      stop();
      await new Promise((resolve) => setTimeout(resolve, STOP_MS));
      catchStops(true);
      show();
    });
  const redraw = (): Promise<void> =>
    inTurn(async () => {
      if (closed || owner !== 'screens') return;
      await hide();
      show();
    });

  const close = (farewell?: string): Promise<void> => {
    closed ??= (async () => {
      catchStops(false);
      unlisten();
      await hide();
      stdin.close();
      if (farewell !== undefined) options.stdout.write(farewell.endsWith('\n') ? farewell : `${farewell}\n`);
    })();
    return closed;
  };

  const end = async (signal: EndingSignal): Promise<void> => {
    // Ctrl+C in a child's terminal goes to us as well; it is meant for the child.
    if (ending || (owner === 'child' && signal === 'SIGINT')) return;
    ending = true;
    await atMost(LAST_WORDS_MS, Promise.resolve(options.onSignal?.(signal)));
    await close();
    exit(SIGNAL_EXIT_CODES[signal]);
  };

  const onStop = (): void => {
    void suspend();
  };
  const catchStops = (on: boolean): void => {
    signals.off('SIGTSTP', onStop);
    if (on) signals.on('SIGTSTP', onStop);
  };
  const unlisten = listenForSignals(signals, {
    onEnd: (signal) => void end(signal),
    // After a stop that could not be noticed the terminal is in the shell's modes.
    onContinue: () => {
      if (owner === 'screens' && mounted) void redraw();
    },
    onExit: () => screen.leave(),
  });
  catchStops(true);
  stdin.on('suspend', onStop);
  stdin.once('hangup', () => void end('SIGHUP'));
  // A terminal that has gone must not turn the last frame into a crash.
  options.stdout.on('error', () => undefined);

  return {
    stdin,
    stdout: frameOutput(options.stdout),
    mount: (next) => {
      draw = next;
      show();
    },
    handOver: (run, { announce, pause } = {}) =>
      inTurn(async () => {
        owner = 'child';
        await hide();
        // Ctrl+Z stops the child and us alike, and the shell continues both.
        catchStops(false);
        if (announce !== undefined) options.stdout.write(`${announce}\n`);
        try {
          const result = await run();
          if (pause?.(result)) {
            await lineInput(options.stdin, options.stdout).ask('\nPress Enter to return to Handrail. ');
          }
          return result;
        } finally {
          owner = 'nobody';
          catchStops(!closed);
          show();
        }
      }),
    redraw,
    close,
  };
}

/** Waits for the task, but not longer than told, and whatever comes of it. */
function atMost(ms: number, task: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const settle = (): void => {
      clearTimeout(timer);
      resolve();
    };
    task.then(settle, settle);
  });
}
