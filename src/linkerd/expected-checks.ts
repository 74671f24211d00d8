/**
 * Failures and warnings that were announced. In the middle of an upgrade some checks cannot hold yet; who says so beforehand, and
 * until when, is not alarmed by them, and is told when they do not come.
 */
import { anchorOf, type CheckLine, type CheckReport } from './check-report.ts';

/** Announces that a check will not hold. */
export interface ExpectedCheck {
  /** The id of a category, the anchor of a hint, or a part of a description. */
  readonly check: string;
  /** Until when, as the end of a sentence: `it is restarted`. */
  readonly until: string;
}

/** A line with the announcement that it answers to, where it does not hold and one was made. */
export interface JudgedLine extends CheckLine {
  readonly expected?: ExpectedCheck;
}

/** A report against what was announced. */
export interface JudgedReport {
  readonly lines: readonly JudgedLine[];
  /** Announced, and did not come: the check held, or was not made. */
  readonly missing: readonly { readonly expected: ExpectedCheck; readonly held: boolean }[];
  readonly counts: CheckCounts;
  /** No error but those announced, and the report is whole. What could not be seen does not count. */
  readonly ok: boolean;
}

/** `expected` counts those that were announced; they are in none of the other counts. */
export interface CheckCounts {
  readonly passed: number;
  readonly warnings: number;
  readonly failed: number;
  readonly unseen: number;
  readonly expected: number;
}

/** Holds a report against what was announced. */
export function judge(report: CheckReport, announced: readonly ExpectedCheck[]): JudgedReport {
  const lines = report.checks.map((line): JudgedLine => {
    if (line.result !== 'warning' && line.result !== 'error') return line;
    const expected = announced.find((one) => isAbout(one, line));
    return expected ? { ...line, expected } : line;
  });
  const missing = announced
    .filter((one) => !lines.some((line) => line.expected === one))
    .map((expected) => ({ expected, held: report.checks.some((line) => isAbout(expected, line)) }));
  const counts = countLines(lines);
  return { lines, missing, counts, ok: counts.failed === 0 && report.broken === undefined };
}

/** How many lines there are of each outcome. */
export function countLines(lines: readonly JudgedLine[]): CheckCounts {
  const of = (result: CheckLine['result']) =>
    lines.filter((line) => line.result === result && line.expected === undefined).length;
  return {
    passed: of('success'),
    warnings: of('warning'),
    failed: of('error'),
    unseen: of('unseen'),
    expected: lines.filter((line) => line.expected !== undefined).length,
  };
}

/** Whether an announcement is about this line. Case does not matter. */
export function isAbout({ check }: ExpectedCheck, line: CheckLine): boolean {
  const wanted = check.trim().toLowerCase();
  if (wanted === '') return false;
  return (
    line.category.toLowerCase() === wanted ||
    anchorOf(line).toLowerCase() === wanted.replace(/^#/, '') ||
    line.description.toLowerCase().includes(wanted)
  );
}

/** `1 failed, 2 warnings, 1 as expected, 41 passed`: the worst first; `which` says what failed. */
export function countsText({ passed, warnings, failed, unseen, expected }: CheckCounts, which = ''): string {
  const parts = [
    ...(failed > 0 ? [`${failed} failed${which}`] : []),
    ...(warnings > 0 ? [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`] : []),
    ...(unseen > 0 ? [`${unseen} not seen`] : []),
    ...(expected > 0 ? [`${expected} as expected`] : []),
  ];
  return [...parts, ...(passed > 0 || parts.length === 0 ? [`${passed} passed`] : [])].join(', ');
}
