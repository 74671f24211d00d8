import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../../shell/io-error.ts';

/** More than any Markdown file has; what is larger is not read into memory. */
const largest = 64 * 1024 * 1024;

export interface FoundFiles {
  readonly files: readonly string[];
  /** What was named and cannot be read, with the reason. */
  readonly unreadable: readonly { readonly name: string; readonly reason: string }[];
}

/** The files named, and every `.md` in the folders named, in the order of their names. */
export async function findFiles(names: readonly string[]): Promise<FoundFiles> {
  const files = new Set<string>();
  const unreadable: { name: string; reason: string }[] = [];
  for (const name of names) {
    try {
      const found = await stat(name);
      if (found.isDirectory()) {
        const skip = (folder: string, error: unknown) =>
          unreadable.push({ name: folder, reason: reasonOf(error) });
        for (const file of await markdownUnder(name, skip)) files.add(file);
      } else if (!found.isFile()) unreadable.push({ name, reason: 'it is neither a file nor a folder' });
      else if (found.size > largest) unreadable.push({ name, reason: 'it has more than 64 MiB' });
      else files.add(name);
    } catch (error) {
      unreadable.push({ name, reason: reasonOf(error) });
    }
  }
  return { files: [...files], unreadable };
}

/** A folder that cannot be read is told to `skip` and hides nothing else. */
async function markdownUnder(
  folder: string,
  skip: (folder: string, error: unknown) => void,
): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    skip(folder, error);
    return [];
  });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
      found.push(...(await markdownUnder(path, skip)));
    else if (entry.isFile() && /\.(?:md|markdown)$/i.test(entry.name)) found.push(path);
  }
  return found;
}

/** A file's text, or undefined where there is none that can be read. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size <= largest ? await readFile(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
