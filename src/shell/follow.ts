/** Waits for the end of a command that is not necessarily our child, through its folder. */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { isAlive } from './identity.ts';
import { leftBehind } from './left-behind.ts';
import type { CommandHandle, ProcessIdentity, RawEnding } from './port.ts';
import { redactStored } from './redact-file.ts';
import { type Processes, type RunPaths, readEnding, readProcesses, writeKilled } from './run-folder.ts';
import { terminateGroup } from './terminate.ts';

const pollMs = 200;
/** Without /proc, asking for a process starts `ps`. */
const aliveEveryMs = process.platform === 'linux' ? 400 : 2000;
/** How long a command may take from its start to writing down who it is. */
const announceMs = 5000;

/** The handle on a command whose folder and processes are known. */
export function followRun(paths: RunPaths, known: ProcessesKnown, secrets: readonly string[]): CommandHandle {
  const stop = new AbortController();
  const ended = waitForEnd(paths, known, stop.signal).then(async (ending) => {
    await redactStored(paths.output, secrets);
    if (ending.type !== 'exited' || known.wrapper === undefined) return ending;
    const left = await leftBehind(known.wrapper.pid, paths);
    return left === 0 ? ending : { ...ending, leftBehind: left };
  });
  return {
    identity: known.command,
    ended,
    progress: () => progress(paths),
    async terminate(graceMs) {
      if (known.command !== undefined) {
        await terminateGroup({
          command: known.command,
          wrapper: known.wrapper,
          graceMs,
          signal: stop.signal,
          onKilled: () => writeKilled(paths),
        });
      }
      await ended;
    },
    detach: () => stop.abort(),
  };
}

export interface ProcessesKnown {
  readonly command: ProcessIdentity | undefined;
  readonly wrapper: ProcessIdentity | undefined;
}

/** A command that is over, or never began. */
export function endedRun(
  paths: RunPaths,
  identity: ProcessIdentity | undefined,
  ending: RawEnding,
): CommandHandle {
  return {
    identity,
    ended: Promise.resolve(ending),
    progress: () => progress(paths),
    terminate: async () => {},
    detach: () => {},
  };
}

function progress(paths: RunPaths): { bytes: number; lastOutputAt: number } {
  try {
    const { size, mtimeMs } = statSync(paths.output);
    return { bytes: size, lastOutputAt: Math.round(mtimeMs) };
  } catch {
    return { bytes: 0, lastOutputAt: 0 };
  }
}

/** Never settles once the signal has aborted. */
function waitForEnd(paths: RunPaths, known: ProcessesKnown, signal: AbortSignal): Promise<RawEnding> {
  return new Promise((resolve) => {
    let lastAlive = Date.now();
    const look = async () => {
      const ending = readEnding(paths);
      if (ending !== undefined) return settle(ending);
      if (Date.now() - lastAlive < aliveEveryMs) return;
      lastAlive = Date.now();
      if (await anyAlive(known)) return;
      // It may have written its ending between our two looks.
      settle(readEnding(paths) ?? { type: 'unknown' });
    };
    const watcher = watchFolder(paths.folder, () => void look());
    const timer = setInterval(() => void look(), pollMs);
    const stop = () => {
      clearInterval(timer);
      watcher?.close();
      signal.removeEventListener('abort', stop);
    };
    const settle = (ending: RawEnding) => {
      stop();
      resolve(ending);
    };
    signal.addEventListener('abort', stop);
    void look();
  });
}

async function anyAlive({ command, wrapper }: ProcessesKnown): Promise<boolean> {
  if (wrapper !== undefined && (await isAlive(wrapper))) return true;
  return command !== undefined && (await isAlive(command));
}

/** Watching makes us quick; the timer makes us right where watching is not possible. */
function watchFolder(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, (_, name) => {
      if (name !== 'output' && name !== 'stdout') onChange();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

/** Waits until a command that was just started has said who it is, has ended, or `gone` says that nobody is left to. */
export async function waitForAnnouncement(
  paths: RunPaths,
  gone: () => boolean,
  limitMs = announceMs,
): Promise<Processes | undefined> {
  const until = Date.now() + limitMs;
  for (;;) {
    const over = gone() || readEnding(paths) !== undefined || Date.now() >= until;
    const found = readProcesses(paths);
    if (found !== undefined || over) return found;
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}
