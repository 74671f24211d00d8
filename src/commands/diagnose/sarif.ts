/** A diagnosis as SARIF, for dashboards that collect such logs. Objects of the cluster are logical locations. */

import type { Evidence, PlacedFinding, Severity, Subject } from '../../diagnosis/finding.ts';
import { nameOf } from '../../diagnosis/finding.ts';
import { findingKinds } from '../../diagnosis/kinds.ts';
import type { KnownFinding } from '../../diagnosis/known.ts';
import { sarifLog } from '../sarif.ts';
import { arrange, type Report } from './arrange.ts';
import { notCheckedText } from './not-checked.ts';

export function sarif(report: Report): object {
  const { pitfalls, others, undetermined } = arrange(report);
  const known = [...pitfalls.flatMap(({ found }) => found), ...others].flatMap(({ finding, symptoms }) => [
    finding,
    ...symptoms,
  ]);
  return sarifLog({
    rules: Object.entries(findingKinds()).map(([id, { title, severity }]) => ({
      id,
      title,
      help: `handrail explain ${id}`,
      level: levels[severity],
    })),
    results: [
      ...known.map((finding) => result(finding)),
      ...undetermined.map((finding) => result(finding)),
      ...report.known.suppressed.map(({ finding, by }) => result(finding, by)),
    ],
    notifications: report.diagnosis.notChecked.map((one) => ({
      level: 'warning',
      text: notCheckedText(one),
    })),
    successful: true,
  });
}

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  blocker: 'error',
  error: 'error',
  warning: 'warning',
  info: 'note',
};

function result(finding: PlacedFinding, suppressed: readonly KnownFinding[] = []) {
  const open = finding.certainty === 'undetermined';
  return {
    ruleId: finding.code,
    // SARIF 2.1.0, 3.27.10: only what failed has a level.
    kind: open ? 'open' : 'fail',
    level: open ? 'none' : levels[finding.severity],
    message: {
      text: [
        `${finding.title}.`,
        finding.explanation,
        ...finding.evidence.map(evidenceText),
        `To do: ${finding.remedy.text}`,
      ].join('\n'),
    },
    locations: finding.subjects.length === 0 ? [] : [{ logicalLocations: finding.subjects.map(location) }],
    partialFingerprints: { 'handrailFinding/v1': finding.fingerprint },
    properties: {
      severity: finding.severity,
      certainty: finding.certainty,
      layer: finding.layer,
      subjectCount: finding.subjectCount,
      ...(finding.symptomOf === undefined ? {} : { symptomOf: finding.symptomOf }),
    },
    ...(suppressed.length === 0
      ? {}
      : {
          suppressions: suppressed.map(({ reason }) => ({
            kind: 'external',
            status: 'accepted',
            justification: reason,
          })),
        }),
  };
}

const evidenceText = ({ ref, path, value, expected }: Evidence) =>
  `${ref}${path === undefined ? '' : `: ${path}`} = ${value}${expected === undefined ? '' : ` (expected: ${expected})`}`;

const location = (subject: Subject) => ({
  name: subject.name,
  fullyQualifiedName: nameOf(subject),
  kind: 'resource',
});
