import { createHash } from 'node:crypto';
import { timestamp } from '../clock.ts';
import type { KubeObject } from '../kube-client.ts';
import { type ContainerLife, type Ending, initialised, type PodLife } from './pod-life.ts';

const terminated = (ending: Ending) => ({
  exitCode: ending.code,
  reason: ending.reason,
  startedAt: timestamp(ending.startedAt),
  finishedAt: timestamp(ending.finishedAt),
  containerID: ending.containerId,
});

function stateOf(container: ContainerLife, ready: boolean): Record<string, unknown> {
  if (container.state === 'running') return { running: { startedAt: timestamp(container.startedAt) } };
  if (container.state === 'ended' && container.ending !== undefined) {
    return { terminated: terminated(container.ending) };
  }
  const initialising = container.kind === 'main' && !ready && container.restarts === 0;
  const waiting = container.waiting.reason === 'ContainerCreating' && initialising;
  return { waiting: waiting ? { reason: 'PodInitializing' } : container.waiting };
}

function containerStatus(container: ContainerLife, afterInit: boolean): Record<string, unknown> {
  const { name, image } = container.spec;
  const ran = container.containerId !== '';
  const done = container.kind === 'init' && container.ending?.code === 0;
  return {
    name,
    image,
    imageID: ran
      ? `${image.replace(/:[^/:]*$/, '')}@sha256:${createHash('sha256').update(image).digest('hex')}`
      : '',
    ...(ran ? { containerID: container.containerId } : {}),
    ready: container.ready || done,
    started: container.state === 'running' && container.kind !== 'init',
    restartCount: container.restarts,
    state: stateOf(container, afterInit),
    lastState: container.last === undefined ? {} : { terminated: terminated(container.last) },
  };
}

/** The phase that a pod's containers add up to. */
function phaseOf(pod: KubeObject, life: PodLife): string {
  const mains = life.containers.filter((each) => each.kind === 'main');
  const policy = pod.spec.restartPolicy ?? 'Always';
  const failedInit = life.containers.find((each) => each.kind === 'init' && (each.ending?.code ?? 0) !== 0);
  if (failedInit !== undefined && policy === 'Never') return 'Failed';
  if (mains.length > 0 && mains.every((each) => each.state === 'ended' && each.ending !== undefined)) {
    return mains.some((each) => each.ending?.code !== 0) ? 'Failed' : 'Succeeded';
  }
  return mains.some((each) => each.containerId !== '') ? 'Running' : 'Pending';
}

/** The status that the kubelet writes for a pod at this point of its life. */
export function podStatus(
  pod: KubeObject,
  life: PodLife,
  now: number,
  hostIP: string | undefined,
): Record<string, unknown> {
  const inits = life.containers.filter((each) => each.kind !== 'main');
  const mains = life.containers.filter((each) => each.kind === 'main');
  const phase = phaseOf(pod, life);
  const finished = phase === 'Succeeded' || phase === 'Failed';
  const initDone = initialised(life);
  const counted = [...inits.filter((each) => each.kind === 'sidecar'), ...mains];
  const unready = counted.filter((each) => !each.ready).map((each) => each.spec.name);
  const incomplete = inits.filter((each) => each.kind === 'init' && each.ending?.code !== 0);
  const ready = unready.length === 0 && initDone && !finished;

  const condition = (type: string, status: boolean, reason?: string, message?: string) => {
    const value = status ? 'True' : 'False';
    const known = life.since.get(type);
    const at = known?.status === value ? known.at : now;
    life.since.set(type, { status: value, at });
    return {
      type,
      status: value,
      lastProbeTime: null,
      lastTransitionTime: timestamp(at),
      ...(status || reason === undefined ? {} : { reason }),
      ...(status || message === undefined ? {} : { message }),
    };
  };
  const names = `containers with unready status: [${unready.join(' ')}]`;
  const why = finished ? 'PodCompleted' : 'ContainersNotReady';
  return {
    phase,
    conditions: [
      condition('PodReadyToStartContainers', life.ip !== undefined && !finished),
      condition(
        'Initialized',
        initDone,
        'ContainersNotInitialized',
        `containers with incomplete status: [${incomplete.map((each) => each.spec.name).join(' ')}]`,
      ),
      condition('Ready', ready, why, finished ? undefined : names),
      condition('ContainersReady', ready, why, finished ? undefined : names),
      condition('PodScheduled', true),
    ],
    ...(hostIP === undefined ? {} : { hostIP, hostIPs: [{ ip: hostIP }] }),
    ...(life.ip === undefined ? {} : { podIP: life.ip, podIPs: [{ ip: life.ip }] }),
    startTime: timestamp(life.startedAt),
    ...(inits.length === 0
      ? {}
      : { initContainerStatuses: inits.map((each) => containerStatus(each, initDone)) }),
    containerStatuses: mains.map((each) => containerStatus(each, initDone && inits.length === 0)),
    qosClass: qosOf(pod),
  };
}

function qosOf(pod: KubeObject): string {
  const containers = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])];
  const asks = (each: KubeObject['spec']) =>
    Object.keys({ ...each.resources?.requests, ...each.resources?.limits }).length > 0;
  return containers.some(asks) ? 'Burstable' : 'BestEffort';
}
