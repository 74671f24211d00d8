/** The rows of a panel in the room that they have: which is selected, and which are in view. Pure. */
import type { PanelRow, PanelView } from '../../steps/panel.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import { EMPTY_LINE, type Line, line, span } from '../../terminal/line.ts';
import { clamp, clampOffset } from '../components/window.ts';
import type { PanelPlace } from '../ui-state.ts';

/** The mark before the selected row, or the blanks before another, in columns. */
export const markWidth = 2;

/** Rows of a panel with their window. */
export interface PanelList {
  readonly rows: readonly PanelRow[];
  /** Where in `rows` those are that can be selected. */
  readonly stops: readonly number[];
  /** Index into `stops`; -1 where nothing is selected. */
  readonly selected: number;
  /** The first row in view, and how many are. */
  readonly first: number;
  readonly size: number;
}

/** Fewer rows than this are no list: above them the panel's own lines give way. */
const leastRows = 3;

/** The row that is selected: the one that was, or where that is gone the one that has come to its place. */
export function selectedStop(rows: readonly PanelRow[], { ui, index }: PanelPlace): number {
  const stops = stopsOf(rows);
  const same = stops.findIndex((at) => rows[at]?.id === ui.selected);
  return same >= 0 ? same : clamp(index, 0, stops.length - 1);
}

const stopsOf = (rows: readonly PanelRow[]): readonly number[] =>
  rows.flatMap((row, at) => (row.id === undefined ? [] : [at]));

/** The rows as they are, and the part of them that fits. `focus`: one of them may be selected. */
export function panelList(
  rows: readonly PanelRow[],
  place: PanelPlace,
  room: number,
  focus: boolean,
): PanelList {
  const stops = stopsOf(rows);
  const selected = focus && stops.length > 0 ? selectedStop(rows, place) : -1;
  // Where they do not all fit, one row tells how many are out of view.
  const size = Math.max(1, rows.length > room ? room - 1 : room);
  const row = stops[selected] ?? 0;
  const wanted =
    place.offset === undefined || stops.length === 0 ? Math.max(0, row - size + 1) : row + place.offset;
  // What there is to say of the row that was just selected takes room as well.
  const seen = place.kept ? clamp(wanted, row - size + 1, row) : wanted;
  const free = stops.length === 0 ? (place.offset ?? 0) : seen;
  return { rows, stops, selected, first: clampOffset(free, rows.length, size), size };
}

/** The id of the selected row, where it is in view: a word about a row is about one that is seen. */
export function selectedInView({ rows, stops, selected, first, size }: PanelList): PanelRow | undefined {
  const at = stops[selected];
  return at !== undefined && at >= first && at < first + size ? rows[at] : undefined;
}

/** The panel in exactly `height` lines: its top and its bottom stay, the rows between are those in view. */
export function panelLines(
  view: PanelView,
  place: PanelPlace,
  height: number,
  focus: boolean,
  glyphs: Glyphs,
): { readonly lines: readonly Line[]; readonly list: PanelList } {
  const bottom = view.bottom.slice(0, Math.max(0, height - view.top.length - leastRows));
  const top = view.top.slice(0, Math.max(0, height - bottom.length - leastRows));
  const space = Math.max(1, height - top.length - bottom.length);
  const list = panelList(view.rows, place, space, focus);
  const { rows, first, size, stops, selected } = list;
  const body = rows
    .slice(first, first + size)
    .map(({ line: own }, index): Line => marked(own, first + index === stops[selected], glyphs));
  const out = rows.length > space ? [outOfView(list, glyphs)] : [];
  const missing = Math.max(0, space - body.length - out.length);
  const padding = Array.from({ length: missing }, () => EMPTY_LINE);
  return { lines: [...top, ...body, ...padding, ...out, ...bottom].slice(0, height), list };
}

/** A mark tells the selected row, and its plain text is in the style of what is selected. */
function marked(own: Line, isSelected: boolean, { current }: Glyphs): Line {
  if (!isSelected) return [span(' '.repeat(markWidth)), ...own];
  return [
    span(`${current} `, 'selected'),
    ...own.map((part) => (part.style === 'plain' ? { ...part, style: 'selected' as const } : part)),
  ];
}

function outOfView({ rows, first, size }: PanelList, { up, down }: Glyphs): Line {
  const below = rows.length - first - size;
  const parts = [
    ...(first > 0 ? [`${up} ${first} above`] : []),
    ...(below > 0 ? [`${down} ${below} below`] : []),
  ];
  return line(`  ${parts.join('  ')}`, 'quiet');
}
