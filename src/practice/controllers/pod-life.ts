import type { KubeObject } from '../kube-client.ts';
import type { ContainerSpec } from './behaviour.ts';

/** How a container's run ended. Times in milliseconds since the epoch. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly containerId: string;
}

/** What the kubelet keeps in mind of one container. */
export interface ContainerLife {
  readonly spec: ContainerSpec;
  readonly kind: 'init' | 'sidecar' | 'main';
  state: 'waiting' | 'pulling' | 'pull-failed' | 'misconfigured' | 'running' | 'backing-off' | 'ended';
  /** Since when it has been in this state, and when that is over. */
  since: number;
  until: number | undefined;
  waiting: { reason: string; message?: string };
  ready: boolean;
  /** A container that runs and is not ready: when its probe was last said to fail. */
  toldUnhealthy: boolean;
  startedAt: number;
  containerId: string;
  restarts: number;
  failures: number;
  last?: Ending;
  ending?: Ending;
}

/** What the kubelet keeps in mind of a pod. */
export interface PodLife {
  readonly uid: string;
  readonly startedAt: number;
  ip: string | undefined;
  readonly containers: ContainerLife[];
  /** Since when a condition has had its value. */
  readonly since: Map<string, { status: string; at: number }>;
  stopping: { until: number } | undefined;
}

/** The life of a pod that was just placed: nothing has happened yet. */
export function beginLife(pod: KubeObject, now: number): PodLife {
  const container = (spec: ContainerSpec, init: boolean): ContainerLife => ({
    spec,
    kind: init ? (spec.restartPolicy === 'Always' ? 'sidecar' : 'init') : 'main',
    state: 'waiting',
    since: now,
    until: undefined,
    waiting: { reason: init ? 'PodInitializing' : 'ContainerCreating' },
    ready: false,
    toldUnhealthy: false,
    startedAt: 0,
    containerId: '',
    restarts: 0,
    failures: 0,
  });
  const inits = (pod.spec.initContainers ?? []) as ContainerSpec[];
  const mains = (pod.spec.containers ?? []) as ContainerSpec[];
  return {
    uid: pod.metadata.uid ?? '',
    startedAt: now,
    ip: undefined,
    containers: [
      ...inits.map((each) => container(each, true)),
      ...mains.map((each) => container(each, false)),
    ],
    since: new Map(),
    stopping: undefined,
  };
}

/** Takes up the life of a pod that was running before this kubelet was. */
export function adoptLife(pod: KubeObject, now: number): PodLife {
  const life = beginLife(pod, Date.parse(pod.status.startTime ?? '') || now);
  life.ip = pod.status.podIP;
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  for (const container of life.containers) {
    const known = statuses.find((each) => each.name === container.spec.name);
    if (known === undefined) continue;
    container.restarts = known.restartCount ?? 0;
    container.ready = known.ready === true;
    container.containerId = known.containerID ?? '';
    if (known.state?.running !== undefined) {
      container.state = 'running';
      container.startedAt = Date.parse(known.state.running.startedAt) || now;
      container.since = container.startedAt;
    } else if (known.state?.terminated !== undefined) {
      const { exitCode, reason, startedAt, finishedAt, containerID } = known.state.terminated;
      container.state = 'ended';
      container.ending = {
        code: exitCode ?? 0,
        reason: reason ?? 'Completed',
        startedAt: Date.parse(startedAt) || now,
        finishedAt: Date.parse(finishedAt) || now,
        containerId: containerID ?? '',
      };
    }
  }
  for (const each of pod.status.conditions ?? []) {
    life.since.set(each.type, { status: each.status, at: Date.parse(each.lastTransitionTime) || now });
  }
  return life;
}

/** Whether what comes after this container may start. */
export const passed = (container: ContainerLife) =>
  container.kind === 'init'
    ? container.state === 'ended' && container.ending?.code === 0
    : container.state === 'running' && container.ready;

/** Whether the init containers are done, so that the pod's own can start. */
export const initialised = (life: PodLife): boolean =>
  life.containers.every(
    (each) => each.kind === 'main' || passed(each) || (each.kind === 'sidecar' && each.startedAt > 0),
  );
