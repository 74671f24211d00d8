/** The manifests of a folder, with all folders in it. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifests, readManifests } from '../../diagnosis/network-policy/manifests.ts';
import { reasonOf } from '../../shell/io-error.ts';
import { exitCodes } from '../../state/exit-codes.ts';
import { OperatorError } from '../trouble.ts';

const MANIFEST = /\.(?:ya?ml|json)$/i;
const MOST_PROBLEMS = 20;

/** A single file is taken, too. Throws an OperatorError that names file and line of everything that cannot be read. */
export async function readDir(dir: string): Promise<Manifests> {
  const files = await manifestFiles(dir);
  if (files.length === 0) {
    throw new OperatorError(`There are no manifests in ${dir}.`, {
      fix: 'They are files that end in .yaml, .yml or .json.',
      exitCode: exitCodes.usage.code,
    });
  }
  const manifests = readManifests(
    await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') }))),
  );
  const { problems } = manifests;
  if (problems.length > 0) {
    const lines = problems
      .slice(0, MOST_PROBLEMS)
      .map(({ file, line, column, message }) => `\n  ${file}:${line}:${column}: ${message}`);
    const more = problems.length > MOST_PROBLEMS ? `\n  and ${problems.length - MOST_PROBLEMS} more` : '';
    throw new OperatorError(`Not every manifest can be read, so nothing is said.${lines.join('')}${more}`, {
      exitCode: exitCodes.usage.code,
    });
  }
  return manifests;
}

async function manifestFiles(dir: string): Promise<readonly string[]> {
  try {
    if (!(await stat(dir)).isDirectory()) return [dir];
    const entries = await readdir(dir, { recursive: true, encoding: 'utf8' });
    const found = entries.filter((file) => MANIFEST.test(file)).map((file) => join(dir, file));
    const isFile = await Promise.all(found.map(async (file) => (await stat(file)).isFile()));
    return found.filter((_file, at) => isFile[at]).sort();
  } catch (error) {
    throw new OperatorError(`${dir} cannot be read: ${reasonOf(error)}.`, {
      exitCode: exitCodes.usage.code,
    });
  }
}
