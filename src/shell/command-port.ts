/** Starts commands so that they outlive this program, and finds them again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endedRun, followRun, waitForAnnouncement } from './follow.ts';
import { currentBootId, identify } from './identity.ts';
import { reasonOf } from './io-error.ts';
import type { CommandHandle, CommandPort, CommandSpec, RawEnding } from './port.ts';
import {
  type Processes,
  prepareRunFolder,
  type RunPaths,
  readEnding,
  readProcesses,
  runPaths,
  withOutput,
} from './run-folder.ts';
import { type Shells, shellFor } from './shells.ts';
import { givenUp, wrapperArguments } from './wrapper.ts';

export interface CommandPortOptions {
  /** Gives the terminal to whatever `run` starts, and takes it back when it settles. Undefined where there is no terminal. */
  readonly handOver: (<T>(run: () => Promise<T>) => Promise<T>) | undefined;
}

const noTerminal =
  'It reads the keyboard, and there is no terminal here. Resume the session in a terminal, or do it by hand.';

/** How long to look for a command that an earlier program had just started. */
const attachMs = 1000;

export function createCommandPort({ handOver }: CommandPortOptions): CommandPort {
  return {
    start,
    attach,
    interactive: async (spec) =>
      handOver ? handOver(() => runInteractive(spec)) : { type: 'not-started', why: noTerminal },
  };
}

async function start(spec: CommandSpec): Promise<CommandHandle> {
  const paths = runPaths(spec.folder);
  const notStarted = (why: string) => endedRun(paths, undefined, { type: 'not-started', why });
  const ready = await prepare(spec, paths);
  if ('why' in ready) return notStarted(ready.why);
  const spawned = await spawnWrapper(spec, paths, ready);
  if ('why' in spawned) return notStarted(spawned.why);
  let gone = false;
  spawned.child.on('exit', () => {
    gone = true;
  });
  spawned.child.unref();
  const found = await waitForAnnouncement(paths, () => gone);
  if (found !== undefined) return followRun(paths, found, spec.secrets);
  const ending = readEnding(paths);
  if (ending !== undefined) return endedRun(paths, undefined, ending);
  const wrapper = gone ? undefined : await identify(spawned.child.pid ?? 0);
  // Very slow, but it may yet begin: only its wrapper can tell how it ends.
  if (wrapper !== undefined) return followRun(paths, { command: undefined, wrapper }, spec.secrets);
  return notStarted(`The shell ended before it began with the command. See ${paths.output}.`);
}

async function attach(
  folder: string,
  identity: CommandHandle['identity'],
  secrets: readonly string[] = [],
): Promise<CommandHandle> {
  const paths = runPaths(folder);
  const ending = readEnding(paths);
  if (ending !== undefined) {
    return followRun(
      paths,
      { command: readProcesses(paths)?.command ?? identity, wrapper: undefined },
      secrets,
    );
  }
  if (identity === undefined && !existsSync(paths.script)) {
    return endedRun(paths, undefined, {
      type: 'not-started',
      why: 'The program ended before it started the command.',
    });
  }
  const known = readProcesses(paths);
  if (known !== undefined || identity !== undefined || existsSync(onTerminal(paths))) {
    return followRun(paths, known ?? { command: identity, wrapper: undefined }, secrets);
  }
  const late = (await waitForAnnouncement(paths, () => false, attachMs)) ?? giveUp(paths);
  return late
    ? followRun(paths, late, secrets)
    : endedRun(paths, undefined, {
        type: 'not-started',
        why: 'The program ended before the command had begun.',
      });
}

/** Marks a run that has the terminal and no wrapper: nobody announces it. */
const onTerminal = (paths: RunPaths) => join(paths.folder, 'on-terminal');

/** No longer lets the command begin. Gives its processes if it has begun at this very moment. */
function giveUp(paths: RunPaths): Processes | undefined {
  writeFileSync(join(paths.folder, givenUp), '', { mode: 0o600 });
  return readProcesses(paths);
}

/** Everything that can be known to be wrong before a process is started. */
async function prepare(spec: CommandSpec, paths: RunPaths): Promise<Shells | { readonly why: string }> {
  const shells = checkPlace(spec);
  if ('why' in shells) return shells;
  try {
    await prepareRunFolder(paths, spec.script, spec.captureStdout);
    return shells;
  } catch (error) {
    return { why: `The run's files cannot be written in ${paths.folder}: ${reasonOf(error)}.` };
  }
}

function checkPlace(spec: CommandSpec): Shells | { readonly why: string } {
  const shells = shellFor(spec.language, spec.env);
  if ('missing' in shells) return { why: shells.missing };
  try {
    if (statSync(spec.cwd).isDirectory()) return shells;
    return { why: `The working folder ${spec.cwd} is not a folder.` };
  } catch (error) {
    return { why: `The working folder ${spec.cwd} cannot be used: ${reasonOf(error)}.` };
  }
}

function spawnWrapper(
  spec: CommandSpec,
  paths: RunPaths,
  shells: Shells,
): Promise<{ readonly child: ChildProcess } | { readonly why: string }> {
  const args = wrapperArguments({
    folder: paths.folder,
    capture: spec.captureStdout,
    shown: spec.hideStdout !== true,
    bootId: currentBootId(),
    command: [...shells.command, paths.script],
  });
  return new Promise((resolve) => {
    const failed = (error: unknown) => resolve({ why: `The shell cannot be started: ${reasonOf(error)}.` });
    try {
      withOutput(paths, (output) => {
        const child = spawn(shells.bash, args, {
          cwd: spec.cwd,
          env: { ...spec.env },
          // A session of its own: no terminal, and no hang-up when ours goes.
          detached: true,
          stdio: ['ignore', output, output],
        });
        child.once('error', failed);
        child.once('spawn', () => resolve({ child }));
      });
    } catch (error) {
      failed(error);
    }
  });
}

async function runInteractive(spec: CommandSpec): Promise<RawEnding> {
  const paths = runPaths(spec.folder);
  const shells = await prepare(spec, paths);
  if ('why' in shells) return { type: 'not-started', why: shells.why };
  writeFileSync(onTerminal(paths), '', { mode: 0o600 });
  const [program, ...options] = shells.command;
  if (program === undefined) return { type: 'not-started', why: 'No shell was found.' };
  // Ctrl-C goes to every process on the terminal; it is meant for the command, not for us.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    const { execa } = await import('execa');
    const result = await execa(program, [...options, paths.script], {
      cwd: spec.cwd,
      env: { ...spec.env },
      extendEnv: false,
      stdio: 'inherit',
      reject: false,
      cleanup: false,
    });
    if (result.exitCode !== undefined) return { type: 'exited', code: result.exitCode };
    if (result.signal !== undefined) return { type: 'signalled', signal: result.signal };
    return { type: 'not-started', why: `The shell cannot be started: ${reasonOf(result.cause ?? result)}.` };
  } catch (error) {
    return { type: 'not-started', why: `The shell cannot be started: ${reasonOf(error)}.` };
  } finally {
    process.off('SIGINT', ignore);
  }
}
