import type { Writable } from 'node:stream';
import { stripControls } from '../../runbook/strip-controls.ts';
import type { Said } from './said.ts';

export interface Printer {
  say(said: Exclude<Said, { type: 'output' | 'explain' }>): void;
  /** A line of a command's output. */
  output(line: string): void;
  blank(): void;
}

/** ANSI, used only where colour was asked for: bold, red, green, yellow. Every meaning is in the words as well. */
const codes = { heading: '1', bad: '31', good: '32', notice: '33', command: '1', text: '' } as const;

/** Writes lines, each stripped of control characters. A reader that has gone away is not an error of the session. */
export function createPrinter(output: Writable, color: boolean): Printer {
  let afterBlank = true;
  const write = (line: string): void => {
    if (!output.writable) return;
    output.write(`${line}\n`);
    afterBlank = line === '';
  };
  const painted = (line: string, code: string): string =>
    color && code !== '' && line !== '' ? `\u001b[${code}m${line}\u001b[0m` : line;
  return {
    say(said) {
      if (said.type === 'heading' && !afterBlank) write('');
      for (const line of said.text.split('\n')) write(painted(stripControls(line), codes[said.type]));
    },
    output: (line) => write(`  | ${stripControls(line)}`),
    blank: () => {
      if (!afterBlank) write('');
    },
  };
}
