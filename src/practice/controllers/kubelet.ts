import { PROXY_CONTAINER } from '../../linkerd/proxy.ts';
import type { KubeObject } from '../kube-client.ts';
import { type Behaviour, behaviourOf, type ContainerSpec, obstacleOf } from './behaviour.ts';
import { keyOf, splitKey } from './cache.ts';
import type { Connectivity } from './connectivity.ts';
import type { Told } from './container-steps.ts';
import { type Control, isStatus } from './control.ts';
import type { ImageCatalogue } from './images.ts';
import { inMesh, type PolicyObjects } from './mesh-network.ts';
import { adoptLife, beginLife, type PodLife } from './pod-life.ts';
import { podStatus } from './pod-status.ts';
import { advance } from './pod-steps.ts';
import { isFinished } from './pods.ts';

/** What decides how containers fare. */
export interface KubeletOptions {
  readonly hasImage: ImageCatalogue;
  /** Changes what would become of a container: how drills make things fail. */
  readonly alter?: (pod: KubeObject, container: ContainerSpec, usual: Behaviour) => Behaviour;
  /** Whether a meshed pod's proxy can get its identity now; unless told, when nothing keeps it from the identity service. */
  readonly hasIdentity?: (pod: KubeObject) => boolean;
  /** Linkerd's policy objects of a namespace by kind, where the cluster has any. */
  readonly policies?: PolicyObjects;
}

/** The kubelets of all nodes in one. */
export interface Kubelet {
  /** 1 for a life at the clock's speed, 0 for one in which everything happens at once. */
  pace: number;
  /** Looks at every pod again: for when a drill changed how containers fare. */
  refresh(): void;
}

/** So long after its node went a pod is given up. */
const LOST_MS = 40_000;
/** So often it tries again what keeps all of a pod's containers from starting. */
const OBSTACLE_MS = 10_000;

/** The kubelets of all nodes in one: it moves every pod that has a node through its life, and is only a client of the API. */
export function startKubelet(control: Control, connectivity: Connectivity, options: KubeletOptions): Kubelet {
  const { caches, client, clock, events } = control;
  const lives = new Map<string, PodLife>();
  const images = new Map<string, Set<string>>();
  const addresses = new Map<string, Set<string>>();

  const takeAddress = (node: KubeObject | undefined): string => {
    const range = (node?.spec?.podCIDR as string | undefined) ?? '10.42.255.0/24';
    const prefix = range.slice(0, range.lastIndexOf('.'));
    const taken = addresses.get(prefix) ?? new Set<string>();
    addresses.set(prefix, taken);
    for (let last = 2; last < 255; last += 1) {
      const ip = `${prefix}.${last}`;
      if (taken.has(ip)) continue;
      taken.add(ip);
      return ip;
    }
    return `${prefix}.255`;
  };
  const keepAddress = (ip: string) => {
    const prefix = ip.slice(0, ip.lastIndexOf('.'));
    addresses.set(prefix, (addresses.get(prefix) ?? new Set()).add(ip));
  };

  const connected = (pod: KubeObject) => (container: ContainerSpec) => {
    const told = container.name === PROXY_CONTAINER ? options.hasIdentity?.(pod) : undefined;
    return told ?? connectivity.obstacle(pod, container.name) === undefined;
  };

  const tellAbout = (pod: KubeObject) => (told: Told) => {
    const list = told.container?.kind === 'main' ? 'containers' : 'initContainers';
    events.record(pod, {
      type: told.type,
      reason: told.reason,
      message: told.message,
      component: 'kubelet',
      host: pod.spec.nodeName,
      ...(told.container === undefined ? {} : { fieldPath: `spec.${list}{${told.container.spec.name}}` }),
    });
  };

  const behaviour = (pod: KubeObject) => (container: ContainerSpec) => {
    const alone = behaviourOf(pod, container, options.hasImage);
    const usual = inMesh(pod, container, alone, caches.pods, options.policies ?? (() => []));
    return options.alter?.(pod, container, usual) ?? usual;
  };

  const finish = async (pod: KubeObject, life: PodLife, key: string): Promise<void> => {
    if (life.stopping === undefined) {
      const running = life.containers.filter((each) => each.state === 'running');
      for (const container of running) {
        const message = `Stopping container ${container.spec.name}`;
        tellAbout(pod)({ type: 'Normal', reason: 'Killing', message, container });
      }
      const grace = Number(pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
      const needed = Math.max(0, ...running.map((each) => behaviour(pod)(each.spec).stopMs));
      life.stopping = { until: clock.moment(Math.min(needed, grace) * kubelet.pace) };
    }
    const left = -clock.elapsed(life.stopping.until);
    if (left > 0) {
      queue.addAfter(key, left);
      return;
    }
    try {
      await client.delete(caches.pods.ref(pod.metadata.namespace), pod.metadata.name, {
        gracePeriodSeconds: 0,
        ...(pod.metadata.uid === undefined ? {} : { uid: pod.metadata.uid }),
      });
    } catch (error) {
      if (!isStatus(error, 404, 409)) throw error;
    }
  };

  /** What was on a node that is gone is lost, and its owner may make a new one. */
  const removeLost = async (pod: KubeObject): Promise<void> => {
    try {
      await client.delete(caches.pods.ref(pod.metadata.namespace), pod.metadata.name, {
        gracePeriodSeconds: 0,
      });
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
    }
  };

  const report = async (pod: KubeObject, status: Record<string, unknown>): Promise<void> => {
    if (JSON.stringify(pod.status) === JSON.stringify(status)) return;
    const { namespace, name } = pod.metadata;
    try {
      // Merged, not replaced: an update would trip over every label that somebody puts on the pod.
      await client.patch(caches.pods.ref(namespace), name, 'merge', { status }, { subresource: 'status' });
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
    }
  };

  const reconcile = async (key: string): Promise<void> => {
    const { namespace, name } = splitKey(key);
    const pod = caches.pods.get(namespace, name);
    if (pod?.spec?.nodeName === undefined) return;
    const uid = pod.metadata.uid ?? '';
    let life = lives.get(uid);
    if (life === undefined) {
      const known = pod.status?.startTime !== undefined;
      life = known ? adoptLife(pod, clock.now()) : beginLife(pod, clock.now());
      lives.set(uid, life);
      if (life.ip !== undefined) keepAddress(life.ip);
    }
    if (pod.metadata.deletionTimestamp !== undefined) {
      await finish(pod, life, key);
      return;
    }
    if (isFinished(pod)) return;
    const node = caches.nodes.get(undefined, pod.spec.nodeName);
    if (node === undefined) {
      await removeLost(pod);
      return;
    }
    const onNode = images.get(pod.spec.nodeName) ?? new Set<string>();
    images.set(pod.spec.nodeName, onNode);
    const obstacle = life.containers.every((each) => each.startedAt === 0) ? obstacleOf(pod) : undefined;
    if (obstacle !== undefined) {
      tellAbout(pod)({ type: 'Warning', ...obstacle });
      await report(pod, podStatus(pod, life, clock.now(), internalIP(node)));
      queue.addAfter(key, OBSTACLE_MS);
      return;
    }
    life.ip ??= pod.spec.hostNetwork === true ? internalIP(node) : takeAddress(node);
    const wake = advance(pod, life, {
      clock,
      behaviour: behaviour(pod),
      mustPull: (image) => !onNode.has(image),
      pulled: (image) => onNode.add(image),
      connected: connected(pod),
      pace: kubelet.pace,
      tell: tellAbout(pod),
    });
    await report(pod, podStatus(pod, life, clock.now(), internalIP(node)));
    if (wake !== undefined) queue.addAfter(key, Math.max(-clock.elapsed(wake), 1));
  };

  const queue = control.queue('kubelet', reconcile, { workers: 16 });
  caches.pods.onChange((next, previous) => {
    if (next === undefined && previous !== undefined) {
      const life = lives.get(previous.metadata.uid ?? '');
      lives.delete(previous.metadata.uid ?? '');
      const ip = life?.ip;
      if (ip !== undefined) addresses.get(ip.slice(0, ip.lastIndexOf('.')))?.delete(ip);
      return;
    }
    if (next?.spec?.nodeName === undefined) return;
    // What the kubelet itself wrote is no reason to look again.
    const same =
      previous?.spec?.nodeName !== undefined &&
      previous.metadata.deletionTimestamp === next.metadata.deletionTimestamp &&
      previous.metadata.deletionGracePeriodSeconds === next.metadata.deletionGracePeriodSeconds &&
      JSON.stringify(previous.metadata.annotations) === JSON.stringify(next.metadata.annotations) &&
      JSON.stringify(previous.spec) === JSON.stringify(next.spec);
    if (!same) queue.add(keyOf(next));
  });
  caches.nodes.onChange((next, previous) => {
    if (next !== undefined || previous === undefined) return;
    for (const pod of caches.pods.list()) {
      if (pod.spec?.nodeName === previous.metadata.name) queue.addAfter(keyOf(pod), LOST_MS);
    }
  });
  const kubelet: Kubelet = {
    pace: 1,
    refresh: () => {
      for (const pod of caches.pods.list()) if (pod.spec?.nodeName !== undefined) queue.add(keyOf(pod));
    },
  };
  return kubelet;
}

function internalIP(node: KubeObject | undefined): string | undefined {
  const list = (node?.status?.addresses ?? []) as { type: string; address: string }[];
  return list.find((each) => each.type === 'InternalIP')?.address;
}
