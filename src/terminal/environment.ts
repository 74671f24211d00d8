/**
 * What the terminal can do and what the operator asked for, settled once. It must be applied before Ink is imported, because
 * Ink, chalk and is-in-ci read the environment at that moment.
 */
import type { Glyphs } from './glyphs.ts';
import { ASCII, UNICODE } from './glyphs.ts';

interface TerminalFlags {
  /** `--plain`: line by line, although there is a terminal. */
  readonly plain?: boolean;
  /** `--color` or `--no-color`. */
  readonly color?: boolean;
  /** `--ascii`. */
  readonly ascii?: boolean;
  /** `--screen-reader`. */
  readonly screenReader?: boolean;
}

export interface TerminalFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdinIsTTY: boolean;
  readonly stdoutIsTTY: boolean;
  readonly flags: TerminalFlags;
}

export interface TerminalPlan {
  /** Screens can be drawn and keys read; otherwise the program runs line by line. */
  readonly interactive: boolean;
  /** Why it is not, for whoever expected screens. */
  readonly whyPlain: 'asked' | 'stdin' | 'stdout' | 'dumb' | undefined;
  readonly colour: boolean;
  readonly glyphs: Glyphs;
  readonly ascii: boolean;
  /** Screens are read aloud: no alternate screen, no decoration, and only changes are said. */
  readonly screenReader: boolean;
}

export function planTerminal({ env, stdinIsTTY, stdoutIsTTY, flags }: TerminalFacts): TerminalPlan {
  const whyPlain = flags.plain
    ? 'asked'
    : !stdinIsTTY
      ? 'stdin'
      : !stdoutIsTTY
        ? 'stdout'
        : env.TERM === 'dumb'
          ? 'dumb'
          : undefined;
  const ascii = flags.ascii ?? !isUtf8(env);
  return {
    interactive: whyPlain === undefined,
    whyPlain,
    colour: wantsColour(env, stdoutIsTTY, flags.color),
    glyphs: ascii ? ASCII : UNICODE,
    ascii,
    screenReader: flags.screenReader ?? env.INK_SCREEN_READER === 'true',
  };
}

/** The option first, then FORCE_COLOR, then NO_COLOR (https://no-color.org), then what the terminal is. */
function wantsColour(env: TerminalFacts['env'], isTTY: boolean, flag: boolean | undefined): boolean {
  if (flag !== undefined) return flag;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTTY && env.TERM !== 'dumb';
}

/** Of these variables the first that is set and not empty counts (POSIX, 8.2). None at all is the locale C. */
function isUtf8(env: TerminalFacts['env']): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '');
  return locale !== undefined && /utf-?8/i.test(locale);
}

/**
 * Makes the environment say what was settled. Ink knows FORCE_COLOR but not NO_COLOR, and Node warns where both are set. With
 * `CI` set, Ink draws nothing but its last frame, even on a terminal.
 */
export function applyEnvironment(plan: TerminalPlan, env: Record<string, string | undefined>): void {
  if (plan.colour) {
    if (env.FORCE_COLOR === '0' || env.FORCE_COLOR === 'false') delete env.FORCE_COLOR;
  } else {
    env.FORCE_COLOR = '0';
  }
  delete env.NO_COLOR;
  if (plan.interactive) {
    delete env.CI;
    delete env.CONTINUOUS_INTEGRATION;
  }
}
