import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from './io-error.ts';

/**
 * Makes a folder and those above it that are missing, for their owner only (0700); one that is there stays as it is. Throws
 * what the system said of the first one that could not be made. The `recursive` option of Node calls a read-only file
 * system a missing folder, which would send the operator looking in the wrong place.
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' && dirname(folder) !== folder) {
      makeFolder(dirname(folder));
      mkdirSync(folder, { mode: 0o700 });
    } else if (code === 'EEXIST' || code === 'EROFS' || code === 'EISDIR') {
      // A read-only file system may say EROFS of a folder that is there.
      if (!isFolder(folder)) throw error;
    } else throw error;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
