import { type Key, useInput, useStdin } from 'ink';
import { useEffect, useRef } from 'react';
import type { TextEdit } from '../components/edit-text.ts';
import type { Command } from './bindings.ts';
import { editFromKey } from './edit-key.ts';
import type { Disabled } from './match-key.ts';
import { keyName, matchKey } from './match-key.ts';
import type { KeyMode } from './modes.ts';
import { TEXT_MODES } from './modes.ts';

/** What the terminal's key reader tells beyond the keys themselves. */
interface KeySource {
  /** Whether the key that was read last came within 30 ms of the one before. */
  readonly burst: boolean;
  on(event: 'paste', listener: (text: string) => void): unknown;
  off(event: 'paste', listener: (text: string) => void): unknown;
}

export interface KeysProps {
  readonly mode: KeyMode;
  /** Commands that cannot be given now, with the reason. */
  readonly disabled?: Disabled;
  readonly onCommand: (command: Command) => void;
  /** In the modes where text is typed: what the key does to the text. */
  readonly onEdit?: (edit: TextEdit) => void;
  /** Why a key did nothing: a sentence for the operator. */
  readonly onRefused?: (reason: string) => void;
}

/** Said when a confirming key came in a burst. */
export const TOO_FAST = 'That key came together with others, so it was not taken. Press it once more.';
/** Said when something is pasted where it must be typed. */
export const NO_PASTE = 'Pasting is ignored here: type it.';

/**
 * The one reader of keys. Mount it once, at the root: Ink then never leaves raw mode between screens. Keys are looked up in
 * the table; what is not in it and is text goes to `onEdit`, in the modes that take text.
 */
export function useKeys(props: KeysProps): void {
  const { stdin } = useStdin();
  const latest = useRef(props);
  latest.current = props;
  const source = isKeySource(stdin) ? stdin : undefined;

  useInput((input, key) => handleKey(latest.current, input, key, source?.burst ?? false));

  useEffect(() => {
    if (!source) return;
    const onPaste = (text: string): void => {
      const { mode, onEdit, onRefused } = latest.current;
      if (mode === 'typed-confirm') onRefused?.(NO_PASTE);
      else if (TEXT_MODES.includes(mode)) onEdit?.({ type: 'insert', text });
    };
    source.on('paste', onPaste);
    return () => {
      source.off('paste', onPaste);
    };
  }, [source]);
}

function handleKey(props: KeysProps, input: string, key: Key, burst: boolean): void {
  const name = keyName(input, key);
  // Several characters in one event are text that did not come through our reader: never a command.
  const match = name === undefined ? undefined : matchKey(props.mode, name, burst, props.disabled);
  switch (match?.type) {
    case 'command':
      props.onCommand(match.command);
      return;
    case 'disabled':
      props.onRefused?.(match.reason);
      return;
    case 'too-fast':
      props.onRefused?.(TOO_FAST);
      return;
    default: {
      const edit = TEXT_MODES.includes(props.mode) ? editFromKey(input, key) : undefined;
      if (edit) props.onEdit?.(edit);
    }
  }
}

function isKeySource(stdin: unknown): stdin is KeySource {
  return typeof stdin === 'object' && stdin !== null && 'burst' in stdin;
}
