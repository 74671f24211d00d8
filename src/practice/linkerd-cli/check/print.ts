import type { CheckLine, CheckRun } from './model.ts';

export type CheckFormat = 'table' | 'short' | 'json';

const marks = { success: '√', warning: '‼', error: '×' } as const;

function block(line: CheckLine): string {
  const indented = (line.error ?? '').split('\n').map((one) => `    ${one}\n`);
  const hint = line.hint === undefined ? '' : `    see ${line.hint} for hints\n`;
  return `${marks[line.result]} ${line.description}\n${line.result === 'success' ? '' : indented.join('') + hint}`;
}

export interface CheckPrinter {
  /** A check that is settled. The tables show it at once: what comes next may be waited for. */
  readonly line: (category: string, line: CheckLine) => void;
  /** The end of one document; the closing line of the tables is not part of it. */
  readonly end: (run: CheckRun) => void;
}

/** Prints one document as the tool does: tables line by line, JSON as a whole. */
export function checkPrinter(format: CheckFormat, out: (text: string) => void): CheckPrinter {
  let shown: string | undefined;
  return {
    line(category, line) {
      if (format === 'json' || (format === 'short' && line.result === 'success')) return;
      const gap = shown === undefined ? '' : '\n';
      const heading = shown === category ? '' : `${gap}${category}\n${'-'.repeat(category.length)}\n`;
      shown = category;
      out(heading + block(line));
    },
    end({ success, categories }) {
      if (format === 'json') out(`${JSON.stringify({ success, categories }, undefined, 2)}\n`);
      else if (shown !== undefined) out('\n');
    },
  };
}
