/** How much of what is kept: parts that grow with the age of a cluster rather than with its size. */
import type { SnapshotObject } from '../../diagnosis/snapshot.ts';
import { entry, record, records, text, whole } from '../../rollout/json.ts';
import { readEvent } from '../../rollout/read-event.ts';

const MOST_EVENTS = 1000;
const MOST_JOBS = 500;
const MOST_RELEASES = 500;
const MOST_LEASES = 200;

/** The newest first. */
export const newestEvents = (events: readonly SnapshotObject[]): readonly SnapshotObject[] =>
  newest(events, (event) => readEvent(event)?.at ?? 0, MOST_EVENTS);

/** Those under way or failed before those that are over. */
export const tellingJobs = (jobs: readonly SnapshotObject[]): readonly SnapshotObject[] =>
  newest(
    jobs,
    ({ metadata, status }) =>
      (isOver(status) ? 0 : 1e15) + (Date.parse(metadata.creationTimestamp ?? '') || 0),
    MOST_JOBS,
  );

const isOver = (status: unknown) =>
  records(record(status).conditions).some(
    (one) => text(one.type) === 'Complete' && text(one.status) === 'True',
  );

/** Those with pods, those that may not have any, and of every workload the newest. */
export function tellingReplicaSets(sets: readonly SnapshotObject[]): readonly SnapshotObject[] {
  const newestOf = new Map<string, SnapshotObject>();
  for (const set of sets) {
    const owner = records(set.metadata.ownerReferences)[0];
    const key = owner === undefined ? text(set.metadata.uid) : text(owner.uid);
    const before = newestOf.get(key);
    if (before === undefined || revision(set) >= revision(before)) newestOf.set(key, set);
  }
  const kept = new Set(newestOf.values());
  return sets.filter(
    (set) =>
      kept.has(set) ||
      whole(record(set.spec).replicas) > 0 ||
      whole(record(set.status).replicas) > 0 ||
      records(record(set.status).conditions).some((one) => text(one.type) === 'ReplicaFailure'),
  );
}

const revision = ({ metadata }: SnapshotObject) =>
  Number(entry(metadata.annotations, 'deployment.kubernetes.io/revision')) || 0;

/** Helm releases that hang, and the two newest of each; every other Secret. */
export function tellingSecrets(secrets: readonly SnapshotObject[]): readonly SnapshotObject[] {
  const releases = secrets.filter(({ type }) => type === 'helm.sh/release.v1');
  const byRelease = new Map<string, SnapshotObject[]>();
  for (const one of releases) {
    const key = `${one.metadata.namespace}/${entry(one.metadata.labels, 'name')}`;
    byRelease.set(key, [...(byRelease.get(key) ?? []), one]);
  }
  const version = ({ metadata }: SnapshotObject) => Number(entry(metadata.labels, 'version')) || 0;
  const telling = [...byRelease.values()].flatMap((all) => newest(all, version, 2));
  return [...secrets.filter(({ type }) => type !== 'helm.sh/release.v1'), ...telling.slice(0, MOST_RELEASES)];
}

/** The mesh's own, by their names. */
export const meshLeases = (leases: readonly SnapshotObject[]): readonly SnapshotObject[] =>
  leases
    .filter(({ metadata }) => /policy-controller|service-mirror|linkerd/.test(metadata.name))
    .slice(0, MOST_LEASES);

function newest(
  all: readonly SnapshotObject[],
  at: (one: SnapshotObject) => number,
  most: number,
): readonly SnapshotObject[] {
  return all
    .map((one) => ({ one, when: at(one) }))
    .sort((a, b) => b.when - a.when)
    .slice(0, most)
    .map(({ one }) => one);
}
