/** Puts findings aside as known, from the command line and from the screens. */
import { hostname, userInfo } from 'node:os';
import type { PlacedFinding } from '../diagnosis/finding.ts';
import { type KnownFinding, targetsOf } from '../diagnosis/known.ts';
import { addKnownFindings, knownFindingsFile } from '../state/known-findings.ts';

const DAY_MS = 86_400_000;

/** What is put aside, where, why and until when (ms). */
export interface PuttingAside {
  readonly targets: readonly Pick<KnownFinding, 'code' | 'subject'>[];
  readonly cluster: string;
  readonly reason: string;
  readonly until: number;
}

/** Throws an OperatorError where it cannot be written. */
export async function putAside({ targets, cluster, reason, until }: PuttingAside): Promise<void> {
  const now = Date.now();
  const more = targets.map((target) => ({
    ...target,
    cluster,
    reason,
    until: new Date(until).toISOString(),
    by: `${nameOfUser()}@${hostname()}`,
    at: new Date(now).toISOString(),
  }));
  await addKnownFindings(knownFindingsFile(process.env), more, now);
}

/** For the screens: one finding, for some days. Gives the day until when. */
export async function putFindingAside(wish: {
  readonly cluster: string;
  readonly finding: PlacedFinding;
  readonly reason: string;
  readonly days: number;
}): Promise<string> {
  const { cluster, finding, reason, days } = wish;
  const until = Date.now() + days * DAY_MS;
  await putAside({ targets: targetsOf(finding), cluster, reason, until });
  return new Date(until).toISOString().slice(0, 10);
}

/** A container may have no entry for its user. */
function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER ?? String(process.getuid?.() ?? '');
  }
}
