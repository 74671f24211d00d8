/** A diagnosis as a session keeps it: what goes into the journal, and what the screens, the plain mode and the report show. */
import type { NotChecked, PlacedFinding } from './finding.ts';

export interface DiagnosisRecord {
  /** The gravest first, at most 40; `more` counts the rest. Those that the operator suppressed are not among them. */
  readonly findings: readonly PlacedFinding[];
  readonly more: number;
  /** How many were found and are suppressed as known. */
  readonly suppressed: number;
  readonly notChecked: readonly NotChecked[];
  /** How many kinds of findings were looked for. */
  readonly checked: number;
  /** ms. */
  readonly tookMs: number;
}
