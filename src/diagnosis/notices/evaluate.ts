/** What a snapshot says of notices: whom each touches, what could not be looked at, and what a person has to acknowledge. */
import { type Diagnosis, diagnoseInTurns } from '../diagnose.ts';
import { nameOf } from '../finding.ts';
import { type ObjectPart, objectParts, type Part, type Snapshot, type SnapshotObject } from '../snapshot.ts';
import { createView } from '../view.ts';
import { proxiedPods } from './meshed.ts';
import type { Notice, NoticeResult, NoticeSpec, NotLookedAt, Outcome, Probe, Touched } from './model.ts';
import { partsOf, probeObjects } from './objects.ts';
import { probeExtension, probeFinding, probeKubernetes } from './others.ts';
import type { Looked, Probed } from './probed.ts';
import { probeValues } from './values.ts';

const mostObjects = 20;

/** Looks at a snapshot once for all of the notices. */
export function evaluateNotices(snapshot: Snapshot, notices: readonly Notice[]): readonly NoticeResult[] {
  const turns = evaluateInTurns(snapshot, notices);
  for (;;) {
    const turn = turns.next();
    if (turn.done) return turn.value;
  }
}

/** The same, one notice or one detector for each turn: who has keys to answer meanwhile does so between two of them. */
export function* evaluateInTurns(
  snapshot: Snapshot,
  notices: readonly Notice[],
): Generator<undefined, readonly NoticeResult[]> {
  const asksForFinding = notices.some(({ find }) => find.some(({ type }) => type === 'finding'));
  const looked = lookAt(snapshot, asksForFinding ? yield* diagnoseInTurns(snapshot) : undefined);
  const results: NoticeResult[] = [];
  for (const { id, certainty, line, title, text, file, step, find } of notices) {
    results.push({ id, certainty, line, title, text, file, step, outcome: evaluate(find, looked) });
    yield;
  }
  return results;
}

/** The parts of a snapshot that a notice is looked for in; undefined: a diagnosis has to be made, of everything. */
export function partsFor({ find }: Pick<NoticeSpec, 'find'>): readonly ObjectPart[] | undefined {
  if (find.some(({ type }) => type === 'finding')) return undefined;
  const parts = find.flatMap(partsOfProbe);
  return objectParts.filter((part) => parts.includes(part));
}

function partsOfProbe(probe: Probe): readonly Part[] {
  switch (probe.type) {
    case 'objects':
      return partsOf(probe);
    case 'values':
      return ['installations'];
    case 'extension':
      return ['namespaces'];
    case 'kubernetes':
    case 'finding':
      return [];
  }
}

function lookAt(snapshot: Snapshot, diagnosis: Diagnosis | undefined): Looked {
  const view = createView(snapshot);
  const made = new Map<boolean, readonly SnapshotObject[]>();
  return {
    view,
    diagnosis,
    proxied(all) {
      const pods = made.get(all) ?? proxiedPods(view, all);
      made.set(all, pods);
      return pods;
    },
  };
}

function evaluate(find: readonly Probe[], looked: Looked): Outcome {
  if (find.length === 0) return { type: 'to-acknowledge' };
  const probed = find.map((probe) => ask(probe, looked));
  const objects = unique(probed.flatMap(({ touched }) => touched));
  const unseen = uniqueParts(probed.flatMap((one) => one.unseen));
  if (objects.length > 0) {
    return { type: 'touched', objects: objects.slice(0, mostObjects), count: objects.length, unseen };
  }
  return unseen.length > 0 ? { type: 'not-checked', unseen } : { type: 'not-here' };
}

function ask(probe: Probe, looked: Looked): Probed {
  switch (probe.type) {
    case 'objects':
      return probeObjects(probe, looked);
    case 'values':
      return probeValues(probe, looked);
    case 'finding':
      return probeFinding(probe.code, looked);
    case 'kubernetes':
      return probeKubernetes(probe.range, looked);
    case 'extension':
      return probeExtension(probe.name, looked);
  }
}

/** An object that several probes name is one, with the proof of the first. */
function unique(touched: readonly Touched[]): readonly Touched[] {
  const byName = new Map<string, Touched>();
  for (const one of touched) if (!byName.has(nameOf(one.subject))) byName.set(nameOf(one.subject), one);
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

const uniqueParts = (unseen: readonly NotLookedAt[]): readonly NotLookedAt[] => [
  ...new Map(unseen.map((one) => [one.part, one])).values(),
];
