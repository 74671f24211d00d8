import { entry, type Json, record, records, text, textMap, texts, time, whole } from './json.ts';
import type { ContainerFacts, PodFacts } from './model.ts';
import { controllerOf, INJECT, readConditions } from './read-workload.ts';

/** The label that a pod with a proxy carries (linkerd2 `pkg/k8s/labels.go`, ControllerNSLabel). */
export const MESH_LABEL = 'linkerd.io/control-plane-ns';
const PROXY_VERSION = 'linkerd.io/proxy-version';

function ending(value: unknown) {
  const ended = record(value);
  return {
    reason: text(ended.reason),
    exitCode: whole(ended.exitCode),
    message: text(ended.message),
    finishedAt: time(ended.finishedAt),
  };
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null;

function stateOf(value: unknown): ContainerFacts['state'] {
  const state = record(value);
  if (isObject(state.terminated))
    return {
      type: 'terminated',
      ...ending(state.terminated),
      signal: whole(record(state.terminated).signal),
    };
  if (isObject(state.running)) return { type: 'running', startedAt: time(record(state.running).startedAt) };
  const waiting = record(state.waiting);
  return { type: 'waiting', reason: text(waiting.reason), message: text(waiting.message) };
}

/** Containers in the order of their statuses, which is the order the STATUS column goes by; then those without one. */
function readContainers(specs: unknown, statuses: unknown, init: boolean): readonly ContainerFacts[] {
  const byName = new Map(records(specs).map((each) => [text(each.name), each]));
  const reported = records(statuses).map((status) => {
    const name = text(status.name);
    const spec = byName.get(name);
    byName.delete(name);
    return readContainer(name, spec, status, init);
  });
  return [...reported, ...[...byName].map(([name, spec]) => readContainer(name, spec, undefined, init))];
}

function readContainer(
  name: string,
  spec: Json | undefined,
  reported: Json | undefined,
  init: boolean,
): ContainerFacts {
  const status = reported ?? {};
  const last = record(status.lastState).terminated;
  return {
    name,
    // A native sidecar: an init container that keeps running (KEP-753).
    role: init ? (spec?.restartPolicy === 'Always' ? 'sidecar' : 'init') : 'main',
    image: text(spec?.image) || text(status.image),
    reported: reported !== undefined,
    ready: status.ready === true,
    started: status.started === true,
    restarts: whole(status.restartCount),
    state: stateOf(status.state),
    last: isObject(last) ? ending(last) : undefined,
    initialDelaySeconds: whole(record(spec?.readinessProbe).initialDelaySeconds),
  };
}

/** What a pod says of itself; undefined for an object without a name. */
export function readPod(object: unknown): PodFacts | undefined {
  const source = record(object);
  const metadata = record(source.metadata);
  const name = text(metadata.name);
  if (name === '') return undefined;
  const [spec, status] = [record(source.spec), record(source.status)];
  const owner = controllerOf(metadata);
  const labels = textMap(metadata.labels);
  const conditions = readConditions(status.conditions);
  const ready = conditions.find((each) => each.type === 'Ready' && each.status === 'True');
  return {
    namespace: text(metadata.namespace),
    name,
    uid: text(metadata.uid),
    ownerUid: owner.uid,
    ownerKind: owner.kind,
    createdAt: time(metadata.creationTimestamp) ?? 0,
    deletedAt: time(metadata.deletionTimestamp),
    graceSeconds: whole(metadata.deletionGracePeriodSeconds),
    finalizers: texts(metadata.finalizers),
    hash: entry(labels, 'pod-template-hash') || entry(labels, 'controller-revision-hash'),
    labels,
    phase: text(status.phase),
    reason: text(status.reason),
    message: text(status.message),
    node: text(spec.nodeName),
    hostNetwork: spec.hostNetwork === true,
    ip: text(status.podIP),
    ready: ready !== undefined,
    readySince: ready?.changedAt,
    conditions,
    containers: [
      ...readContainers(spec.initContainers, status.initContainerStatuses, true),
      ...readContainers(spec.containers, status.containerStatuses, false),
    ],
    meshed: entry(labels, MESH_LABEL) !== '',
    proxyVersion: entry(metadata.annotations, PROXY_VERSION),
    inject: entry(metadata.annotations, INJECT),
  };
}
