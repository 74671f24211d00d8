import type { KubeObject } from '../kube-client.ts';
import { type ImageCatalogue, notFoundMessage } from './images.ts';

/** How one container of one pod will fare. Times are of the cluster, in milliseconds. */
export interface Behaviour {
  /** Why its image cannot be pulled. */
  readonly pullError?: string;
  /** Why the container cannot be made of its configuration. */
  readonly configError?: string;
  readonly pullMs: number;
  /** From its start to its first ready answer; `never` for one that does not become ready. */
  readonly readyMs: number | 'never';
  /** What an HTTP probe is answered while it is not ready: 503 unless told. */
  readonly probeStatus?: number;
  /** It ends by itself after a while. */
  readonly exit?: { readonly afterMs: number; readonly code: number; readonly reason?: string };
  /** From the request to stop to its end; never longer than the pod's grace period. */
  readonly stopMs: number;
}

/** A container of a pod's spec. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly restartPolicy?: string;
  readonly [key: string]: unknown;
}

/** What can be asked of a pod by annotation, for drills and for curiosity. */
const ANNOTATIONS = {
  /** `web`, `web=137` or `web=1:30`: the container ends with that code, so many seconds after its start. */
  crash: 'practice.handrail.dev/crash',
  /** Containers, separated by commas, that never become ready. */
  notReady: 'practice.handrail.dev/not-ready',
  /** Containers, separated by commas, whose Secret is missing: `CreateContainerConfigError`. */
  configError: 'practice.handrail.dev/config-error',
  /** A volume that cannot be mounted. */
  mountError: 'practice.handrail.dev/mount-error',
  /** What the network plugin says of why it cannot set up the pod's network. */
  sandboxError: 'practice.handrail.dev/sandbox-error',
  /** How many seconds the container of a Job takes. */
  runSeconds: 'practice.handrail.dev/run-seconds',
  /** Seconds from the request to stop to the end. */
  stopSeconds: 'practice.handrail.dev/stop-seconds',
} as const;

const SERVED = new Set(['Always', undefined]);

function crashOf(pod: KubeObject, name: string): Behaviour['exit'] {
  const wish = pod.metadata.annotations?.[ANNOTATIONS.crash] ?? '';
  for (const part of wish.split(',')) {
    const match = /^\s*([a-z0-9-]+)(?:=(\d+)(?::(\d+))?)?\s*$/.exec(part);
    if (match?.[1] !== name) continue;
    const code = Number(match[2] ?? 1);
    const afterMs = Number(match[3] ?? 2) * 1000;
    return { afterMs, code, ...(code === 137 ? { reason: 'OOMKilled' } : {}) };
  }
  return undefined;
}

/** From 0 to 1, the same for the same text: no two pods take equally long, and none changes its mind. */
function share(text: string): number {
  let hash = 2166136261;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 16777619);
  }
  return (hash >>> 0) / 2 ** 32;
}

/** What a healthy cluster does with a container, and what the pod's annotations ask for. */
export function behaviourOf(pod: KubeObject, container: ContainerSpec, hasImage: ImageCatalogue): Behaviour {
  const chance = share(`${pod.metadata.uid}/${container.name}`);
  const init = (pod.spec.initContainers ?? []).some((each: ContainerSpec) => each.name === container.name);
  const sidecar = init && container.restartPolicy === 'Always';
  const annotations = pod.metadata.annotations ?? {};
  const proxy = container.name === 'linkerd-proxy';
  const probe = (container.readinessProbe ?? container.startupProbe) as
    | { initialDelaySeconds?: number; periodSeconds?: number }
    | undefined;
  const listed = (text: string | undefined) => (text ?? '').split(',').map((each) => each.trim());
  const never = listed(annotations[ANNOTATIONS.notReady]);
  const misconfigured = listed(annotations[ANNOTATIONS.configError]).includes(container.name);
  const warmUp = proxy
    ? 1500
    : probe === undefined
      ? 0
      : (probe.initialDelaySeconds ?? 0) * 1000 + 1000 + chance * 3000;
  const job = !SERVED.has(pod.spec.restartPolicy);
  const ending =
    crashOf(pod, container.name) ??
    (init && !sidecar
      ? { afterMs: 400 + chance * 600, code: 0 }
      : job && !proxy
        ? { afterMs: Number(annotations[ANNOTATIONS.runSeconds] ?? 5) * 1000, code: 0 }
        : undefined);
  const stop = annotations[ANNOTATIONS.stopSeconds];
  return {
    ...(hasImage(container.image) ? {} : { pullError: notFoundMessage(container.image) }),
    ...(misconfigured ? { configError: `secret "${container.name}" not found` } : {}),
    pullMs: 800 + chance * 2200,
    readyMs: never.includes(container.name) ? 'never' : warmUp,
    ...(ending === undefined ? {} : { exit: ending }),
    stopMs: stop === undefined ? 800 + chance * 1500 : Number(stop) * 1000,
  };
}

/** What keeps all containers of a pod from being made, as the kubelet words it in an event; undefined where nothing does. */
export function obstacleOf(
  pod: KubeObject,
): { readonly reason: string; readonly message: string } | undefined {
  const { [ANNOTATIONS.mountError]: volume, [ANNOTATIONS.sandboxError]: network } =
    pod.metadata.annotations ?? {};
  if (volume !== undefined) {
    const message = `MountVolume.SetUp failed for volume "${volume}" : secret "${volume}" not found`;
    return { reason: 'FailedMount', message };
  }
  if (network === undefined) return undefined;
  const sandbox = String(pod.metadata.uid).replaceAll('-', '');
  const message = `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${sandbox}": ${network}`;
  return { reason: 'FailedCreatePodSandBox', message };
}
