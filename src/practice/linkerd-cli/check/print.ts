import type { CheckLine, CheckRun } from './model.ts';

export type CheckFormat = 'table' | 'short' | 'json';

const marks = { success: '√', warning: '‼', error: '×' } as const;

function block(line: CheckLine): string {
  const indented = (line.error ?? '').split('\n').map((one) => `    ${one}\n`);
  const hint = line.hint === undefined ? '' : `    see ${line.hint} for hints\n`;
  return `${marks[line.result]} ${line.description}\n${line.result === 'success' ? '' : indented.join('') + hint}`;
}

/** One document as the tool prints it; the closing line of the tables is not part of it. */
export function printChecks(run: CheckRun, format: CheckFormat): string {
  if (format === 'json') {
    return `${JSON.stringify({ success: run.success, categories: run.categories }, undefined, 2)}\n`;
  }
  let text = '';
  for (const { categoryName, checks } of run.categories) {
    const shown = format === 'short' ? checks.filter((line) => line.result !== 'success') : checks;
    if (shown.length === 0) continue;
    text += `${categoryName}\n${'-'.repeat(categoryName.length)}\n${shown.map(block).join('')}\n`;
  }
  return text;
}
