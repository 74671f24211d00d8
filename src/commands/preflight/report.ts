/** What a preflight prints, whatever its form. */
import {
  type PreflightGroup,
  type PreflightResult,
  type PreflightStatus,
  preflightGroupNames,
} from '../../diagnosis/preflight/model.ts';
import type { Snapshot } from '../../diagnosis/snapshot.ts';
import type { SeenControlPlanes } from '../diagnose/mesh.ts';

/** What came of every check, and of which cluster. */
export interface PreflightReport {
  readonly snapshot: Pick<Snapshot, 'cluster' | 'takenAt' | 'tookMs'>;
  readonly controlPlanes: SeenControlPlanes;
  readonly target: string | undefined;
  readonly results: readonly PreflightResult[];
}

/** The worst first. */
export const statuses: readonly PreflightStatus[] = ['fail', 'warn', 'unchecked', 'pass'];

/** The results of each group, the worst first. */
export const grouped = (
  results: readonly PreflightResult[],
): readonly { readonly group: PreflightGroup; readonly results: readonly PreflightResult[] }[] =>
  preflightGroupNames
    .map((group) => ({
      group,
      results: results
        .filter((each) => each.group === group)
        .toSorted((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status)),
    }))
    .filter((each) => each.results.length > 0);

/** How many of each. */
export const countsOf = (results: readonly PreflightResult[]): Readonly<Record<PreflightStatus, number>> => {
  const of = (status: PreflightStatus) => results.filter((each) => each.status === status).length;
  return { fail: of('fail'), warn: of('warn'), unchecked: of('unchecked'), pass: of('pass') };
};

const words: Readonly<Record<PreflightStatus, string>> = {
  fail: 'failed',
  warn: 'with warnings',
  unchecked: 'not checked',
  pass: 'passed',
};

/** `41 checks: 1 failed, 4 with warnings, 2 not checked, 34 passed.` */
export function summary(results: readonly PreflightResult[]): string {
  const counts = countsOf(results);
  const parts = statuses.filter((each) => counts[each] > 0).map((each) => `${counts[each]} ${words[each]}`);
  return `${results.length} ${results.length === 1 ? 'check' : 'checks'}: ${parts.join(', ')}.`;
}
