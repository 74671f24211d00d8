/** Runs a credential plugin of a kubeconfig: a program that signs in and prints what it got. */
import type { ChildProcess } from 'node:child_process';

/** How one plugin is started. `interactive`: it gets the keyboard, and says on the terminal what it has to say. */
export interface CredentialPlugin {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment that is given. */
  readonly env: Readonly<Record<string, string>>;
  readonly interactive: boolean;
}

/** With nobody to wait for, a plugin may still have to ask a login service far away. */
const alone = 30_000;

/** What is left of it so long after TERM gets KILL. */
const graceMs = 1000;

/**
 * Gives what the plugin printed. Rejects with an Error in the plugin's own words (not stripped), `code` ENOENT where there is no
 * such program. One that has the keyboard may take as long as somebody needs; any other has no terminal at all, and is ended after
 * 30 s with all that it started.
 */
export async function runCredentialPlugin(
  { command, args, env, interactive }: CredentialPlugin,
  environment: Readonly<Record<string, string | undefined>>,
  timeoutMs = alone,
): Promise<string> {
  const { execa } = await import('execa');
  const plugin = execa(command, args, {
    env: { ...environment, ...env },
    extendEnv: false,
    stdin: interactive ? 'inherit' : 'ignore',
    stderr: interactive ? 'inherit' : 'pipe',
    // A session of its own: nothing of it can ask on the terminal behind a screen, and it is ended as a whole.
    detached: !interactive,
    maxBuffer: 1_000_000,
    reject: false,
  });
  const result = await (interactive ? plugin : within(timeoutMs, plugin));
  if (result === undefined) throw new Error(`${command} gave no credentials within ${timeoutMs / 1000} s`);
  if (!result.failed) return result.stdout;
  const said = (result.stderr ?? '').trim();
  const how =
    result.exitCode === undefined
      ? (result.originalMessage ?? 'it could not be run')
      : `it ended with ${result.exitCode}`;
  throw Object.assign(new Error(said || `${command}: ${how}`), { code: result.code });
}

/** Undefined where it took longer: then its group is ended, and nobody waits for what holds its pipes open. */
async function within<Result>(
  timeoutMs: number,
  plugin: Promise<Result> & Pick<ChildProcess, 'pid' | 'stdout' | 'stderr' | 'unref'>,
): Promise<Result | undefined> {
  const { pid } = plugin;
  const end = (signal: NodeJS.Signals) => pid !== undefined && signalGroup(pid, signal);
  // It does not outlive this program, which may be left while it waits.
  const endNow = () => end('SIGKILL');
  process.once('exit', endNow);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, undefined);
  });
  const result = await Promise.race([plugin, late]);
  clearTimeout(timer);
  if (result !== undefined) {
    process.off('exit', endNow);
    return result;
  }
  end('SIGTERM');
  setTimeout(() => {
    process.off('exit', endNow);
    end('SIGKILL');
  }, graceMs).unref();
  plugin.stdout?.destroy();
  plugin.stderr?.destroy();
  plugin.unref();
  return undefined;
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // Nothing is left of it.
  }
}
