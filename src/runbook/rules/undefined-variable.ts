import type { Script } from '../entry.ts';
import type { Report } from '../report.ts';
import { scanVariables } from '../shell-variables.ts';
import { nearest } from '../suggest.ts';

/** What every shell has, or Handrail gives to every command. */
export const standardVariables: ReadonlySet<string> = new Set(
  `HOME PATH PWD OLDPWD USER LOGNAME SHELL TERM LANG LC_ALL LC_CTYPE TZ TMPDIR HOSTNAME KUBECONFIG
  BASH BASH_SOURCE BASH_VERSION BASH_VERSINFO BASH_REMATCH BASH_SUBSHELL BASHPID COLUMNS DIRSTACK EPOCHREALTIME
  EPOCHSECONDS EUID FUNCNAME GROUPS HOSTTYPE IFS LINENO LINES MACHTYPE OPTARG OPTERR OPTIND OSTYPE PIPESTATUS PPID
  RANDOM REPLY SECONDS SHELLOPTS SHLVL SRANDOM UID _`.split(/\s+/),
);

/** Variables that a command reads and that neither the runbook nor the command itself defines. */
export function undefinedVariables(script: Script, defined: ReadonlySet<string>, report: Report): void {
  const { uses, assigned } = scanVariables(script.text);
  const known = [...defined, ...assigned];
  for (const use of uses) {
    if (defined.has(use.name) || assigned.has(use.name) || standardVariables.has(use.name)) continue;
    report('undefined-variable', ...script.spanOf(use.start, use.end), `nothing defines ${use.name}`, {
      expected: 'a parameter, a name under environment, or an assignment in the same block',
      suggestion: nearest(use.name, known),
    });
  }
}
