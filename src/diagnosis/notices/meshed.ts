/** What has to do with pods that have a proxy, by the part that it is of. The control plane's own pods and those of extensions are not meant. */
import { asksForProxy, injectsInto, neverInjected } from '../../linkerd/who-gets-proxies.ts';
import { entry, record, text, textMap } from '../../rollout/json.ts';
import { matchesLabels, matchesSelector } from '../../rollout/label-selector.ts';
import { byKey } from '../grouped.ts';
import { meshedPods, workloadOfPod } from '../meshed-pods.ts';
import { selectorOf } from '../policy.ts';
import type { ObjectPart, SnapshotObject } from '../snapshot.ts';
import type { View } from '../view.ts';

const ownLabels = [
  'linkerd.io/control-plane-component',
  'linkerd.io/extension',
  'linkerd.io/cni-resource',
] as const;

/** Pods with a proxy; `all`: those of Linkerd itself among them. */
export const proxiedPods = (view: View, all: boolean): readonly SnapshotObject[] =>
  meshedPods(view).filter((pod) => all || !isOwn(view, pod));

function isOwn(view: View, { metadata }: SnapshotObject): boolean {
  const namespace = view.object('namespaces', '', metadata.namespace ?? '');
  return (
    ownLabels.some((key) => entry(metadata.labels, key) !== '') ||
    entry(namespace?.metadata.labels, 'linkerd.io/extension') !== ''
  );
}

/** Whether an object of the part has to do with one of these pods. */
export function meshedIn(
  view: View,
  part: ObjectPart,
  pods: readonly SnapshotObject[],
): (object: SnapshotObject) => boolean {
  const byNamespace = byKey(pods, ({ metadata }) => metadata.namespace ?? '');
  const inNamespace = (namespace: string | undefined) => byNamespace.get(namespace ?? '') ?? [];
  switch (part) {
    case 'namespaces': {
      const names = new Set(pods.map(({ metadata }) => metadata.namespace));
      return ({ metadata }) => names.has(metadata.name);
    }
    case 'services':
      return ({ metadata, spec }) => {
        const selector = textMap(record(spec).selector);
        return (
          Object.keys(selector).length > 0 &&
          inNamespace(metadata.namespace).some((pod) => matchesLabels(selector, pod.metadata.labels))
        );
      };
    case 'networkPolicies':
      return ({ metadata, spec }) =>
        inNamespace(metadata.namespace).some((pod) =>
          matchesSelector(selectorOf(record(spec).podSelector), pod.metadata.labels),
        );
    default: {
      const workloads = new Set(pods.map((pod) => keyOf(workloadOfPod(pod))));
      return (object) =>
        workloads.has(keyOf({ kind: text(object.kind), ...object.metadata })) ||
        wouldBeInjected(view, object);
    }
  }
}

const keyOf = ({ kind, namespace = '', name }: { kind: string; namespace?: string; name: string }) =>
  `${kind} ${namespace}/${name}`;

/** A Job of yesterday has no pods, and the next one gets a proxy all the same. */
function wouldBeInjected(view: View, { metadata, spec }: SnapshotObject): boolean {
  const template = record(record(record(record(record(spec).jobTemplate).spec).template).metadata);
  const own = record(record(record(spec).template).metadata);
  const key = 'linkerd.io/inject';
  const namespace = view.object('namespaces', '', metadata.namespace ?? '');
  if (namespace === undefined || neverInjected.has(namespace.metadata.name)) return false;
  const labels = { ...textMap(own.labels), ...textMap(template.labels) };
  if (ownLabels.some((label) => Object.hasOwn(labels, label))) return false;
  if (entry(namespace.metadata.labels, 'linkerd.io/extension') !== '') return false;
  const mode =
    entry(own.annotations, key) ||
    entry(template.annotations, key) ||
    entry(namespace.metadata.annotations, key);
  return asksForProxy(mode) && injectsInto(namespace.metadata.labels ?? {});
}
