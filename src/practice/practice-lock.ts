import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive } from '../shell/identity.ts';
import type { ProcessIdentity } from '../shell/port.ts';

const POLL_MS = 100;

function ownerOf(file: string): { text: string; identity: ProcessIdentity } | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return { text, identity: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/**
 * Does something that only one process at a time may do, waiting for its turn. The lock of a process that is gone is taken over.
 * Throws when `timeoutMs` pass without a turn.
 */
export async function withLock<T>(file: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const own = `${JSON.stringify(await identify(process.pid))}\n`;
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      writeFileSync(file, own, { flag: 'wx', mode: 0o600 });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(file);
    if (owner !== undefined && !(await isAlive(owner.identity))) takeAway(file, owner.text);
    else if (Date.now() > end) throw new Error(`another process holds ${file}`);
    else await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Takes a dead process's lock away. It is moved first, since two may do so at once and the second must not hit a new lock. */
function takeAway(file: string, expected: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    const moved = readFileSync(aside, 'utf8');
    rmSync(aside, { force: true });
    if (moved !== expected) writeFileSync(file, moved, { flag: 'wx', mode: 0o600 });
  } catch {
    // Somebody else was quicker; the next round shows who.
  }
}
