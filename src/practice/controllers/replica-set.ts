import { timestamp } from '../clock.ts';
import type { KubeObject } from '../kube-client.ts';
import { keyOf, splitKey } from './cache.ts';
import { type Control, controllerOf, counted, messageOf, writeStatus } from './control.ts';
import { replicasOf } from './deployment-status.ts';
import { createPod, deletePod } from './owned-pods.ts';
import { compareForDeletion, isActive, isFinished, isReady, podFromTemplate, readySince } from './pods.ts';

/** How many of these pods are ready, how many have been so for long enough, and when the next one will. */
export function availability(control: Control, pods: readonly KubeObject[], minReadySeconds: number) {
  let ready = 0;
  let available = 0;
  let next: number | undefined;
  for (const pod of pods) {
    const since = readySince(pod);
    if (since === undefined) continue;
    ready += 1;
    const wait = minReadySeconds * 1000 - control.clock.elapsed(since);
    if (minReadySeconds === 0 || wait <= 0) available += 1;
    else next = Math.min(next ?? wait, wait);
  }
  return { ready, available, next };
}

/** Creates in batches of 1, 2, 4, ... so that what is refused once is not tried a hundred times. Gives the first refusal. */
export async function inBatches(count: number, create: (index: number) => Promise<void>): Promise<unknown> {
  for (let done = 0, batch = 1; done < count; batch *= 2) {
    const size = Math.min(batch, count - done);
    const first = done;
    const made = Array.from({ length: size }, (_, index) => create(first + index));
    const failed = (await Promise.allSettled(made)).find((result) => result.status === 'rejected');
    if (failed !== undefined) return failed.reason;
    done += size;
  }
  return undefined;
}

/** Keeps as many pods of each ReplicaSet as its spec asks for. */
export function startReplicaSetController(control: Control): void {
  const { caches, clock } = control;
  const component = 'replicaset-controller';

  const createOne = async (set: KubeObject): Promise<void> => {
    const pod = podFromTemplate(set.spec.template, set, { generateName: `${set.metadata.name}-` });
    await createPod(control, set, pod, component);
  };

  const reconcile = async (key: string): Promise<void> => {
    const { namespace, name } = splitKey(key);
    const set = caches.replicasets.get(namespace, name);
    if (set === undefined) return;
    let failure: unknown;
    const owned = () => caches.pods.ownedBy(set.metadata.uid ?? '');
    const active = owned().filter(isActive);
    const difference = replicasOf(set) - active.length;
    if (set.metadata.deletionTimestamp === undefined && difference > 0) {
      failure = await inBatches(difference, () => createOne(set));
    } else if (set.metadata.deletionTimestamp === undefined && difference < 0) {
      for (const pod of active.sort(compareForDeletion).slice(0, -difference)) {
        await deletePod(control, set, pod, component);
      }
    }

    const fresh = caches.replicasets.get(namespace, name) ?? set;
    const pods = owned().filter((pod) => !isFinished(pod));
    const live = pods.filter(isActive);
    const { ready, available, next } = availability(control, live, set.spec.minReadySeconds ?? 0);
    const before = (fresh.status?.conditions ?? []).find(
      (each: { type: string }) => each.type === 'ReplicaFailure',
    );
    const conditions =
      failure === undefined
        ? []
        : [
            // The first message stays: each attempt has a pod's name of its own in it, and would be news without end.
            before ?? {
              type: 'ReplicaFailure',
              status: 'True',
              reason: 'FailedCreate',
              message: messageOf(failure),
              lastTransitionTime: timestamp(clock.now()),
            },
          ];
    await writeStatus(control, caches.replicasets, fresh, {
      replicas: live.length,
      ...counted({ fullyLabeledReplicas: live.length, readyReplicas: ready, availableReplicas: available }),
      terminatingReplicas: pods.length - live.length,
      observedGeneration: fresh.metadata.generation,
      ...(conditions.length === 0 ? {} : { conditions }),
    });
    if (next !== undefined) queue.addAfter(key, next + 1000);
    if (failure !== undefined) throw failure;
  };

  const queue = control.queue('replicaset', reconcile);
  caches.replicasets.onChange((next) => next !== undefined && queue.add(keyOf(next)));
  caches.pods.onChange((next, previous) => {
    const pod = next ?? previous;
    const owner = pod === undefined ? undefined : controllerOf(pod);
    if (pod === undefined || owner?.kind !== 'ReplicaSet') return;
    // Most of a pod's news changes nothing that is counted here.
    if (next !== undefined && previous !== undefined && sameForOwner(next, previous)) return;
    queue.add(`${pod.metadata.namespace}/${owner.name}`);
  });
}

/** Whether two states of a pod look alike to whoever counts it. */
export function sameForOwner(a: KubeObject, b: KubeObject): boolean {
  return (
    isReady(a) === isReady(b) &&
    a.status?.phase === b.status?.phase &&
    a.metadata.deletionTimestamp === b.metadata.deletionTimestamp
  );
}
