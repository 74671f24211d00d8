import type { Script } from '../entry.ts';
import type { Report } from '../report.ts';
import { type PipelinePart, pipelines } from '../shell-pipelines.ts';

const fetches = new Set(['curl', 'wget', 'fetch', 'http', 'https', 'aria2c']);
const shells = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'ash']);
const interpreters = new Set(['python', 'python3', 'python2', 'perl', 'ruby', 'node', 'php']);
const passes = new Set([
  'sudo',
  'doas',
  'env',
  'command',
  'exec',
  'nohup',
  'time',
  'stdbuf',
  'xargs',
  'then',
  'do',
  'else',
  'if',
  '!',
  '{',
]);
const fetched = /(?:<\(|\$\(|`)\s*(?:curl|wget|fetch)\b/;

/** Text from the network that is run unseen: piped, substituted, or handed over as a script. */
export function pipesToShell(script: Script, report: Report): void {
  const told = new Set<number>();
  const complain = (part: { start: number; end: number }) => {
    if (told.has(part.start)) return;
    told.add(part.start);
    report(
      'pipe-to-shell',
      ...script.spanOf(part.start, part.end),
      'what comes from the network is run unseen',
      {
        expected: 'a download to a file, a check of its digest, and then the run',
      },
    );
  };
  for (const pipeline of pipelines(script.text)) {
    const source = pipeline.findIndex((part) => fetches.has(command(part).name));
    const runner = source < 0 ? undefined : pipeline.slice(source + 1).find(runsInput);
    if (runner) complain({ start: pipeline[source]!.start, end: runner.end });
  }
  // Substitutions are split by no pipe: they are looked for in whole commands.
  for (const part of pipelines(script.text).flat()) {
    const { name } = command(part);
    const runs = shells.has(name) || interpreters.has(name) || ['eval', 'source', '.'].includes(name);
    if (runs && fetched.test(part.text)) complain(part);
  }
  for (const match of script.text
    .replace(/^[ \t]*#.*$/gm, (line) => ' '.repeat(line.length))
    .matchAll(/["`(]\s*(?:curl|wget)\b[^|;&\n]{0,400}\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b/g))
    complain({ start: match.index + 1, end: match.index + match[0].length });
}

function command(part: PipelinePart): { name: string; args: readonly string[] } {
  let index = 0;
  const words = part.words.map((word) => word.replace(/^[({$`"]+/, ''));
  while (
    index < words.length &&
    (/^[A-Za-z_]\w*=/.test(words[index]!) || words[index] === '' || passes.has(words[index]!))
  ) {
    const passing = passes.has(words[index]!);
    index += 1;
    while (passing && words[index]?.startsWith('-')) index += 1;
  }
  return { name: words[index]?.split('/').at(-1) ?? '', args: words.slice(index + 1) };
}

/** A shell or interpreter that reads its program from standard input. */
function runsInput(part: PipelinePart): boolean {
  const { name, args } = command(part);
  const base = name.replace(/[)"`]+$/, '');
  if (!shells.has(base) && !interpreters.has(base)) return false;
  if (interpreters.has(base)) return !args.some((arg) => arg !== '-' && !/^[)"`]+$/.test(arg));
  for (const arg of args) {
    if (arg === '-s' || arg === '-' || /^-[a-z]*s[a-z]*$/.test(arg)) return true;
    if (/^-[a-z]*c$/.test(arg)) return false;
    if (!arg.startsWith('-')) return /^[)"`]+$/.test(arg) || /^\d*[<>]/.test(arg);
  }
  return true;
}
