import type { ReactNode } from 'react';
import { graphemes } from '../../terminal/text.ts';
import { useLook } from '../theme.ts';
import type { TextState } from './edit-text.ts';
import { visibleText } from './edit-text.ts';
import type { Line } from './line.ts';
import { span } from './line.ts';
import { Rows } from './rows.tsx';

export interface TextFieldProps {
  readonly state: TextState;
  readonly width: number;
  readonly label?: string;
  /** Shown while nothing is typed. */
  readonly placeholder?: string;
}

/** One line of text with a cursor. Long text scrolls so that the cursor stays in view. */
export function TextField({ state, width, label, placeholder }: TextFieldProps): ReactNode {
  return <Rows lines={[layoutField(state, width, label, placeholder)]} width={width} />;
}

/** Like `TextField`, with a bullet for every character. */
export function SecretField({ state, width, label }: Omit<TextFieldProps, 'placeholder'>): ReactNode {
  const { glyphs } = useLook();
  return <Rows lines={[layoutField(hideText(state, glyphs.secret), width, label)]} width={width} />;
}

export function layoutField(state: TextState, width: number, label = '', placeholder = ''): Line {
  const head = span(label === '' ? '' : `${label} `, 'strong');
  if (state.text === '' && placeholder !== '')
    return [head, span(' ', 'cursor'), span(` ${placeholder}`, 'quiet')];
  const { before, at, after } = visibleText(state, width - head.text.length);
  return [head, span(before), span(at, 'cursor'), span(after)];
}

/** The same text and cursor with every character replaced. */
export function hideText(state: TextState, bullet: string): TextState {
  const count = (text: string): number => graphemes(text).length;
  return {
    text: bullet.repeat(count(state.text)),
    cursor: bullet.length * count(state.text.slice(0, state.cursor)),
  };
}
