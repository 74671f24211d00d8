import type { Line } from '../../terminal/line.ts';
import { line, span } from '../../terminal/line.ts';
import { wrap } from '../../terminal/text.ts';
import type { TextState } from './edit-text.ts';
import { layoutField } from './text-field.ts';

export interface TypedConfirmProps {
  /** What cannot be undone, in one sentence. */
  readonly message: string;
  /** The text that must be typed exactly, e.g. the name of the cluster. */
  readonly mustType: string;
  readonly state: TextState;
  readonly width: number;
  readonly error?: string;
}

/** Whether what is typed permits the action: the text itself, spaces at the ends aside. */
export function isConfirmed(typed: string, mustType: string): boolean {
  return typed.trim() === mustType;
}

/** Asks for a name to be typed before something that cannot be undone. */
export function layoutTypedConfirm(
  { message, mustType, state, width, error }: TypedConfirmProps,
  warning: string,
): readonly Line[] {
  const lines: Line[] = wrap(`${warning} ${message}`, width).map((text) => line(text, 'warning'));
  lines.push(
    [span('Type '), span(mustType, 'strong'), span(' and press Enter; Esc goes back.')],
    layoutField(state, width, '>'),
  );
  if (isConfirmed(state.text, mustType)) lines.push(line('It matches. Enter confirms.', 'ok'));
  else if (error !== undefined) lines.push(...wrap(error, width).map((text) => line(text, 'bad')));
  else if (state.text !== '' && !mustType.startsWith(state.text.trim()))
    lines.push(line('That is not it.', 'bad'));
  return lines;
}
