/**
 * How the engine starts, follows and ends a command. The command outlives this program: it is detached, its output and its
 * exit code go to files in its run folder, and a later process can attach to it by that folder.
 */
import type { ShellLanguage } from '../runbook/model.ts';

/** A stretch of a command's output, already stripped of control characters and redacted. */
export interface OutputWindow {
  /** How many whole lines there are so far. */
  readonly total: number;
  /** The index of the first line in `lines`, from 0. */
  readonly first: number;
  readonly lines: readonly string[];
  readonly bytes: number;
  /**
   * What stands after the last newline while the command runs: a progress bar, a line that is not whole yet. Not one of
   * `lines`. Once the command has ended it counts as a line.
   */
  readonly partial?: string;
  /** The lines are not output but a sentence on why there is none to be shown. */
  readonly withheld?: true;
}

export interface CommandSpec {
  /** Absolute; created (0700) by `start`. Holds `script`, `output`, `stdout` (only when captured; not redacted), `pid`, `exit`. */
  readonly folder: string;
  readonly language: ShellLanguage;
  readonly script: string;
  /** The whole environment; nothing is added to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Also keep standard output alone, in `stdout`. */
  readonly captureStdout: boolean;
  /** What is captured is a secret: it goes to `stdout` and not to `output`. */
  readonly hideStdout?: boolean;
  /** Values to be replaced by `***` in all output shown or read. */
  readonly secrets: readonly string[];
}

/** Identifies a process beyond doubt: a pid is reused, a start time of the same boot is not. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly bootId: string;
  /** Field 22 of /proc/PID/stat on Linux; `ps -o lstart=` elsewhere. */
  readonly startTicks: string;
}

export type RawEnding =
  /** `leftBehind`: so many of its processes still run, where that is known and any do. */
  | { readonly type: 'exited'; readonly code: number; readonly leftBehind?: number }
  | { readonly type: 'signalled'; readonly signal: string }
  | { readonly type: 'not-started'; readonly why: string }
  /** It is gone and left no exit code. */
  | { readonly type: 'unknown' };

export interface CommandHandle {
  readonly identity: ProcessIdentity | undefined;
  /** Settles when the command is over, whoever started it. */
  readonly ended: Promise<RawEnding>;
  /** How much output there is and when the last came (ms since the epoch). */
  progress(): { readonly bytes: number; readonly lastOutputAt: number };
  /** TERM to the process group, KILL after `graceMs`. Settles with `ended`. */
  terminate(graceMs: number): Promise<void>;
  /** Stops watching; the command goes on. */
  detach(): void;
}

export interface CommandPort {
  /** Starts the command detached. Rejects never: a command that cannot start ends as `not-started`. */
  start(spec: CommandSpec): Promise<CommandHandle>;
  /** Follows a command that an earlier program started, or reads how it ended. */
  attach(
    folder: string,
    identity: ProcessIdentity | undefined,
    /** Values to be taken out of the stored output when the command has ended. */
    secrets?: readonly string[],
  ): Promise<CommandHandle>;
  /** Runs a command that needs the keyboard, with the terminal handed over, and waits for it. Its output is not kept. */
  interactive(spec: CommandSpec): Promise<RawEnding>;
}

/** Reads the output of one run by lines, however large it is: memory stays bounded. Control characters are stripped, secrets replaced, lines cut at 4,000 characters. */
export interface OutputFile {
  window(first: number, count: number): Promise<OutputWindow>;
  tail(count: number): Promise<OutputWindow>;
  search(text: string, from: number, direction: 1 | -1): Promise<number>;
  close(): Promise<void>;
}
