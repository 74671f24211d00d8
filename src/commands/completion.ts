/** Shell completion: three small scripts that ask the program itself, and the answers. */
import type { Command } from 'commander';

type Shell = 'bash' | 'zsh' | 'fish';

const scripts: Record<Shell, string> = {
  bash: `# handrail completion for bash: source <(handrail completion bash)
_handrail() {
  local IFS=$'\\n'
  COMPREPLY=($(handrail __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [[ \${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _handrail handrail
`,
  zsh: `#compdef handrail
# handrail completion for zsh: source <(handrail completion zsh)
_handrail() {
  local -a found
  found=("\${(@f)$(handrail __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -- "\${found[@]}"; else _files; fi
}
compdef _handrail handrail
`,
  fish: `# handrail completion for fish: handrail completion fish | source
complete -c handrail -a '(handrail __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
};

/** The script that a shell sources. */
export const completionScript = (shell: Shell): string => scripts[shell];

/** Words that may stand where the last of `words` is being typed, one a line. */
export async function complete(words: readonly string[], root: Command): Promise<readonly string[]> {
  const typed = words.at(-1) ?? '';
  let command = root;
  for (const word of words.slice(0, -1)) {
    command = command.commands.find((candidate) => candidate.name() === word) ?? command;
  }
  const before = words.at(-2) ?? '';
  const option = command.options.find((candidate) => candidate.long === before || candidate.short === before);
  const candidates =
    option && (option.required || option.optional)
      ? (option.argChoices ?? (await optionValues(command.name(), option.long)))
      : typed.startsWith('-')
        ? [...command.options.map((each) => each.long ?? each.short ?? ''), '--help']
        : [...visibleVerbs(command), ...argumentChoices(command), ...(await dynamic(command.name()))];
  return candidates.filter((candidate) => candidate.startsWith(typed)).sort();
}

const visibleVerbs = (command: Command) =>
  command.commands.map((each) => each.name()).filter((name) => !name.startsWith('_'));

const argumentChoices = (command: Command) =>
  command.registeredArguments.flatMap((each) => each.argChoices ?? []);

/** Runbooks and session IDs are asked for only where they fit: each loads a little more of the program. */
async function dynamic(verb: string): Promise<readonly string[]> {
  switch (verb) {
    case 'run': {
      const { builtInNames } = await import('./library.ts');
      return builtInNames().filter((name) => !name.startsWith('drills/'));
    }
    case 'drill': {
      const { drillNames } = await import('./drill/find.ts');
      return drillNames();
    }
    case 'explain': {
      const { explainableNames } = await import('./explain.ts');
      return explainableNames();
    }
    case 'resume': {
      const { listSessions, sessionsRoot } = await import('../state/session-folder.ts');
      return (await listSessions(sessionsRoot(process.env))).flatMap((listed) =>
        listed.readable && listed.last.event.type !== 'session-ended' && listed.lock.type !== 'held'
          ? listed.session.id
          : [],
      );
    }
    case 'follow':
    case 'report': {
      const { listSessions, sessionsRoot } = await import('../state/session-folder.ts');
      return (await listSessions(sessionsRoot(process.env))).map(({ session }) => session.id);
    }
    default:
      return [];
  }
}

/** Values of options that are known, and not with the command line itself. */
async function optionValues(verb: string, option: string | undefined): Promise<readonly string[]> {
  if (verb === 'preflight' && option === '--only') {
    const { preflightGroupNames } = await import('../diagnosis/preflight/model.ts');
    return preflightGroupNames;
  }
  if (['plan', 'impact', 'preflight'].includes(verb) && (option === '--to' || option === '--from')) {
    const { lines } = await import('../linkerd/lines.ts');
    return lines.map(({ best }) => best);
  }
  return [];
}
