/** Before all tests: where the machine has no kubectl or helm, that of the dev dependency goes to the end of the PATH. */
import { delimiter } from 'node:path';
import { findTools } from '../../src/practice/tools.ts';

export async function setup(): Promise<void> {
  const { folders, missing } = await findTools();
  if (missing.length > 0) throw new Error(missing.map(({ tool, how }) => `no ${tool}: ${how}`).join('\n'));
  process.env.PATH = [process.env.PATH, ...folders].join(delimiter);
}
