/**
 * What the parts of a screen look like. Styles are named by meaning; colours are the sixteen that the user's own theme
 * defines, and no meaning rests on them alone: a word or a mark always says the same.
 */
import { createContext, useContext } from 'react';
import type { Glyphs } from '../terminal/glyphs.ts';
import { UNICODE } from '../terminal/glyphs.ts';
import type { StyleName } from '../terminal/line.ts';

interface Appearance {
  /** SGR parameters of the attributes, which stay when colour is off. */
  readonly attributes?: readonly number[];
  readonly colour?: readonly number[];
}

const BOLD = 1;
const DIM = 2;
const ITALIC = 3;
const UNDERLINE = 4;
const INVERSE = 7;
const RED = 31;
const GREEN = 32;
const YELLOW = 33;
const BLUE = 34;
const MAGENTA = 35;
const CYAN = 36;

const APPEARANCE: Readonly<Record<StyleName, Appearance>> = {
  plain: {},
  strong: { attributes: [BOLD] },
  emphasis: { attributes: [ITALIC] },
  quiet: { attributes: [DIM] },
  title: { attributes: [BOLD] },
  heading: { attributes: [BOLD], colour: [CYAN] },
  rule: { attributes: [DIM] },
  code: { colour: [CYAN] },
  link: { attributes: [UNDERLINE] },
  ok: { colour: [GREEN] },
  warning: { attributes: [BOLD], colour: [YELLOW] },
  bad: { attributes: [BOLD], colour: [RED] },
  info: { colour: [BLUE] },
  key: { attributes: [BOLD], colour: [CYAN] },
  disabled: { attributes: [DIM] },
  selected: { attributes: [BOLD], colour: [CYAN] },
  cursor: { attributes: [INVERSE] },
  match: { attributes: [UNDERLINE], colour: [YELLOW] },
  currentMatch: { attributes: [INVERSE], colour: [YELLOW] },
  look: { attributes: [BOLD], colour: [BLUE] },
  change: { attributes: [BOLD], colour: [YELLOW] },
  irreversible: { attributes: [BOLD, INVERSE], colour: [RED] },
  live: { attributes: [BOLD, INVERSE], colour: [RED] },
  dryRun: { attributes: [BOLD], colour: [BLUE] },
  practice: { attributes: [BOLD], colour: [MAGENTA] },
};

/** How this terminal is drawn on: settled once, at the start. */
export interface Look {
  readonly colour: boolean;
  readonly glyphs: Glyphs;
}

export const DEFAULT_LOOK: Look = { colour: true, glyphs: UNICODE };

/** Every component reads its marks and colours from here; the application provides it around its root. */
export const LookContext = createContext<Look>(DEFAULT_LOOK);

export function useLook(): Look {
  return useContext(LookContext);
}

/** The text between the escape sequences of its style; with `colour` off only bold, dim, italic, underline and inverse are left. */
export function paint(text: string, style: StyleName, colour: boolean): string {
  const { attributes = [], colour: colours = [] } = APPEARANCE[style];
  const codes = colour ? [...attributes, ...colours] : attributes;
  if (codes.length === 0 || text === '') return text;
  return `\x1b[${codes.join(';')}m${text}\x1b[0m`;
}
