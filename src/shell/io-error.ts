/** Turns what the operating system says about a file into a sentence that an operator can act on. */

/** The `code` of a system error (`ENOSPC`, `EACCES`, ...), or undefined for any other value. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space and try again',
  EDQUOT: 'the disk quota is used up; free some space and try again',
  EACCES: 'permission denied; check who owns the file and its folder',
  EPERM: 'the system does not permit it; check who owns the file and its folder',
  EROFS: 'the file system is read-only; set XDG_STATE_HOME to a folder that can be written',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  EEXIST: 'it exists already',
  EIO: 'the disk reported an error; check the disk before going on',
  EMFILE: 'too many files are open; raise the limit (ulimit -n) and try again',
  ENFILE: 'the system has too many open files; close some programs and try again',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  E2BIG: 'the environment and arguments are larger than the system allows; shorten the parameter values',
  EAGAIN: 'the system has no room for another process; close some programs and try again',
  ENOMEM: 'the system is out of memory; close some programs and try again',
};

/** Why something failed, as the end of a sentence: `the disk is full; free some space and try again`. */
export function reasonOf(error: unknown): string {
  const code = errorCode(error);
  const known = code === undefined ? undefined : reasons[code];
  if (known !== undefined) return known;
  return error instanceof Error ? error.message : String(error);
}
