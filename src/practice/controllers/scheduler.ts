import { matchesSelector } from '../../rollout/label-selector.ts';
import { fitsNode, type Load, requestsOf } from '../../rollout/node-fit.ts';
import { quantity } from '../../rollout/quantities.ts';
import { timestamp } from '../clock.ts';
import type { KubeObject } from '../kube-client.ts';
import { keyOf, splitKey } from './cache.ts';
import { type Control, isStatus } from './control.ts';
import { condition, isFinished } from './pods.ts';

interface Placed {
  readonly load: Load;
  readonly pods: Map<string, KubeObject>;
}

const isGated = ({ spec }: KubeObject) => (spec?.schedulingGates ?? []).length > 0;
const empty = (): Placed => ({ load: { cpu: 0, memory: 0, pods: 0 }, pods: new Map() });

/** `0/3 nodes are available: 2 Insufficient cpu, 1 node(s) were unschedulable.`, as the scheduler counts and sorts it. */
function unschedulableMessage(reasons: readonly string[], nodes: number): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const listed = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  if (nodes === 0) return 'no nodes available to schedule pods';
  const preemption = `preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;
  return `0/${nodes} nodes are available: ${listed.join(', ')}. no new claims to deallocate, ${preemption}`;
}

/** Places pods on nodes with room for them, and says on the pod why none has any. */
export function startScheduler(control: Control): void {
  const { caches, client, clock, events } = control;
  const nodes = new Map<string, Placed>();
  const waiting = new Set<string>();

  const count = (pod: KubeObject, sign: 1 | -1): void => {
    const name = pod.spec?.nodeName as string | undefined;
    if (name === undefined || isFinished(pod)) return;
    const node = nodes.get(name) ?? empty();
    nodes.set(name, node);
    const load = requestsOf(pod.spec);
    node.load.cpu += sign * load.cpu;
    node.load.memory += sign * load.memory;
    node.load.pods += sign;
    if (sign === 1) node.pods.set(keyOf(pod), pod);
    else node.pods.delete(keyOf(pod));
  };

  const refusal = (pod: KubeObject, wanted: Load, node: KubeObject): string | undefined => {
    const misfit = fitsNode(pod.spec, node);
    if (misfit !== undefined) return misfit;
    const { load, pods } = nodes.get(node.metadata.name) ?? empty();
    const room = node.status?.allocatable ?? {};
    if (load.pods + 1 > quantity(room.pods ?? '110')) return 'Too many pods';
    if (load.cpu + wanted.cpu > quantity(room.cpu) + 1e-9) return 'Insufficient cpu';
    if (load.memory + wanted.memory > quantity(room.memory)) return 'Insufficient memory';
    const terms = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    for (const term of terms) {
      // Only nodes are told apart; a cluster of this size has one zone.
      if (term.topologyKey !== 'kubernetes.io/hostname') continue;
      for (const other of pods.values()) {
        if (other.metadata.namespace !== pod.metadata.namespace) continue;
        if (matchesSelector(term.labelSelector, other.metadata.labels))
          return "node(s) didn't match pod anti-affinity rules";
      }
    }
    return undefined;
  };

  const bind = async (pod: KubeObject, node: string): Promise<void> => {
    const { namespace, name } = pod.metadata;
    try {
      await client.create(
        caches.pods.ref(namespace),
        {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
          target: { apiVersion: 'v1', kind: 'Node', name: node },
        },
        'binding',
      );
    } catch (error) {
      if (isStatus(error, 404, 409)) return;
      throw error;
    }
    events.record(pod, {
      type: 'Normal',
      reason: 'Scheduled',
      message: `Successfully assigned ${namespace}/${name} to ${node}`,
      component: 'default-scheduler',
      series: { action: 'Binding' },
    });
  };

  const refuse = async (pod: KubeObject, message: string): Promise<void> => {
    events.record(pod, {
      type: 'Warning',
      reason: 'FailedScheduling',
      message,
      component: 'default-scheduler',
      series: { action: 'Scheduling' },
    });
    const before = condition(pod, 'PodScheduled');
    if (before?.message === message) return;
    const entry = {
      type: 'PodScheduled',
      status: 'False',
      lastProbeTime: null,
      lastTransitionTime: before?.lastTransitionTime ?? timestamp(clock.now()),
      reason: 'Unschedulable',
      message,
    };
    await client.patch(
      caches.pods.ref(pod.metadata.namespace),
      pod.metadata.name,
      'merge',
      { status: { phase: 'Pending', conditions: [entry] } },
      { subresource: 'status' },
    );
  };

  const reconcile = async (key: string): Promise<void> => {
    const { namespace, name } = splitKey(key);
    const pod = caches.pods.get(namespace, name);
    waiting.delete(key);
    if (pod === undefined || pod.spec?.nodeName !== undefined || isFinished(pod)) return;
    if (pod.metadata.deletionTimestamp !== undefined || isGated(pod)) return;
    const wanted = requestsOf(pod.spec);
    const reasons: string[] = [];
    let best: { name: string; load: Load } | undefined;
    const all = caches.nodes.list();
    for (const node of all) {
      const reason = refusal(pod, wanted, node);
      if (reason !== undefined) {
        reasons.push(reason);
        continue;
      }
      const { load } = nodes.get(node.metadata.name) ?? empty();
      const lighter =
        best === undefined ||
        load.pods < best.load.pods ||
        (load.pods === best.load.pods && load.cpu < best.load.cpu);
      if (lighter) best = { name: node.metadata.name, load };
    }
    if (best !== undefined) {
      await bind(pod, best.name);
      // The watch may tell of it later than the next pod is looked at.
      const bound = await client.get(caches.pods.ref(namespace), name);
      if (bound !== undefined) caches.pods.take({ type: 'MODIFIED', object: bound });
      return;
    }
    waiting.add(key);
    await refuse(pod, unschedulableMessage(reasons, all.length));
    queue.addAfter(key, 60_000);
  };

  const queue = control.queue('scheduler', reconcile, { workers: 1 });
  const retry = () => {
    for (const key of waiting) queue.addAfter(key, 1000);
  };
  caches.pods.onChange((next, previous) => {
    if (previous !== undefined) count(previous, -1);
    if (next !== undefined) {
      count(next, 1);
      if (next.spec?.nodeName === undefined) {
        // Its own condition is no reason to look at it again.
        if (previous === undefined || isGated(previous)) queue.add(keyOf(next));
      }
    }
    if (previous !== undefined && (next === undefined || isFinished(next))) retry();
  });
  caches.nodes.onChange((next, previous) => {
    if (JSON.stringify(next?.spec) === JSON.stringify(previous?.spec)) return;
    retry();
  });
}
