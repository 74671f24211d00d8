/** The rows of the panel: categories, their lines, what is wrong and where to read about it. */
import { categoriesOf } from '../../linkerd/check-report.ts';
import type { JudgedLine } from '../../linkerd/expected-checks.ts';
import { cutLine, type Line, type StyleName, span } from '../../terminal/line.ts';
import { displayWidth, padEnd, wrap } from '../../terminal/text.ts';
import type { PanelProps, PanelRow } from '../panel.ts';
import { countParts, markOf, standing, worstOf } from './panel-words.ts';

type Frame = Pick<PanelProps, 'ui' | 'width' | 'glyphs'>;

/** As much of one error as is shown unasked; a check may list every pod of a cluster. */
const errorLines = 6;

/** Style of a category's name. */
export function styleOf(of: 'running' | 'category'): StyleName {
  return of === 'running' ? 'info' : 'plain';
}

/** What has to be said comes first, opened. Clean categories follow, in one row where there is not room for all of them. */
export function categoryRows(lines: readonly JudgedLine[], frame: Frame, room: number): readonly PanelRow[] {
  const categories = categoriesOf(lines);
  const names = nameWidth(categories, frame.width);
  const clean = categories.filter((one) => worstOf(one.lines) === 'clean');
  const rows = categories
    .filter((one) => !clean.includes(one))
    .flatMap((one) => rowsOf(one.name, one.lines, names, frame));
  const cleanRows = clean.flatMap((one) => rowsOf(one.name, one.lines, names, frame));
  if (clean.length < 2 || rows.length + clean.length <= room) return [...rows, ...cleanRows];
  const folded: PanelRow = {
    id: 'clean',
    opens: true,
    line: [markOf('clean', frame.glyphs), span(`${clean.length} categories are clean`)],
  };
  return frame.ui.toggled.includes('clean') ? [...rows, folded, ...cleanRows] : [...rows, folded];
}

/** Categories while others are still looked at, in their order. */
export function runningRows(lines: readonly JudgedLine[], frame: Frame): readonly PanelRow[] {
  const categories = categoriesOf(lines);
  const names = nameWidth(categories, frame.width);
  return categories.map(({ name, lines: of }) => ({ line: headOf(name, of, names, frame) }));
}

function nameWidth(categories: readonly { readonly name: string }[], width: number): number {
  const longest = Math.max(0, ...categories.map(({ name }) => displayWidth(name)));
  return Math.min(longest, Math.max(16, width - 24));
}

function headOf(name: string, lines: readonly JudgedLine[], names: number, { width, glyphs }: Frame): Line {
  const head: Line = [
    markOf(worstOf(lines), glyphs),
    span(padEnd(name, names, glyphs.cut), styleOf('category')),
    span('  '),
    ...countParts(lines, 'short'),
  ];
  return cutLine(head, width, glyphs.cut);
}

function rowsOf(
  name: string,
  lines: readonly JudgedLine[],
  names: number,
  frame: Frame,
): readonly PanelRow[] {
  const { ui } = frame;
  const id = `c:${name}`;
  const head: PanelRow = { id, opens: true, line: headOf(name, lines, names, frame) };
  const clean = worstOf(lines) === 'clean';
  if (clean === !ui.toggled.includes(id)) return [head];
  const passed = lines.filter((one) => standing(one) === 'clean');
  const rest = lines.filter((one) => standing(one) !== 'clean');
  if (clean) return [head, ...passed.flatMap((one) => lineRows(one, frame))];
  const more = `p:${name}`;
  const passedRow: PanelRow = {
    id: more,
    opens: true,
    line: [span('  '), markOf('clean', frame.glyphs), span(`${passed.length} passed`, 'quiet')],
  };
  return [
    head,
    ...rest.flatMap((one) => lineRows(one, frame)),
    ...(passed.length === 0 ? [] : [passedRow]),
    ...(passed.length > 0 && ui.toggled.includes(more) ? passed.flatMap((one) => lineRows(one, frame)) : []),
  ];
}

/** One check with all there is to say of it. */
function lineRows(one: JudgedLine, { width, glyphs, ui }: Frame): readonly PanelRow[] {
  const how = standing(one);
  const row = (indent: number, text: string, style: StyleName): PanelRow => ({
    line: [span(' '.repeat(indent)), span(text, style)],
  });
  const [first = '', ...more] = wrap(one.description, width - 4);
  const id = `l:${one.category}:${one.description}`;
  const error = (one.error ?? '').split('\n').flatMap((text) => hanging(text, width - 4));
  // What was announced is known already.
  const unasked = one.expected ? 1 : errorLines;
  const shown = ui.toggled.includes(id) ? error : error.slice(0, unasked);
  const long = error.length > unasked;
  const head: Line = [span('  '), markOf(how, glyphs), span(first, how === 'clean' ? 'quiet' : 'strong')];
  return [
    long ? { id, opens: true, line: head } : { line: head },
    ...more.map((text) => row(4, text, 'strong')),
    ...(one.expected
      ? wrap(`expected until ${one.expected.until}`, width - 4).map((text) => row(4, text, 'info'))
      : []),
    ...shown.map((text) => row(4, text, one.expected ? 'quiet' : 'plain')),
    ...(shown.length < error.length ? [row(4, moreLines(error.length - shown.length, glyphs), 'quiet')] : []),
    ...(one.hint === undefined || one.expected
      ? []
      : hintParts(one.hint, width - 4).map((text) => row(4, text, 'link'))),
  ];
}

/** A line and what of it does not fit, indented so that the items of a list are told apart. */
function hanging(text: string, width: number): readonly string[] {
  if (text.trim() === '') return [];
  const indent = ' '.repeat(
    text.length - text.trimStart().length + (text.trimStart().startsWith('* ') ? 2 : 0),
  );
  const [first = '', ...rest] = wrap(text, width);
  const more = rest.length === 0 ? '' : text.slice(first.length).trim();
  return more === '' ? [first] : [first, ...wrap(more, width - indent.length).map((part) => indent + part)];
}

/** An address that is too long for a line is broken before its anchor, which is the id of the check. */
function hintParts(hint: string, width: number): readonly string[] {
  const at = hint.indexOf('#');
  if (displayWidth(hint) <= width || at < 0) return wrap(hint, width);
  return [hint.slice(0, at), hint.slice(at)].flatMap((part) => wrap(part, width));
}

const moreLines = (count: number, { cut }: Frame['glyphs']) =>
  `${cut} ${count} more ${count === 1 ? 'line' : 'lines'}`;
