/** Snapshots on disk: readable by their owner only, and never written over what is there unless that is asked for. */
import { open, rm, stat } from 'node:fs/promises';
import { readSnapshot, writeSnapshot } from '../../diagnosis/read-snapshot.ts';
import type { Snapshot } from '../../diagnosis/snapshot.ts';
import { errorCode, reasonOf } from '../../shell/io-error.ts';
import { writePrivate } from '../../shell/write-private.ts';
import { exitCodes } from '../../state/exit-codes.ts';
import { OperatorError } from '../trouble.ts';

/** More than the evidence of the largest clusters has. */
const largest = 512 * 1024 * 1024;

/** Throws an OperatorError where it cannot be written. */
export async function saveSnapshot(file: string, snapshot: Snapshot, force: boolean): Promise<void> {
  const text = writeSnapshot(snapshot);
  try {
    if (force) await writePrivate(file, text);
    else await writeNew(file, text);
  } catch (error) {
    const there = errorCode(error) === 'EEXIST';
    throw new OperatorError(
      there ? `${file} is there already.` : `${file} could not be written: ${reasonOf(error)}.`,
      {
        ...(there ? { fix: 'Name another file, or say --force to replace it.' } : {}),
        exitCode: exitCodes.usage.code,
      },
    );
  }
}

async function writeNew(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Throws an OperatorError where there is no snapshot in it. */
export async function loadSnapshot(file: string): Promise<Snapshot> {
  const reading = readSnapshot(await textOf(file));
  if (reading.ok) return reading.snapshot;
  throw new OperatorError(`${file} ${reading.why}.`, { exitCode: exitCodes.usage.code });
}

async function textOf(file: string): Promise<string> {
  const refused = (why: string) =>
    new OperatorError(`${file} cannot be read: ${why}.`, { exitCode: exitCodes.usage.code });
  try {
    const found = await stat(file);
    if (!found.isFile()) throw refused('it is no file');
    if (found.size > largest) throw refused('it has more than 512 MiB');
    const handle = await open(file, 'r');
    try {
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof OperatorError ? error : refused(reasonOf(error));
  }
}
