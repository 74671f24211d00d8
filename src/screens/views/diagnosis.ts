/** The diagnosis over the whole screen: pitfalls by what points at them, other findings, what was not looked at, and the whole catalogue. Pure. */
import type { Evidence, PlacedFinding } from '../../diagnosis/finding.ts';
import type { PanelRow, PanelView } from '../../steps/panel.ts';
import { span as duration, timeOfDay } from '../../terminal/duration.ts';
import { cutLine, EMPTY_LINE, type Line, line, span } from '../../terminal/line.ts';
import { bodyHeight } from '../components/frame.tsx';
import type { UiState } from '../ui-state.ts';
import { diagnosisNow, gravity, type Sorted, sortFindings } from '../words/findings.ts';
import { footerLines } from './footer.ts';
import { markWidth, type PanelList, panelLines, selectedStop } from './panel-list.ts';
import { labelled, paragraph, type Room } from './parts.ts';

/** What a selected row is about. */
export type DiagnosisEntry =
  | { readonly type: 'pitfall'; readonly file: string; readonly title: string }
  | { readonly type: 'finding'; readonly finding: PlacedFinding; readonly file: string | undefined };

interface Entries {
  readonly rows: readonly PanelRow[];
  readonly byId: ReadonlyMap<string, DiagnosisEntry>;
}

/** Rows that the details of the selected row take at most: half of the screen. */
const share = 0.5;

/** The lines of the screen, its list, and what its selected row is about. */
export function diagnosisBody(
  ui: UiState,
  height: number,
  room: Room,
): {
  readonly lines: readonly Line[];
  readonly list: PanelList;
  readonly entry: DiagnosisEntry | undefined;
} {
  const walk = ui.walk!;
  const place = walk.findings!;
  const now = diagnosisNow(walk.state);
  const sorted = sortFindings(walk.state, now?.record);
  const width = Math.max(1, room.columns - 2 - markWidth);
  const { rows, byId } = entriesOf(sorted, now?.record.notChecked ?? [], width, room);
  const stop = selectedStop(rows, place);
  const id = rows.filter((row) => row.id !== undefined)[stop]?.id;
  const entry = id === undefined ? undefined : byId.get(id);
  const most = Math.floor(height * share);
  const details = entry ? detailsOf(entry, sorted, room.columns - 2, room) : [];
  const bottom =
    details.length === 0
      ? []
      : [line(room.glyphs.rule.repeat(room.columns - 2), 'rule'), ...details.slice(0, Math.max(0, most - 1))];
  const view: PanelView = { top: headOf(ui, room), rows, bottom };
  const { lines, list } = panelLines(view, place, height, true, room.glyphs);
  return { lines: lines.map((one) => [span(' '), ...one]), list, entry };
}

/** The same as it is drawn now, for a key; undefined while it is not open. */
export function diagnosisHere(
  ui: UiState,
  room: Room,
): { readonly list: PanelList; readonly entry: DiagnosisEntry | undefined } | undefined {
  if (!ui.walk?.findings) return undefined;
  return diagnosisBody(ui, bodyHeight(ui.size.rows, 1, footerLines(ui, room).length), room);
}

/** When it was looked, at how much, and whether it is looked at again now. */
function headOf(ui: UiState, { glyphs, columns }: Room): readonly Line[] {
  const { state } = ui.walk!;
  const { diagnosing } = state.live;
  const now = diagnosisNow(state);
  const looking = diagnosing
    ? [line(`${glyphs.waiting} Looking at the cluster, ${duration(ui.now - diagnosing.startedAt)}`, 'info')]
    : [];
  if (!now)
    return [...(looking.length > 0 ? looking : [line('The cluster was not looked at yet.')]), EMPTY_LINE];
  const { findings, more, suppressed, checked, notChecked, tookMs } = now.record;
  const unseen = new Set(notChecked.flatMap(({ codes }) => codes)).size;
  const found = findings.length + more;
  const text = [
    `${found === 0 ? 'Nothing found' : found === 1 ? '1 finding' : `${found} findings`} at ${timeOfDay(Date.parse(now.time))}`,
    `${checked} kinds looked for in ${(tookMs / 1000).toFixed(1)} s`,
    ...(unseen > 0 ? [`${unseen} not`] : []),
    ...(suppressed > 0 ? [`${suppressed} known and not shown`] : []),
  ].join(', ');
  return [cutLine(line(text, 'quiet'), columns - 2, glyphs.cut), ...looking, EMPTY_LINE];
}

function entriesOf(
  { pitfalls, others, rest }: Sorted,
  notChecked: readonly {
    readonly part: string;
    readonly message: string;
    readonly codes: readonly string[];
  }[],
  width: number,
  { glyphs }: Room,
): Entries {
  const rows: PanelRow[] = [];
  const byId = new Map<string, DiagnosisEntry>();
  const short = (own: Line) => cutLine(own, width, glyphs.cut);
  const add = (id: string, own: Line, entry: DiagnosisEntry) => {
    rows.push({ id, line: short(own) });
    byId.set(id, entry);
  };
  const heading = (text: string) => {
    if (rows.length > 0) rows.push({ line: EMPTY_LINE });
    rows.push({ line: short(line(text, 'heading')) });
  };
  if (pitfalls.length > 0) heading('Pitfalls that this points at');
  for (const { file, title, found } of pitfalls) {
    add(`pitfall ${file}`, line(title), { type: 'pitfall', file, title });
    for (const finding of found) {
      add(`finding ${finding.fingerprint} ${file}`, findingLine(finding, '  ', glyphs), {
        type: 'finding',
        finding,
        file,
      });
    }
  }
  if (others.length > 0) heading('Other findings');
  for (const finding of others) {
    add(`finding ${finding.fingerprint}`, findingLine(finding, '', glyphs), {
      type: 'finding',
      finding,
      file: undefined,
    });
  }
  if (notChecked.length > 0) heading('Not looked at');
  for (const { part, message, codes } of notChecked) {
    rows.push({
      line: short([span(`${part}: `), span(`${message} Not looked for: ${codes.join(', ')}`, 'quiet')]),
    });
  }
  if (rest.length > 0) heading(pitfalls.length > 0 ? 'All other pitfalls' : 'All pitfalls');
  for (const { file, title } of rest) add(`pitfall ${file}`, line(title), { type: 'pitfall', file, title });
  return { rows, byId };
}

const findingLine = (finding: PlacedFinding, margin: string, glyphs: Room['glyphs']): Line => [
  span(margin),
  ...gravity(finding, glyphs),
  span(`  ${finding.title}`),
];

/** What there is to say of the selected row, the proofs first. */
function detailsOf(entry: DiagnosisEntry, { pitfalls }: Sorted, width: number, room: Room): readonly Line[] {
  switch (entry.type) {
    case 'finding':
      return findingDetails(entry.finding, width, room);
    case 'pitfall': {
      const found = pitfalls.find(({ file }) => file === entry.file)?.found ?? [];
      if (found.length === 0) return paragraph('Nothing that was found points at it.', width, 'quiet');
      return found.flatMap(({ evidence }) => evidence.slice(0, 3).flatMap((each) => proof(each, width)));
    }
  }
}

function findingDetails(finding: PlacedFinding, width: number, { glyphs }: Room): readonly Line[] {
  const { code, explanation, evidence, causes, remedy, symptomOf, subjects, subjectCount } = finding;
  const about = subjects
    .slice(0, 5)
    .map(({ kind, namespace, name }) => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`);
  const more = subjectCount > about.length ? `, and ${subjectCount - about.length} more` : '';
  return [
    [...gravity(finding, glyphs), span(`  ${code}`, 'quiet')],
    ...paragraph(explanation, width),
    ...(symptomOf === undefined ? [] : labelled('Follows', `from ${symptomOf}`, width)),
    ...evidence.flatMap((each) => proof(each, width)),
    ...(about.length === 0 ? [] : labelled('About', `${about.join(', ')}${more}`, width)),
    ...labelled('To do', remedy.text, width),
    ...causes.slice(0, 2).flatMap((cause) => labelled('Perhaps', cause, width, 'quiet')),
  ];
}

/** One proof with the place where it can be looked up by hand. */
function proof({ kind, ref, path, value, expected }: Evidence, width: number): readonly Line[] {
  const where = path === undefined ? ref : `${ref} ${path}`;
  const wanted = expected === undefined ? '' : ` (has to be ${expected})`;
  return labelled(kind === 'field' ? 'Seen' : kind, `${where}: ${value}${wanted}`, width);
}
