/** The marks drawn on screen. Every one is a single column wide in every terminal (no emoji, no variation selectors). */
export interface Glyphs {
  readonly done: string;
  readonly failed: string;
  readonly warning: string;
  readonly waiting: string;
  readonly current: string;
  readonly pending: string;
  readonly skipped: string;
  readonly undone: string;
  readonly byHand: string;
  readonly unknown: string;
  readonly info: string;
  readonly bullet: string;
  readonly rule: string;
  readonly bar: string;
  readonly quote: string;
  readonly filled: string;
  readonly empty: string;
  readonly cut: string;
  readonly more: string;
  readonly enter: string;
  readonly up: string;
  readonly down: string;
  readonly secret: string;
}

export const UNICODE: Glyphs = {
  done: '✔',
  failed: '✖',
  warning: '▲',
  waiting: '◌',
  current: '▸',
  pending: '·',
  skipped: '↷',
  undone: '↶',
  byHand: '✎',
  unknown: '?',
  info: 'ℹ',
  bullet: '•',
  rule: '─',
  bar: '│',
  quote: '▏',
  filled: '█',
  empty: '░',
  cut: '…',
  more: '›',
  enter: '↵',
  up: '↑',
  down: '↓',
  secret: '•',
};

/** For terminals whose locale is not UTF-8, and for `--ascii`. */
export const ASCII: Glyphs = {
  done: '+',
  failed: 'x',
  warning: '!',
  waiting: 'o',
  current: '>',
  pending: '.',
  skipped: '-',
  undone: '<',
  byHand: 'm',
  unknown: '?',
  info: 'i',
  bullet: '*',
  rule: '-',
  bar: '|',
  quote: '|',
  filled: '#',
  empty: '.',
  cut: '~',
  more: '>',
  enter: 'Enter',
  up: 'up',
  down: 'down',
  secret: '*',
};
