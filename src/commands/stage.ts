/** Where a session is played: the full screen, or line by line. Decided once, before anything of Ink is loaded. */
import type { Writable } from 'node:stream';
import type { Initial } from '../screens/run-app.tsx';
import type { Services } from '../screens/services.ts';
import { errorCode } from '../shell/io-error.ts';
import { exitCodes } from '../state/exit-codes.ts';
import type { Walk } from '../state/walk.ts';
import { applyEnvironment, planTerminal, type TerminalPlan } from '../terminal/environment.ts';
import { type LineInput, lineInput } from '../terminal/line-input.ts';
import { listenForSignals, SIGNAL_EXIT_CODES } from '../terminal/signals.ts';
import { openTerminal } from '../terminal/terminal-app.ts';
import { environmentNow } from './environment.ts';
import type { SessionContext } from './open-session.ts';

export interface ScreenOptions {
  readonly plain?: boolean;
  /** False for `--no-color`; commander sets true where nothing was said. */
  readonly color?: boolean;
  readonly ascii?: boolean;
}

/** What the terminal is and what was asked of it. */
export function planStage(options: ScreenOptions): TerminalPlan {
  return planTerminal({
    env: process.env,
    stdinIsTTY: process.stdin.isTTY === true,
    stdoutIsTTY: process.stdout.isTTY === true,
    flags: {
      ...(options.plain ? { plain: true } : {}),
      ...(options.color === false ? { color: false } : {}),
      ...(options.ascii ? { ascii: true } : {}),
    },
  });
}

/** Opens the full screen, asks `prepare` for what is to be played there, and plays it until the operator leaves. */
export async function playOnScreen(
  plan: TerminalPlan,
  prepare: (context: SessionContext) => Promise<{ readonly services: Services; readonly initial: Initial }>,
): Promise<number> {
  const environment = environmentNow();
  applyEnvironment(plan, process.env);
  const { runApp } = await import('../screens/run-app.tsx');
  let pause = async () => {};
  const terminal = openTerminal({
    stdin: process.stdin,
    stdout: process.stdout,
    title: 'Handrail',
    inline: plan.screenReader,
    onSignal: () => pause(),
  });
  try {
    const { services, initial } = await prepare({
      environment,
      handOver: (run) =>
        terminal.handOver(run, {
          announce: 'The command has the terminal until it ends.',
          pause: () => true,
        }),
    });
    return await runApp({
      services,
      terminal,
      initial,
      look: { colour: plan.colour, glyphs: plan.glyphs },
      screenReader: plan.screenReader,
      onReady: (app) => {
        pause = app.pause;
      },
    });
  } finally {
    await terminal.close();
  }
}

export interface PlainStage {
  readonly context: SessionContext;
  /** Asks for one line before the walk; undefined where the input has ended. What came after that line is kept for the walk. */
  ask(question: string): Promise<string | undefined>;
  /** Walks a session line by line to its end or a pause, telling of it on `output`. A signal pauses it first. */
  play(walk: Walk, unattended: boolean, output?: Writable): Promise<number>;
}

/** A session without screens. On a terminal an interactive command gets the keys, and Ctrl+C is its own meanwhile. */
export function plainStage(plan: TerminalPlan): PlainStage {
  let childHasTerminal = false;
  let lines: LineInput | undefined;
  const handOver: SessionContext['handOver'] = async (run) => {
    childHasTerminal = true;
    try {
      // Node forgets the last listener of a terminal only at the next turn; until then it would still eat keys.
      await new Promise(setImmediate);
      return await run();
    } finally {
      childHasTerminal = false;
    }
  };
  return {
    context: {
      environment: environmentNow(),
      handOver: process.stdin.isTTY === true ? handOver : undefined,
    },
    async ask(question) {
      lines ??= lineInput(process.stdin, process.stdout);
      const answer = await lines.ask(question);
      return answer.type === 'line' ? answer.text : undefined;
    },
    play: (walk, unattended, output = process.stdout) =>
      playPlain(plan, walk, { unattended, output, childHasTerminal: () => childHasTerminal, lines }),
  };
}

async function playPlain(
  plan: TerminalPlan,
  walk: Walk,
  {
    unattended,
    output,
    childHasTerminal,
    lines,
  }: {
    readonly unattended: boolean;
    readonly output: Writable;
    readonly childHasTerminal: () => boolean;
    readonly lines: LineInput | undefined;
  },
): Promise<number> {
  const { runPlain } = await import('../screens/plain/run-plain.ts');
  const interrupted = new AbortController();
  let signalled: number | undefined;
  const unlisten = listenForSignals(process, {
    onEnd: (signal) => {
      if (signal === 'SIGINT' && childHasTerminal()) return;
      signalled = SIGNAL_EXIT_CODES[signal];
      interrupted.abort();
    },
    onContinue: () => {},
    onExit: () => {},
  });
  // Nobody reads any more: the session must not run on unseen.
  let unprinted = false;
  const readerLeft = (error: unknown) => {
    // Unattended, a closed pipe is a reader who did not want to see the rest. A log that cannot be kept is another matter.
    unprinted ||= errorCode(error) !== 'EPIPE';
    if (!unattended || unprinted) interrupted.abort();
  };
  process.stdout.on('error', readerLeft);
  try {
    const code = await runPlain({
      walk,
      input: process.stdin,
      ...(lines ? { lines } : {}),
      output,
      unattended,
      color: plan.colour,
      interrupted: interrupted.signal,
    });
    if (unprinted && code === exitCodes.leftOpen.code) {
      const { id } = walk.store.getState().session;
      process.stderr.write(`handrail: the session is paused. To go on: handrail resume ${id}\n`);
    }
    return signalled ?? code;
  } finally {
    unlisten();
    process.stdout.off('error', readerLeft);
    await walk.close();
  }
}
