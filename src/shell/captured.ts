import { open, rm } from 'node:fs/promises';
import { redactStored } from './redact-file.ts';
import { runPaths } from './run-folder.ts';

/** The standard output that a captured command left in its run folder: at most `limit` bytes of it and one more, so that too much is noticed. */
export async function readCaptured(folder: string, limit: number): Promise<string> {
  const handle = await open(runPaths(folder).stdout, 'r');
  try {
    const buffer = Buffer.alloc(limit + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * Takes captured output away once its value is known elsewhere, and what of it is in the run's other output is redacted with the
 * secrets known by then. Never rejects: a file that cannot be removed is one that only its owner can read.
 */
export async function putAwayCaptured(folder: string, secrets: readonly string[]): Promise<void> {
  const paths = runPaths(folder);
  await rm(paths.stdout, { force: true }).catch(() => undefined);
  await redactStored(paths.output, secrets);
}
