import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTools } from '../../src/practice/tools.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Kubectl {
  readonly kubeconfig: string;
  /** Runs it to its end. */
  run(...args: string[]): Promise<Ran>;
  /** As `run`, and throws what it says when it fails. */
  ok(...args: string[]): Promise<string>;
  start(...args: string[]): ChildProcess;
  remove(): void;
}

/** The real kubectl on a kubeconfig. */
export async function kubectlOn(kubeconfig: string): Promise<Kubectl> {
  const { paths } = await findTools(['kubectl'], { prefer: 'bundled' });
  const program = paths.kubectl;
  if (program === undefined) throw new Error('these tests need kubectl on the PATH');
  const folder = mkdtempSync(join(tmpdir(), 'practice-kubectl-'));
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, kubeconfig, { mode: 0o600 });
  const env = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: file };
  const run = (...args: string[]) =>
    new Promise<Ran>((resolve) => {
      execFile(program, args, { env, timeout: 60_000 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      });
    });
  return {
    kubeconfig: file,
    run,
    async ok(...args) {
      const { code, stdout, stderr } = await run(...args);
      if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: exit ${code}: ${stderr}${stdout}`);
      return stdout;
    },
    start: (...args) => spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }),
  };
}
