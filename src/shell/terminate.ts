/** Ends a command and everything in its process group. */
import { isAlive } from './identity.ts';
import type { ProcessIdentity } from './port.ts';

const pollMs = 50;

/**
 * TERM to the group, and CONT, for a stopped process does not see TERM; KILL to whatever of the group is left after
 * `graceMs`, and then `onKilled`. The wrapper lives through TERM and ends when the command has, so the group is done when it
 * holds nobody else. Nothing is sent where the command is not the process we know: its number may belong to somebody else by now.
 */
export async function terminateGroup(options: {
  readonly command: ProcessIdentity;
  /** The leader. Without it only the command itself is signalled. */
  readonly wrapper: ProcessIdentity | undefined;
  readonly graceMs: number;
  readonly signal: AbortSignal;
  readonly onKilled: () => void;
}): Promise<void> {
  const { command, wrapper, graceMs, signal, onKilled } = options;
  if (!(await isAlive(command))) return;
  const target = wrapper !== undefined && (await isAlive(wrapper)) ? -wrapper.pid : command.pid;
  send(target, 'SIGTERM');
  send(target, 'SIGCONT');
  const until = Date.now() + graceMs;
  while (exists(target) && !signal.aborted) {
    if (Date.now() >= until) {
      send(target, 'SIGKILL');
      onKilled();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** A negative number is a process group. */
function exists(target: number): boolean {
  try {
    process.kill(target, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // Gone, or not ours to signal: `ended` tells.
  }
}
