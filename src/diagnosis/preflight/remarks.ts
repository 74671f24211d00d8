/** How checks say what they found. */
import type { Evidence } from '../finding.ts';
import type { PreflightRemark } from './model.ts';

const MOST_EVIDENCE = 10;

const remark = (
  weight: PreflightRemark['weight'],
  text: string,
  evidence: readonly Evidence[],
  todo: string | undefined,
): PreflightRemark => ({
  weight,
  text,
  evidence: evidence.slice(0, MOST_EVIDENCE),
  ...(evidence.length > MOST_EVIDENCE ? { more: evidence.length - MOST_EVIDENCE } : {}),
  ...(todo === undefined ? {} : { todo }),
});

/** The upgrade cannot go well as it is. */
export const fail = (text: string, evidence: readonly Evidence[], todo: string): PreflightRemark =>
  remark('fail', text, evidence, todo);

/** Not as production should have it, or a risk that somebody has to take. */
export const warn = (text: string, evidence: readonly Evidence[], todo: string): PreflightRemark =>
  remark('warn', text, evidence, todo);

/** Nobody could tell; `todo` says how to find out. */
export const unchecked = (text: string, todo?: string, evidence: readonly Evidence[] = []): PreflightRemark =>
  remark('unchecked', text, evidence, todo);

/** Worth knowing, and nothing to be done about it now. */
export const info = (text: string, evidence: readonly Evidence[] = []): PreflightRemark =>
  remark('info', text, evidence, undefined);

/** A few names in a sentence: `a, b, c and 4 more`. */
export function listed(names: readonly string[], most = 4): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
