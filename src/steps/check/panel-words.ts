/** How outcomes are marked and counted. */
import { countLines, type JudgedLine } from '../../linkerd/expected-checks.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import { type Span, type StyleName, span } from '../../terminal/line.ts';

/** The worst of some lines; what was announced is worse than nothing and better than all else. */
export type Worst = 'failed' | 'warning' | 'unseen' | 'expected' | 'clean';

/** How one line stands. */
export function standing(one: JudgedLine): Worst {
  if (one.result === 'success') return 'clean';
  if (one.expected) return 'expected';
  return one.result === 'error' ? 'failed' : one.result;
}

const order: readonly Worst[] = ['failed', 'warning', 'unseen', 'expected', 'clean'];

export function worstOf(lines: readonly JudgedLine[]): Worst {
  return order.find((one) => lines.some((of) => standing(of) === one)) ?? 'clean';
}

const marks: Readonly<Record<Worst, readonly [keyof Glyphs, StyleName]>> = {
  failed: ['failed', 'bad'],
  warning: ['warning', 'warning'],
  unseen: ['unknown', 'warning'],
  expected: ['info', 'info'],
  clean: ['done', 'ok'],
};

export function markOf(of: Worst, glyphs: Glyphs): Span {
  const [glyph, style] = marks[of];
  return span(`${glyphs[glyph]} `, style);
}

/** `2 failed, 1 warning, 41 passed`: the worst first, for it must not be what is cut off. */
export function countParts(lines: readonly JudgedLine[], form: 'long' | 'short'): readonly Span[] {
  const { passed, warnings, failed, unseen, expected } = countLines(lines);
  const long = form === 'long';
  const parts = [
    ...(failed > 0 ? [span(`${failed} failed`, 'bad')] : []),
    ...(warnings > 0 ? [span(`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`, 'warning')] : []),
    ...(unseen > 0 ? [span(`${unseen} not seen`, 'warning')] : []),
    ...(expected > 0 ? [span(`${expected} ${long ? 'as expected' : 'expected'}`, 'info')] : []),
    ...(passed > 0 ? [span(`${passed} passed`)] : []),
  ];
  return parts.flatMap((part, index) => (index === 0 ? [part] : [span(', '), part]));
}
