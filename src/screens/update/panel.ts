/** Keys on a panel: the selection moves, rows are opened, parts of a plan left out, words said to what works. Pure. */
import type { SteerWord } from '../../state/kind.ts';
import type { WalkState } from '../../state/walk.ts';
import type { Command } from '../keys/bindings.ts';
import type { Updated } from '../messages.ts';
import { emptyPanel, type PanelPlace, type UiState, withWalk } from '../ui-state.ts';
import type { PanelList } from '../views/panel-list.ts';
import { selectedInView } from '../views/panel-list.ts';
import type { PanelPane } from '../views/panel-pane.ts';
import { pageOf, scrollTo, wasInView } from '../views/reading.ts';
import { failureEntries } from '../words/failure.ts';
import { attemptNow } from '../words/kinds.ts';
import { actionState, currentAction } from '../words/place.ts';
import { atFirst, isMove, type Move, moveRows, scrollRows, selectRow } from './rows.ts';

/** The place in the panel of the attempt at hand: the same as before, or a new one. */
export function panelPlace(state: WalkState, before: PanelPlace): PanelPlace {
  const of = attemptNow(state);
  if (of === before.of) return before;
  const at = currentAction(state);
  const excluded = (at && actionState(state, at)?.plan?.excluded) ?? [];
  return { ...emptyPanel, of, ui: { ...emptyPanel.ui, excluded } };
}

const withPlace = (ui: UiState, change: Partial<PanelPlace>): UiState =>
  ui.walk ? withWalk(ui, { panel: { ...ui.walk.panel, ...change } }) : ui;

/** What a key does while a panel is shown; undefined where it means what it means without one. */
export function panelCommand(ui: UiState, pane: PanelPane, command: Command): Updated | undefined {
  switch (command) {
    case 'open-row':
      if (pane.list) return openRow(ui, pane, pane.list, command);
      return pane.text && [readOn(ui, pane, 'page-down'), []];
    case 'close-row':
      return pane.list && openRow(ui, pane, pane.list, command);
    case 'open-branch':
      return ui.walk?.panel.inRows && pane.list ? openRow(ui, pane, pane.list, 'open-row') : undefined;
    case 'leave-out':
      // Who turns pages with it must not leave out what comes into view.
      return pane.list ? leaveOut(ui, pane.list) : [{ ...ui, told: 'The plan comes after this text.' }, []];
    default:
      if (!isMove(command)) return undefined;
      if (pane.list) return [moved(ui, pane.list, command), []];
      return pane.text && [readOn(ui, pane, command), []];
  }
}

/** Turns the text over for the panel, or the panel for the text: what is to be seen before going on. */
export function turnOver(ui: UiState): UiState {
  return withWalk(withPlace(ui, { turned: ui.walk?.state.question }), { scroll: 0 });
}

/** The text is scrolled, and at its end the panel comes, at its beginning what was before. */
function readOn(ui: UiState, pane: PanelPane, command: Move): UiState {
  const view = pane.text!;
  const before = ui.walk?.state.question?.type === 'confirm';
  const goes = command === 'down' || command === 'page-down' || command === 'bottom';
  if (before && goes && wasInView(view)) return turnOver(ui);
  if (!before && !goes && view.first === 0) return withPlace(ui, { turned: undefined });
  const page = pageOf(view);
  const by = { up: -1, down: 1, 'page-up': -page, 'page-down': page, top: -view.total, bottom: view.total }[
    command
  ];
  return withWalk(ui, { scroll: scrollTo(view, view.first + by) });
}

function moved(ui: UiState, list: PanelList, move: Move): UiState {
  const walk = ui.walk!;
  const { question } = walk.state;
  const entries = question?.type === 'failure' ? failureEntries(walk.state, question).length : 0;
  if (entries > 0 && !walk.panel.inRows) {
    const into =
      move === 'bottom' || move === 'page-down' || (move === 'down' && walk.choice === entries - 1);
    if (into && list.stops.length > 0)
      return withPlace(
        ui,
        selectRow({ ...walk.panel, inRows: true }, list, move === 'bottom' ? list.stops.length - 1 : 0),
      );
    if (into)
      return withPlace(
        ui,
        scrollRows(walk.panel, list, list.first + (move === 'bottom' ? list.rows.length : 1)),
      );
    const to = move === 'up' ? walk.choice - 1 : move === 'down' ? walk.choice + 1 : 0;
    return withWalk(ui, { choice: Math.max(0, Math.min(entries - 1, to)) });
  }
  const first = atFirst(list);
  if (first && (move === 'up' || move === 'page-up' || move === 'top')) {
    if (entries > 0) return withPlace(ui, { inRows: false });
    if (question?.type === 'confirm') return withPlace(ui, { turned: undefined });
  }
  return withPlace(ui, moveRows(walk.panel, list, move));
}

const outOfView = 'The selected row is out of view: go to it first.';

function openRow(ui: UiState, pane: PanelPane, list: PanelList, command: 'open-row' | 'close-row'): Updated {
  const row = selectedInView(list);
  if (!row) return [list.selected < 0 ? ui : { ...ui, told: outOfView }, []];
  if (!row.opens || row.id === undefined) return [{ ...ui, told: 'There is nothing below this row.' }, []];
  const place = ui.walk!.panel;
  const now = { ...place.ui, selected: row.id };
  const toggled = other(now.toggled, row.id);
  // Which rows begin open is the panel's own business: one that has more rows now was closed.
  const opens = pane.rowsWith({ ...now, toggled }) - list.rows.length;
  if (command === 'open-row' ? opens < 0 : opens > 0) return [ui, []];
  const at = list.stops[list.selected] ?? 0;
  return [withPlace(ui, { ui: { ...now, toggled }, index: list.selected, offset: list.first - at }), []];
}

function leaveOut(ui: UiState, list: PanelList): Updated {
  const row = selectedInView(list);
  if (!row) return [{ ...ui, told: outOfView }, []];
  if (!row.optional || row.id === undefined)
    return [{ ...ui, told: 'This is no part of the plan that can be left out.' }, []];
  const place = ui.walk!.panel;
  const excluded = other(place.ui.excluded, row.id);
  const at = list.stops[list.selected] ?? 0;
  return [
    withPlace(ui, {
      ui: { ...place.ui, selected: row.id, excluded },
      index: list.selected,
      offset: list.first - at,
    }),
    [],
  ];
}

/** The list without the id, or with it where it was not in. */
const other = (ids: readonly string[], id: string): readonly string[] =>
  ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id];

/** A word for what works now, about the selected row where it is that sort of word. */
export function steer(ui: UiState, pane: PanelPane | undefined, { word, about }: SteerWord): Updated {
  if (about === 'whole') return [ui, [{ type: 'send', intent: { type: 'steer', word } }]];
  const row = pane?.list && selectedInView(pane.list);
  if (row?.id === undefined)
    return [{ ...ui, told: pane?.list?.selected === -1 ? 'Select a row first.' : outOfView }, []];
  return [ui, [{ type: 'send', intent: { type: 'steer', word, subject: row.id } }]];
}
