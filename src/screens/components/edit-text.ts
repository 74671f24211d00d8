/** A single line of text being typed, and what keys do to it. Pure: the state lives with whoever asks for the text. */
import { displayWidth, graphemes, takeColumns } from '../../terminal/text.ts';

export interface TextState {
  readonly text: string;
  /** An offset into `text`, always between two characters as a reader sees them. */
  readonly cursor: number;
}

export type TextEdit =
  | { readonly type: 'insert'; readonly text: string }
  | { readonly type: 'delete-before' }
  | { readonly type: 'delete-after' }
  | { readonly type: 'delete-word' }
  | { readonly type: 'delete-to-start' }
  | { readonly type: 'delete-to-end' }
  | { readonly type: 'left' }
  | { readonly type: 'right' }
  | { readonly type: 'word-left' }
  | { readonly type: 'word-right' }
  | { readonly type: 'start' }
  | { readonly type: 'end' };

export const EMPTY_TEXT: TextState = { text: '', cursor: 0 };

/** More than anybody types, and little enough to be drawn at once. */
const MAX_LENGTH = 4096;

/** The text with the cursor at its end. */
export function textState(text: string): TextState {
  return { text, cursor: text.length };
}

export function editText(state: TextState, edit: TextEdit): TextState {
  const before = state.text.slice(0, state.cursor);
  const after = state.text.slice(state.cursor);
  switch (edit.type) {
    case 'insert': {
      const added = oneLine(edit.text).slice(0, Math.max(0, MAX_LENGTH - state.text.length));
      return { text: before + added + after, cursor: before.length + added.length };
    }
    case 'delete-before': {
      const kept = graphemes(before).slice(0, -1).join('');
      return { text: kept + after, cursor: kept.length };
    }
    case 'delete-after':
      return { text: before + graphemes(after).slice(1).join(''), cursor: state.cursor };
    case 'delete-word': {
      const kept = before.slice(0, wordStart(before));
      return { text: kept + after, cursor: kept.length };
    }
    case 'delete-to-start':
      return { text: after, cursor: 0 };
    case 'delete-to-end':
      return { text: before, cursor: state.cursor };
    case 'left':
      return { ...state, cursor: state.cursor - (graphemes(before).at(-1)?.length ?? 0) };
    case 'right':
      return { ...state, cursor: state.cursor + (graphemes(after)[0]?.length ?? 0) };
    case 'word-left':
      return { ...state, cursor: wordStart(before) };
    case 'word-right':
      return { ...state, cursor: state.cursor + (/^\s*\S+/.exec(after)?.[0].length ?? after.length) };
    case 'start':
      return { ...state, cursor: 0 };
    case 'end':
      return { ...state, cursor: state.text.length };
  }
}

/** Where the last word before the cursor begins. */
function wordStart(before: string): number {
  return /\S+\s*$/.exec(before)?.index ?? 0;
}

/** Pasted text becomes one line: line breaks at its end are dropped, others and tabs become spaces, control characters vanish. */
function oneLine(text: string): string {
  return text
    .replace(/[\r\n]+$/, '')
    .replace(/\r\n|[\r\n\t]/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '');
}

/** The part of a text that a field of `columns` shows, such that the cursor, which is a space at the end of the text, is always in it. */
export function visibleText(
  state: TextState,
  columns: number,
): { readonly before: string; readonly at: string; readonly after: string } {
  const rest = graphemes(state.text.slice(state.cursor));
  const at = rest[0] ?? ' ';
  const room = Math.max(0, columns - displayWidth(at));
  let before = state.text.slice(0, state.cursor);
  if (displayWidth(before) > room) {
    const parts = graphemes(before);
    let width = 0;
    let first = parts.length;
    while (first > 0 && width + displayWidth(parts[first - 1] ?? '') <= room) {
      first -= 1;
      width += displayWidth(parts[first] ?? '');
    }
    before = parts.slice(first).join('');
  }
  const left = columns - displayWidth(before) - displayWidth(at);
  return { before, at, after: takeColumns(rest.slice(1).join(''), Math.max(0, left)) };
}
