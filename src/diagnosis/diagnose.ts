/** From a snapshot to its findings: every detector is asked, none stops the rest, and what could not be looked at is said. */
import { createHash } from 'node:crypto';
import type { Detector, FindingKind, Found } from './detector.ts';
import { detectors as all } from './detectors/all.ts';
import {
  type Evidence,
  longestParameter,
  type NotChecked,
  nameOf,
  type PlacedFinding,
  type Remedy,
  type Subject,
} from './finding.ts';
import { compareFindings } from './order.ts';
import type { Part, Snapshot, Unread } from './snapshot.ts';
import { createView, type View } from './view.ts';

export interface Diagnosis {
  /** In the order of `compareFindings`. */
  readonly findings: readonly PlacedFinding[];
  readonly notChecked: readonly NotChecked[];
  /** Codes that were looked for. */
  readonly checked: readonly string[];
}

const MOST_SUBJECTS = 20;
const MOST_EVIDENCE = 10;
const LONGEST_VALUE = 1000;

/** Never throws: a detector that does is one more part that was not checked. */
export function diagnose(snapshot: Snapshot, detectors: readonly Detector[] = all): Diagnosis {
  const turns = diagnoseInTurns(snapshot, detectors);
  for (;;) {
    const turn = turns.next();
    if (turn.done) return turn.value;
  }
}

/** The same, one detector for each turn: who has keys to answer meanwhile does so between two of them. */
export function* diagnoseInTurns(
  snapshot: Snapshot,
  detectors: readonly Detector[] = all,
): Generator<undefined, Diagnosis> {
  const view = createView(snapshot);
  const found: PlacedFinding[] = [];
  const notChecked = new Map<string, NotChecked>();
  const checked: string[] = [];
  for (const detector of detectors) {
    const codes = Object.keys(detector.kinds);
    const asked = ask(detector, view);
    if (asked.type === 'asked') {
      found.push(...asked.findings);
      checked.push(...codes);
    } else {
      const key = `${asked.part} ${asked.unread.message}`;
      const before = notChecked.get(key)?.codes ?? [];
      notChecked.set(key, { ...asked.unread, part: asked.part, codes: [...before, ...codes] });
    }
    yield;
  }
  return {
    findings: withSymptoms(unique(found)).sort(compareFindings),
    notChecked: [...notChecked.values()],
    checked,
  };
}

type Asked =
  | { readonly type: 'asked'; readonly findings: readonly PlacedFinding[] }
  | { readonly type: 'unread'; readonly part: Part; readonly unread: Pick<Unread, 'why' | 'message'> };

function ask(detector: Detector, view: View): Asked {
  for (const part of detector.needs) {
    const unread = view.unread(part);
    if (unread) return { type: 'unread', part, unread: { why: unread.why, message: unread.message } };
  }
  try {
    return { type: 'asked', findings: detector.look(view).map((each) => place(detector.kinds, each)) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `This is a mistake in the program: ${why}`;
    return { type: 'unread', part: detector.needs[0] ?? 'pods', unread: { why: 'failed', message } };
  }
}

function place(kinds: Readonly<Record<string, FindingKind>>, found: Found): PlacedFinding {
  const kind = kinds[found.code];
  if (kind === undefined)
    throw new Error(`a detector gave the code ${found.code}, which is not among its own`);
  const subjects = [...found.subjects].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const causedBy = found.causedBy ?? kind.causedBy;
  return {
    ...found,
    severity: found.severity ?? kind.severity,
    layer: kind.layer,
    subjects: subjects.slice(0, MOST_SUBJECTS),
    subjectCount: found.subjectCount ?? subjects.length,
    evidence: found.evidence.slice(0, MOST_EVIDENCE).map(shortened),
    remedy: { ...found.remedy, ...roomFor(found.remedy) },
    fingerprint: fingerprintOf(found.code, subjects),
    ...(causedBy === undefined ? {} : { causedBy }),
  };
}

/** A policy with a thousand peers tells no more than its first. */
const shortened = (evidence: Evidence): Evidence =>
  evidence.value.length <= LONGEST_VALUE
    ? evidence
    : { ...evidence, value: `${evidence.value.slice(0, LONGEST_VALUE - 1)}…` };

/** A value that no command could be given is asked for. */
function roomFor({ parameters }: Remedy): Pick<Remedy, 'parameters'> {
  if (parameters === undefined) return {};
  return {
    parameters: Object.fromEntries(
      Object.entries(parameters).filter(([, value]) => value.length <= longestParameter),
    ),
  };
}

function fingerprintOf(code: string, subjects: readonly Subject[]): string {
  const text = [code, ...subjects.map(nameOf)].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The same finding twice is one. */
function unique(findings: readonly PlacedFinding[]): PlacedFinding[] {
  return [...new Map(findings.map((each) => [each.fingerprint, each])).values()];
}

/** A finding whose cause was found, too, is its symptom. Who causes each other in a circle are all causes. */
function withSymptoms(findings: readonly PlacedFinding[]): PlacedFinding[] {
  const known = findings.filter(({ certainty }) => certainty !== 'undetermined');
  const causesOf = (code: string) =>
    known.flatMap((each) => (each.code === code ? (each.causedBy ?? []) : []));
  return findings.map((each) => {
    const cause = each.causedBy?.find(
      (code) =>
        code !== each.code &&
        known.some((other) => other.code === code) &&
        !causesOf(code).includes(each.code),
    );
    return cause === undefined ? each : { ...each, symptomOf: cause };
  });
}
