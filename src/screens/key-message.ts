/** From a key press to what happens: commands through the key table, letters into the open field. Pure. */
import type { Key } from 'ink';
import type { TextEdit } from './components/edit-text.ts';
import type { Command } from './keys/bindings.ts';
import { keyName, matchKey } from './keys/match-key.ts';
import { TEXT_MODES } from './keys/modes.ts';
import type { Message } from './messages.ts';
import { keyMode } from './mode.ts';
import type { UiState } from './ui-state.ts';
import { disabledCommands } from './words/disabled.ts';

/** What editing keys do in a field. */
const edits: Readonly<Record<string, TextEdit>> = {
  Backspace: { type: 'delete-before' },
  'Ctrl+H': { type: 'delete-before' },
  // Most terminals send DEL for Backspace, which Ink reports as `delete`.
  Delete: { type: 'delete-before' },
  'Ctrl+W': { type: 'delete-word' },
  'Ctrl+U': { type: 'delete-to-start' },
  'Ctrl+K': { type: 'delete-to-end' },
  'Ctrl+D': { type: 'delete-after' },
  Left: { type: 'left' },
  'Ctrl+B': { type: 'left' },
  Right: { type: 'right' },
  'Ctrl+F': { type: 'right' },
  'Ctrl+Left': { type: 'word-left' },
  'Alt+b': { type: 'word-left' },
  'Ctrl+Right': { type: 'word-right' },
  'Alt+f': { type: 'word-right' },
  Home: { type: 'start' },
  'Ctrl+A': { type: 'start' },
  End: { type: 'end' },
  'Ctrl+E': { type: 'end' },
  Space: { type: 'insert', text: ' ' },
};

const listKeys: readonly Command[] = ['up', 'down', 'submit'];

const moves: Readonly<Record<string, Command>> = { Up: 'up', Down: 'down' };

/**
 * What a key press means now; undefined for nothing. `burst`: it came within 30 ms of the key before, as no person types.
 * `pasted`: it is the text of a bracketed paste.
 */
export function keyMessage(
  ui: UiState,
  input: string,
  key: Key,
  burst: boolean,
  pasted = false,
): Message | undefined {
  const mode = keyMode(ui);
  const name = pasted ? undefined : keyName(input, key);
  if (name === 'Esc' && mode === 'question') return { type: 'command', command: 'back' };
  if (name !== undefined) {
    const match = matchKey(mode, name, burst, disabledCommands(ui));
    // The list of choices takes its own keys.
    if (mode === 'choose' && match.type === 'command' && listKeys.includes(match.command)) return undefined;
    if (match.type === 'command') return { type: 'command', command: match.command };
    if (match.type === 'disabled') return { type: 'told', text: match.reason };
    if (match.type === 'too-fast')
      return { type: 'told', text: 'That key came too fast after another to be a decision. Press it again.' };
  }
  if (!TEXT_MODES.includes(mode)) return undefined;
  if (name !== undefined && mode === 'parameter' && moves[name])
    return { type: 'command', command: moves[name] };
  if (name !== undefined && edits[name]) return { type: 'edit', edit: edits[name] };
  if (mode === 'typed-confirm' && (pasted || Array.from(input).length > 1))
    return { type: 'told', text: 'Pasting is ignored here: type the name.' };
  const text = key.ctrl || key.meta || key.escape || key.tab || key.return ? '' : input;
  return text === '' ? undefined : { type: 'edit', edit: { type: 'insert', text } };
}
