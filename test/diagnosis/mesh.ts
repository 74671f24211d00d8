/** A mesh that is well, as objects: what the real tool renders, with certificates that are valid when snapshots of tests are taken. */
import { createHash } from 'node:crypto';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Snapshot, SnapshotObject } from '../../src/diagnosis/snapshot.ts';
import { controlPlaneManifests } from '../../src/linkerd/control-plane.ts';
import { injectPod } from '../../src/linkerd/injection.ts';
import type { Trust } from '../../src/linkerd/pki.ts';
import type { Values } from '../../src/linkerd/values.ts';
import { takenAt } from '../helpers/snapshot.ts';

export const now = Date.parse(takenAt);
const DAY = 86_400_000;
/** So many days before the snapshot, or after it where negative. */
export const daysAgo = (days: number): Date => new Date(now - days * DAY);

export interface MeshOptions {
  readonly version?: string;
  readonly ha?: boolean;
  readonly trust?: Trust;
  readonly overrides?: Values;
  /** When the certificates were made that are not given. */
  readonly from?: Date;
}

const parts = new Set([
  'Namespace',
  'ConfigMap',
  'Secret',
  'Service',
  'Deployment',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
]);

/** The control plane with an endpoint behind each Service. */
export async function meshObjects(options: MeshOptions = {}): Promise<SnapshotObject[]> {
  const { version = 'stable-2.13.7', from = daysAgo(3), ...rest } = options;
  const rendered = (await controlPlaneManifests(version, { ...rest, from })) as unknown as SnapshotObject[];
  const objects = rendered
    .filter(({ kind }) => parts.has(kind))
    .map((object) => made(object, from))
    .map((object) => (object.kind === 'Deployment' ? { ...object, status: rolledOut(object) } : object));
  const slices = objects
    .filter(({ kind }) => kind === 'Service')
    .map(({ metadata }) => endpointSlice(metadata.name, metadata.namespace ?? '', 1));
  const own = objects.find(({ kind }) => kind === 'Namespace') ?? controlPlaneNamespace();
  return [...objects.filter(({ kind }) => kind !== 'Namespace'), own, ...slices];
}

const made = (object: SnapshotObject, at: Date): SnapshotObject => ({
  ...object,
  metadata: { ...object.metadata, creationTimestamp: at.toISOString() },
});

const rolledOut = ({ spec }: SnapshotObject) => {
  const { replicas } = spec as { replicas: number };
  const counts = {
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  };
  return { observedGeneration: 1, ...counts };
};

const controlPlaneNamespace = (): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: 'linkerd',
    labels: { 'config.linkerd.io/admission-webhooks': 'disabled', 'linkerd.io/is-control-plane': 'true' },
  },
});

export const namespace = (name: string, annotations = {}, labels = {}): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, annotations, labels },
});

export const endpointSlice = (service: string, inNamespace: string, ready: number): SnapshotObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name: `${service}-x2k4j`,
    namespace: inNamespace,
    labels: { 'kubernetes.io/service-name': service },
  },
  endpoints: [...Array(ready)].map(() => ({ conditions: { ready: true } })),
});

/** A pod that runs, of a Deployment by its name. */
export const pod = (inNamespace: string, name: string, rest: object = {}): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `${name}-7c5d8f9b6d-x2k4j`,
    namespace: inNamespace,
    uid: `${inNamespace}-${name}`,
    creationTimestamp: daysAgo(1).toISOString(),
    labels: { 'pod-template-hash': '7c5d8f9b6d' },
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-7c5d8f9b6d`, uid: name, controller: true },
    ],
  },
  spec: { containers: [{ name, image: `registry/${name}:1` }] },
  status: { phase: 'Running' },
  ...rest,
});

/** The same with a proxy that was given these anchors. */
export function meshedPod(inNamespace: string, name: string, anchors: string, version = 'stable-2.13.7') {
  const bare = pod(inNamespace, name);
  const hash = createHash('sha256').update(anchors).digest('hex');
  const context = { version, controlPlaneNamespace: 'linkerd', trustAnchors: anchors, anchorHash: hash };
  // biome-ignore lint/suspicious/noExplicitAny: the injector works on plain JSON
  const meshed = injectPod(bare as any, { ...context, by: 'linkerd/proxy-injector', namespace: inNamespace });
  return meshed as unknown as SnapshotObject;
}

/** One object of a list, changed. */
export const changed = (
  objects: readonly SnapshotObject[],
  kind: string,
  name: string,
  change: (object: SnapshotObject) => SnapshotObject | undefined,
): SnapshotObject[] =>
  objects.flatMap((object) =>
    object.kind === kind && object.metadata.name === name ? (change(object) ?? []) : [object],
  );

/** The findings of these codes, and whether one of them was not looked for. */
export function found(snapshot: Snapshot, ...codes: readonly string[]) {
  const { findings, notChecked, checked } = diagnose(snapshot);
  return {
    findings: findings.filter(({ code }) => codes.includes(code)),
    notChecked: codes.filter((code) => notChecked.some((each) => each.codes.includes(code))),
    checked: codes.every((code) => checked.includes(code)),
  };
}
