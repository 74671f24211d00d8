/** Pods in random states, for comparing our words for them with the STATUS column of a server. */
import type { Json } from './objects.ts';
import type { Random } from './random.ts';

export interface RandomPod {
  readonly object: Json;
  /** To be written to the subresource `status`. */
  readonly status: Json;
}

const TIME = '2026-03-01T12:00:00Z';
const waitingReasons = ['', 'ContainerCreating', 'PodInitializing', 'CrashLoopBackOff', 'ImagePullBackOff'];

function ended(random: Random): Json {
  return {
    exitCode: random.pick([0, 0, 1, 137]),
    ...(random.chance(0.3) ? { signal: 9 } : {}),
    ...random.pick([{}, { reason: 'Error' }, { reason: 'Completed' }, { reason: 'OOMKilled' }]),
    startedAt: TIME,
    finishedAt: TIME,
    containerID: 'containerd://a1',
  };
}

function state(random: Random): Json {
  const reason = random.pick(waitingReasons);
  return random.pick<Json>([
    { running: { startedAt: TIME } },
    { running: { startedAt: TIME } },
    { terminated: ended(random) },
    { waiting: reason === '' ? {} : { reason, message: 'as it is' } },
  ]);
}

const containerStatus = (random: Random, name: string): Json => ({
  name,
  image: 'app:1',
  imageID: '',
  ready: random.chance(0.6),
  ...(random.chance(0.8) ? { started: random.chance(0.6) } : {}),
  restartCount: random.upTo(3),
  state: state(random),
  lastState: random.chance(0.3) ? { terminated: ended(random) } : {},
});

const condition = (random: Random, type: string): Json => ({
  type,
  status: random.pick(['True', 'False', 'Unknown']),
  lastTransitionTime: TIME,
  lastProbeTime: null,
});

/** A pod with up to two init containers, native sidecars among them, and two others; the kubelet may have reported none of them. */
export function randomPod(random: Random, name: string): RandomPod {
  const init = Array.from({ length: random.upTo(2) }, (_, index) => ({
    name: `init${index}`,
    image: 'app:1',
    ...(random.chance(0.5) ? { restartPolicy: 'Always' } : {}),
  }));
  const main = Array.from({ length: 1 + random.upTo(1) }, (_, index) => ({
    name: `main${index}`,
    image: 'app:1',
  }));
  const statuses = (containers: readonly { name: string }[]) =>
    containers.map((each) => containerStatus(random, each.name));
  const gated = random.chance(0.1);
  const scheduled = { ...condition(random, 'PodScheduled'), ...(gated ? { reason: 'SchedulingGated' } : {}) };
  const reported = random.chance(0.9);
  return {
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: 'random' } },
      spec: { containers: main, ...(init.length === 0 ? {} : { initContainers: init }) },
    },
    status: {
      phase: random.pick(['Pending', 'Running', 'Running', 'Succeeded', 'Failed', 'Unknown']),
      ...(random.chance(0.1) ? { reason: random.pick(['Evicted', 'NodeLost']) } : {}),
      conditions: [condition(random, 'Initialized'), condition(random, 'Ready'), scheduled],
      ...(reported ? { initContainerStatuses: statuses(init), containerStatuses: statuses(main) } : {}),
    },
  };
}
