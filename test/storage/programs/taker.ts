/** Waits for the starting shot, tries to take a session's lock, says what came of it, and holds on until it is told to end. */
import { once } from 'node:events';
import { acquireLock } from '../../../src/state/lock.ts';

const folder = process.argv[2] ?? '';
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const result = await acquireLock(folder);
process.stdout.write(
  `${JSON.stringify(result.ok ? { won: true, tookOver: result.tookOver?.pid } : { won: false, owner: result.owner?.pid })}\n`,
);
await once(process.stdin, 'data');
if (result.ok) await result.release();
process.exit(0);
