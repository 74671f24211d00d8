/** A preflight for people. */
import {
  type PreflightRemark,
  type PreflightResult,
  type PreflightStatus,
  preflightGroups,
} from '../../diagnosis/preflight/model.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import { EMPTY_LINE, type Line, type StyleName, span } from '../../terminal/line.ts';
import { truncate } from '../../terminal/text.ts';
import { headLines } from '../diagnose/head.ts';
import { indented, type Sheet, wrapped } from '../diagnose/sheet.ts';
import { grouped, type PreflightReport, summary } from './report.ts';

const MOST_EVIDENCE = 4;
/** A message may be as long as it likes; -o json has all of it. */
const LONGEST_VALUE = 300;

const marks: Readonly<Record<PreflightStatus, readonly [keyof Glyphs, StyleName]>> = {
  fail: ['failed', 'bad'],
  warn: ['warning', 'warning'],
  unchecked: ['unknown', 'warning'],
  pass: ['done', 'ok'],
};

/** Groups in the order in which an upgrade asks for them, in each the worst first. */
export function tableLines(report: PreflightReport, sheet: Sheet): readonly Line[] {
  const { target, results } = report;
  return [
    ...headLines(report, sheet, target === undefined ? [] : [['Target', target]]),
    ...grouped(results).flatMap(({ group, results: of }) => [
      EMPTY_LINE,
      [span(preflightGroups[group], 'heading'), span(` (${group})`, 'quiet')],
      ...of.flatMap((result) => resultLines(result, sheet)),
    ]),
    EMPTY_LINE,
    ...indented(summary(results), sheet, 0),
    ...indented(
      'What no cluster shows, such as backups and who is on call, is asked by the runbook: handrail run linkerd/preflight',
      sheet,
      0,
      'quiet',
    ),
  ];
}

function resultLines({ status, holds, remarks }: PreflightResult, sheet: Sheet): Line[] {
  const [glyph, style] = marks[status];
  const head = wrapped(holds, sheet, 4).map(
    (part, index): Line =>
      index === 0
        ? [span(`  ${sheet.glyphs[glyph]} `, style), span(part, status === 'pass' ? 'plain' : 'strong')]
        : [span(`    ${part}`, status === 'pass' ? 'plain' : 'strong')],
  );
  return [...head, ...remarks.flatMap((remark) => remarkLines(remark, sheet))];
}

function remarkLines(
  { weight, text, evidence, more = 0, todo, code }: PreflightRemark,
  sheet: Sheet,
): Line[] {
  if (weight === 'info') return indented(text, sheet, 4, 'quiet');
  const hidden = more + Math.max(0, evidence.length - MOST_EVIDENCE);
  return [
    ...indented(text, sheet, 4),
    ...evidence.slice(0, MOST_EVIDENCE).flatMap(({ ref, path, value, expected }) => {
      const where = path === undefined ? ref : `${ref}: ${path}`;
      const wanted = expected === undefined ? '' : ` (expected: ${expected})`;
      return [
        ...indented(where, sheet, 6, 'quiet'),
        ...indented(truncate(`= ${value}${wanted}`, LONGEST_VALUE, sheet.glyphs.cut), sheet, 8, 'code'),
      ];
    }),
    ...(hidden > 0 ? [[span(`      and ${hidden} more (-o json has more of them)`, 'quiet')]] : []),
    ...(todo === undefined ? [] : indented(`To do: ${todo}`, sheet, 6)),
    ...(code === undefined
      ? []
      : indented(`Finding ${code}: handrail diagnose ranks the fix`, sheet, 6, 'quiet')),
  ];
}
