/** What `handrail survey` prints, for each of its forms. */
import { surveyFindings } from '../../data-plane/findings.ts';
import type { Survey } from '../../data-plane/model.ts';
import { EMPTY_LINE, type Line, span } from '../../terminal/line.ts';
import { csv } from './csv.ts';
import { findingLines } from './finding-lines.ts';
import { headerLines, type Sheet } from './header-lines.ts';
import { json } from './json.ts';
import { tableLines } from './table-lines.ts';
import { treeLines } from './tree-lines.ts';
import { entriesOf, type SurveyedCluster } from './view.ts';

export type SurveyOutput = 'table' | 'tree' | 'json' | 'csv';

export interface SurveyPrint {
  readonly survey: Survey;
  readonly cluster: SurveyedCluster;
  /** Only what a restart brings up to date. */
  readonly behind: boolean;
}

/** For people: header, table or tree, findings. */
export function surveyLines(
  { survey, cluster, behind }: SurveyPrint,
  form: 'table' | 'tree',
  sheet: Sheet & { readonly ascii: boolean },
): readonly Line[] {
  const entries = entriesOf(survey, behind);
  const body = form === 'table' ? tableLines(entries, sheet) : treeLines(entries, sheet);
  return [
    ...headerLines(survey, cluster, sheet),
    ...(body.length > 0 ? body : [[span(nothing(survey, behind))]]),
    ...findingLines(surveyFindings(survey), sheet),
    EMPTY_LINE,
  ].slice(0, -1);
}

/** Why there is no row. */
function nothing({ totals }: Survey, behind: boolean): string {
  if (totals.pods === 0) return 'There are no pods.';
  if (totals.meshed === 0) return 'No pod has a proxy.';
  return behind ? 'No proxy is behind.' : 'There is nothing to show.';
}

/** For programs. */
export function surveyDocument({ survey, cluster, behind }: SurveyPrint, form: 'json' | 'csv'): string {
  return form === 'csv' ? csv(entriesOf(survey, behind)) : json(survey, cluster, behind);
}
