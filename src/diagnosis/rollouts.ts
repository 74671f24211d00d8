/** The rollouts of a snapshot: what the board would show of them at that moment. */
import { injectsInto } from '../linkerd/who-gets-proxies.ts';
import { assess } from '../rollout/assess.ts';
import { entry, record, records, text } from '../rollout/json.ts';
import type { EventFacts, PodFacts, RevisionFacts, Rollout } from '../rollout/model.ts';
import { readEvent } from '../rollout/read-event.ts';
import { readPod } from '../rollout/read-pod.ts';
import { readRevision } from '../rollout/read-revision.ts';
import { INJECT, readWorkload } from '../rollout/read-workload.ts';
import type { ObjectPart, SnapshotObject } from './snapshot.ts';

/** Every workload, assessed from what was read. Nobody watched it before, so only its own deadline makes it overdue. */
export function rolloutsOf(
  { objects }: { readonly objects: (part: ObjectPart) => readonly SnapshotObject[] },
  now: number,
): readonly Rollout[] {
  const workloads = (['deployments', 'statefulSets', 'daemonSets'] as const).flatMap((part) =>
    objects(part).flatMap((object) => readWorkload(object) ?? []),
  );
  const revisions = byNamespace(objects('replicaSets').flatMap((object) => readRevision(object) ?? []));
  const pods = byNamespace(objects('pods').flatMap((object) => readPod(object) ?? []));
  const events = byNamespace(
    objects('events').flatMap((object) => readEvent(object) ?? []),
    ({ about }: EventFacts) => about.namespace,
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
    return assess(
      {
        workload,
        revisions: revisions.get(namespace) ?? [],
        pods: pods.get(namespace) ?? [],
        events: events.get(namespace) ?? [],
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

function byNamespace<T extends PodFacts | RevisionFacts | EventFacts>(
  all: readonly T[],
  of: (one: T) => string = (one) => ('namespace' in one ? one.namespace : ''),
): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const beside = found.get(of(one));
    if (beside) beside.push(one);
    else found.set(of(one), [one]);
  }
  return found;
}
