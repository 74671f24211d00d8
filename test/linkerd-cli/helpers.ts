import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeClient } from '../../src/practice/kube-client.ts';
import { runLinkerd } from '../../src/practice/linkerd-cli/run.ts';
import { type PracticeOptions, startPractice } from '../../src/practice/start-practice.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the stand-in in this process, on a client of the practice cluster. */
export async function linkerd(
  client: KubeClient,
  version: string,
  argv: readonly string[],
  stdin = '',
): Promise<Outcome> {
  let out = '';
  let err = '';
  const code = await runLinkerd(version, argv, {
    env: {},
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdin: async () => stdin,
    readFile: () => stdin,
    connect: () => client,
    now: () => new Date(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  return { code, out, err };
}

/** Runs a program with the given input; its outcome, whatever the exit code. */
export function run(
  program: string,
  argv: readonly string[],
  options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { env: { ...process.env, ...options.env } });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, out, err }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** A practice cluster, its kubeconfig in a file, and real kubectl on it. */
export async function practiceWithKubectl(options: PracticeOptions = {}) {
  const practice = await startPractice({ speed: 100, ...options });
  const folder = mkdtempSync(join(tmpdir(), 'handrail-linkerd-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, practice.kubeconfig, { mode: 0o600 });
  const environment = { KUBECONFIG: kubeconfig, HOME: folder };
  return {
    practice,
    folder,
    kubeconfig,
    environment,
    linkerd: (version: string, argv: readonly string[], stdin?: string) =>
      linkerd(practice.client, version, argv, stdin),
    kubectl: (argv: readonly string[], input?: string) =>
      run('kubectl', argv, { env: environment, ...(input === undefined ? {} : { input }) }),
    async stop() {
      await practice.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
