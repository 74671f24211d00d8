/** What the check kind shows and writes down: its panel, plain mode, the report and `-o json` read this. */
import type { CheckLine, CheckReport } from '../../linkerd/check-report.ts';
import { categoriesOf } from '../../linkerd/check-report.ts';
import {
  type CheckCounts,
  countLines,
  countsText,
  type ExpectedCheck,
  type JudgedLine,
  judge,
} from '../../linkerd/expected-checks.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';

/** Who looked: Linkerd's own tool, Handrail, or a preflight, whose results are shown in the same way. */
export type CheckedBy = 'linkerd' | 'handrail' | 'preflight';

/** While it runs. The tool says nothing before its end; Handrail's own checks come category by category. */
export interface CheckRunning {
  readonly type: 'running';
  readonly by: CheckedBy;
  /** ms since the epoch. */
  readonly startedAt: number;
  /** The category that is looked at; '' where nobody knows. */
  readonly at: string;
  readonly lines: readonly CheckLine[];
}

/** The whole result: the data of the last note, so that it is there after a resume, too. */
export interface CheckResult {
  readonly type: 'checked';
  readonly by: CheckedBy;
  /** All that had to hold did; what was announced does not count. */
  readonly ok: boolean;
  readonly lines: readonly JudgedLine[];
  readonly missing: readonly { readonly expected: ExpectedCheck; readonly held: boolean }[];
  /** Why the result is not the whole one. */
  readonly broken?: string;
  /** Sentences to be known: what else was printed, what may not have been looked at. */
  readonly remarks: readonly string[];
}

/** Holds a report against what was announced. */
export function resultOf(
  by: CheckedBy,
  report: CheckReport,
  announced: readonly ExpectedCheck[],
  broken = report.broken,
): CheckResult {
  const judged = judge(report, announced);
  const [last] = report.ends;
  return {
    type: 'checked',
    by,
    ok: judged.ok && broken === undefined,
    lines: judged.lines,
    missing: judged.missing,
    ...(broken === undefined ? {} : { broken }),
    remarks: [
      ...(last
        ? [`The tool may have stopped at “${last.description}”: what comes after it was not looked at.`]
        : []),
      ...(report.rest === '' ? [] : [`Besides, it said: ${shortened(stripToLine(report.rest))}`]),
    ],
  };
}

/** A result that is all about why there is none. */
export function noResult(by: CheckedBy, broken: string): CheckResult {
  return { type: 'checked', by, ok: false, lines: [], missing: [], broken, remarks: [] };
}

/** Whether nothing has to be said of a line. What was announced is quiet, too. */
const isClean = (line: JudgedLine): boolean => line.result === 'success';

export const countsOf = (result: CheckResult): CheckCounts => countLines(result.lines);

/** Who looked, in words. */
export const tools: Readonly<Record<CheckedBy, string>> = {
  linkerd: 'linkerd check',
  handrail: "Handrail's own checks",
  preflight: 'Preflight',
};

/** One sentence: who looked, and what came of it, the worst first. */
export function verdictText(result: CheckResult): string {
  if (result.lines.length === 0) return result.broken ?? 'Nothing was checked.';
  const failed = result.lines.filter((line) => line.result === 'error' && line.expected === undefined);
  const names = failed.slice(0, 2).map(({ description }) => description);
  const more = failed.length > names.length ? ` and ${failed.length - names.length} more` : '';
  const which = failed.length === 0 ? '' : ` (${names.join('; ')}${more})`;
  const cut = result.broken === undefined ? '' : ` ${result.broken}`;
  return `${tools[result.by]}: ${countsText(countsOf(result), which)}.${cut}`;
}

/** What has to be said, for the journal, plain mode and the report: each thing in a line, those of a category one after the other. */
export function categoryTexts(result: CheckResult): readonly string[] {
  const texts = categoriesOf(result.lines)
    .filter(({ lines }) => !lines.every(isClean))
    .flatMap(({ name, lines }) => {
      const said = lines.filter((line) => !isClean(line)).map(lineText);
      const counts = `${name} (${countsText(countLines(lines))})`;
      return said.length === 1 ? [`${counts}: ${said[0]}`] : [counts, ...said.map((text) => `- ${text}`)];
    });
  return [...texts, ...result.missing.map(missingText), ...result.remarks];
}

/** What was announced and did not come. */
export function missingText({ expected, held }: CheckResult['missing'][number]): string {
  return held
    ? `“${expected.check}” was expected not to hold until ${expected.until}, and holds.`
    : `“${expected.check}” was expected not to hold until ${expected.until}, and was not checked.`;
}

/** `warning: data plane is up-to-date: some proxies ... (https://...)` */
function lineText(line: JudgedLine): string {
  const word = line.expected
    ? `expected until ${line.expected.until}`
    : { error: 'failed', warning: 'warning', unseen: 'not seen', success: '' }[line.result];
  const error = shortened(oneLine(line.error ?? ''));
  return [`${word}: ${line.description}`, ...(error === '' ? [] : [error])].join(': ') + hintText(line);
}

/** The journal and a ticket are no place for the names of a thousand pods; the data beside the note has them. */
const shortened = (text: string) => (text.length <= 300 ? text : `${text.slice(0, 300)}…`);

/** A list becomes a sentence. */
function oneLine(error: string): string {
  const parts = error.split('\n').map((part) => stripToLine(part).replace(/^\* /, ''));
  return parts.reduce((text, part) => `${text}${/[:.]$/.test(text) ? ' ' : ', '}${part}`);
}

const hintText = ({ hint, expected }: JudgedLine) => (hint === undefined || expected ? '' : ` (${hint})`);

/** The clean categories, in a line. */
export function cleanText(result: CheckResult): string {
  const clean = categoriesOf(result.lines).filter(({ lines }) => lines.every(isClean));
  return clean.length === 0
    ? ''
    : ` Clean: ${clean.map(({ name, lines }) => `${name} ${lines.length}`).join(', ')}.`;
}
