import { bindingsOf } from '../../src/screens/keys/bindings.ts';
import type { KeyMode } from '../../src/screens/keys/modes.ts';
import { MODE_TITLES } from '../../src/screens/keys/modes.ts';
import { kinds } from '../../src/steps/kinds.ts';

/** The text of docs/keys.md. */
export function keysDocument(): string {
  const modes = Object.keys(MODE_TITLES) as KeyMode[];
  return `${[
    '# Keys',
    'This page is generated from the one table of keys in `src/screens/keys/bindings.ts`; `npx vitest run test/components/keys.test.ts -u` writes it anew.',
    'Enter alone never changes anything on a cluster, Esc never destroys anything. Where a key permits something, it is not taken when it came together with other keys (within 30 ms): that is a paste or a slip. Pasting is ignored where a name must be typed. A key that does nothing now says why.',
    'While text is typed, the arrows, Home, End, Ctrl+A, Ctrl+E, Ctrl+B, Ctrl+F, Ctrl+W, Ctrl+U, Ctrl+K, Alt+B and Alt+F do what they do in a shell. Ctrl+Z gives the shell its terminal; `fg` comes back.',
    ...modes.flatMap((mode) => [
      `## ${MODE_TITLES[mode]}`,
      table([
        ['Key', '', 'What it does'],
        ...bindingsOf(mode).map((binding) => [
          binding.keys.map((key) => `\`${key}\``).join(', '),
          binding.label,
          binding.help,
        ]),
      ]),
    ]),
    '## While an action works on the cluster by itself',
    'Beside the keys of “While a command runs”, these say a word to the action at work. A word about a row is about the selected one.',
    ...kinds.flatMap((kind) =>
      kind.way === 'performs' && kind.steering
        ? [
            `### ${kind.schema.name}`,
            table([
              ['Key', '', 'What it does'],
              ...kind.steering.map((word) => [`\`${word.key}\``, word.label, word.help]),
            ]),
          ]
        : [],
    ),
  ].join('\n\n')}\n`;
}

/** A Markdown table whose columns line up, the first row being its head. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [row(head), row(widths.map((width) => '-'.repeat(width))), ...body.map(row)].join('\n');
}
