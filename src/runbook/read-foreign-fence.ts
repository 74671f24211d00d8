import type { CodeBlock } from './blocks.ts';
import { consoleCommands } from './console.ts';
import type { Entry } from './entry.ts';
import { foreignLanguage } from './info-string.ts';
import type { ShellLanguage } from './model.ts';
import type { Report } from './report.ts';
import type { SourceText } from './source-text.ts';

const shells = new Map<string, ShellLanguage>([
  ['bash', 'bash'],
  ['sh', 'sh'],
  ['zsh', 'zsh'],
  ['shell', 'shell'],
  ['shellscript', 'shell'],
  ['shell-script', 'shell'],
  ['console', 'console'],
  ['shell-session', 'console'],
  ['shellsession', 'console'],
  ['sh-session', 'console'],
  ['bash-session', 'console'],
  ['terminal', 'console'],
]);

const otherShells = new Set([
  'fish',
  'nu',
  'nushell',
  'powershell',
  'pwsh',
  'ps1',
  'bat',
  'batch',
  'cmd',
  'csh',
  'tcsh',
]);

/** Reads a code block of anybody's Markdown: what is a shell's is a change that asks, and everything else is shown. */
export function readForeignFence(code: CodeBlock, source: SourceText, report: Report): Entry {
  const info = code.fence?.info ?? '';
  const named = foreignLanguage(info);
  const shown: Entry = { type: 'code', at: code, language: named };
  const language = shells.get(named);
  const firstLine = code.fence ? code.fence.infoStart + info.length : code.start + 1;
  const ignore = (message: string) => {
    report('ignored-block', code.start, firstLine, `${message}; the block is shown and not run`);
    return shown;
  };
  if (!language) {
    if (otherShells.has(named)) return ignore(`commands for ${named} are not understood`);
    if (named === '' && /^[ \t]*\$[ \t]+\S/m.test(code.value.slice(0, 20_000)))
      return ignore('commands without a language are not understood');
    return shown;
  }
  // Nothing would run, so there is nothing to ask about. In a console a # may be root's prompt.
  const runs = (line: string) => line.trim() !== '' && !(language !== 'console' && /^\s*#/.test(line));
  if (!code.value.split('\n').some(runs)) return shown;
  const prompted = language === 'console' || /^[ \t]*\$[ \t]+\S/m.test(code.value.slice(0, 20_000));
  const commands = prompted ? consoleCommands(code.value) : code.value;
  if (commands === undefined && named !== 'terminal')
    return ignore('no line begins with a prompt such as "$ "');
  return {
    type: 'shell',
    at: code,
    estimateMs: undefined,
    block: {
      language: commands === undefined ? 'shell' : language,
      role: 'change',
      script: commands ?? code.value,
      interactive: false,
      codes: [0],
      place: source.place(code.start, code.end),
    },
  };
}

/** Whether the info string says more than a language. */
export function hasForeignInfo(code: CodeBlock): boolean {
  const info = code.fence?.info ?? '';
  return shells.has(foreignLanguage(info)) && !/^\{?\.?[A-Za-z][\w+-]*\}?$/.test(info);
}
