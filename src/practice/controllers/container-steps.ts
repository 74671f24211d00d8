import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { KubeObject } from '../kube-client.ts';
import type { Behaviour, ContainerSpec } from './behaviour.ts';
import type { ContainerLife } from './pod-life.ts';

/** An event that a step gives rise to. */
export interface Told {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly container?: ContainerLife;
}

/** What a step of a container's life needs to know from outside. */
export interface Surroundings {
  readonly clock: Clock;
  readonly behaviour: (container: ContainerSpec) => Behaviour;
  /** True the first time that a node sees an image. */
  readonly mustPull: (image: string) => boolean;
  readonly pulled: (image: string) => void;
  /** False while it cannot reach what it needs to become ready. */
  readonly connected: (container: ContainerSpec) => boolean;
  /** 0 makes everything happen at once. */
  readonly pace: number;
  readonly tell: (told: Told) => void;
}

const PULL_BACKOFF = { first: 10_000, last: 300_000 };
const PROBE_MS = 2_000;

/** Lets one container take as many steps as are due. Gives the moment at which it goes on; undefined when nothing is due to it. */
export function stepContainer(
  pod: KubeObject,
  container: ContainerLife,
  world: Surroundings,
): number | undefined {
  const { clock } = world;
  for (let guard = 0; guard < 20; guard += 1) {
    if (container.until !== undefined && container.until > clock.now()) return container.until;
    const before = container.state;
    const wasReady = container.ready;
    move(pod, container, world);
    if (container.state === before && container.ready === wasReady) return container.until;
  }
  return clock.moment(1000);
}

const wait = (container: ContainerLife, world: Surroundings, ms: number) => {
  container.until = world.pace === 0 ? world.clock.now() : world.clock.moment(ms * world.pace);
};

function enter(container: ContainerLife, world: Surroundings, state: ContainerLife['state']): void {
  container.state = state;
  container.since = world.clock.now();
  container.until = undefined;
}

function move(pod: KubeObject, container: ContainerLife, world: Surroundings): void {
  const { image, name } = container.spec;
  const behaviour = world.behaviour(container.spec);
  const tell = (type: Told['type'], reason: string, message: string) =>
    world.tell({ type, reason, message, container });
  switch (container.state) {
    case 'waiting':
      if (world.mustPull(image) || behaviour.pullError !== undefined) {
        enter(container, world, 'pulling');
        wait(container, world, behaviour.pullMs);
        tell('Normal', 'Pulling', `Pulling image "${image}"`);
      } else {
        tell('Normal', 'Pulled', `Container image "${image}" already present on machine`);
        start(container, world, behaviour, tell);
      }
      return;
    case 'pulling':
      if (behaviour.pullError === undefined) {
        const took = `${Math.max(world.clock.elapsed(container.since) / 1000, 0.1).toFixed(3)}s`;
        const size =
          9_000_000 + (createHash('sha256').update(image).digest().readUInt16BE(0) % 60_000) * 1000;
        world.pulled(image);
        tell(
          'Normal',
          'Pulled',
          `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${size} bytes.`,
        );
        start(container, world, behaviour, tell);
        return;
      }
      enter(container, world, 'pull-failed');
      container.failures += 1;
      container.waiting = { reason: 'ErrImagePull', message: behaviour.pullError };
      tell('Warning', 'Failed', `Failed to pull image "${image}": ${behaviour.pullError}`);
      tell('Warning', 'Failed', 'Error: ErrImagePull');
      wait(container, world, 1000);
      return;
    case 'pull-failed':
      if (behaviour.pullError !== undefined && container.waiting.reason === 'ErrImagePull') {
        const message = `Back-off pulling image "${image}": ErrImagePull: ${behaviour.pullError}`;
        container.waiting = { reason: 'ImagePullBackOff', message };
        tell('Normal', 'BackOff', `Back-off pulling image "${image}"`);
        tell('Warning', 'Failed', 'Error: ImagePullBackOff');
        const backOff = Math.min(PULL_BACKOFF.first * 2 ** (container.failures - 1), PULL_BACKOFF.last);
        container.until = world.clock.moment(backOff);
        return;
      }
      enter(container, world, 'waiting');
      return;
    case 'misconfigured':
      if (behaviour.configError === undefined) start(container, world, behaviour, tell);
      else container.until = world.clock.moment(PROBE_MS);
      return;
    case 'running':
      if (
        behaviour.exit !== undefined &&
        world.clock.elapsed(container.startedAt) >= behaviour.exit.afterMs * world.pace
      ) {
        end(container, world, behaviour.exit);
        return;
      }
      probe(container, world, behaviour, tell);
      if (behaviour.exit !== undefined) {
        const left = behaviour.exit.afterMs * world.pace - world.clock.elapsed(container.startedAt);
        const at = world.clock.moment(Math.max(left, 0));
        container.until = Math.min(container.until ?? at, at);
      }
      return;
    case 'ended':
      restart(pod, container, world, tell);
      return;
    case 'backing-off':
      container.restarts += 1;
      tell('Normal', 'Pulled', `Container image "${image}" already present on machine`);
      start(container, world, behaviour, tell);
      return;
  }
  throw new Error(`container ${name} is in no known state`);
}

type Tell = (type: Told['type'], reason: string, message: string) => void;

function start(container: ContainerLife, world: Surroundings, behaviour: Behaviour, tell: Tell): void {
  if (behaviour.configError !== undefined) {
    enter(container, world, 'misconfigured');
    container.waiting = { reason: 'CreateContainerConfigError', message: behaviour.configError };
    tell('Warning', 'Failed', `Error: ${behaviour.configError}`);
    container.until = world.clock.moment(PROBE_MS);
    return;
  }
  enter(container, world, 'running');
  container.startedAt = world.clock.now();
  container.containerId = `containerd://${randomBytes(32).toString('hex')}`;
  container.ready = false;
  container.toldUnhealthy = false;
  tell('Normal', 'Created', `Created container: ${container.spec.name}`);
  tell('Normal', 'Started', `Started container ${container.spec.name}`);
  if (container.kind === 'init' || behaviour.readyMs === 0) container.ready = container.kind !== 'init';
  else if (behaviour.readyMs !== 'never') wait(container, world, behaviour.readyMs);
  else wait(container, world, PROBE_MS);
}

function probe(container: ContainerLife, world: Surroundings, behaviour: Behaviour, tell: Tell): void {
  container.until = undefined;
  if (container.ready || container.kind === 'init') return;
  if (behaviour.readyMs !== 'never' && world.connected(container.spec)) {
    container.ready = true;
    return;
  }
  if (!container.toldUnhealthy) {
    container.toldUnhealthy = true;
    const status = behaviour.probeStatus ?? 503;
    tell('Warning', 'Unhealthy', `Readiness probe failed: HTTP probe failed with statuscode: ${status}`);
  }
  container.until = world.clock.moment(PROBE_MS);
}

function end(container: ContainerLife, world: Surroundings, exit: NonNullable<Behaviour['exit']>): void {
  container.ending = {
    code: exit.code,
    reason: exit.reason ?? (exit.code === 0 ? 'Completed' : 'Error'),
    startedAt: container.startedAt,
    finishedAt: world.clock.now(),
    containerId: container.containerId,
  };
  container.ready = false;
  enter(container, world, 'ended');
}

function restart(pod: KubeObject, container: ContainerLife, world: Surroundings, tell: Tell): void {
  const ending = container.ending;
  if (ending === undefined) return;
  const policy = container.kind === 'sidecar' ? 'Always' : (pod.spec.restartPolicy ?? 'Always');
  const again =
    container.kind === 'init'
      ? ending.code !== 0 && policy !== 'Never'
      : policy === 'Always' || (policy === 'OnFailure' && ending.code !== 0);
  if (!again) return;
  container.last = ending;
  delete container.ending;
  const backOff = Math.min(PULL_BACKOFF.first * 2 ** container.failures, PULL_BACKOFF.last);
  container.failures += 1;
  const { namespace, name, uid } = pod.metadata;
  const where = `${name}_${namespace}(${uid})`;
  enter(container, world, 'backing-off');
  // The first restart comes at once, the next ones after longer and longer waits.
  if (container.failures === 1) {
    container.until = world.clock.now();
    return;
  }
  const seconds = Math.round(backOff / 2000);
  container.until = world.clock.moment(backOff / 2);
  const limit = seconds >= 60 ? `${Math.floor(seconds / 60)}m${seconds % 60}s` : `${seconds}s`;
  container.waiting = {
    reason: 'CrashLoopBackOff',
    message: `back-off ${limit} restarting failed container=${container.spec.name} pod=${where}`,
  };
  tell('Warning', 'BackOff', `Back-off restarting failed container ${container.spec.name} in pod ${where}`);
}
