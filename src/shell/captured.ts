import { open } from 'node:fs/promises';
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
