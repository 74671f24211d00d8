/** Output: the pane under a command, and the view over the whole screen with its search. */
import type { OutputWindow } from '../../shell/port.ts';
import type { CommandRun } from '../../state/session.ts';
import { EMPTY_TEXT, editText, type TextEdit } from '../components/edit-text.ts';
import type { Command } from '../keys/bindings.ts';
import type { Effect, OutputPlace, Updated } from '../messages.ts';
import { type OutputUi, type UiState, withWalk } from '../ui-state.ts';
import { runsBeside } from '../words/place.ts';

/** A view of a run that keeps its end in sight. */
export const outputOf = (run: string): OutputUi => ({
  run,
  window: undefined,
  follow: true,
  first: 0,
  left: 0,
  search: '',
  found: undefined,
  typing: undefined,
});

/** Rows of output in the full view: all but the header, the command, the line of where it is, two rules, the footer, and one row that stays free. */
export const viewerRows = (ui: UiState): number => Math.max(1, ui.size.rows - 8);

const read = (ui: UiState, place: OutputPlace, view: OutputUi): readonly Effect[] => [
  {
    type: 'read-output',
    place,
    run: view.run,
    first: view.follow ? undefined : view.first,
    count: place === 'viewer' ? viewerRows(ui) : ui.size.rows,
  },
];

/** What has to be read for what is open. */
export function readPane(ui: UiState): readonly Effect[] {
  const { output, viewer } = ui.walk ?? {};
  return [...(output ? read(ui, 'pane', output) : []), ...(viewer ? read(ui, 'viewer', viewer) : [])];
}

/** Opens a run's output over the whole screen: a preview is read from its start, what ran from its end. */
export function viewRun(ui: UiState, run: string, from: 'start' | 'end'): Updated {
  const viewer = { ...outputOf(run), follow: from === 'end' };
  return [withWalk(ui, { viewer }), read(ui, 'viewer', viewer)];
}

/** Output has been read. What belongs to another run by now is dropped. */
export function outputCame(ui: UiState, place: OutputPlace, run: string, window: OutputWindow): Updated {
  const key = place === 'pane' ? 'output' : 'viewer';
  const view = ui.walk?.[key];
  return view?.run === run ? [withWalk(ui, { [key]: { ...view, window } }), []] : [ui, []];
}

export function viewerCommand(ui: UiState, command: Command): Updated {
  const viewer = ui.walk?.viewer;
  if (!viewer) return [ui, []];
  const rows = viewerRows(ui);
  const total = viewer.window?.total ?? 0;
  const last = Math.max(0, total - rows);
  const at = viewer.follow ? last : viewer.first;
  const show = (change: Partial<OutputUi>): Updated => {
    const next = { ...viewer, ...change };
    return [withWalk(ui, { viewer: next }), read(ui, 'viewer', next)];
  };
  const go = (first: number): Updated => show({ first: Math.max(0, Math.min(last, first)), follow: false });
  const find = (from: number, direction: 1 | -1): Updated =>
    viewer.search === ''
      ? [{ ...ui, told: 'There is nothing to look for yet: / asks.' }, []]
      : [ui, [{ type: 'search', run: viewer.run, text: viewer.search, from, direction }]];
  switch (command) {
    case 'up':
      return go(at - 1);
    case 'down':
      return go(at + 1);
    case 'page-up':
      return go(at - rows + 1);
    case 'page-down':
      return go(at + rows - 1);
    case 'top':
      return go(0);
    case 'bottom':
      return show({ follow: true });
    case 'follow-output':
      return viewer.follow ? show({ follow: false, first: last }) : show({ follow: true });
    case 'left':
      return show({ left: Math.max(0, viewer.left - 20) });
    case 'right':
      return show({ left: Math.min(4000, viewer.left + 20) });
    case 'search':
      return [withWalk(ui, { viewer: { ...viewer, typing: EMPTY_TEXT } }), []];
    case 'next-match':
      return find((viewer.found ?? at - 1) + 1, 1);
    case 'previous-match':
      return find((viewer.found ?? at) - 1, -1);
    case 'next-run':
      return otherRun(ui, viewer, 1);
    case 'previous-run':
      return otherRun(ui, viewer, -1);
    case 'back':
    case 'interrupt':
      return [withWalk(ui, { viewer: undefined }), []];
    default:
      return [ui, []];
  }
}

/** The runs one can switch between: those of the step, and of the whole session once it is over. */
export const runsToView = (ui: UiState, run: string): readonly CommandRun[] =>
  ui.walk ? runsBeside(ui.walk.state, run, ui.screen === 'summary' ? 'session' : 'step') : [];

function otherRun(ui: UiState, viewer: OutputUi, by: 1 | -1): Updated {
  const runs = runsToView(ui, viewer.run);
  const at = runs.findIndex((one) => one.run === viewer.run);
  const next = runs[(at + by + runs.length) % runs.length];
  return next && next.run !== viewer.run ? viewRun(ui, next.run, 'end') : [ui, []];
}

/** Keys while the search field is open. */
export function searchCommand(ui: UiState, command: Command): Updated {
  const viewer = ui.walk?.viewer;
  if (!viewer?.typing) return [ui, []];
  const closed = { ...viewer, typing: undefined };
  if (command === 'back' || command === 'interrupt') return [withWalk(ui, { viewer: closed }), []];
  if (command !== 'submit') return [ui, []];
  const { text } = viewer.typing;
  const from = viewer.window?.first ?? 0;
  return [
    withWalk(ui, { viewer: { ...closed, search: text, found: undefined } }),
    text === '' ? [] : [{ type: 'search', run: viewer.run, text, from, direction: 1, around: true }],
  ];
}

export function editSearch(ui: UiState, change: TextEdit): Updated {
  const viewer = ui.walk?.viewer;
  if (!viewer?.typing) return [ui, []];
  return [withWalk(ui, { viewer: { ...viewer, typing: editText(viewer.typing, change) } }), []];
}

/** A search has ended. A line that was found is brought into view, a third from the top. */
export function found(ui: UiState, run: string, text: string, line: number): Updated {
  const viewer = ui.walk?.viewer;
  if (viewer?.run !== run || viewer.search !== text) return [ui, []];
  if (line < 0) {
    const why =
      viewer.found === undefined || viewer.found < 0 ? undefined : 'No further match in this direction.';
    return [{ ...withWalk(ui, { viewer: { ...viewer, found: viewer.found ?? -1 } }), told: why }, []];
  }
  const rows = viewerRows(ui);
  const last = Math.max(0, (viewer.window?.total ?? 0) - rows);
  const first = Math.max(0, Math.min(last, line - Math.floor(rows / 3)));
  const next = { ...viewer, found: line, first, follow: false };
  return [withWalk(ui, { viewer: next }), read(ui, 'viewer', next)];
}
