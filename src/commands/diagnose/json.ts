/** A diagnosis for programs. The shape is described in docs/diagnose.md; `version` grows when it changes for those who read it. */
import type { PlacedFinding } from '../../diagnosis/finding.ts';
import { arrange, type Report } from './arrange.ts';
import { walkWords } from './walk-command.ts';

export function json(report: Report): string {
  const { snapshot, diagnosis, known, catalogue, threshold } = report;
  const arranged = arrange(report);
  const pitfallOf = ({ code }: PlacedFinding) =>
    catalogue.find(({ findings }) => findings.includes(code))?.name ?? null;
  const shown = new Set([
    ...[...arranged.pitfalls.flatMap(({ found }) => found), ...arranged.others].flatMap(
      ({ finding, symptoms }) => [finding, ...symptoms],
    ),
    ...arranged.undetermined,
  ]);
  const document = {
    kind: 'handrail/diagnosis',
    version: 1,
    takenAt: snapshot.takenAt,
    tookMs: snapshot.tookMs,
    cluster: snapshot.cluster,
    controlPlanes: report.controlPlanes ?? null,
    threshold,
    pitfalls: arranged.pitfalls.map(({ pitfall, found }) => ({
      name: pitfall.name,
      title: pitfall.title,
      findings: found.map(({ finding }) => finding.fingerprint),
      walk: walkWords(pitfall, found[0]!.finding, report),
    })),
    findings: diagnosis.findings
      .filter((finding) => shown.has(finding))
      .map((finding) => ({ ...finding, pitfall: pitfallOf(finding) })),
    belowThreshold: arranged.lesser,
    suppressed: known.suppressed.map(({ finding, by }) => ({ finding, by })),
    expired: known.expired,
    checked: diagnosis.checked,
    notChecked: diagnosis.notChecked,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
