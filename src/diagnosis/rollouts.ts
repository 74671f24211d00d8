/** The rollouts of a snapshot: what the board would show of them at that moment. */
import { injectsInto } from '../linkerd/who-gets-proxies.ts';
import { assess } from '../rollout/assess.ts';
import { entry, record, records, text } from '../rollout/json.ts';
import type { EventFacts, Rollout } from '../rollout/model.ts';
import { readEvent } from '../rollout/read-event.ts';
import { readPod } from '../rollout/read-pod.ts';
import { readRevision } from '../rollout/read-revision.ts';
import { INJECT, readWorkload } from '../rollout/read-workload.ts';
import { byKey } from './grouped.ts';
import type { ObjectPart, SnapshotObject } from './snapshot.ts';

/** Every workload, assessed from what was read. Nobody watched it before, so only its own deadline makes it overdue. */
export function rolloutsOf(
  { objects }: { readonly objects: (part: ObjectPart) => readonly SnapshotObject[] },
  now: number,
): readonly Rollout[] {
  const workloads = (['deployments', 'statefulSets', 'daemonSets'] as const).flatMap((part) =>
    objects(part).flatMap((object) => readWorkload(object) ?? []),
  );
  const revisions = byKey(
    objects('replicaSets').flatMap((object) => readRevision(object) ?? []),
    ({ ownerUid }) => ownerUid,
  );
  const pods = byKey(
    objects('pods').flatMap((object) => readPod(object) ?? []),
    ({ ownerUid }) => ownerUid,
  );
  const events = byKey(
    objects('events').flatMap((object) => readEvent(object) ?? []),
    ({ about }) => placeOf(about),
  );
  const namespaces = new Map(objects('namespaces').map((each) => [each.metadata.name, each.metadata]));
  const nodesReady = new Map(
    objects('nodes').map((node) => {
      const ready = records(record(node.status).conditions).find(({ type }) => type === 'Ready');
      return [node.metadata.name, text(ready?.status) === 'True'] as const;
    }),
  );
  return workloads.map((workload) => {
    const { namespace } = workload;
    const meta = namespaces.get(namespace);
    const own = of(revisions, workload.uid);
    const its = [workload.uid, ...own.map(({ uid }) => uid)].flatMap((uid) => of(pods, uid));
    const about = [workload, ...own, ...its.map((pod) => ({ ...pod, kind: 'Pod' }))];
    return assess(
      {
        workload,
        revisions: own,
        pods: its,
        events: about.flatMap((one) => of(events, placeOf(one))),
        nodesReady,
        namespaceInject: meta === undefined ? undefined : entry(meta.annotations, INJECT),
        injected: meta === undefined || injectsInto(meta.labels ?? {}),
        unseen: [],
        lastProgressAt: now,
      },
      now,
    );
  });
}

/** Thousands of workloads may share a namespace: what is theirs is found by its owner, or by the object that it is about. */
const of = <T>(groups: ReadonlyMap<string, readonly T[]>, key: string): readonly T[] => groups.get(key) ?? [];

const placeOf = ({ kind, namespace, name }: EventFacts['about']): string => `${kind}/${namespace}/${name}`;
