/** A diagnosis for people. */
import { counted } from '../../data-plane/words.ts';
import type { Evidence, PlacedFinding, Severity } from '../../diagnosis/finding.ts';
import { nameOf } from '../../diagnosis/finding.ts';
import { EMPTY_LINE, type Line, type StyleName, span } from '../../terminal/line.ts';
import { truncate } from '../../terminal/text.ts';
import { type Arranged, arrange, type Report, type Shown, type ShownPitfall } from './arrange.ts';
import { lookedForText, suppressedTexts } from './footer.ts';
import { headLines } from './head.ts';
import { notCheckedText } from './not-checked.ts';
import { indented, type Sheet, wrapped } from './sheet.ts';
import { walkLine } from './walk-command.ts';

const MOST_EVIDENCE = 4;
const MOST_SYMPTOMS = 5;
/** A log line or a message may be as long as it likes; -o json has all of it. */
const LONGEST_VALUE = 400;

const STYLES: Readonly<Record<Severity, StyleName>> = {
  blocker: 'bad',
  error: 'bad',
  warning: 'warning',
  info: 'info',
};

/** Pitfalls first, then findings that none names, then what could not be told, and how much was looked at. */
export function tableLines(report: Report, sheet: Sheet): readonly Line[] {
  const arranged = arrange(report);
  const { pitfalls, others, undetermined } = arranged;
  return [
    ...headLines(report, sheet),
    ...pitfalls.flatMap((one) => pitfallLines(one, report, sheet)),
    ...(others.length > 0 && pitfalls.length > 0 ? heading('Besides, and named by no pitfall') : []),
    ...others.flatMap((one) => [EMPTY_LINE, ...findingLines(one, sheet, 0)]),
    ...(undetermined.length > 0 ? heading('What could not be told') : []),
    ...undetermined.flatMap((one) => undeterminedLines(one, sheet)),
    EMPTY_LINE,
    ...footerLines(report, arranged, sheet),
  ];
}

const heading = (text: string): Line[] => [EMPTY_LINE, [span(text, 'heading')]];

function pitfallLines({ pitfall, found }: ShownPitfall, report: Report, sheet: Sheet): Line[] {
  const [first] = found;
  if (first === undefined) return [];
  return [
    EMPTY_LINE,
    ...marked(first.finding.severity, pitfall.title, sheet, 0),
    ...found.flatMap((one) => findingLines(one, sheet, 2)),
    [span('  Walk its fix:', 'quiet')],
    // A command is copied: it is one line, however long.
    [span(`    ${walkLine(pitfall, first.finding, report)}`, 'code')],
  ];
}

function findingLines({ finding, symptoms }: Shown, sheet: Sheet, indent: number): Line[] {
  const margin = ' '.repeat(indent + 2);
  const lead =
    indent === 0 ? marked(finding.severity, finding.title, sheet, 0) : indented(finding.title, sheet, indent);
  const hidden = symptoms.length - MOST_SYMPTOMS;
  return [
    ...lead,
    ...indented(`${finding.severity}, ${finding.certainty}: ${finding.code}`, sheet, indent + 2, 'quiet'),
    ...indented(finding.explanation, sheet, indent + 2),
    ...finding.evidence.slice(0, MOST_EVIDENCE).flatMap((each) => evidenceLines(each, sheet, indent + 2)),
    ...(finding.evidence.length > MOST_EVIDENCE
      ? [[span(`${margin}and ${finding.evidence.length - MOST_EVIDENCE} more (-o json has them)`, 'quiet')]]
      : []),
    ...(finding.subjectCount > 1
      ? indented(
          `${counted(finding.subjectCount, 'object')}: ${subjectsOf(finding)}`,
          sheet,
          indent + 2,
          'quiet',
        )
      : []),
    ...(indent === 0 ? indented(`To do: ${finding.remedy.text}`, sheet, indent + 2) : []),
    ...(symptoms.length > 0 ? [[span(`${margin}From it follows:`, 'quiet')]] : []),
    ...symptoms
      .slice(0, MOST_SYMPTOMS)
      .flatMap((each) => indented(`${sheet.glyphs.bullet} ${each.title}`, sheet, indent + 4)),
    ...(hidden > 0 ? [[span(`${margin}  and ${hidden} more`, 'quiet')]] : []),
  ];
}

const subjectsOf = ({ subjects, subjectCount }: PlacedFinding) =>
  subjects.slice(0, 3).map(nameOf).join(', ') + (subjectCount > 3 ? ', …' : '');

function evidenceLines({ ref, path, value, expected }: Evidence, sheet: Sheet, indent: number): Line[] {
  const where = path === undefined ? ref : `${ref}: ${path}`;
  const wanted = expected === undefined ? '' : ` (expected: ${expected})`;
  return [
    ...indented(where, sheet, indent, 'quiet'),
    ...indented(truncate(`= ${value}${wanted}`, LONGEST_VALUE, sheet.glyphs.cut), sheet, indent + 2, 'code'),
  ];
}

function undeterminedLines(finding: PlacedFinding, sheet: Sheet): Line[] {
  const [first, ...rest] = wrapped(finding.title, sheet, 2);
  return [
    [span(`${sheet.glyphs.unknown} `, 'quiet'), span(first ?? '')],
    ...rest.map((part): Line => [span(`  ${part}`)]),
    ...indented(finding.explanation, sheet, 2, 'quiet'),
  ];
}

function footerLines(report: Report, arranged: Arranged, sheet: Sheet): Line[] {
  return [
    ...indented(lookedForText(report, arranged), sheet, 0),
    ...suppressedTexts(report).flatMap((text) =>
      indented(text.trimStart(), sheet, text.length - text.trimStart().length, 'quiet'),
    ),
    ...report.diagnosis.notChecked.flatMap((one) => indented(notCheckedText(one), sheet, 0, 'warning')),
  ];
}

function marked(severity: Severity, text: string, sheet: Sheet, indent: number): Line[] {
  const { glyphs } = sheet;
  const mark = { blocker: glyphs.failed, error: glyphs.failed, warning: glyphs.warning, info: glyphs.info }[
    severity
  ];
  return wrapped(text, sheet, indent + 2).map((part, index) =>
    index === 0
      ? [span(' '.repeat(indent)), span(`${mark} `, STYLES[severity]), span(part, 'strong')]
      : [span(`${' '.repeat(indent + 2)}${part}`, 'strong')],
  );
}
