import { fitsNode } from '../../rollout/node-fit.ts';
import { countOrPercent } from '../../rollout/quantities.ts';
import type { KubeObject } from '../kube-client.ts';
import { keyOf, splitKey } from './cache.ts';
import { type Control, controllerOf, counted, writeStatus } from './control.ts';
import { createPod, deletePod } from './owned-pods.ts';
import { isActive, isFinished, isReady, podFromTemplate } from './pods.ts';
import { availability, inBatches, sameForOwner } from './replica-set.ts';
import { ensureRevision, REVISION_LABEL, revisionHash, trimRevisions } from './revisions.ts';

/** What the pods of a DaemonSet put up with, as the controller adds it. */
const TOLERATIONS = [
  'node.kubernetes.io/not-ready:NoExecute',
  'node.kubernetes.io/unreachable:NoExecute',
  'node.kubernetes.io/disk-pressure:NoSchedule',
  'node.kubernetes.io/memory-pressure:NoSchedule',
  'node.kubernetes.io/pid-pressure:NoSchedule',
  'node.kubernetes.io/unschedulable:NoSchedule',
].map((text) => {
  const [key, effect] = text.split(':');
  return { key, operator: 'Exists', effect };
});

/** The node that a pod of a DaemonSet was made for, whether or not it is there yet. */
function nodeOf(pod: KubeObject): string | undefined {
  if (pod.spec?.nodeName !== undefined) return pod.spec.nodeName;
  const terms =
    pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms?.[0]?.matchFields?.[0]?.values?.[0];
}

function podSpec(set: KubeObject, node: string): KubeObject['spec'] {
  const spec = set.spec.template.spec;
  const required = {
    nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
  };
  return {
    ...spec,
    affinity: {
      ...spec.affinity,
      nodeAffinity: {
        ...spec.affinity?.nodeAffinity,
        requiredDuringSchedulingIgnoredDuringExecution: required,
      },
    },
    tolerations: [...(spec.tolerations ?? []), ...TOLERATIONS],
  };
}

/** Keeps one pod of each DaemonSet on every node that fits it, and renews them as the update strategy allows. */
export function startDaemonSetController(control: Control): void {
  const { caches } = control;
  const component = 'daemonset-controller';

  const create = async (set: KubeObject, node: string, hash: string): Promise<void> => {
    const template = { ...set.spec.template, spec: podSpec(set, node) };
    const pod = podFromTemplate(template, set, {
      generateName: `${set.metadata.name}-`,
      labels: {
        [REVISION_LABEL]: hash,
        'pod-template-generation': String(
          set.metadata.annotations?.['deprecated.daemonset.template.generation'] ??
            set.metadata.generation ??
            1,
        ),
      },
    });
    await createPod(control, set, pod, component);
  };
  const destroy = (set: KubeObject, pod: KubeObject) => deletePod(control, set, pod, component);

  const reconcile = async (key: string): Promise<void> => {
    const { namespace, name } = splitKey(key);
    const set = caches.daemonsets.get(namespace, name);
    if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
    const revision = await ensureRevision(control, set);
    const hash = revisionHash(revision);
    const tolerations = [...(set.spec.template.spec.tolerations ?? []), ...TOLERATIONS];
    const probe = { ...set.spec.template.spec, tolerations };
    const eligible = caches.nodes
      .list()
      .filter((node) => fitsNode(probe, node) === undefined)
      .map((node) => node.metadata.name);

    const pods = () => caches.pods.ownedBy(set.metadata.uid ?? '');
    const onNode = new Map<string, KubeObject[]>();
    for (const pod of pods()) {
      const node = nodeOf(pod) ?? '';
      onNode.set(node, [...(onNode.get(node) ?? []), pod]);
    }
    const bare: string[] = [];
    for (const node of eligible) {
      const there = onNode.get(node) ?? [];
      for (const pod of there.filter(isFinished)) await destroy(set, pod);
      if (!there.some((pod) => !isFinished(pod))) bare.push(node);
    }
    const failure = await inBatches(bare.length, (index) => create(set, bare[index] ?? '', hash));
    for (const [node, there] of onNode) {
      if (!eligible.includes(node)) for (const pod of there.filter(isActive)) await destroy(set, pod);
    }

    const minReady = set.spec.minReadySeconds ?? 0;
    const old = (pod: KubeObject) => pod.metadata.labels?.[REVISION_LABEL] !== hash;
    if (set.spec.updateStrategy?.type !== 'OnDelete') {
      const allowed = Math.max(
        countOrPercent(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable, eligible.length, 'up', '1'),
        1,
      );
      const active = pods().filter(isActive);
      const up = availability(control, active, minReady).available;
      let budget = allowed - (eligible.length - up);
      for (const pod of active.filter(old)) {
        if (!isReady(pod)) await destroy(set, pod);
        else if (budget > 0) {
          budget -= 1;
          await destroy(set, pod);
        }
      }
    }

    const fresh = caches.daemonsets.get(namespace, name) ?? set;
    const placed = pods().filter((pod) => isActive(pod) && eligible.includes(nodeOf(pod) ?? ''));
    const { ready, available, next } = availability(control, placed, minReady);
    const misplaced = pods().filter((pod) => isActive(pod) && !eligible.includes(nodeOf(pod) ?? ''));
    await writeStatus(control, caches.daemonsets, fresh, {
      currentNumberScheduled: placed.length,
      numberMisscheduled: misplaced.length,
      desiredNumberScheduled: eligible.length,
      numberReady: ready,
      observedGeneration: set.metadata.generation,
      ...counted({
        updatedNumberScheduled: placed.filter((pod) => !old(pod)).length,
        numberAvailable: available,
        numberUnavailable: eligible.length - available,
      }),
    });
    if (next !== undefined) queue.addAfter(key, next + 1000);
    if (failure !== undefined) throw failure;
    await trimRevisions(
      control,
      set,
      new Set([hash, ...pods().map((pod) => pod.metadata.labels?.[REVISION_LABEL] ?? '')]),
    );
  };

  const queue = control.queue('daemonset', reconcile);
  caches.daemonsets.onChange((next) => next !== undefined && queue.add(keyOf(next)));
  caches.nodes.onChange((next, previous) => {
    // Heart beats are no news.
    if (next?.metadata.generation === previous?.metadata.generation && next !== undefined && previous) {
      if (JSON.stringify(next.spec) === JSON.stringify(previous.spec)) return;
    }
    for (const set of caches.daemonsets.list()) queue.add(keyOf(set));
  });
  caches.pods.onChange((next, previous) => {
    const pod = next ?? previous;
    const owner = pod === undefined ? undefined : controllerOf(pod);
    if (pod === undefined || owner?.kind !== 'DaemonSet') return;
    if (next !== undefined && previous !== undefined && sameForOwner(next, previous)) return;
    queue.add(`${pod.metadata.namespace}/${owner.name}`);
  });
}
