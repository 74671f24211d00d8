import type { Terminal } from '@xterm/headless';

/** The rows that a terminal shows now, without the spaces at their ends. */
export function screenRows(terminal: Terminal): string[] {
  const buffer = terminal.buffer.active;
  return Array.from(
    { length: terminal.rows },
    (_, row) => buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '',
  );
}

/** What a terminal sends for a key, by the names of the key table (`Enter`, `Ctrl+C`, `PageUp`, `y`, ...). */
export function keyBytes(key: string): string {
  const named = NAMED[key];
  if (named !== undefined) return named;
  const control = /^Ctrl\+([A-Z])$/.exec(key)?.[1];
  if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 64);
  const alt = /^Alt\+(.)$/.exec(key)?.[1];
  if (alt !== undefined) return `\x1b${alt}`;
  if (Array.from(key).length === 1) return key;
  throw new Error(`There is no key named ${key}`);
}

const NAMED: Readonly<Record<string, string>> = {
  Enter: '\r',
  Esc: '\x1b',
  Tab: '\t',
  'Shift+Tab': '\x1b[Z',
  Space: ' ',
  Backspace: '\x7f',
  Delete: '\x1b[3~',
  Up: '\x1b[A',
  Down: '\x1b[B',
  Right: '\x1b[C',
  Left: '\x1b[D',
  Home: '\x1b[H',
  End: '\x1b[F',
  PageUp: '\x1b[5~',
  PageDown: '\x1b[6~',
};
