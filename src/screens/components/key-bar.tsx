import type { Glyphs } from '../../terminal/glyphs.ts';
import type { Binding, Command } from '../keys/bindings.ts';
import { bindingsOf } from '../keys/bindings.ts';
import type { Disabled } from '../keys/match-key.ts';
import type { KeyMode } from '../keys/modes.ts';
import type { Line, Span } from './line.ts';
import { cutLine, lineWidth, span } from './line.ts';

export interface KeyBarProps {
  readonly mode: KeyMode;
  readonly width: number;
  /** Commands that cannot be given now, with the reason; they are shown dim, the reason is told when the key is pressed. */
  readonly disabled?: Disabled;
  /** Commands that do not concern what is shown, and are left out: there is no undo, no preview. */
  readonly hidden?: readonly Command[];
  /** Stands before the keys: the question. */
  readonly prompt?: string;
}

/** The keys that work now, on one line: as many as fit, in the order of the table; `?` for all the others always stays. */
export function layoutKeyBar(
  { mode, width, disabled = {}, hidden = [], prompt }: KeyBarProps,
  glyphs: Glyphs,
): Line {
  const shown = bindingsOf(mode).filter((binding) => !binding.quiet && !hidden.includes(binding.command));
  const help = shown.find((binding) => binding.command === 'help');
  const others = shown.filter((binding) => binding.command !== 'help');
  const tail = help ? entry(help, disabled, glyphs) : [];
  const out: Span[] = [span(prompt === undefined ? ' ' : ` ${prompt}   `, 'strong')];
  for (const binding of others) {
    const cell = entry(binding, disabled, glyphs);
    if (lineWidth([...out, ...cell, ...tail]) > width) continue;
    out.push(...cell);
  }
  return cutLine([...out, ...tail], width, glyphs.cut);
}

function entry(binding: Binding, disabled: Disabled, glyphs: Glyphs): Line {
  const off = disabled[binding.command] !== undefined;
  return [
    span(keyLabel(binding.keys[0] ?? '', glyphs), off ? 'disabled' : 'key'),
    span(` ${binding.label}  `, off ? 'disabled' : 'plain'),
  ];
}

/** A key as it is drawn in the footer. */
export function keyLabel(key: string, glyphs: Glyphs): string {
  return key === 'Enter' ? glyphs.enter : key;
}
