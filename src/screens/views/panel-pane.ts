/** The right side of the walk where the kind at hand has a panel: title, outcome, text and panel, as the room allows. Pure. */
import type { Question } from '../../state/question.ts';
import { actionIn } from '../../state/session.ts';
import type { PanelUi, PanelView } from '../../steps/panel.ts';
import { EMPTY_LINE, type Line } from '../../terminal/line.ts';
import type { UiState, WalkUi } from '../ui-state.ts';
import { failureEntries } from '../words/failure.ts';
import { diagnosisNow } from '../words/findings.ts';
import { panelNow } from '../words/kinds.ts';
import { entryLines } from './failure-entries.ts';
import { failureLines } from './outcome-pane.ts';
import { markWidth, type PanelList, panelLines, selectedStop } from './panel-list.ts';
import { paragraph, type Room } from './parts.ts';
import { reading, scrolled, type View, wasInView } from './reading.ts';
import { linesAfter, linesBefore } from './step-text.ts';
import { titleLines } from './title.ts';

/** What is on the pane. Where text and panel do not fit together, one of them is turned over for the other. */
export interface PanelPane {
  readonly lines: readonly Line[];
  /** The rows of the panel; undefined while the text is shown instead. */
  readonly list: PanelList | undefined;
  /** The panel with other rows opened: how one learns whether a row is open. */
  readonly rowsWith: (ui: PanelUi) => number;
  /** Where the text is read; undefined while the panel is shown instead, or beside it. */
  readonly text: View | undefined;
  /** Something is still to be turned over before the key that goes on does so. */
  readonly more: boolean;
}

/** Rows that a panel needs to be of use beside a text. */
const leastPanel = 10;
/** Below this height the empty row under the title goes to the panel. */
const roomy = 24;

/** Undefined where there is no panel, or it has nothing to show yet. */
export function panelPane(ui: UiState, width: number, height: number, room: Room): PanelPane | undefined {
  const now = panelNow(ui);
  const { walk } = ui;
  if (!walk || !now) return undefined;
  const { at, panel } = now;
  const { state, panel: place } = walk;
  const { question } = state;
  const named = titleLines(ui, walk, width, room);
  const title = height < roomy ? named.slice(0, -1) : named;
  const head = headLines(ui, walk, question, width, height, room);
  const rest = Math.max(1, height - title.length - head.length);
  const text = textLines(walk, question, width, room);
  const beside = text.length > 0 && text.length + 1 + leastPanel <= rest;
  const space = beside ? rest - text.length - 1 : rest;
  const draw = (of: PanelUi): PanelView | undefined =>
    panel({
      walk: state,
      at,
      ui: of,
      now: ui.now,
      width: Math.max(1, width - markWidth),
      height: space,
      glyphs: room.glyphs,
    });
  const first = draw(place.ui);
  if (!first) return undefined;
  const rowsWith = (of: PanelUi) => draw(of)?.rows.length ?? 0;
  const turned = place.turned !== undefined && place.turned === question;
  const pages = text.length > 0 && !beside;
  // Before a change the text is read first; after it, what came of it.
  const showsText = pages && (question?.type === 'confirm' ? !turned : turned);
  if (showsText) {
    const { lines, view } = scrolled(reading(text, { until: text.length }), rest, walk.scroll, room);
    const more = question?.type === 'confirm' || !wasInView(view);
    return {
      lines: [...title, ...head, ...lines].slice(0, height),
      list: undefined,
      rowsWith,
      text: view,
      more,
    };
  }
  const focus = !(
    question?.type === 'failure' &&
    failureEntries(state, question).length > 0 &&
    !place.inRows
  );
  const selected = focus
    ? first.rows.filter((row) => row.id !== undefined)[selectedStop(first.rows, place)]?.id
    : undefined;
  const view = selected === place.ui.selected ? first : (draw({ ...place.ui, selected }) ?? first);
  const { lines, list } = panelLines(
    view,
    { ...place, ui: { ...place.ui, selected } },
    space,
    focus,
    room.glyphs,
  );
  return {
    lines: [...title, ...head, ...(beside ? [...text, EMPTY_LINE] : []), ...lines].slice(0, height),
    list,
    rowsWith,
    text: undefined,
    more: pages && question?.type !== 'confirm' && !turned,
  };
}

/** What is known of the end, above the panel that shows how it came to it. */
function headLines(
  ui: UiState,
  walk: WalkUi,
  question: Question | undefined,
  width: number,
  height: number,
  room: Room,
): readonly Line[] {
  switch (question?.type) {
    case 'continue':
      return spaced(remarkLines(walk, question, width, room), height);
    case 'failure':
      return spaced(
        [
          ...failureLines(walk, question, width, room),
          ...entryLines(ui, walk, question, width, Math.floor(height / 2), !walk.panel.inRows, room),
        ],
        height,
      );
    case 'confirm':
      return question.error === undefined ? [] : paragraph(question.error, width, 'bad');
    case undefined:
      return announced(walk, width, room);
    default:
      return [];
  }
}

/** What has come up while the action is still under way, told beside it: the gravest, in one line. */
function announced({ state }: WalkUi, width: number, { glyphs }: Room): readonly Line[] {
  const findings = state.live.working ? (diagnosisNow(state)?.record.findings ?? []) : [];
  const [gravest] = findings;
  if (!gravest) return [];
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more; f shows them)` : ' (f shows it)';
  return paragraph(`${glyphs.warning} ${gravest.title}${more}`, width, 'warning').slice(0, 2);
}

/** An empty row below it, where that leaves the panel enough. */
const spaced = (lines: readonly Line[], height: number): readonly Line[] =>
  lines.length > 0 && height - lines.length > leastPanel + 2 ? [...lines, EMPTY_LINE] : lines;

/** How it ended: well where it was done, and to be taken with care where it was only described, or failed in a dry run. */
function remarkLines(
  { state }: WalkUi,
  { at, remark }: Extract<Question, { type: 'continue' }>,
  width: number,
  { glyphs }: Room,
): readonly Line[] {
  if (remark === undefined) return [];
  const good = state.session.mode === 'live' && actionIn(state.session, at)?.ended?.ok === true;
  return good ? paragraph(`${glyphs.done} ${remark}`, width, 'ok') : paragraph(remark, width, 'warning');
}

/** The text of the step that belongs to the question. */
function textLines(
  { state }: WalkUi,
  question: Question | undefined,
  width: number,
  room: Room,
): readonly Line[] {
  if (question?.type === 'confirm') return linesBefore(state, question.at, width, room);
  if (question?.type === 'continue') return linesAfter(state, question.at, width, room);
  return [];
}
