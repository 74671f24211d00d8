import type { KubeObject } from '../kube-client.ts';
import { span } from './columns-format.ts';
import type { Json } from './json.ts';

const isSidecar = (container: Json) => container.restartPolicy === 'Always';

function ended(terminated: Json): string {
  if (terminated.reason) return terminated.reason;
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode ?? 0}`;
}

/** What holds a pod in its initialization, or undefined when it is past it. */
function initReason(pod: KubeObject): string | undefined {
  const containers: Json[] = pod.spec.initContainers ?? [];
  const statuses: Json[] = pod.status?.initContainerStatuses ?? [];
  for (const [index, { name, state = {}, started, ready }] of statuses.entries()) {
    const container = containers.find((each) => each.name === name) ?? {};
    if (state.terminated?.exitCode === 0) continue;
    if (isSidecar(container) && (started || ready)) continue;
    if (state.terminated) return `Init:${ended(state.terminated)}`;
    const reason = state.waiting?.reason;
    if (reason && reason !== 'PodInitializing') return `Init:${reason}`;
    return `Init:${index}/${containers.length}`;
  }
  return undefined;
}

function containerReason(pod: KubeObject, phase: string): string {
  let reason = phase;
  let running = false;
  for (const { state = {}, ready } of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    if (state.waiting?.reason) reason = state.waiting.reason;
    else if (state.terminated) reason = ended(state.terminated);
    else if (ready && state.running) running = true;
  }
  if (reason !== 'Completed' || !running) return reason;
  const isReady = (pod.status?.conditions ?? []).some(
    (each: Json) => each.type === 'Ready' && each.status === 'True',
  );
  return isReady ? 'Running' : 'NotReady';
}

/** The STATUS of a pod as kubectl words it, after the server's own printer. */
export function podStatus(pod: KubeObject): string {
  const phase = pod.status?.reason ?? pod.status?.phase ?? 'Unknown';
  const gated = (pod.status?.conditions ?? []).some((each: Json) => each.reason === 'SchedulingGated');
  if (pod.metadata.deletionTimestamp) return pod.status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  return initReason(pod) ?? containerReason(pod, gated ? 'SchedulingGated' : phase);
}

const counted = (pod: KubeObject): Json[] => {
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }: Json) => name));
  const initial = (pod.status?.initContainerStatuses ?? []).filter(({ name }: Json) => sidecars.has(name));
  return [...initial, ...(pod.status?.containerStatuses ?? [])];
};

/** `1/2`: ready containers of all, sidecars among them. */
export function podReady(pod: KubeObject): string {
  const total = pod.spec.containers.length + (pod.spec.initContainers ?? []).filter(isSidecar).length;
  return `${counted(pod).filter(({ ready }) => ready).length}/${total}`;
}

/** Restarts, with how long ago the last one was. */
export function podRestarts(pod: KubeObject, now: number): string {
  const statuses = initReason(pod) === undefined ? counted(pod) : (pod.status?.initContainerStatuses ?? []);
  const restarts = statuses.reduce((sum: number, { restartCount = 0 }: Json) => sum + restartCount, 0);
  const ends = statuses.map(({ lastState }: Json) => Date.parse(lastState?.terminated?.finishedAt ?? ''));
  const last = Math.max(...ends.filter((time: number) => !Number.isNaN(time)));
  return restarts > 0 && Number.isFinite(last) ? `${restarts} (${span(now - last)} ago)` : `${restarts}`;
}

/** How many of a pod's readiness gates are met, of how many. */
export function readinessGates(pod: KubeObject): string {
  const gates: Json[] = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const met = gates.filter(({ conditionType }) =>
    (pod.status?.conditions ?? []).some(
      (each: Json) => each.type === conditionType && each.status === 'True',
    ),
  );
  return `${met.length}/${gates.length}`;
}
