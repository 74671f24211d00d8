/** Findings that the operator knows of and has put aside for a while. They are counted, and come back when their time is over. */

import type { PlacedFinding, Subject } from './finding.ts';
import { nameOf } from './finding.ts';

export interface KnownFinding {
  readonly code: string;
  /** Only where it is about this object; without it, whatever it is about. */
  readonly subject?: Subject;
  /** UID of kube-system of the cluster that it is known on. */
  readonly cluster: string;
  readonly reason: string;
  /** RFC 3339: from then on it is shown again. */
  readonly until: string;
  /** Who put it aside, and when. */
  readonly by: string;
  readonly at: string;
}

export interface SetAside {
  /** Those that are left, in the same order. */
  readonly findings: readonly PlacedFinding[];
  readonly suppressed: readonly { readonly finding: PlacedFinding; readonly by: readonly KnownFinding[] }[];
  /** Of findings that are left: what would suppress them if it were not over. */
  readonly expired: readonly KnownFinding[];
}

/** Takes out what is known on this cluster at `now` (ms). A finding about several objects only where all of them are known. */
export function setAside(
  findings: readonly PlacedFinding[],
  known: readonly KnownFinding[],
  { cluster, now }: { readonly cluster: string; readonly now: number },
): SetAside {
  const here = known.filter((each) => each.cluster === cluster && cluster !== '');
  const valid = here.filter(({ until }) => Date.parse(until) > now);
  const left: PlacedFinding[] = [];
  const suppressed: { readonly finding: PlacedFinding; readonly by: readonly KnownFinding[] }[] = [];
  const expired = new Set<KnownFinding>();
  for (const finding of findings) {
    const by = coverOf(finding, valid);
    if (by !== undefined) suppressed.push({ finding, by });
    else {
      left.push(finding);
      for (const each of coverOf(finding, here) ?? []) if (!valid.includes(each)) expired.add(each);
    }
  }
  return { findings: left, suppressed, expired: [...expired] };
}

/** What puts all of a finding aside, or undefined where something of it is left. */
function coverOf(
  { code, subjects, subjectCount }: PlacedFinding,
  known: readonly KnownFinding[],
): readonly KnownFinding[] | undefined {
  const same = known.filter((each) => each.code === code);
  const whole = same.find(({ subject }) => subject === undefined);
  if (whole) return [whole];
  if (subjects.length === 0 || subjectCount > subjects.length) return undefined;
  const each = subjects.map((subject) =>
    same.find((one) => one.subject !== undefined && nameOf(one.subject) === nameOf(subject)),
  );
  return each.every((one) => one !== undefined) ? [...new Set(each)] : undefined;
}

/** What would put exactly this finding aside: its code for each of its objects, or the code alone where not all are named. */
export function targetsOf({
  code,
  subjects,
  subjectCount,
}: PlacedFinding): readonly Pick<KnownFinding, 'code' | 'subject'>[] {
  return subjects.length === 0 || subjectCount > subjects.length
    ? [{ code }]
    : subjects.map((subject) => ({ code, subject }));
}

/** How it is written: `injector-down@Deployment/linkerd/linkerd-proxy-injector`. */
export function targetText({ code, subject }: Pick<KnownFinding, 'code' | 'subject'>): string {
  if (subject === undefined) return code;
  const { kind, namespace = '', name } = subject;
  return `${code}@${[kind, namespace, name].filter((part) => part !== '').join('/')}`;
}

const form = /^([a-z0-9]+(?:-[a-z0-9]+)*)(?:@([A-Za-z][A-Za-z0-9.]*)\/(?:([^/\s]+)\/)?([^/\s]+))?$/;

/** Reads what `targetText` writes; undefined where it is not of that form. */
export function parseTarget(text: string): Pick<KnownFinding, 'code' | 'subject'> | undefined {
  const [, code, kind, namespace, name] = form.exec(text) ?? [];
  if (code === undefined) return undefined;
  if (kind === undefined || name === undefined) return { code };
  return { code, subject: { kind, name, ...(namespace === undefined ? {} : { namespace }) } };
}

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 365;

/** When a suppression ends, in ms: `7d`, `12h`, or the day after which it is over (`2026-12-31`, in UTC). Or why it cannot be. */
export function parseUntil(text: string, now: number): number | string {
  const length = /^(\d{1,4})([dh])$/.exec(text);
  const end = length
    ? now + Number(length[1]) * (length[2] === 'd' ? DAY_MS : DAY_MS / 24)
    : /^\d{4}-\d\d-\d\d$/.test(text)
      ? Date.parse(text) + DAY_MS
      : /^\d{4}-\d\d-\d\dT\S+$/.test(text)
        ? Date.parse(text)
        : Number.NaN;
  if (Number.isNaN(end)) return 'It takes a time such as 7d or 12h, or a day such as 2026-12-31.';
  if (end <= now) return 'That is over already.';
  if (end > now + LONGEST_DAYS * DAY_MS)
    return `Longer than ${LONGEST_DAYS} days is for good: it is asked anew then.`;
  return end;
}
