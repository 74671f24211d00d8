/** How the selection moves through rows and how they scroll: the same for the panel of an action and for the findings of a diagnosis. Pure. */
import { clampOffset } from '../components/window.ts';
import type { Command } from '../keys/bindings.ts';
import type { PanelPlace } from '../ui-state.ts';
import type { PanelList } from '../views/panel-list.ts';

const moves = ['up', 'down', 'page-up', 'page-down', 'top', 'bottom'] as const;
export type Move = (typeof moves)[number];
export const isMove = (command: Command): command is Move => moves.some((move) => move === command);

/** Nothing is above the selected row. */
export const atFirst = ({ selected, first }: PanelList): boolean => selected <= 0 && first === 0;

/** One row or page on. A stretch without rows to select, such as a log, is scrolled through row by row. */
export function moveRows(place: PanelPlace, list: PanelList, move: Move): PanelPlace {
  const { stops, selected, first, size, rows } = list;
  const last = Math.max(0, rows.length - size);
  const page = Math.max(1, size - 1);
  const row = stops[selected] ?? first;
  switch (move) {
    case 'up': {
      const before = stops[selected - 1];
      if (before !== undefined && (before >= first - 1 || first === 0))
        return selectRow(place, list, selected - 1);
      return scrollRows(place, list, first - 1);
    }
    case 'down': {
      const next = stops[selected + 1];
      if (next !== undefined && (next <= first + size || first === last))
        return selectRow(place, list, selected + 1);
      return scrollRows(place, list, first + 1);
    }
    case 'page-up': {
      if (first === 0) return selectRow(place, list, 0);
      const index = stops.findIndex((at) => at >= row - page);
      return pageTo(place, list, Math.max(0, first - page), Math.min(index, Math.max(0, selected - 1)));
    }
    case 'page-down': {
      if (first === last) return selectRow(place, list, stops.length - 1);
      const index = stops.findLastIndex((at) => at <= row + page);
      const next = Math.min(selected + 1, stops.length - 1);
      return pageTo(place, list, Math.min(last, first + page), Math.max(index, next));
    }
    case 'top':
      return pageTo(place, list, 0, 0);
    case 'bottom':
      return pageTo(place, list, last, stops.length - 1);
  }
}

/** Selects, and scrolls no further than it takes to have the row in view. */
export function selectRow(place: PanelPlace, list: PanelList, index: number): PanelPlace {
  const at = list.stops[index];
  if (at === undefined) return place;
  const { first, size } = list;
  return pageTo(place, list, Math.min(at, Math.max(first, at - size + 1)), index);
}

/** Scrolls, and selects the row where it is in view then. */
function pageTo(place: PanelPlace, list: PanelList, first: number, index: number): PanelPlace {
  const at = list.stops[index];
  const to = clampOffset(first, list.rows.length, list.size);
  if (at === undefined || at < to || at >= to + list.size) return scrollRows(place, list, to);
  const selected = list.rows[at]?.id;
  return { ...place, ui: { ...place.ui, selected }, index, offset: to - at, kept: true };
}

/** Scrolls alone: what is selected stays so, in view or not. */
export function scrollRows(place: PanelPlace, list: PanelList, first: number): PanelPlace {
  const at = list.stops[list.selected] ?? 0;
  const selected = list.rows[at]?.id;
  const to = clampOffset(first, list.rows.length, list.size);
  return {
    ...place,
    ui: { ...place.ui, selected },
    index: Math.max(0, list.selected),
    offset: to - at,
    kept: at >= to && at < to + list.size,
  };
}
