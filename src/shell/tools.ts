/** What command line tools there are, and which versions. Nothing here throws. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { stripControls } from '../runbook/strip-controls.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The absolute path of a program on the PATH of `env`, or undefined. Relative PATH entries are passed over. */
export function findTool(name: string, env: Env): string | undefined {
  if (name === '' || name.includes('/')) return isAbsolute(name) && isProgram(name) ? name : undefined;
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

export type ToolVersion =
  /** `version` as the tool writes it, e.g. `1.34.1`, `stable-2.14.10`. */
  { readonly ok: true; readonly version: string } | { readonly ok: false; readonly why: string };

const versionArguments: Readonly<Record<string, readonly string[]>> = {
  kubectl: ['version', '--client', '-o', 'json'],
  helm: ['version', '--short'],
  linkerd: ['version', '--client', '--short'],
};

const toolTimeoutMs = 10_000;

/** Asks a tool for its version. `path` is what `findTool` gave. */
export async function toolVersion(
  name: string,
  path: string,
  env: Env = process.env,
  timeoutMs = toolTimeoutMs,
): Promise<ToolVersion> {
  try {
    const { execa } = await import('execa');
    const result = await execa(path, versionArguments[name] ?? ['--version'], {
      env,
      extendEnv: false,
      stdin: 'ignore',
      timeout: timeoutMs,
      forceKillAfterDelay: 1000,
      maxBuffer: 1_000_000,
      reject: false,
    });
    if (result.timedOut) return { ok: false, why: `${name} did not answer within ${timeoutMs / 1000} s.` };
    const said = stripControls(`${result.stdout}\n${result.stderr}`).trim();
    if (result.exitCode !== 0) {
      const ending = result.exitCode === undefined ? 'could not be run' : `ended with ${result.exitCode}`;
      return {
        ok: false,
        why: `${name} ${ending}: ${firstLine(said) || result.shortMessage || 'no message'}`,
      };
    }
    const version = readVersion(name, said);
    return version === undefined
      ? { ok: false, why: `${name} gave no version: ${firstLine(said) || 'no output'}` }
      : { ok: true, version };
  } catch (error) {
    return { ok: false, why: `${name} could not be run: ${error instanceof Error ? error.message : error}` };
  }
}

/** The version in what a tool printed: kubectl's JSON, a Linkerd channel with its version, or the first number with dots. */
export function readVersion(name: string, said: string): string | undefined {
  if (name === 'kubectl') {
    const found = /"gitVersion"\s*:\s*"v?([^"]+)"/.exec(said)?.[1];
    if (found !== undefined) return found;
  }
  if (name === 'linkerd') {
    const found = /\b(?:(?:stable|enterprise|preview)-\d[\w.+-]*|edge-\d[\w.+-]*)/.exec(said)?.[0];
    if (found !== undefined) return found;
  }
  return /\bv?(\d+(?:\.\d+)+(?:-[0-9A-Za-z.-]+)?)/.exec(said)?.[1] ?? /-(\d+\.\d+[\w.]*)/.exec(said)?.[1];
}

function firstLine(text: string): string {
  return (text.split('\n').find((line) => line.trim() !== '') ?? '').trim().slice(0, 200);
}
