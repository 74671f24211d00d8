import type { KubeObject } from '../kube-client.ts';
import { finishNamespace } from './deletion.ts';
import { ApiError, conflict } from './errors.ts';
import { clone, type Json } from './json.ts';
import type { WriteOptions } from './options.ts';
import { matchesSelector } from './selectors.ts';
import type { Store } from './store.ts';

/** What a scheduler posts: the pod named by the binding goes to its target node. 409 when it is on one already. */
export function bindPod(
  store: Store,
  namespace: string | undefined,
  binding: KubeObject,
  options: WriteOptions = {},
): KubeObject {
  const info = store.resource('v1', 'pods');
  const { name } = binding.metadata;
  const pod = clone(store.get(info, namespace ?? binding.metadata.namespace, name));
  if (pod.spec.nodeName)
    throw conflict(info, name, `pod ${name} is already assigned to node "${pod.spec.nodeName}"`);
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: store.now() };
  const others = (pod.status?.conditions ?? []).filter((each: Json) => each.type !== 'PodScheduled');
  pod.spec.nodeName = binding.target?.name;
  pod.status = { ...pod.status, conditions: [...others, scheduled] };
  return store.replace(info, store.peek(info, pod.metadata.namespace, name)!, pod, {
    ...options,
    subresource: 'binding',
  });
}

/** Takes the finalizers of a namespace's spec; without any left, and empty, it goes. */
export function finalizeNamespace(store: Store, namespace: KubeObject): KubeObject {
  const info = store.resource('v1', 'namespaces');
  const { name } = namespace.metadata;
  const live = clone(store.get(info, undefined, name));
  live.spec = { ...live.spec, finalizers: namespace.spec?.finalizers ?? [] };
  finishNamespace(store, name);
  return live;
}

/** Evicts a pod, unless a PodDisruptionBudget has no disruption left to give (429, as the real server says it). */
export function evictPod(store: Store, namespace: string, name: string, eviction: KubeObject): void {
  const pods = store.resource('v1', 'pods');
  const pod = store.get(pods, namespace, name);
  const budgets = store.list(store.resource('policy/v1', 'poddisruptionbudgets'), { namespace }).items;
  for (const budget of budgets) {
    const selected =
      budget.spec?.selector && matchesSelector(budget.spec.selector, pod.metadata.labels ?? {});
    if (!selected || (budget.status?.disruptionsAllowed ?? 0) > 0) continue;
    const message = "Cannot evict pod as it would violate the pod's disruption budget.";
    const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
    const cause = `The disruption budget ${budget.metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
    throw new ApiError(429, 'TooManyRequests', message, {
      causes: [{ reason: 'DisruptionBudget', message: cause }],
    });
  }
  store.delete(pods, namespace, name, eviction.deleteOptions ?? {});
}
