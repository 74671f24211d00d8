import type { Key } from 'ink';
import type { TextEdit } from '../components/edit-text.ts';
import { keyName } from './match-key.ts';

/** What a key does to a text being typed; undefined for keys that do nothing to it. */
export function editFromKey(input: string, key: Key): TextEdit | undefined {
  switch (keyName(input, key)) {
    case 'Backspace':
      return { type: 'delete-before' };
    case 'Delete':
    case 'Ctrl+D':
      return { type: 'delete-after' };
    case 'Ctrl+W':
    case 'Alt+\x7f':
      return { type: 'delete-word' };
    case 'Ctrl+U':
      return { type: 'delete-to-start' };
    case 'Ctrl+K':
      return { type: 'delete-to-end' };
    case 'Left':
    case 'Ctrl+B':
      return { type: 'left' };
    case 'Right':
    case 'Ctrl+F':
      return { type: 'right' };
    case 'Ctrl+Left':
    case 'Alt+b':
      return { type: 'word-left' };
    case 'Ctrl+Right':
    case 'Alt+f':
      return { type: 'word-right' };
    case 'Home':
    case 'Ctrl+A':
      return { type: 'start' };
    case 'End':
    case 'Ctrl+E':
      return { type: 'end' };
    default:
      return input === '' || key.ctrl || key.meta || key.escape || key.return || key.tab
        ? undefined
        : { type: 'insert', text: input };
  }
}
