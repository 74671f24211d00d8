/** Where the practice cluster of this user lives on disk, and what is kept there. */
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isAlive } from '../shell/identity.ts';
import { makeFolder } from '../shell/make-folder.ts';
import type { WorldOptions } from './world/build-world.ts';

export interface PracticeSettings extends WorldOptions {
  readonly ha: boolean;
  readonly speed: number;
  /** The N of the Kubernetes 1.N that it plays at first; without it, one that the mesh runs on. */
  readonly kubernetes?: number | undefined;
}

/** The settings as they are written down and handed over. */
export const settingsSchema = z.object({
  mesh: z.string(),
  size: z.union([z.literal('small'), z.number()]),
  ha: z.boolean(),
  speed: z.number(),
  helm: z.boolean().optional(),
  kubernetes: z.number().int().optional(),
});

const identity = z.object({ pid: z.number().int().positive(), bootId: z.string(), startTicks: z.string() });

const stateSchema = z.object({
  process: identity,
  url: z.string(),
  detail: z.string(),
  since: z.string(),
  /** The repository of charts, where the mesh is one of Helm's. */
  charts: z.string().optional(),
  settings: settingsSchema,
});

/** What a running daemon says of itself. */
export type PracticeState = z.infer<typeof stateSchema>;

/** `$XDG_STATE_HOME/handrail/practice`, or the like below the home folder. */
export function practiceFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment.XDG_STATE_HOME;
  // The specification says to ignore a path that is not absolute.
  const home = base !== undefined && isAbsolute(base) ? base : join(homedir(), '.local', 'state');
  return join(home, 'handrail', 'practice');
}

export const practicePaths = (folder: string) => ({
  state: join(folder, 'daemon.json'),
  kubeconfig: join(folder, 'kubeconfig'),
  viewerKubeconfig: join(folder, 'viewer.kubeconfig'),
  log: join(folder, 'log'),
  lock: join(folder, 'lock'),
  bin: join(folder, 'bin'),
});

export function ensureFolder(folder: string): void {
  makeFolder(folder);
  chmodSync(folder, 0o700);
}

/** Writes a file that only its owner can read; a reader sees the old content or the new, never a part. */
export function writePrivate(file: string, content: string, mode = 0o600): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, file);
}

/** What the last daemon said, whether or not it still runs; undefined where there is nothing that can be read. */
export function readState(folder: string): PracticeState | undefined {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(practicePaths(folder).state, 'utf8')));
  } catch {
    return undefined;
  }
}

/** The state of a daemon that runs now. One that was killed, or was running before a reboot, does not count. */
export async function liveState(folder: string): Promise<PracticeState | undefined> {
  const state = readState(folder);
  return state !== undefined && (await isAlive(state.process)) ? state : undefined;
}

/** Takes away what a daemon leaves: all but the log, which may say why it ended. */
export function clearFolder(folder: string): void {
  const { state, kubeconfig, viewerKubeconfig, bin } = practicePaths(folder);
  for (const path of [state, kubeconfig, viewerKubeconfig, bin])
    rmSync(path, { recursive: true, force: true });
}

/** The folder of the bundled programs, seen from the bundle itself or from the sources. */
export function distFolder(): string {
  const here = fileURLToPath(import.meta.url);
  const bundle = here.lastIndexOf(`${sep}dist${sep}`);
  return bundle < 0
    ? fileURLToPath(new URL('../../dist', import.meta.url))
    : here.slice(0, bundle + `${sep}dist`.length);
}
