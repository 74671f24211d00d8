import { entry, type Json, record, records, text, textMap, time, whole, wholeOrNone } from './json.ts';
import type { Condition, WorkloadFacts, WorkloadKind } from './model.ts';

/** `metadata.annotations` of a Deployment with the number of its revision; its ReplicaSets have it too. */
export const REVISION = 'deployment.kubernetes.io/revision';
export const INJECT = 'linkerd.io/inject';
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** Conditions of a status, of whatever kind. */
export const readConditions = (value: unknown): readonly Condition[] =>
  records(value).map((each) => ({
    type: text(each.type),
    status: text(each.status),
    reason: text(each.reason),
    message: text(each.message),
    changedAt: time(each.lastTransitionTime),
    updatedAt: time(each.lastUpdateTime),
  }));

/** The owner that controls an object: its reference with `controller: true`. */
export function controllerOf(metadata: Json): { readonly kind: string; readonly uid: string } {
  const owner = records(metadata.ownerReferences).find((each) => each.controller === true);
  return { kind: text(owner?.kind), uid: text(owner?.uid) };
}

function workloadKind(kind: string): WorkloadKind | undefined {
  return kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet' ? kind : undefined;
}

/** How many of its pods a status counts in each way: each kind has its own fields for it. */
function counts(kind: WorkloadKind, status: Json) {
  const daemon = kind === 'DaemonSet';
  return {
    replicas: whole(daemon ? status.currentNumberScheduled : status.replicas),
    updated: whole(daemon ? status.updatedNumberScheduled : status.updatedReplicas),
    ready: whole(daemon ? status.numberReady : status.readyReplicas),
    available: whole(daemon ? status.numberAvailable : status.availableReplicas),
  };
}

function strategyOf(kind: WorkloadKind, spec: Json) {
  const strategy = record(kind === 'Deployment' ? spec.strategy : spec.updateStrategy);
  const hasRollingUpdate = typeof strategy.rollingUpdate === 'object' && strategy.rollingUpdate !== null;
  const { maxUnavailable, partition } = record(strategy.rollingUpdate);
  return {
    strategy: text(strategy.type),
    hasRollingUpdate,
    partition: kind === 'StatefulSet' ? wholeOrNone(partition) : undefined,
    maxUnavailable: typeof maxUnavailable === 'string' ? text(maxUnavailable) : wholeOrNone(maxUnavailable),
  };
}

/**
 * What a Deployment, StatefulSet or DaemonSet says of itself; undefined for any other object, or one without a name.
 * `kind` is for items of a list, which do not carry their own.
 */
export function readWorkload(object: unknown, kind?: WorkloadKind): WorkloadFacts | undefined {
  const source = record(object);
  const metadata = record(source.metadata);
  const known = kind ?? workloadKind(text(source.kind));
  const name = text(metadata.name);
  if (known === undefined || name === '') return undefined;
  const [spec, status] = [record(source.spec), record(source.status)];
  const template = record(record(spec.template).metadata).annotations;
  return {
    kind: known,
    namespace: text(metadata.namespace),
    name,
    uid: text(metadata.uid),
    generation: whole(metadata.generation),
    observedGeneration: whole(status.observedGeneration),
    createdAt: time(metadata.creationTimestamp) ?? 0,
    deletedAt: time(metadata.deletionTimestamp),
    desired: known === 'DaemonSet' ? whole(status.desiredNumberScheduled) : (wholeOrNone(spec.replicas) ?? 1),
    paused: spec.paused === true,
    ...strategyOf(known, spec),
    podManagement: known === 'StatefulSet' ? text(spec.podManagementPolicy) || 'OrderedReady' : '',
    minReadySeconds: whole(spec.minReadySeconds),
    progressDeadlineSeconds:
      known === 'Deployment' ? deadline(wholeOrNone(spec.progressDeadlineSeconds)) : undefined,
    revision: entry(metadata.annotations, REVISION),
    ...counts(known, status),
    current: whole(status.currentReplicas),
    terminating: wholeOrNone(status.terminatingReplicas),
    currentRevision: text(status.currentRevision),
    updateRevision: text(status.updateRevision),
    conditions: readConditions(status.conditions),
    selector: textMap(record(spec.selector).matchLabels),
    inject: entry(template, INJECT),
    restartedAt: entry(template, RESTARTED_AT),
  };
}

/** The largest 32-bit number stands for no deadline (Kubernetes `pkg/controller/deployment/util`, HasProgressDeadline). */
const deadline = (seconds: number | undefined) => (seconds === 2_147_483_647 ? undefined : seconds);
