import type { Key } from 'ink';
import type { SteerWord } from '../../state/kind.ts';
import type { Binding, Command, KeyName } from './bindings.ts';
import { bindingsOf } from './bindings.ts';
import type { KeyMode } from './modes.ts';

/** Commands that cannot be given now, each with the reason that is shown. */
export type Disabled = Partial<Readonly<Record<Command, string>>>;

export type KeyMatch =
  | { readonly type: 'command'; readonly command: Command; readonly binding: Binding }
  /** The key belongs to a command that cannot be given now. */
  | { readonly type: 'disabled'; readonly command: Command; readonly reason: string }
  /** The key would permit something, but came together with others: a paste or a slip. */
  | { readonly type: 'too-fast'; readonly command: Command }
  | { readonly type: 'none' };

/**
 * What a key means in a mode. `words` are those of the kind at work. `burst` tells that the key came within 30 ms of the one before it, which no person does.
 */
export function matchKey(
  mode: KeyMode,
  name: KeyName,
  burst: boolean,
  disabled: Disabled = {},
  words: readonly SteerWord[] = [],
): KeyMatch {
  const binding = bindingsOf(mode, words).find((candidate) => candidate.keys.includes(name));
  if (!binding) return { type: 'none' };
  const { command } = binding;
  const reason = disabled[command];
  if (reason !== undefined) return { type: 'disabled', command, reason };
  if (binding.guarded && burst) return { type: 'too-fast', command };
  return { type: 'command', command, binding };
}

/** The name of a key press that Ink reports, as the table spells it; undefined for text of more than one character. */
export function keyName(input: string, key: Key): KeyName | undefined {
  if (key.return) return 'Enter';
  if (key.escape) return 'Esc';
  if (key.tab) return key.shift ? 'Shift+Tab' : 'Tab';
  if (key.upArrow) return 'Up';
  if (key.downArrow) return 'Down';
  if (key.leftArrow) return key.ctrl || key.meta ? 'Ctrl+Left' : 'Left';
  if (key.rightArrow) return key.ctrl || key.meta ? 'Ctrl+Right' : 'Right';
  if (key.pageUp) return 'PageUp';
  if (key.pageDown) return 'PageDown';
  if (key.home) return 'Home';
  if (key.end) return 'End';
  // Most terminals send DEL for the Backspace key, which Ink calls `delete`.
  if (key.backspace || (key.delete && input === '')) return key.backspace ? 'Backspace' : 'Delete';
  if (key.ctrl && input.length === 1) return `Ctrl+${input.toUpperCase()}`;
  if (key.meta && input.length === 1) return `Alt+${input}`;
  if (input === ' ') return 'Space';
  return Array.from(input).length === 1 ? input : undefined;
}
