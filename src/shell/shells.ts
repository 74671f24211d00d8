/** Which program runs a block, and how. */
import type { ShellLanguage } from '../runbook/model.ts';
import { findTool } from './tools.ts';

const strict = ['-o', 'errexit', '-o', 'nounset', '-o', 'pipefail'];

export interface Shells {
  /** Runs the wrapper. */
  readonly bash: string;
  /** The program and its arguments up to the script's path. */
  readonly command: readonly string[];
}

/** Finds the shell for a language on the PATH of the command's own environment, or says what is missing. */
export function shellFor(
  language: ShellLanguage,
  env: Readonly<Record<string, string>>,
): Shells | { readonly missing: string } {
  const bash = findTool('bash', env) ?? findTool('bash', { PATH: '/bin:/usr/bin:/usr/local/bin' });
  if (bash === undefined) {
    return { missing: 'bash is not on the PATH. Commands run in bash; install it and try again.' };
  }
  switch (language) {
    case 'bash':
    case 'sh':
    case 'shell':
    case 'console':
      return { bash, command: [bash, ...strict] };
    case 'zsh': {
      const zsh = findTool('zsh', env);
      if (zsh === undefined) {
        return { missing: 'The block is for zsh, and zsh is not on the PATH. Install it and try again.' };
      }
      // -f: without the operator's start-up files a block does the same for everybody.
      return { bash, command: [zsh, '-f', ...strict] };
    }
  }
}
