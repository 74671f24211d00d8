/** Secrets out of a diagnosis that goes into the journal: out of its texts, and out of nothing that a program reads. Pure. */
import type { Evidence, PlacedFinding, Remedy } from '../diagnosis/finding.ts';
import type { DiagnosisRecord } from '../diagnosis/record.ts';

/** The same diagnosis with `redact` applied to what is written for people, to names, and to values found. */
export function redactDiagnosis(record: DiagnosisRecord, redact: (text: string) => string): DiagnosisRecord {
  return {
    ...record,
    findings: record.findings.map((finding) => redactFinding(finding, redact)),
    notChecked: record.notChecked.map((each) => ({ ...each, message: redact(each.message) })),
  };
}

function redactFinding(finding: PlacedFinding, redact: (text: string) => string): PlacedFinding {
  return {
    ...finding,
    title: redact(finding.title),
    explanation: redact(finding.explanation),
    subjects: finding.subjects.map((each) => ({ ...each, name: redact(each.name) })),
    evidence: finding.evidence.map((each) => redactEvidence(each, redact)),
    causes: finding.causes.map(redact),
    remedy: redactRemedy(finding.remedy, redact),
  };
}

function redactEvidence(evidence: Evidence, redact: (text: string) => string): Evidence {
  const { path, expected } = evidence;
  return {
    ...evidence,
    ref: redact(evidence.ref),
    value: redact(evidence.value),
    ...(path === undefined ? {} : { path: redact(path) }),
    ...(expected === undefined ? {} : { expected: redact(expected) }),
  };
}

/** A value with a secret in it is of no use without it: it is left out, and asked for. */
function redactRemedy(remedy: Remedy, redact: (text: string) => string): Remedy {
  const { parameters } = remedy;
  const kept = Object.entries(parameters ?? {}).filter(([, value]) => redact(value) === value);
  return {
    ...remedy,
    text: redact(remedy.text),
    verify: redact(remedy.verify),
    ...(parameters === undefined ? {} : { parameters: Object.fromEntries(kept) }),
  };
}
