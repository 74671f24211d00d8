import type { KubeObject } from '../kube-client.ts';
import { keyOf, splitKey } from './cache.ts';
import { type Control, controllerOf, counted, isStatus, messageOf, remove, writeStatus } from './control.ts';
import { replicasOf } from './deployment-status.ts';
import { isActive, isFinished, isReady, type PodTemplate, podFromTemplate } from './pods.ts';
import { availability, sameForOwner } from './replica-set.ts';
import { ensureRevision, REVISION_LABEL, revisionsOf, trimRevisions } from './revisions.ts';

const ordinalOf = (pod: KubeObject) => Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1);
const revisionOf = (pod: KubeObject) => pod.metadata.labels?.[REVISION_LABEL];

/** Makes, renews and removes the pods of StatefulSets, with the claims of their volumes. */
export function startStatefulSetController(control: Control): void {
  const { caches, client, events } = control;
  const component = 'statefulset-controller';

  const claims = async (set: KubeObject, ordinal: number, spec: KubeObject['spec']) => {
    const volumes = [...(spec.volumes ?? [])];
    for (const claim of set.spec.volumeClaimTemplates ?? []) {
      const name = `${claim.metadata.name}-${set.metadata.name}-${ordinal}`;
      const namespace = set.metadata.namespace ?? 'default';
      const ref = { apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace };
      const object = { ...claim, apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
      try {
        const made = await client.create(ref, {
          ...object,
          metadata: { ...claim.metadata, name, namespace },
        });
        const capacity = claim.spec?.resources?.requests;
        await client.update(ref, { ...made, status: { phase: 'Bound', capacity } }, 'status');
      } catch (error) {
        if (!isStatus(error, 409)) throw error;
      }
      volumes.push({ name: claim.metadata.name, persistentVolumeClaim: { claimName: name } });
    }
    return { ...spec, ...(volumes.length === 0 ? {} : { volumes }) };
  };

  const create = async (set: KubeObject, ordinal: number, revision: KubeObject) => {
    const name = `${set.metadata.name}-${ordinal}`;
    const template = (revision.data?.spec?.template ?? set.spec.template) as PodTemplate;
    const pod = podFromTemplate(template, set, {
      name,
      labels: {
        [REVISION_LABEL]: revision.metadata.name,
        'statefulset.kubernetes.io/pod-name': name,
        'apps.kubernetes.io/pod-index': String(ordinal),
      },
    });
    try {
      const spec = await claims(set, ordinal, {
        ...pod.spec,
        hostname: name,
        subdomain: set.spec.serviceName,
      });
      await client.create(caches.pods.ref(set.metadata.namespace), { ...pod, spec });
      const message = `Create Pod ${name} in StatefulSet ${set.metadata.name} successful`;
      events.record(set, { type: 'Normal', reason: 'SuccessfulCreate', message, component });
    } catch (error) {
      const message = `Create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${messageOf(error)}`;
      events.record(set, { type: 'Warning', reason: 'FailedCreate', message, component });
      throw error;
    }
  };
  const destroy = async (set: KubeObject, pod: KubeObject) => {
    await remove(control, caches.pods, pod);
    const message = `Delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
    events.record(set, { type: 'Normal', reason: 'SuccessfulDelete', message, component });
  };

  /** One round: creates, removes or replaces what may be touched now. In order, one at a time, unless `Parallel`. */
  const step = async (set: KubeObject, current: KubeObject, update: KubeObject): Promise<void> => {
    const pods = caches.pods.ownedBy(set.metadata.uid ?? '');
    const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod), pod]));
    const parallel = set.spec.podManagementPolicy === 'Parallel';
    const replicas = replicasOf(set);
    const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
    for (let ordinal = 0; ordinal < replicas; ordinal += 1) {
      const pod = byOrdinal.get(ordinal);
      if (pod === undefined) {
        const held = current !== update && ordinal < partition;
        await create(set, ordinal, held ? current : update);
        if (!parallel) return;
      } else if (isFinished(pod)) {
        await destroy(set, pod);
        if (!parallel) return;
      } else if (!parallel && (pod.metadata.deletionTimestamp !== undefined || !isReady(pod))) {
        return;
      }
    }
    const surplus = pods.filter((pod) => ordinalOf(pod) >= replicas);
    surplus.sort((a, b) => ordinalOf(b) - ordinalOf(a));
    for (const pod of surplus) {
      if (isActive(pod)) await destroy(set, pod);
      if (!parallel) return;
    }
    if (set.spec.updateStrategy?.type === 'OnDelete') return;
    for (let ordinal = replicas - 1; ordinal >= partition; ordinal -= 1) {
      const pod = byOrdinal.get(ordinal);
      if (pod === undefined) return;
      if (revisionOf(pod) !== update.metadata.name && isActive(pod)) {
        await destroy(set, pod);
        return;
      }
      if (!isReady(pod) || !isActive(pod)) return;
    }
  };

  const status = async (set: KubeObject, update: KubeObject): Promise<number | undefined> => {
    const pods = caches.pods.ownedBy(set.metadata.uid ?? '').filter((pod) => !isFinished(pod));
    const active = pods.filter(isActive);
    const { ready, available, next } = availability(control, active, set.spec.minReadySeconds ?? 0);
    const before = set.status?.currentRevision ?? update.metadata.name;
    const updated = active.filter((pod) => revisionOf(pod) === update.metadata.name);
    const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
    const done =
      partition === 0 &&
      updated.length === replicasOf(set) &&
      pods.length === updated.length &&
      ready === updated.length;
    const currentRevision = done ? update.metadata.name : before;
    await writeStatus(control, caches.statefulsets, set, {
      observedGeneration: set.metadata.generation,
      replicas: pods.length,
      availableReplicas: available,
      ...counted({
        readyReplicas: ready,
        currentReplicas: active.filter((pod) => revisionOf(pod) === currentRevision).length,
        updatedReplicas: updated.length,
      }),
      currentRevision,
      updateRevision: update.metadata.name,
      collisionCount: 0,
    });
    return next;
  };

  const reconcile = async (key: string): Promise<void> => {
    const { namespace, name } = splitKey(key);
    const set = caches.statefulsets.get(namespace, name);
    if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
    const update = await ensureRevision(control, set);
    const named = set.status?.currentRevision;
    const current = revisionsOf(control, set).find((each) => each.metadata.name === named) ?? update;
    let failure: unknown;
    try {
      await step(set, current, update);
    } catch (error) {
      failure = error;
    }
    const next = await status(caches.statefulsets.get(namespace, name) ?? set, update);
    if (next !== undefined) queue.addAfter(key, next + 1000);
    if (failure !== undefined) throw failure;
    const pods = caches.pods.ownedBy(set.metadata.uid ?? '');
    const inUse = new Set([...pods.map((pod) => revisionOf(pod) ?? ''), update.metadata.name, named ?? '']);
    await trimRevisions(control, set, inUse);
  };

  const queue = control.queue('statefulset', reconcile);
  caches.statefulsets.onChange((next) => next !== undefined && queue.add(keyOf(next)));
  caches.pods.onChange((next, previous) => {
    const pod = next ?? previous;
    const owner = pod === undefined ? undefined : controllerOf(pod);
    if (pod === undefined || owner?.kind !== 'StatefulSet') return;
    if (next !== undefined && previous !== undefined && sameForOwner(next, previous)) return;
    queue.add(`${pod.metadata.namespace}/${owner.name}`);
  });
}
