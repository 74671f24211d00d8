/** Text that is not trusted, put into Markdown without becoming Markdown. */
import { stripControls } from '../runbook/strip-controls.ts';

/** One line of plain text: nothing in it is markup, a link, a mention or a table cell's end. */
export function plain(text: string): string {
  const line = stripControls(text).replace(/\s+/g, ' ').trim();
  return line
    .replace(/[\\`*_{}[\]<>|~&$@]/g, (mark) => (mark === '@' ? '@\u200b' : `\\${mark}`))
    .replace(/^([#+=-])/, '\\$1')
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/:\/\//g, ':\\//');
}

/** A code span of one line. Within a table a pipe is escaped, as tables need it. */
export function code(text: string): string {
  const line = stripControls(text).replace(/\s+/g, ' ').trim().replaceAll('|', '\\|');
  if (line === '') return '(empty)';
  const ticks = '`'.repeat(longestRun(line) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${line}${pad}${ticks}`;
}

/** A fenced block that its text cannot close. `indent` puts it below a list item. */
export function fenced(text: string, indent: string, language = 'sh'): string {
  const body = stripControls(text).replace(/\n+$/, '');
  const fence = '`'.repeat(Math.max(3, longestRun(body) + 1));
  return [`${fence}${language}`, ...body.split('\n'), fence]
    .map((line) => `${indent}${line}`.trimEnd())
    .join('\n');
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
