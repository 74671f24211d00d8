/** Tells processes apart beyond doubt: by pid, boot and start time, so that a reused pid is not taken for the old process. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { promisify } from 'node:util';
import type { ProcessIdentity } from './port.ts';

/** The state of a process as far as we can tell: `zombie` has ended but was not yet reaped. */
export interface ProcessFacts {
  readonly startTicks: string;
  readonly zombie: boolean;
  readonly stopped: boolean;
}

const run = promisify(execFile);

/** A name for this boot of the machine. Without /proc it is the minute the machine came up. */
export function currentBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `boot-${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  }
}

/** Whether two boot ids mean the same boot: the minute computed from the uptime may drift by one. */
export function sameBoot(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [one, other].map((id) => /^boot-(\d+)$/.exec(id)?.[1]);
  return a !== undefined && b !== undefined && Math.abs(Number(a) - Number(b)) <= 1;
}

/**
 * Reads one line of /proc/PID/stat. The second field is the name in parentheses and may itself hold spaces and
 * parentheses, so fields are counted from the last `)`: state is field 3, the start time field 22 (proc_pid_stat(5)).
 */
export function parseProcStat(stat: string): ProcessFacts | undefined {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  const [state, startTicks] = [fields[0], fields[19]];
  if (state === undefined || startTicks === undefined) return undefined;
  return { startTicks, zombie: 'ZX'.includes(state), stopped: 'Tt'.includes(state) };
}

/** What the system knows about a pid now; undefined where there is no such process. */
async function processFacts(pid: number): Promise<ProcessFacts | undefined> {
  if (process.platform === 'linux') {
    try {
      return parseProcStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    } catch {
      return undefined;
    }
  }
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      env: { PATH: process.env.PATH ?? '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' },
    });
    const [, state, startTicks] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout) ?? [];
    if (state === undefined || startTicks === undefined) return undefined;
    return { startTicks, zombie: state.startsWith('Z'), stopped: state.startsWith('T') };
  } catch {
    return undefined;
  }
}

/** The identity of a running process, or undefined where it is gone. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const facts = await processFacts(pid);
  return facts && { pid, bootId: currentBootId(), startTicks: facts.startTicks };
}

/** Whether exactly this process still runs. A zombie does not. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  if (!sameBoot(identity.bootId, currentBootId())) return false;
  const facts = await processFacts(identity.pid);
  return facts !== undefined && !facts.zombie && facts.startTicks === identity.startTicks;
}
