/** Pods that have a proxy, by the workload that they belong to: findings are about workloads, not about their pods. */
import { ownerOf } from '../data-plane/owner.ts';
import { PROXY_CONTAINER } from '../linkerd/proxy.ts';
import { lineOf } from '../linkerd/version-order.ts';
import { entry, type Json, record, records, text } from '../rollout/json.ts';
import { MESH_LABEL } from '../rollout/read-pod.ts';
import type { Evidence, Subject } from './finding.ts';
import type { SnapshotObject } from './snapshot.ts';
import type { ControlPlane, View } from './view.ts';

/** `Server shop/api`; the kind alone with the name for what has no namespace. */
export const refOf = ({ kind, metadata: { namespace, name } }: SnapshotObject): string =>
  `${text(kind)} ${namespace === undefined ? '' : `${text(namespace)}/`}${text(name)}`;

/** An object as a finding is about it. */
export const subjectOf = ({ kind, metadata: { namespace, name } }: SnapshotObject): Subject => ({
  kind: text(kind),
  ...(namespace === undefined ? {} : { namespace: text(namespace) }),
  name: text(name),
});

/** A value in an object, as evidence. */
export const fieldOf = (
  object: SnapshotObject,
  path: string,
  value: string,
  expected?: string,
): Evidence => ({
  kind: 'field',
  ref: refOf(object),
  path,
  value,
  ...(expected === undefined ? {} : { expected }),
});

/** `metadata.annotations["linkerd.io/inject"]` */
export const annotationPath = (key: string): string => `metadata.annotations["${key}"]`;

/** The workload of a pod. */
export function workloadOfPod(pod: SnapshotObject): Subject {
  const owner = ownerOf(pod.metadata);
  return { kind: owner.kind, namespace: text(pod.metadata.namespace), name: text(owner.name) };
}

/** Pods with the workload that they belong to, in the order in which workloads come first. */
export function byWorkload(
  pods: readonly SnapshotObject[],
): readonly { readonly subject: Subject; readonly pods: readonly SnapshotObject[] }[] {
  const groups = new Map<string, { subject: Subject; pods: SnapshotObject[] }>();
  for (const pod of pods) {
    const subject = workloadOfPod(pod);
    const key = `${subject.namespace}/${subject.kind}/${subject.name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { subject, pods: [pod] });
    else group.pods.push(pod);
  }
  return [...groups.values()];
}

/** Pods with a proxy that are neither over nor about to go. */
export const meshedPods = (view: View): readonly SnapshotObject[] =>
  view
    .objects('pods')
    .filter(
      ({ metadata, status }) =>
        entry(metadata.labels, MESH_LABEL) !== '' &&
        metadata.deletionTimestamp === undefined &&
        !['Succeeded', 'Failed'].includes(text(record(status).phase)),
    );

/** The proxy of a pod; `native` where it is an init container that keeps running. */
export function proxyOf(
  pod: SnapshotObject,
): { readonly container: Json; readonly native: boolean } | undefined {
  const spec = record(pod.spec);
  const named = (list: unknown) => records(list).find(({ name }) => name === PROXY_CONTAINER);
  const native = named(spec.initContainers);
  if (native !== undefined) return { container: native, native: true };
  const container = named(spec.containers);
  return container === undefined ? undefined : { container, native: false };
}

/** The control plane that a pod's proxy belongs to, as far as one was found. */
export const planeOf = (view: View, pod: SnapshotObject): ControlPlane | undefined => {
  const namespace = entry(pod.metadata.labels, MESH_LABEL);
  return view.controlPlanes.find((plane) => plane.namespace === namespace);
};

/** The N of 2.N of a pod's proxy, or undefined where it is not known. */
export const proxyLine = (pod: SnapshotObject): number | undefined =>
  lineOf(entry(pod.metadata.annotations, 'linkerd.io/proxy-version').split('@')[0] ?? '');

/** The N of 2.N that is upgraded to, where a walk or the operator says so. */
export const targetLine = ({ snapshot }: View): number | undefined => lineOf(snapshot.walk?.target ?? '');

/** Lines of a container's log, that of the run before it too, in which the pattern is. */
export const logLines = (
  view: View,
  pod: SnapshotObject,
  container: string,
  pattern: RegExp,
): readonly Evidence[] =>
  view.snapshot.logs.state !== 'read'
    ? []
    : view.snapshot.logs.value
        .filter(
          (log) =>
            log.container === container &&
            log.pod === pod.metadata.name &&
            log.namespace === pod.metadata.namespace,
        )
        .flatMap(({ lines }) => lines.filter((line) => pattern.test(line)).slice(-1))
        .map(
          (line): Evidence => ({
            kind: 'log',
            ref: `${refOf(pod)}, ${container}`,
            value: text(line).slice(0, 300),
          }),
        );
