import { factsOf } from '../../linkerd/facts.ts';

/** The commands or flags that a version of the tool has, as a short list. */
export function help(version: string, command: string): string {
  const { commands } = factsOf(version);
  const names = Object.keys(commands).filter((name) => name !== '(global)');
  const below = names.filter((name) => command === '' || name.startsWith(`${command} `));
  const own = commands[command] ?? [];
  const all = [...new Set([...own, ...(commands['(global)'] ?? [])])];
  const section = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `\n${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
  const depth = command === '' ? 1 : command.split(' ').length + 1;
  return (
    `linkerd ${version}, as the practice cluster plays it.\n\nUsage:\n  linkerd${command === '' ? '' : ` ${command}`} [flags]\n` +
    section(
      'Available Commands',
      below.filter((name) => name.split(' ').length === depth),
    ) +
    section(
      'Flags',
      all.map((flag) => `--${flag}`),
    )
  );
}

/** Completion of command names for a shell, as `linkerd completion SHELL` prints it; undefined for a shell that is not known. */
export function completion(version: string, shell: string | undefined): string | undefined {
  const names = Object.keys(factsOf(version).commands).filter((name) => !/[ (]/.test(name));
  switch (shell) {
    case 'bash':
      return `complete -W '${names.join(' ')}' linkerd\n`;
    case 'zsh':
      return `#compdef linkerd\ncompadd ${names.join(' ')}\n`;
    case 'fish':
      return `complete -c linkerd -f -a '${names.join(' ')}'\n`;
    default:
      return undefined;
  }
}
