/** Runs the fault of a drill: a script that breaks the practice cluster, and never reaches another one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCommandPort } from '../../shell/command-port.ts';
import { openOutput } from '../../shell/output-file.ts';
import type { RawEnding } from '../../shell/port.ts';
import { exitCodes } from '../../state/exit-codes.ts';
import { listenForSignals, SIGNAL_EXIT_CODES } from '../../terminal/signals.ts';
import { commandEnvironment } from '../command-environment.ts';
import { environmentNow } from '../environment.ts';
import { OperatorError } from '../trouble.ts';

export interface Breaking {
  readonly script: string;
  /** Of the practice cluster. */
  readonly kubeconfig: string;
  readonly timeoutMs?: number;
}

/** What of the operator's environment the script gets: nothing that names another cluster. */
const passedOn = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'TMPDIR', 'TZ'];
const graceMs = 2_000;
/** How much of its output is shown where it fails. */
const shownLines = 40;

/** Throws an OperatorError with the end of the script's output where it fails. */
export async function breakCluster({ script, kubeconfig, timeoutMs = 120_000 }: Breaking): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'handrail-drill-'));
  const folder = join(scratch, 'fault');
  try {
    const ending = await run(folder, script, { ...environment(), KUBECONFIG: kubeconfig }, timeoutMs);
    if (ending === undefined) return;
    const output = openOutput(folder, []);
    const { lines } = await output.tail(shownLines);
    await output.close();
    throw new OperatorError(
      [`The fault of this drill could not be made: its script ${ending.how}.`, ...lines].join('\n  '),
      { fix: 'The practice cluster may be broken by half. Nothing else was touched.', exitCode: ending.code },
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function environment(): Readonly<Record<string, string>> {
  const kept = Object.entries(environmentNow()).filter(([name]) => passedOn.includes(name));
  return commandEnvironment(Object.fromEntries(kept), true);
}

/** How it went wrong; undefined where it did what it should. */
async function run(
  folder: string,
  script: string,
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<{ readonly how: string; readonly code: number } | undefined> {
  const port = createCommandPort({ handOver: undefined });
  let early: { readonly how: string; readonly code: number } | undefined;
  const handle = await port.start({
    folder,
    language: 'bash',
    script,
    env,
    cwd: tmpdir(),
    captureStdout: false,
    secrets: [],
  });
  const stop = (how: string, code: number) => {
    early ??= { how, code };
    void handle.terminate(graceMs);
  };
  const unlisten = listenForSignals(process, {
    onEnd: (signal) => stop('was interrupted', SIGNAL_EXIT_CODES[signal]),
    onContinue: () => {},
    onExit: () => {},
  });
  const timer = setTimeout(() => {
    stop(`took longer than ${timeoutMs / 1000} s`, exitCodes.notReady.code);
  }, timeoutMs);
  try {
    const ending = await handle.ended;
    return early ?? failure(ending);
  } finally {
    clearTimeout(timer);
    unlisten();
  }
}

function failure(ending: RawEnding): { readonly how: string; readonly code: number } | undefined {
  const { code } = exitCodes.notReady;
  switch (ending.type) {
    case 'exited':
      return ending.code === 0 ? undefined : { how: `ended with ${ending.code}`, code };
    case 'signalled':
      return { how: `was ended by ${ending.signal}`, code };
    case 'not-started':
      return { how: `could not be started: ${ending.why.replace(/\.$/, '')}`, code };
    case 'unknown':
      return { how: 'ended, and how is not known', code };
  }
}
