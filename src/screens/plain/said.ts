/** What plain mode says, before it is printed. */
import type { ActionRef } from '../../state/event.ts';

/** Something to be printed, or to be fetched and printed. */
export type Said =
  | { readonly type: 'heading' | 'text' | 'command' | 'good' | 'bad' | 'notice'; readonly text: string }
  /** The text of the step that stands before or after this action, unless it was printed already. */
  | { readonly type: 'explain'; readonly at: ActionRef; readonly part: 'before' | 'after' }
  /** The output of this run so far is to be printed before what follows. */
  | { readonly type: 'output'; readonly run: string };

/** Every line of a text with the same beginning. */
export function indent(text: string, prefix: string): string {
  return text
    .split('\n')
    .map((line) => `${prefix}${line}`)
    .join('\n');
}
