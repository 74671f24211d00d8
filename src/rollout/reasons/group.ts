import type { Reason, ReasonCode } from '../model.ts';
import { rankOf } from '../words.ts';
import type { Finding } from './finding.ts';

/** So many pods and pieces of evidence are named. */
const EXAMPLES = 3;
const strength: Record<Reason['kind'], number> = { doomed: 0, transient: 1, benign: 2 };

/** What is longer is no help to a reader; the object has it all. */
const LONGEST = 500;

const cut = (words: string) => (words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words);

const keyOf = ({ code, subject, message }: Finding) => `${code}\0${subject}\0${message}`;

/** A text order that does not depend on the language of the system. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function reasonOf(findings: readonly Finding[]): Reason {
  const strongest = findings.reduce((best, each) =>
    strength[each.kind] < strength[best.kind] ? each : best,
  );
  const alike = findings.filter((each) => each.kind === strongest.kind);
  const pods = new Set(findings.flatMap((each) => each.pod ?? []));
  const { code, kind, title, message, subject, advice } = strongest;
  return {
    code,
    kind,
    title,
    message: cut(message),
    subject: cut(subject),
    advice,
    count: pods.size || (strongest.count ?? 0),
    pods: firstOf(pods),
    since: alike.reduce((at, each) => Math.min(at, each.since), strongest.since),
    ...(strongest.final === true ? { final: true as const } : {}),
    evidence: findings.slice(0, EXAMPLES).map((each) => cut(each.evidence)),
  };
}

/** The first few by name, without sorting thousands. */
function firstOf(names: Iterable<string>): readonly string[] {
  const first: string[] = [];
  for (const name of names) {
    if (first.length === EXAMPLES && byText(name, first[EXAMPLES - 1]!) > 0) continue;
    first.push(name);
    first.sort(byText);
    first.length = Math.min(first.length, EXAMPLES);
  }
  return first;
}

/**
 * One reason for each cause, with the pods that have it. What needs a human comes first, then what may pass; within that
 * the order of the table, and of two alike the one with more pods.
 */
export function groupFindings(findings: readonly Finding[]): readonly Reason[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = keyOf(finding);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [finding]);
    else known.push(finding);
  }
  return [...groups.values()].map(reasonOf).sort(byRank);
}

/** The order in which reasons are shown. */
export const byRank = (a: Reason, b: Reason): number =>
  strength[a.kind] - strength[b.kind] ||
  rankOf(a.code) - rankOf(b.code) ||
  b.count - a.count ||
  byText(a.subject, b.subject);

/** For each pod the code of its foremost finding. */
export function codesByPod(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const foremost = new Map<string, Finding>();
  for (const finding of findings) {
    if (finding.pod === undefined) continue;
    const known = foremost.get(finding.pod);
    if (known === undefined || order(finding, known) < 0) foremost.set(finding.pod, finding);
  }
  return foremost;
}

const order = (
  a: { kind: Reason['kind']; code: ReasonCode },
  b: { kind: Reason['kind']; code: ReasonCode },
) => strength[a.kind] - strength[b.kind] || rankOf(a.code) - rankOf(b.code);
