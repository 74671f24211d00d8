/** Runs a credential plugin of a kubeconfig: a program that signs in and prints what it got. */

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

/**
 * Gives what the plugin printed. Rejects with an Error in the plugin's own words (not stripped), `code` ENOENT where there is no
 * such program. One that has the keyboard may take as long as somebody needs; any other is ended after 30 s.
 */
export async function runCredentialPlugin(
  { command, args, env, interactive }: CredentialPlugin,
  environment: Readonly<Record<string, string | undefined>>,
  timeoutMs = alone,
): Promise<string> {
  const { execa } = await import('execa');
  const result = await execa(command, args, {
    env: { ...environment, ...env },
    extendEnv: false,
    stdin: interactive ? 'inherit' : 'ignore',
    stderr: interactive ? 'inherit' : 'pipe',
    ...(interactive ? {} : { timeout: timeoutMs }),
    forceKillAfterDelay: 1000,
    maxBuffer: 1_000_000,
    reject: false,
  });
  if (!result.failed) return result.stdout;
  if (result.timedOut) throw new Error(`${command} gave no credentials within ${timeoutMs / 1000} s`);
  const said = (result.stderr ?? '').trim();
  const how =
    result.exitCode === undefined
      ? (result.originalMessage ?? 'it could not be run')
      : `it ended with ${result.exitCode}`;
  throw Object.assign(new Error(said || `${command}: ${how}`), { code: result.code });
}
