import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createCommandPort } from '../../src/shell/command-port.ts';
import type { CommandPort, CommandSpec } from '../../src/shell/port.ts';

/** A folder of its own for one test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-shell-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

export function commandPort(): CommandPort {
  return createCommandPort({ handOver: (run) => run() });
}

export function spec(script: string, more: Partial<CommandSpec> = {}): CommandSpec {
  const base = scratch();
  return {
    folder: join(base, 'runs', '001'),
    language: 'bash',
    script,
    env: { PATH: process.env.PATH ?? '', HOME: base },
    cwd: base,
    captureStdout: false,
    secrets: [],
    ...more,
  };
}

export function outputOf(run: CommandSpec): string {
  return readFileSync(join(run.folder, 'output'), 'utf8');
}

/** Waits until something is so; the test's own time limit ends it otherwise. */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/\) [ZX] /.test(stat);
  } catch {
    try {
      if (process.platform === 'linux') return false;
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  }
}
