/** Runs the built program as a user does, in a home of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const entry = resolve(import.meta.dirname, '../../dist/handrail.js');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home folder with nothing in it, and the environment that points there. */
export function temporaryHome(): {
  readonly folder: string;
  readonly env: Record<string, string>;
  remove(): void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-'));
  return {
    folder,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      XDG_STATE_HOME: join(folder, 'state'),
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
    },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Runs `handrail ARGS` to its end; `input` goes to its standard input, which is then closed. */
export function handrail(
  args: readonly string[],
  options: { readonly env: Record<string, string>; readonly cwd?: string; readonly input?: string },
): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [entry, ...args], {
      env: options.env,
      cwd: options.cwd ?? options.env.HOME,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr }));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}
