/** The files of one run: what is written before it starts, and what can be read of it at any time. */
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { ProcessIdentity, RawEnding } from './port.ts';
import { exitReserve, recordEnd } from './wrapper.ts';

export interface RunPaths {
  readonly folder: string;
  readonly script: string;
  readonly output: string;
  /** Standard output alone, unredacted: there only when it was captured. */
  readonly stdout: string;
  readonly pid: string;
  readonly exit: string;
}

export function runPaths(folder: string): RunPaths {
  const at = (name: string) => join(folder, name);
  return {
    folder,
    script: at('script'),
    output: at('output'),
    stdout: at('stdout'),
    pid: at('pid'),
    exit: at('exit'),
  };
}

/** Makes the folder (0700) and its files (0600). Throws where the disk does not let it. */
export async function prepareRunFolder(paths: RunPaths, script: string, capture: boolean): Promise<void> {
  await mkdir(paths.folder, { recursive: true, mode: 0o700 });
  const output = await open(paths.output, 'wx', 0o600);
  await output.close();
  writeFileSync(paths.exit, ' '.repeat(exitReserve), { mode: 0o600, flag: 'wx' });
  // Made here, with our permissions: the wrapper must not touch the umask that the command inherits.
  for (const file of [paths.pid, join(paths.folder, 'wait'), ...(capture ? [paths.stdout] : [])]) {
    writeFileSync(file, '', { mode: 0o600, flag: 'wx' });
  }
  // Last, so that a folder without a script is one whose command was certainly never started.
  writeFileSync(paths.script, script, { mode: 0o600, flag: 'wx' });
}

/** How the command ended, once it has. Undefined while it runs, and where nobody was left to write it down. */
export function readEnding(paths: RunPaths): RawEnding | undefined {
  const record = readRecord(paths.exit)?.[0];
  const [, type, number] = /^(exited|signalled|not-started) (\d+) end$/.exec(record ?? '') ?? [];
  switch (type) {
    case 'exited':
      return { type, code: Number(number) };
    case 'signalled':
      return { type, signal: signalName(Number(number)) };
    case 'not-started':
      return { type, why: `Nothing could be written in ${paths.folder}. Check the disk, then try again.` };
    default:
      return undefined;
  }
}

/** Writes the ending of a command whose group, wrapper included, we have killed. An ending that is there stays. */
export function writeKilled(paths: RunPaths): void {
  if (readEnding(paths) !== undefined) return;
  try {
    writeFileSync(paths.exit, `signalled ${constants.signals.SIGKILL} ${recordEnd}\n`, { flag: 'r+' });
  } catch {
    // The disk does not let us: the ending stays unknown, which is what it will then be called.
  }
}

export interface Processes {
  readonly command: ProcessIdentity;
  /** The one that writes the ending, and leads the process group. */
  readonly wrapper: ProcessIdentity;
}

/** Who runs the command, as the command itself wrote it down before it began. */
export function readProcesses(paths: RunPaths): Processes | undefined {
  const lines = readRecord(paths.pid);
  if (lines === undefined || lines.at(-1) !== recordEnd) return undefined;
  const [pid, ticks, wrapperPid, wrapperTicks, bootId] = lines.map((line) => line.trim());
  if (!pid || !ticks || !wrapperPid || !wrapperTicks || !bootId) return undefined;
  return {
    command: { pid: Number(pid), startTicks: ticks, bootId },
    wrapper: { pid: Number(wrapperPid), startTicks: wrapperTicks, bootId },
  };
}

/** The lines of a small file, without the reserve after the last one. */
function readRecord(file: string): string[] | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(0, -1);
  } catch {
    return undefined;
  }
}

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `signal ${number}`;
}

/** Runs `use` with the output file open for appending; the child gets its own copy of the descriptor. */
export function withOutput<T>(paths: RunPaths, use: (descriptor: number) => T): T {
  const descriptor = openSync(paths.output, 'a', 0o600);
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
