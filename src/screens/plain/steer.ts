/** The words that plain mode takes while an action works by itself. Pure. */

import type { SteerWord } from '../../state/kind.ts';
import type { Intent } from '../../state/question.ts';

/** `hold`, `skip ROW`: as they are typed. */
const usage = ({ word, about }: SteerWord): string => (about === 'row' ? `${word} ROW` : word);

/** What a line says to the action at work; `refused` with the reason where it begins with a word of it and says too little. */
export type Told =
  | { readonly type: 'intent'; readonly intent: Intent }
  | { readonly type: 'help' }
  | { readonly type: 'refused'; readonly message: string };

/** What the line means to the action at work; undefined where it begins with none of its words. */
export function parseWord(words: readonly SteerWord[], line: string): Told | undefined {
  const text = line.trim();
  const [first = ''] = text.split(/\s+/);
  const subject = text.slice(first.length).trim();
  if (first === 'help' || first === '?') return { type: 'help' };
  if (first === 'cancel' && subject === '') return { type: 'intent', intent: { type: 'cancel' } };
  if (first === 'note' && subject !== '') return { type: 'intent', intent: { type: 'note', text: subject } };
  if (first === 'diagnose' && subject === '') return { type: 'intent', intent: { type: 'diagnose' } };
  const known = words.find(({ word }) => word === first);
  if (!known) return undefined;
  if (known.about === 'row' && subject === '')
    return { type: 'refused', message: `Say it with a row: ${usage(known)}` };
  if (known.about === 'whole' && subject !== '')
    return { type: 'refused', message: `${first} is said by itself.` };
  const intent: Intent =
    known.about === 'row' ? { type: 'steer', word: first, subject } : { type: 'steer', word: first };
  return { type: 'intent', intent };
}

/** The line that says which words there are. */
export const wordsLine = (words: readonly SteerWord[]): string =>
  `  words while it works: ${[...words.map(usage), 'diagnose', 'cancel', 'note TEXT', 'help'].join(' | ')}`;

/** What each of the words does, for `help`. */
export function wordsHelp(words: readonly SteerWord[]): readonly string[] {
  const all = [
    ...words.map((word): readonly [string, string] => [usage(word), word.help]),
    ['diagnose', 'Look at the cluster for what is wrong.'] as const,
    ['cancel', 'End it. What it has begun on the cluster goes on there.'] as const,
    ['note TEXT', 'Write a note into the record.'] as const,
  ];
  const width = Math.max(...all.map(([what]) => what.length));
  return all.map(([what, help]) => `  ${what.padEnd(width)}  ${help}`);
}
