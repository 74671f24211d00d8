import type { Line } from '../../terminal/line.ts';
import { EMPTY_LINE, line, span } from '../../terminal/line.ts';
import { wrap } from '../../terminal/text.ts';
import { bindingsOf } from '../keys/bindings.ts';
import type { KeyMode } from '../keys/modes.ts';
import { MODE_TITLES } from '../keys/modes.ts';

const KEY_WIDTH = 16;

/** All keys of all modes, from the one table; those of the mode that help was asked in come first. */
export function layoutHelp(mode: KeyMode, width: number): readonly Line[] {
  const modes = Object.keys(MODE_TITLES) as KeyMode[];
  const ordered = [mode, ...modes.filter((other) => other !== mode)];
  return ordered.flatMap((each, index) => [
    line(index === 0 ? `${MODE_TITLES[each]} (here)` : MODE_TITLES[each], 'heading'),
    ...bindingsOf(each).flatMap((binding): Line[] =>
      wrap(binding.help, Math.max(10, width - KEY_WIDTH - 2)).map((text, row) => [
        span(row === 0 ? `  ${binding.keys.join(' ').padEnd(KEY_WIDTH)}` : ' '.repeat(KEY_WIDTH + 2), 'key'),
        span(text),
      ]),
    ),
    EMPTY_LINE,
  ]);
}
