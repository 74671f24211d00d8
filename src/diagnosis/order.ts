/** The order of findings: what an operator should look at first. The same findings always come in the same order. */
import type { Certainty, Layer, PlacedFinding, Severity } from './finding.ts';

export const severities: readonly Severity[] = ['blocker', 'error', 'warning', 'info'];
const certainties: readonly Certainty[] = ['confirmed', 'likely', 'undetermined'];
const layers: readonly Layer[] = ['tool', 'cluster', 'control-plane', 'extension', 'data-plane'];

/** Known before undetermined, causes before their symptoms, then by severity, certainty, layer, number of subjects, code, and title. */
export function compareFindings(a: PlacedFinding, b: PlacedFinding): number {
  return (
    Number(a.certainty === 'undetermined') - Number(b.certainty === 'undetermined') ||
    Number(a.symptomOf !== undefined) - Number(b.symptomOf !== undefined) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    certainties.indexOf(a.certainty) - certainties.indexOf(b.certainty) ||
    layers.indexOf(a.layer) - layers.indexOf(b.layer) ||
    b.subjectCount - a.subjectCount ||
    (a.code < b.code ? -1 : a.code > b.code ? 1 : 0) ||
    a.title.localeCompare(b.title, 'en', { numeric: true }) ||
    (a.fingerprint < b.fingerprint ? -1 : 1)
  );
}
