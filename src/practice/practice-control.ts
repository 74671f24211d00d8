/** Starts, finds and ends the practice cluster of this user: a process of its own, so that other terminals can use it too. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../shell/identity.ts';
import { errorCode, reasonOf } from '../shell/io-error.ts';
import { askForKubernetes, kubernetesNow } from './kubernetes-now.ts';
import { meshNow, withMeshNow } from './mesh-now.ts';
import {
  clearFolder,
  distFolder,
  ensureFolder,
  liveState,
  type PracticeSettings,
  type PracticeState,
  practiceFolder,
  practicePaths,
  readState,
} from './practice-folder.ts';
import { withLock } from './practice-lock.ts';
import { asFlags, problemWith, STANDARD } from './practice-settings.ts';

export interface PracticeUpOptions extends Partial<PracticeSettings> {
  /** It ends by itself after so many minutes without a request or an open watch; 120 unless told. */
  readonly idleMinutes?: number;
}

export interface PracticeInfo {
  readonly running: boolean;
  /** One line for people. */
  readonly detail: string;
  readonly kubeconfig: string | undefined;
  readonly state: PracticeState | undefined;
  /** `1.35`: the Kubernetes that it plays now. */
  readonly kubernetes?: string | undefined;
}

export type PracticeResult =
  | { readonly ok: true; readonly changed: boolean; readonly info: PracticeInfo }
  | {
      readonly ok: false;
      readonly message: string;
      readonly fix: string;
      /** It was asked for something that there is not, or its folder cannot be written. Otherwise it could not be had now. */
      readonly why?: 'usage' | 'unwritable';
    };

const START_MS = 120_000;
const STOP_MS = 10_000;
const POLL_MS = 50;

/** The folder with the practice cluster's own tools: `linkerd`, and kubectl and helm where the machine has none. */
export function practiceBin(): string {
  return practicePaths(practiceFolder()).bin;
}

/** Where the kubeconfig of the practice cluster is while it runs. */
export function practiceKubeconfig(): string {
  return practicePaths(practiceFolder()).kubeconfig;
}

export async function practiceStatus(): Promise<PracticeInfo> {
  const folder = practiceFolder();
  const info = infoOf(folder, await liveState(folder));
  if (info.state === undefined || info.kubeconfig === undefined) return info;
  const { detail, settings } = info.state;
  const [mesh, kubernetes] = await Promise.all([meshNow(info.kubeconfig), kubernetesNow(info.kubeconfig)]);
  return { ...info, detail: withMeshNow(detail, settings.mesh, mesh), kubernetes };
}

/** Upgrades the Kubernetes that the practice cluster plays, while it runs, to 1.`minor`. `changed` is false where it plays that already. */
export async function practiceKubernetes(minor: number): Promise<PracticeResult> {
  const before = await practiceStatus();
  if (before.kubeconfig === undefined) {
    return {
      ok: false,
      message: 'No practice cluster is running.',
      fix: 'To start one: handrail practice up',
    };
  }
  try {
    const kubernetes = await askForKubernetes(before.kubeconfig, minor);
    return { ok: true, changed: kubernetes !== before.kubernetes, info: { ...before, kubernetes } };
  } catch (error) {
    return {
      ok: false,
      why: 'usage',
      message: reasonOf(error),
      fix: 'To have another one from the start: handrail practice reset --kubernetes 1.N',
    };
  }
}

/** Settings as they are, and over them what was asked for. Another mesh brings the Kubernetes that it runs on. */
function over(settings: PracticeSettings, asked: Partial<PracticeSettings>): PracticeSettings {
  const { kubernetes, ...others } = settings;
  const kept = asked.mesh === undefined || asked.mesh === settings.mesh ? { kubernetes } : {};
  return { ...others, ...kept, ...asked };
}

function infoOf(folder: string, state: PracticeState | undefined): PracticeInfo {
  if (state === undefined) return { running: false, detail: 'not running', kubeconfig: undefined, state };
  return { running: true, detail: state.detail, kubeconfig: practicePaths(folder).kubeconfig, state };
}

/** Starts the practice cluster and waits until its mesh is ready. One that runs with the same settings is left as it is. */
export async function practiceUp(options: PracticeUpOptions = {}): Promise<PracticeResult> {
  const { idleMinutes = 120, ...asked } = options;
  const folder = practiceFolder();
  const wrong = problemWith({ ...STANDARD, ...asked });
  if (wrong !== undefined) return wrong;
  return alone(folder, async () => {
    const state = await liveState(folder);
    if (state === undefined) return start(folder, { ...STANDARD, ...asked }, idleMinutes);
    // What was not asked for may be as it is.
    const wanted = over(state.settings, asked);
    if (asFlags(wanted) === asFlags(state.settings)) {
      return { ok: true, changed: false, info: infoOf(folder, state) };
    }
    return {
      ok: false,
      message: `A practice cluster runs already, with ${asFlags(state.settings)}.`,
      fix: `To have another one: handrail practice reset ${asFlags(wanted)}`,
    };
  });
}

/** Ends the practice cluster. `changed` is false when none was running. */
export async function practiceDown(): Promise<PracticeResult> {
  const folder = practiceFolder();
  if (!existsSync(folder)) return { ok: true, changed: false, info: infoOf(folder, undefined) };
  return alone(folder, () => end(folder));
}

/** Ends it, if it runs, and starts a fresh one with the same settings, or with those given. */
export async function practiceReset(options: PracticeUpOptions = {}): Promise<PracticeResult> {
  const { idleMinutes = 120, ...asked } = options;
  const folder = practiceFolder();
  const settings = over({ ...STANDARD, ...readState(folder)?.settings }, asked);
  const wrong = problemWith(settings);
  if (wrong !== undefined) return wrong;
  return alone(folder, async () => {
    const ended = await end(folder);
    return ended.ok ? start(folder, settings, idleMinutes) : ended;
  });
}

/** Does it while no other process starts or ends the practice cluster. A disk that refuses is told, not thrown. */
async function alone(folder: string, work: () => Promise<PracticeResult>): Promise<PracticeResult> {
  try {
    ensureFolder(folder);
    return await withLock(practicePaths(folder).lock, START_MS, work);
  } catch (error) {
    return {
      ok: false,
      message: `The practice cluster cannot be kept in ${folder}: ${reasonOf(error)}.`,
      fix: 'Make that folder writable, or set XDG_STATE_HOME to another one.',
      ...(errorCode(error) === undefined ? {} : { why: 'unwritable' }),
    };
  }
}

async function start(
  folder: string,
  settings: PracticeSettings,
  idleMinutes: number,
): Promise<PracticeResult> {
  const paths = practicePaths(folder);
  const program = join(distFolder(), 'practice-daemon.js');
  if (!existsSync(program)) {
    return {
      ok: false,
      message: `The practice cluster's program is missing: ${program}`,
      fix: 'In a clone, run: npm run build',
    };
  }
  clearFolder(folder);
  const log = openSync(paths.log, 'w', 0o600);
  const argument = JSON.stringify({ folder, settings, idleMinutes });
  const child = spawn(process.execPath, [program, argument], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
  });
  closeSync(log);
  let failure: string | undefined;
  child.on('error', (error) => {
    failure = error.message;
  });
  child.on('exit', (code, signal) => {
    failure ??= `it ended with ${signal ?? code}`;
  });
  child.unref();
  const deadline = Date.now() + START_MS;
  while (failure === undefined && Date.now() < deadline) {
    const state = readState(folder);
    if (state !== undefined && state.process.pid === child.pid) {
      child.removeAllListeners();
      return { ok: true, changed: true, info: infoOf(folder, state) };
    }
    await sleep(POLL_MS);
  }
  if (failure === undefined) child.kill('SIGKILL');
  clearFolder(folder);
  const why = failure ?? `it was not ready after ${START_MS / 1000} s`;
  return {
    ok: false,
    message: `The practice cluster did not start: ${why}.${lastLines(paths.log)}`,
    fix: `Its log is ${paths.log}`,
  };
}

function lastLines(file: string): string {
  try {
    const lines = readFileSync(file, 'utf8').trim().split('\n').slice(-5);
    return lines.join('') === '' ? '' : `\n${lines.map((line) => `  ${line}`).join('\n')}`;
  } catch {
    return '';
  }
}

async function end(folder: string): Promise<PracticeResult> {
  const state = await liveState(folder);
  if (state !== undefined) {
    const { pid } = state.process;
    signal(pid, 'SIGTERM');
    const deadline = Date.now() + STOP_MS;
    while (await isAlive(state.process)) {
      if (Date.now() > deadline) signal(pid, 'SIGKILL');
      await sleep(POLL_MS);
    }
  }
  clearFolder(folder);
  return { ok: true, changed: state !== undefined, info: infoOf(folder, undefined) };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It may have ended between the question and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
