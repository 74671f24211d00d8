const prompt =
  /^[ \t]*(?:(?:\([^()\s]*\)[ \t]*)?(?:\[[^\]\r\n]{1,80}\]|[\w.-]+@[\w.-]+(?:[: ][^\s$#%]{0,80})?|~)[ \t]?)?([$#%])[ \t]+(?=\S)/;
const heredoc = /<<-?[ \t]*(["']?)([A-Za-z_][A-Za-z0-9_]*)\1/;

/**
 * The commands of a console block: lines after a `$`, `%` or (where there is neither) `#` prompt, with the lines that
 * continue them. Output is left out. Undefined where no line has a prompt.
 */
export function consoleCommands(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const prompts = lines.map((line) => prompt.exec(line.slice(0, 400)));
  // With a plain user's prompt about, a `#` begins a comment.
  const users = prompts.some((found) => found && found[1] !== '#' && found[0].trim().length === 1);
  const isPrompt = (index: number) => {
    const found = prompts[index];
    return found && (found[1] !== '#' || !users || found[0].trim().length > 1) ? found : undefined;
  };
  const commands: string[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const found = isPrompt(index);
    if (!found) continue;
    let command = lines[index]!.slice(found[0].length);
    let until = heredoc.exec(command)?.[2];
    commands.push(command);
    while (index + 1 < lines.length && !isPrompt(index + 1)) {
      const next = lines[index + 1]!;
      const continued = /^[ \t]*>(?: |$)/.test(next);
      if (!continued && until === undefined && !/\\[ \t]*$/.test(command)) break;
      index += 1;
      command = continued ? next.replace(/^[ \t]*> ?/, '') : next;
      commands.push(command);
      if (until === undefined) until = heredoc.exec(command)?.[2];
      else if (command.trim() === until) until = undefined;
    }
  }
  return commands.length > 0 ? commands.join('\n') : undefined;
}
