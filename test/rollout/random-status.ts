/**
 * Workloads with random spec and status, for comparing what we say of a rollout with what `kubectl rollout status` says.
 * Statuses are such as an API server accepts; no controller may run there, or it would write its own.
 */
import type { WorkloadKind } from '../../src/rollout/model.ts';
import type { Json } from './objects.ts';
import type { Random } from './random.ts';

export interface RandomWorkload {
  readonly kind: WorkloadKind;
  readonly resource: 'deployments' | 'statefulsets' | 'daemonsets';
  /** To be created; its generation is the server's to give. */
  readonly object: Json;
  /** To be written to the subresource `status` then; it may lag behind the generation. */
  status(generation: number): Json;
}

const resources = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
} as const;

function observed(random: Random): (generation: number) => number {
  const lag = random.pick([0, 0, 0, 0, 0, 1, -1]);
  return (generation) => Math.max(generation - lag, 0);
}

/** Without the entries that are 0, now and then: the API leaves them out. */
const sparse = (random: Random, counts: Record<string, number>): Json =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0 || random.chance(0.5)));

/** Often all of it: rollouts that are done or nearly so would be rare otherwise. */
const mostly = (random: Random, most: number) => (random.chance(0.6) ? most : random.upTo(most));

function conditions(random: Random): Json[] {
  if (random.chance(0.2)) return [];
  const time = '2026-03-01T12:00:00Z';
  const reason = random.pick([
    'NewReplicaSetAvailable',
    'ReplicaSetUpdated',
    'NewReplicaSetCreated',
    'DeploymentPaused',
    'ProgressDeadlineExceeded',
    'ReplicaSetUpdated',
  ]);
  const status = random.pick(['True', 'False', 'Unknown']);
  return [
    { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: '' },
    { type: 'Progressing', status, reason, message: 'as it goes' },
  ].map((each) => ({ ...each, lastTransitionTime: time, lastUpdateTime: time }));
}

function deployment(random: Random, replicas: number): readonly [Json, (generation: number) => Json] {
  const at = observed(random);
  const all = random.chance(0.5) ? replicas : random.upTo(6);
  const ready = mostly(random, all);
  const status = {
    ...sparse(random, {
      replicas: all,
      updatedReplicas: mostly(random, all),
      readyReplicas: ready,
      availableReplicas: mostly(random, ready),
    }),
    conditions: conditions(random),
  };
  const spec = {
    replicas,
    ...(random.chance(0.1) ? { paused: true } : {}),
    strategy: random.pick([{ type: 'RollingUpdate' }, { type: 'Recreate' }]),
  };
  return [spec, (generation) => ({ ...status, observedGeneration: at(generation) })];
}

function statefulSet(random: Random, replicas: number): readonly [Json, (generation: number) => Json] {
  const at = observed(random);
  const all = random.chance(0.6) ? replicas : random.upTo(6);
  const ready = mostly(random, all);
  const status = {
    replicas: all,
    ...sparse(random, {
      readyReplicas: ready,
      updatedReplicas: mostly(random, all),
      currentReplicas: random.upTo(all),
      availableReplicas: mostly(random, ready),
    }),
    currentRevision: 'db-6f7b8c9d5f',
    updateRevision: random.pick(['db-6f7b8c9d5f', 'db-7c5d8f9b6d']),
  };
  const rolling = random.pick([{}, { rollingUpdate: { partition: random.upTo(6) } }]);
  const updateStrategy = random.chance(0.15) ? { type: 'OnDelete' } : { type: 'RollingUpdate', ...rolling };
  const spec = { replicas, serviceName: 'db', updateStrategy };
  return [spec, (generation) => ({ ...status, observedGeneration: at(generation) })];
}

function daemonSet(random: Random, desired: number): readonly [Json, (generation: number) => Json] {
  const at = observed(random);
  const status = {
    currentNumberScheduled: mostly(random, desired),
    numberMisscheduled: 0,
    desiredNumberScheduled: desired,
    numberReady: mostly(random, desired),
    ...sparse(random, {
      updatedNumberScheduled: mostly(random, desired),
      numberAvailable: mostly(random, desired),
    }),
  };
  const updateStrategy = { type: random.chance(0.15) ? 'OnDelete' : 'RollingUpdate' };
  return [{ updateStrategy }, (generation) => ({ ...status, observedGeneration: at(generation) })];
}

/** One workload with this name, of any of the three kinds. */
export function randomWorkload(random: Random, name: string): RandomWorkload {
  const kind = random.pick(['Deployment', 'StatefulSet', 'DaemonSet'] as const);
  const make = { Deployment: deployment, StatefulSet: statefulSet, DaemonSet: daemonSet }[kind];
  const [spec, status] = make(random, random.upTo(5));
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app:1' }] } };
  return {
    kind,
    resource: resources[kind],
    object: {
      apiVersion: 'apps/v1',
      kind,
      metadata: { name, labels },
      spec: { selector: { matchLabels: labels }, template, ...spec },
    },
    status,
  };
}
