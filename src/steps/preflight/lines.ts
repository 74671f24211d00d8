/** The results of a preflight as lines of a check: its panel, plain mode and the report show them alike. */
import {
  type PreflightRemark,
  type PreflightResult,
  preflightGroups,
} from '../../diagnosis/preflight/model.ts';
import type { CheckLine, CheckOutcome, CheckReport } from '../../linkerd/check-report.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';

const outcomes: Readonly<Record<PreflightResult['status'], CheckOutcome>> = {
  fail: 'error',
  warn: 'warning',
  unchecked: 'unseen',
  pass: 'success',
};

/** The categories are the groups. What weighs nothing is left out: `handrail preflight` prints it. */
export function reportOf(results: readonly PreflightResult[]): CheckReport {
  const checks = results.map(({ group, holds, status, remarks }): CheckLine => {
    const said = remarks.filter(({ weight }) => weight !== 'info').flatMap(remarkLines);
    return {
      category: preflightGroups[group],
      description: holds,
      result: outcomes[status],
      ...(said.length === 0 ? {} : { error: said.join('\n') }),
    };
  });
  return { success: checks.every(({ result }) => result !== 'error'), checks, rest: '', ends: [] };
}

function remarkLines({ text, todo, evidence }: PreflightRemark): readonly string[] {
  return [
    text,
    ...(todo === undefined ? [] : [`To do: ${todo}`]),
    ...evidence.map(({ ref, path, value, expected }) => {
      const where = path === undefined ? ref : `${ref} ${path}`;
      return `* ${where} = ${value}${expected === undefined ? '' : ` (expected: ${expected})`}`;
    }),
  ].map(stripToLine);
}
