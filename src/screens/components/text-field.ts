import type { Line } from '../../terminal/line.ts';
import { span } from '../../terminal/line.ts';
import { graphemes } from '../../terminal/text.ts';
import type { TextState } from './edit-text.ts';
import { visibleText } from './edit-text.ts';

/** One line of text with a cursor. Long text scrolls so that the cursor stays in view; `placeholder` is shown while there is none. */
export function layoutField(state: TextState, width: number, label = '', placeholder = ''): Line {
  const head = span(label === '' ? '' : `${label} `, 'strong');
  if (state.text === '' && placeholder !== '')
    return [head, span(' ', 'cursor'), span(` ${placeholder}`, 'quiet')];
  const { before, at, after } = visibleText(state, width - head.text.length);
  return [head, span(before), span(at, 'cursor'), span(after)];
}

/** The same text and cursor with every character replaced: for secrets. */
export function hideText(state: TextState, bullet: string): TextState {
  const count = (text: string): number => graphemes(text).length;
  return {
    text: bullet.repeat(count(state.text)),
    cursor: bullet.length * count(state.text.slice(0, state.cursor)),
  };
}
