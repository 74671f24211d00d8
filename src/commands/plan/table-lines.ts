/** A path for people at a terminal. */
import { counted } from '../../data-plane/words.ts';
import type { Demand } from '../../linkerd/path/model.ts';
import { formatDuration } from '../../runbook/durations.ts';
import { EMPTY_LINE, type Line, type StyleName, span } from '../../terminal/line.ts';
import { indented, type Sheet, wrapped } from '../diagnose/sheet.ts';
import { table } from '../table.ts';
import { arrange, hopsText, weightNames, windowText } from './arrange.ts';
import type { NextStep } from './next-steps.ts';
import { noticesRunbook, type Path, type ToldHop } from './notices.ts';

const STYLES: Readonly<Record<Demand['weight'], StyleName>> = {
  block: 'bad',
  before: 'warning',
  after: 'info',
  know: 'quiet',
};

const MARGIN = 2;
const LABEL = Math.max(...Object.values(weightNames).map((name) => name.length)) + 2;

/** The hops as a table, what several of them demand, each hop, doubts, and what comes next. */
export function planLines(path: Path, next: readonly NextStep[], sheet: Sheet): readonly Line[] {
  const { hops } = path;
  const { standing, own } = arrange(hops);
  const rows = hops.map((hop, index) => [
    `${index + 1}`,
    hop.from,
    hop.to,
    windowText(hop),
    formatDuration(hop.estimateMs),
  ]);
  const [head = '', ...body] = table(['HOP', 'FROM', 'TO', 'KUBERNETES', 'TAKES ABOUT'], rows)
    .trimEnd()
    .split('\n');
  return [
    [
      span(`From ${path.from} to ${path.to}`, 'strong'),
      span(`: ${counted(hops.length, 'hop')}, about ${formatDuration(path.estimateMs)}`),
    ],
    ...path.warnings.flatMap((warning) => marked(`${sheet.glyphs.warning} `, warning, sheet)),
    EMPTY_LINE,
    [span(head, 'heading')],
    ...body.map((row) => [span(row)]),
    ...(standing.length === 0 ? [] : heading('What several hops demand')),
    ...standing.flatMap(({ demand, hops: of }) =>
      demandLines(demand, sheet, `${hopsText(of, hops.length)}: `),
    ),
    ...hops.flatMap((hop, index) => [
      ...heading(`${index + 1}. ${hop.from} to ${hop.to}`),
      ...(own[index]!.length === 0 && hop.notices.length === 0
        ? indented('Nothing besides.', sheet, MARGIN, 'quiet')
        : [...own[index]!.flatMap((demand) => demandLines(demand, sheet)), ...noticeLines(hop, sheet)]),
    ]),
    EMPTY_LINE,
    ...next.map(({ what, command }) => [span(`${what}: `, 'quiet'), span(command, 'code')]),
  ];
}

const heading = (text: string): Line[] => [EMPTY_LINE, [span(text, 'heading')]];

function marked(mark: string, text: string, sheet: Sheet): Line[] {
  return wrapped(text, sheet, 2).map((part, index) => [
    span(index === 0 ? mark : '  ', 'warning'),
    span(part),
  ]);
}

function demandLines({ weight, text, pitfall }: Demand, sheet: Sheet, which = ''): Line[] {
  const more = pitfall === undefined ? '' : ` (handrail explain ${pitfall})`;
  return labelled(weightNames[weight], STYLES[weight], `${which}${text}${more}`, sheet);
}

/** All of them in one paragraph: they are many, and each is told in full by its runbook. */
function noticeLines(hop: ToldHop, sheet: Sheet): Line[] {
  if (hop.notices.length === 0) return [];
  const titles = hop.notices.map(({ title }) => title).join('; ');
  return labelled('changes', 'info', `${titles}. (handrail run ${noticesRunbook(hop)})`, sheet);
}

const labelled = (label: string, style: StyleName, text: string, sheet: Sheet): Line[] =>
  wrapped(text, sheet, MARGIN + LABEL).map((part, index) => [
    span(' '.repeat(MARGIN)),
    span((index === 0 ? label : '').padEnd(LABEL), style),
    span(part),
  ]);
