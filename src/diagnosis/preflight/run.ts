/** Asks every check of a preflight. None stops the rest, and what could not be looked at is said. */
import { planPath } from '../../linkerd/path/plan-path.ts';
import { diagnose } from '../diagnose.ts';
import type { NotChecked, PlacedFinding } from '../finding.ts';
import { pathFactsOf } from '../path-facts.ts';
import type { Snapshot } from '../snapshot.ts';
import { createView, type View } from '../view.ts';
import { preflightChecks } from './all.ts';
import type {
  PreflightCheck,
  PreflightGroup,
  PreflightRemark,
  PreflightResult,
  PreflightStatus,
} from './model.ts';
import { unchecked } from './remarks.ts';

const order: readonly PreflightRemark['weight'][] = ['fail', 'warn', 'unchecked', 'info'];

/** Never throws. Without `groups` all of them; results come in the order of the checks. */
export function preflight(
  snapshot: Snapshot,
  groups?: readonly PreflightGroup[],
  checks: readonly PreflightCheck[] = preflightChecks,
): readonly PreflightResult[] {
  const view = createView(snapshot);
  const beforeNext = diagnose(beforeNextHop(snapshot, view));
  return checks
    .filter(({ group }) => groups === undefined || groups.includes(group))
    .map((check) => {
      const codes = check.codes ?? [];
      const { findings, notChecked } =
        check.atTarget === undefined ? beforeNext : diagnose(snapshot, check.atTarget);
      const remarks = [
        ...findings.filter(({ code }) => codes.includes(code)).map(fromFinding),
        ...notChecked.filter((each) => each.codes.some((code) => codes.includes(code))).map(notLooked),
        ...looked(check, view),
      ];
      const { name, group, holds } = check;
      const sorted = unique(remarks).toSorted((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight));
      return { name, group, holds, status: statusOf(sorted), remarks: sorted };
    });
}

/**
 * Findings are about one upgrade at a time: a proxy that is too old for the end of the way is restarted long before. So the
 * diagnosis is told of the release that the way goes to next; checks of our own know the end.
 */
function beforeNextHop(snapshot: Snapshot, view: View): Snapshot {
  const { target } = snapshot.walk ?? {};
  const { from, facts } = pathFactsOf(view);
  if (target === undefined || from === undefined) return snapshot;
  const plan = planPath(from, target, facts);
  const next = plan.type === 'path' ? plan.hops[0] : undefined;
  return next === undefined ? snapshot : { ...snapshot, walk: { ...snapshot.walk, target: next.to } };
}

/** The worst of the remarks. */
function statusOf([first]: readonly PreflightRemark[]): PreflightStatus {
  return first === undefined || first.weight === 'info' ? 'pass' : first.weight;
}

const weights = { blocker: 'fail', error: 'fail', warning: 'warn', info: 'info' } as const;

function fromFinding(finding: PlacedFinding): PreflightRemark {
  const { code, title, explanation, severity, certainty, evidence, remedy } = finding;
  return {
    weight: certainty === 'undetermined' ? 'unchecked' : weights[severity],
    text: `${title.replace(/\.$/, '')}. ${explanation}`,
    evidence,
    todo: remedy.text,
    code,
  };
}

const notLooked = ({ message }: NotChecked): PreflightRemark => unchecked(message);

function looked({ look, needs = [] }: PreflightCheck, view: View): readonly PreflightRemark[] {
  if (look === undefined) return [];
  const unread = needs.flatMap((part) => view.unread(part) ?? []);
  if (unread.length > 0) return unread.map(({ message }) => unchecked(message));
  try {
    return look(view);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [unchecked(`This is a mistake in the program: ${why}`)];
  }
}

/** What two parts say in the same words is said once. */
const unique = (remarks: readonly PreflightRemark[]): readonly PreflightRemark[] => [
  ...new Map(remarks.map((each) => [`${each.weight} ${each.text}`, each])).values(),
];
