/** Objects of a small mesh for the tests of detectors. */
import { stringify } from 'yaml';
import type { SnapshotObject } from '../../src/diagnosis/snapshot.ts';
import { takenAt } from '../helpers/snapshot.ts';

/** `linkerd-config` of a control plane. */
export const config = (version: string, values: Readonly<Record<string, unknown>> = {}): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'linkerd-config', namespace: 'linkerd' },
  data: { values: stringify({ linkerdVersion: version, ...values }) },
});

export const namespace = (name: string, annotations = {}, labels = {}): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, annotations, labels },
});

interface PodOptions {
  readonly version?: string;
  readonly native?: boolean;
  readonly node?: string;
  readonly ready?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Init containers that ended, by name. */
  readonly inits?: Readonly<Record<string, { readonly exitCode: number; readonly message?: string }>>;
  readonly createdAt?: string;
  readonly port?: number;
}

/** A pod with a proxy of `web` in `shop`, which listens on `http`. */
export function meshedPod(name: string, options: PodOptions = {}): SnapshotObject {
  const { version = 'stable-2.14.10', native = false, node = 'node-1', ready = true, port = 8080 } = options;
  const proxy = {
    name: 'linkerd-proxy',
    image: `cr.l5d.io/linkerd/proxy:${version}`,
    env: Object.entries(options.env ?? {}).map(([key, value]) => ({ name: key, value })),
    ...(native ? { restartPolicy: 'Always' } : {}),
  };
  const inits = Object.keys(options.inits ?? {}).map((init) => ({ name: init, image: 'init' }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      creationTimestamp: options.createdAt ?? takenAt,
      labels: {
        app: 'web',
        'linkerd.io/control-plane-ns': 'linkerd',
        'linkerd.io/proxy-deployment': 'web',
        ...options.labels,
      },
      annotations: { 'linkerd.io/proxy-version': version, ...options.annotations },
    },
    spec: {
      nodeName: node,
      initContainers: [...inits, ...(native ? [proxy] : [])],
      containers: [
        ...(native ? [] : [proxy]),
        {
          name: 'web',
          ports: [{ name: 'http', containerPort: port }],
          readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
        },
      ],
    },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      initContainerStatuses: Object.entries(options.inits ?? {}).map(([init, terminated]) => ({
        name: init,
        state: { terminated },
      })),
    },
  };
}

export const service = (
  name: string,
  ports: readonly object[] = [{ port: 80, targetPort: 'http' }],
  at = 'shop',
): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: at },
  spec: { selector: { app: name }, ports },
});

/** Any object of a namespace with a `spec`, and annotations perhaps. */
export const thing = (
  kind: string,
  name: string,
  spec: unknown,
  annotations = {},
  at = 'shop',
): SnapshotObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: at, annotations },
  spec,
});

/** A Deployment with so many pods available. */
export const deployment = (
  name: string,
  at: string,
  available: number,
  rest: Partial<SnapshotObject['metadata']> = {},
): SnapshotObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: at, ...rest },
  spec: { replicas: 1, selector: { matchLabels: { app: name } } },
  status: { availableReplicas: available, replicas: 1, updatedReplicas: 1, readyReplicas: available },
});
