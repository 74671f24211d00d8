/** Processes of a command that are still there when its shell has ended. They are counted and left alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunPaths } from './run-folder.ts';

/** What only just ends is given this long, in a few looks. */
const looks = 5;
const pauseMs = 40;

/** How many processes of the group, led by the wrapper of that number, still run. 0 where the system has no /proc to tell. */
export async function leftBehind(wrapper: number, paths: RunPaths): Promise<number> {
  let count = 0;
  for (let look = 0; look < looks; look += 1) {
    count = countGroup(wrapper, paths);
    if (count === 0) return 0;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return count;
}

function countGroup(group: number, paths: RunPaths): number {
  try {
    return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isMember(pid, group, paths)).length;
  } catch {
    return 0;
  }
}

/** The wrapper, its subshell, what copies captured output and what tidies up are ours, not the command's. */
function isMember(pid: string, group: number, paths: RunPaths): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, , inGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(inGroup) !== group || state === undefined || 'ZX'.includes(state)) return false;
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return !['handrail-run', paths.stdout, join(paths.folder, 'wait')].some((ours) => words.includes(ours));
  } catch {
    return false;
  }
}
