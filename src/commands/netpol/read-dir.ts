/** The manifests of a folder, with all folders in it. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ManifestFile,
  type Manifests,
  readManifests,
} from '../../diagnosis/network-policy/manifests.ts';
import { reasonOf } from '../../shell/io-error.ts';
import { exitCodes } from '../../state/exit-codes.ts';
import { OperatorError } from '../trouble.ts';

const MANIFEST = /\.(?:ya?ml|json)$/i;
const MOST_PROBLEMS = 20;
const MOST_OF_ONE = 160;

/** A single file is taken, too. Throws an OperatorError that names file and line of everything that cannot be read. */
export async function readDir(dir: string): Promise<Manifests> {
  const files = await manifestFiles(dir);
  if (files.length === 0) {
    throw new OperatorError(`There are no manifests in ${dir}.`, {
      fix: 'They are files that end in .yaml, .yml or .json.',
      exitCode: exitCodes.usage.code,
    });
  }
  const manifests = readManifests(files);
  const { problems } = manifests;
  if (problems.length > 0) {
    const lines = problems
      .slice(0, MOST_PROBLEMS)
      .map(({ file, line, column, message }) => `\n  ${file}:${line}:${column}: ${shortened(message)}`);
    const more = problems.length > MOST_PROBLEMS ? `\n  and ${problems.length - MOST_PROBLEMS} more` : '';
    const wrong = new Set(problems.map(({ file }) => file));
    const isTemplate = files.some(({ file, text }) => wrong.has(file) && text.includes('{{'));
    throw new OperatorError(`Not every manifest can be read, so nothing is said.${lines.join('')}${more}`, {
      ...(isTemplate ? { fix: '`helm template` makes manifests of the templates of a chart.' } : {}),
      exitCode: exitCodes.usage.code,
    });
  }
  return manifests;
}

async function manifestFiles(dir: string): Promise<readonly ManifestFile[]> {
  try {
    const files: ManifestFile[] = [];
    // One after the other: a folder may have more files than a process may open at once.
    for (const file of await namesIn(dir)) files.push({ file, text: await readFile(file, 'utf8') });
    return files;
  } catch (error) {
    const { path = dir } = error as NodeJS.ErrnoException;
    throw new OperatorError(`${path} cannot be read: ${reasonOf(error)}.`, {
      exitCode: exitCodes.usage.code,
    });
  }
}

/** Folders that are only linked to are left out, since they may lead in a circle; a file by two names is one file. */
async function namesIn(dir: string): Promise<readonly string[]> {
  if (!(await stat(dir)).isDirectory()) return [dir];
  const names: string[] = [];
  const folders = [dir];
  // Newer Node lines follow links where readdir is asked for all below, so each folder is read by itself.
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) folders.push(join(folder, entry.name));
      else if (MANIFEST.test(entry.name)) names.push(join(folder, entry.name));
    }
  }
  const files = new Map<string, string>();
  for (const name of names.sort()) {
    if (!(await stat(name)).isFile()) continue;
    const real = await realpath(name);
    if (!files.has(real)) files.set(real, name);
  }
  return [...files.values()];
}

const shortened = (message: string) =>
  message.length > MOST_OF_ONE ? `${message.slice(0, MOST_OF_ONE)}...` : message;
