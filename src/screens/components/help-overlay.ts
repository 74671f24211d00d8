import type { SteerWord } from '../../state/kind.ts';
import type { Line } from '../../terminal/line.ts';
import { EMPTY_LINE, line, span } from '../../terminal/line.ts';
import { wrap } from '../../terminal/text.ts';
import { BINDINGS, bindingsOf } from '../keys/bindings.ts';
import type { KeyMode } from '../keys/modes.ts';
import { MODE_TITLES } from '../keys/modes.ts';

const KEY_WIDTH = 16;

/** A family of keys is explained before those of its members that there are now. */
const helpOf = (mode: KeyMode, words: readonly SteerWord[]) => [
  ...BINDINGS.filter((binding) => binding.family && binding.modes.includes(mode)),
  ...bindingsOf(mode, words),
];

/** All keys of all modes, from the one table; those of the mode that help was asked in come first. */
export function layoutHelp(mode: KeyMode, width: number, words: readonly SteerWord[] = []): readonly Line[] {
  const modes = Object.keys(MODE_TITLES) as KeyMode[];
  const ordered = [mode, ...modes.filter((other) => other !== mode)];
  return ordered.flatMap((each, index) => [
    line(index === 0 ? `${MODE_TITLES[each]} (here)` : MODE_TITLES[each], 'heading'),
    ...helpOf(each, words).flatMap((binding): Line[] =>
      wrap(binding.help, Math.max(10, width - KEY_WIDTH - 2)).map((text, row) => [
        span(row === 0 ? `  ${binding.keys.join(' ').padEnd(KEY_WIDTH)}` : ' '.repeat(KEY_WIDTH + 2), 'key'),
        span(text),
      ]),
    ),
    EMPTY_LINE,
  ]);
}
