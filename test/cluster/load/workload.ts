import { createHash } from 'node:crypto';
import type { KubeClient, KubeObject } from '../../../src/practice/kube-client.ts';

/** A Deployment or a StatefulSet that a cluster is filled with. */
export interface Workload {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly namespace: string;
  readonly name: string;
  readonly hash: string;
  readonly version: string;
  readonly replicas: number;
}

const APPS = 'apps/v1';
/** Since when everything is as it is. */
export const SINCE = '2026-03-01T10:00:00Z';

/** `07` and the like. */
export const two = (index: number) => String(index).padStart(2, '0');

/** The workloads of so many pods, spread over the namespaces; every tenth is a StatefulSet. */
export function plan(
  pods: number,
  namespaces: readonly string[],
  replicas: number,
  versions: readonly string[],
): Workload[] {
  const count = Math.ceil(pods / replicas);
  return Array.from({ length: count }, (_, index) => {
    const namespace = namespaces[index % namespaces.length]!;
    const place = Math.floor(index / namespaces.length);
    // Not always in the same namespaces.
    const stateful = ((index % namespaces.length) + place) % 10 === 9;
    const name = `${stateful ? 'db' : 'app'}-${two(place + 1)}`;
    return {
      kind: stateful ? ('StatefulSet' as const) : ('Deployment' as const),
      namespace,
      name,
      hash: createHash('sha256').update(`${namespace}/${name}`).digest('hex').slice(0, 10),
      version: versions[index % versions.length]!,
      replicas: Math.min(replicas, pods - index * replicas),
    };
  });
}

export const labelsOf = ({ name, namespace }: Workload) => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/part-of': namespace,
  'app.kubernetes.io/version': '1.4.2',
});

/** The containers of an application that is about as wordy as they usually are. */
export function containersOf({ name, namespace }: Workload) {
  const probe = (path: string) => ({ httpGet: { path, port: 'http' }, periodSeconds: 10, timeoutSeconds: 2 });
  const fromSecret = (key: string) => ({
    name: key.toUpperCase(),
    valueFrom: { secretKeyRef: { name: `${name}-settings`, key } },
  });
  return [
    {
      name: 'app',
      image: `registry.practice/${namespace}/${name}:1.4.2`,
      args: ['serve', '--listen=0.0.0.0:8080', '--log-format=json', '--shutdown-grace=20s'],
      ports: [
        { name: 'http', containerPort: 8080 },
        { name: 'metrics', containerPort: 9090 },
      ],
      env: [
        { name: 'DATABASE_HOST', value: `db.${namespace}.svc.cluster.local` },
        { name: 'CACHE_HOST', value: `cache.${namespace}.svc.cluster.local` },
        { name: 'LOG_LEVEL', value: 'info' },
        fromSecret('database-password'),
        fromSecret('signing-key'),
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      ],
      resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
      readinessProbe: probe('/ready'),
      livenessProbe: probe('/live'),
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true },
      volumeMounts: [{ name: 'scratch', mountPath: '/tmp' }],
    },
  ];
}

/** Creates a workload with the status of one that is rolled out. The answer is what owns its pods. */
export async function createWorkload(client: KubeClient, workload: Workload): Promise<KubeObject> {
  const { kind, namespace, name, replicas, hash } = workload;
  const labels = labelsOf(workload);
  const selector = { matchLabels: { 'app.kubernetes.io/name': name } };
  const template = {
    metadata: { labels },
    spec: { containers: containersOf(workload), volumes: [{ name: 'scratch', emptyDir: {} }] },
  };
  const make = async (resource: string, object: KubeObject, status: Record<string, unknown>) => {
    const ref = { apiVersion: APPS, resource, namespace };
    await client.create(ref, object);
    return client.patch(ref, object.metadata.name, 'merge', { status }, { subresource: 'status' });
  };
  const counts = { observedGeneration: 1, replicas, readyReplicas: replicas, availableReplicas: replicas };
  const updated = { ...counts, updatedReplicas: replicas };
  if (kind === 'StatefulSet') {
    const revision = `${name}-${hash}`;
    return make(
      'statefulsets',
      {
        apiVersion: APPS,
        kind,
        metadata: { name, labels },
        spec: { replicas, serviceName: name, selector, template },
      },
      { ...updated, currentReplicas: replicas, currentRevision: revision, updateRevision: revision },
    );
  }
  const annotations = { 'deployment.kubernetes.io/revision': '1' };
  const deployment = await make(
    'deployments',
    {
      apiVersion: APPS,
      kind,
      metadata: { name, labels, annotations },
      spec: { replicas, selector, template },
    },
    { ...updated, conditions: deploymentConditions(`${name}-${hash}`) },
  );
  const marked = { ...labels, 'pod-template-hash': hash };
  return make(
    'replicasets',
    {
      apiVersion: APPS,
      kind: 'ReplicaSet',
      metadata: {
        name: `${name}-${hash}`,
        labels: marked,
        annotations,
        ownerReferences: [ownerReference(deployment)],
      },
      spec: {
        replicas,
        selector: { matchLabels: { ...selector.matchLabels, 'pod-template-hash': hash } },
        template: { ...template, metadata: { labels: marked } },
      },
    },
    { ...counts, fullyLabeledReplicas: replicas },
  );
}

function deploymentConditions(set: string): unknown[] {
  const times = { lastUpdateTime: SINCE, lastTransitionTime: SINCE };
  return [
    {
      type: 'Available',
      status: 'True',
      reason: 'MinimumReplicasAvailable',
      message: 'Deployment has minimum availability.',
      ...times,
    },
    {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${set}" has successfully progressed.`,
      ...times,
    },
  ];
}

/** What an object's dependents say of their controller. */
export const ownerReference = ({ apiVersion, kind, metadata }: KubeObject) => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});
