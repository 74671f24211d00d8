/** A path for people at a terminal. */
import { counted } from '../../data-plane/words.ts';
import type { Demand } from '../../linkerd/path/model.ts';
import { formatDuration } from '../../runbook/durations.ts';
import { EMPTY_LINE, type Line, type StyleName, span } from '../../terminal/line.ts';
import { indented, type Sheet, wrapped } from '../diagnose/sheet.ts';
import { table } from '../table.ts';
import { arrange, hopsText, type Path, weightNames, windowText } from './arrange.ts';
import type { NextStep } from './next-steps.ts';

const STYLES: Readonly<Record<Demand['weight'], StyleName>> = {
  block: 'bad',
  before: 'warning',
  after: 'info',
  know: 'quiet',
};

const MARGIN = 2;
const LABEL = Math.max(...Object.values(weightNames).map((name) => name.length)) + 2;

export interface PlanSheet extends Sheet {
  readonly next: readonly NextStep[];
}

/** The hops as a table, what several of them demand, each hop, doubts, and what comes next. */
export function planLines(path: Path, sheet: PlanSheet): readonly Line[] {
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
      ...(own[index]!.length === 0
        ? indented('Nothing besides.', sheet, MARGIN, 'quiet')
        : own[index]!.flatMap((demand) => demandLines(demand, sheet))),
    ]),
    EMPTY_LINE,
    ...sheet.next.map(({ what, command }) => [span(`${what}: `, 'quiet'), span(command, 'code')]),
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
  return wrapped(`${which}${text}${more}`, sheet, MARGIN + LABEL).map((part, index) => [
    span(' '.repeat(MARGIN)),
    span((index === 0 ? weightNames[weight] : '').padEnd(LABEL), STYLES[weight]),
    span(part),
  ]);
}
