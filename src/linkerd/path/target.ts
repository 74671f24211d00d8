/** From which release a path can begin, and to which it can go. */
import { readLinkerdName } from '../../runbook/linkerd-version.ts';
import { avoided } from '../avoid.ts';
import { exists, knownLine, lines, newestEdge, newestLine } from '../lines.ts';
import { distance, lineOf } from '../version-order.ts';
import type { PathFacts, PathPlan } from './model.ts';

type Refusal = Extract<PathPlan, { type: 'refused' }>;

const refused = (reason: string, advice: string): Refusal => ({ type: 'refused', reason, advice });

/** The oldest line that a path begins with. */
const oldest = lines[0]!;

const vendorReason = (name: string): string =>
  `${name} is a build of a vendor: its charts, its tools and what it changed are the vendor's own.`;

/** Why no path begins with the release that runs; undefined where one does. */
export function refusedStart(from: string): Refusal | undefined {
  const name = readLinkerdName(from);
  if (name === undefined) {
    return refused(
      `${from === '' ? 'What runs' : from} is no release of Linkerd, so nobody can say which 2.N it is.`,
      'A build of your own: find out which release it was made from, and say so with --from.',
    );
  }
  if (name.channel === 'enterprise') {
    return refused(
      vendorReason(from),
      'Upgrade it by the guide of the vendor. Going back to the releases of the project is an installation of its own, not an upgrade.',
    );
  }
  if (name.line === undefined || name.line < oldest.line) {
    return refused(
      `${from} is older than 2.${oldest.line}, and what its upgrades demand is not known here.`,
      `Go to ${oldest.best} first, one line at a time and by the documentation of those releases; from there on there is a path. A small mesh is quicker to install anew.`,
    );
  }
  return undefined;
}

/** `2.14`, `v2.14`, `stable-2.14`, `version-2.18`: the line that is meant, and not a release of it. */
export const lineMeant = (to: string): number | undefined => {
  const meant = /^(?:v|stable-|edge-|version-)?2\.(\d{1,4})$/.exec(to)?.[1];
  return meant === undefined ? undefined : Number(meant);
};

/**
 * The release that `to` stands for: itself, or the best of the line that it names. Refused is what nobody knows, what does not exist,
 * and the builds of vendors.
 */
export function resolveTarget(to: string): string | Refusal {
  const meant = lineMeant(to);
  if (meant !== undefined) return knownLine(meant)?.best ?? unknownLine(to, meant);
  const name = readLinkerdName(to);
  if (name === undefined) {
    return refused(
      `${JSON.stringify(to)} is no version of Linkerd.`,
      'For example: stable-2.14.10, edge-24.11.8, or 2.14 for the best release of that line.',
    );
  }
  if (name.channel === 'enterprise') {
    return refused(
      vendorReason(to),
      'Ask the vendor for its guide: it knows from which release one may come.',
    );
  }
  if (name.line === undefined || knownLine(name.line) === undefined) return unknownLine(to, name.line);
  return exists(to) === 'no' ? missing(to, name.line) : to;
}

/** Why nobody should go to a release that exists; undefined where nothing speaks against it. */
export function refusedRelease(release: string, { method }: PathFacts = {}): Refusal | undefined {
  const why = avoided(release, method);
  return why && refused(`Nobody should go to ${release}: ${why.reason}.`, `Go to ${why.instead} instead.`);
}

function unknownLine(to: string, line = 0): Refusal {
  return line > newestLine.line
    ? refused(
        `${to} is newer than all that is known here, which ends with 2.${newestLine.line}.`,
        `What it demands is in its release notes. A path to 2.${newestLine.line}: --to ${newestLine.best}`,
      )
    : refused(
        `${to} is older than 2.${oldest.line}, and no path goes there.`,
        `The first release that one goes to is ${oldest.best}.`,
      );
}

function missing(to: string, line: number): Refusal {
  const { best, channel } = knownLine(line)!;
  if (!to.startsWith('edge-')) {
    return channel === 'edge'
      ? refused(
          `There is no ${to}: since 2.15 the project publishes edge releases alone.`,
          `2.${line} is ${best}.`,
        )
      : refused(`There is no ${to}: 2.${line} ends with ${best}.`, `Go to ${best}.`);
  }
  return /^edge-\d+\.(?:[1-9]|1[0-2])\.[1-9]/.test(to)
    ? refused(
        `${to} is newer than ${newestEdge}, the last that is known here.`,
        `What it demands is in its release notes. A path to 2.${newestLine.line}: --to ${newestLine.best}`,
      )
    : refused(`There is no ${to}: it is edge-YEAR.MONTH.ORDINAL.`, `2.${line} is ${best}.`);
}

/** Why there is no way from one to the other, though both are fine: `undefined` where there is one, or nothing to do. */
export function refusedDirection(from: string, release: string): Refusal | undefined {
  const apart = distance(release, from)!;
  if (apart.order < 0) {
    return refused(
      `${release} is older than ${from}, and a control plane is not downgraded: its resources may be stored in versions that the older one does not know, and its proxies would be newer than it is.`,
      'To undo an upgrade that was not finished, finish it; then mend what is wrong on the newer release.',
    );
  }
  if (apart.order > 0 || from === release) return undefined;
  const next = knownLine(lineOf(release)! + 1);
  return refused(
    `${from} and ${release} are of two channels within one line, and nobody can say which is the newer.`,
    next === undefined ? 'Stay on what runs.' : `Go on to 2.${next.line}: --to ${next.best}`,
  );
}
