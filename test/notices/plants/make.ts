/** What plants are made of: objects that a notice touches, planted where the field really is, and what it must say of them. */
import type { SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { daysAgo } from '../../diagnosis/mesh.ts';
import { meshedPod, namespace, service, thing } from '../../diagnosis/mesh-objects.ts';

/** What is put on a cluster that is well, and what of it the notice names: kind, place, path and value. */
export interface Plant {
  readonly objects?: readonly SnapshotObject[];
  readonly names: readonly string[];
  /** Objects of the cluster that is well which are taken away: by their names. */
  readonly without?: readonly string[];
  /** The same on the cluster that is well and has nothing planted: what the notice would always name otherwise. */
  readonly wellWithout?: readonly string[];
  /** Of the API server: where it is touched, and where it is well. */
  readonly kubernetes?: readonly [touched: string, well: string];
}

export type Metadata = Partial<SnapshotObject['metadata']>;

export const object = (
  kind: string,
  name: string,
  rest: object = {},
  metadata: Metadata = {},
): SnapshotObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...metadata },
  ...rest,
});

/** A pod of its own Deployment `NAME` in `shop`. */
export function pod(
  name: string,
  annotations: Record<string, string> = {},
  spec: object = {},
): SnapshotObject {
  const labels = { app: name, 'linkerd.io/proxy-deployment': name, 'pod-template-hash': '7c5d8f9b6d' };
  const made = meshedPod(`${name}-7c5d8f9b6d-x2k4j`, { version: 'stable-2.14.10', annotations, labels });
  return {
    ...made,
    metadata: {
      ...made.metadata,
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `${name}-7c5d8f9b6d`,
          uid: name,
          controller: true,
        },
      ],
    },
    spec: { ...(made.spec as object), ...spec },
  };
}

export const running = (name: string, image: string) =>
  pod(
    name,
    {},
    {
      containers: [
        { name: 'linkerd-proxy', image: 'cr.l5d.io/linkerd/proxy:stable-2.14.10' },
        { name, image },
      ],
    },
  );

export const proxied = (image: string) => pod('old', {}, { containers: [{ name: 'linkerd-proxy', image }] });

/** A Deployment with containers of these images, by name. */
export const deployment = (
  name: string,
  at: string,
  containers: Record<string, string> = {},
  rest: { labels?: Record<string, string>; inits?: Record<string, string>; replicas?: number } = {},
): SnapshotObject => {
  const listed = (all: Record<string, string>) =>
    Object.entries(all).map(([key, image]) => ({ name: key, image }));
  const { labels = {}, inits = {}, replicas = 1 } = rest;
  return object(
    'Deployment',
    name,
    {
      spec: {
        replicas,
        template: { spec: { containers: listed(containers), initContainers: listed(inits) } },
      },
    },
    { namespace: at, labels },
  );
};

/** A service of `shop` for the pods of `web`, which are meshed. */
export const ofWeb = (name: string, port: object): SnapshotObject => ({
  ...service(name, [{ port: 8080, targetPort: 8080 }, port]),
  spec: { selector: { app: 'web' }, ports: [{ port: 8080, targetPort: 8080 }, port] },
});

export const crd = (
  name: string,
  versions: Record<string, boolean>,
  annotations: Record<string, string> = {},
  rest: { labels?: Record<string, string>; stored?: readonly string[] } = {},
): SnapshotObject =>
  object(
    'CustomResourceDefinition',
    name,
    {
      spec: { versions: Object.entries(versions).map(([version, served]) => ({ name: version, served })) },
      status: { storedVersions: rest.stored ?? [Object.keys(versions)[0]] },
    },
    { annotations, labels: rest.labels ?? {} },
  );

export const GATEWAY = 'gateway.networking.k8s.io';
export const bundle = `${GATEWAY}/bundle-version`;
export const gateway = (
  route: string,
  versions: Record<string, boolean>,
  annotations = {},
  stored?: readonly string[],
) => crd(`${route}.${GATEWAY}`, versions, annotations, stored === undefined ? {} : { stored });
export const linkerds = { 'linkerd.io/created-by': 'linkerd/cli edge-24.11.8' };

/** Definitions of a Helm release: one that goes with it, and one that is kept. */
export const gatewayOfHelm: Plant = {
  objects: [
    gateway('tlsroutes', { v1alpha2: true }, { ...linkerds, 'meta.helm.sh/release-name': 'linkerd-crds' }),
    gateway(
      'tcproutes',
      { v1alpha2: true },
      { ...linkerds, 'meta.helm.sh/release-name': 'linkerd-crds', 'helm.sh/resource-policy': 'keep' },
    ),
  ],
  names: [
    `CustomResourceDefinition tlsroutes.${GATEWAY} metadata.annotations["meta.helm.sh/release-name"]=linkerd-crds`,
  ],
};

/** What Helm was given, and of which chart. */
export const release = (values: object, chart: { name?: string; version?: string } = {}): SnapshotObject =>
  object(
    'HelmRelease',
    'linkerd',
    { chart: { name: 'linkerd-control-plane', version: '1.16.11', ...chart }, values },
    { namespace: 'linkerd' },
  );
/** A notice that a key of the values touches. */
export const values = (set: object, name: string): Plant => ({
  objects: [release(set)],
  names: [`HelmRelease linkerd/linkerd values.${name}`],
});

export const annotated = (key: string, value: string, shown = value): Plant => ({
  objects: [pod('mine', { [key]: value })],
  names: [`Deployment shop/mine metadata.annotations["${key}"]=${shown}`],
});

export const node = (name: string, nodeInfo: object, spec: object = {}): SnapshotObject =>
  object('Node', name, { spec, status: { nodeInfo } });

export const webhook = (name: string) => object('ValidatingWebhookConfiguration', name, { webhooks: [] });
export const policyEngine: Plant = {
  objects: [
    webhook('kyverno-resource-validating-webhook-cfg'),
    webhook('gatekeeper-validating-webhook-configuration'),
  ],
  names: [
    'ValidatingWebhookConfiguration gatekeeper-validating-webhook-configuration is there',
    'ValidatingWebhookConfiguration kyverno-resource-validating-webhook-cfg is there',
  ],
};

export const mirrored: Plant = {
  objects: [
    deployment('linkerd-identity', 'linkerd', {
      'linkerd-proxy': 'registry.example/mesh/proxy:stable-2.9.4',
    }),
  ],
  names: [
    'Deployment linkerd/linkerd-identity spec.template.spec.containers[0].image=registry.example/mesh/proxy:stable-2.9.4',
  ],
};

export const link = (spec: object, name = 'east'): SnapshotObject =>
  thing('Link', name, { targetClusterName: name, ...spec }, {}, 'linkerd-multicluster');
export const linked: Plant = {
  objects: [link({})],
  names: ['Link linkerd-multicluster/east spec.targetClusterName=east'],
};

export const cni = (image: string, more: Record<string, string> = {}): SnapshotObject => ({
  ...deployment('linkerd-cni', 'linkerd-cni', { 'install-cni': image, ...more }),
  kind: 'DaemonSet',
  metadata: { name: 'linkerd-cni', namespace: 'linkerd-cni', labels: { 'k8s-app': 'linkerd-cni' } },
});
export const withCni = (shown: string): Plant => ({
  objects: [cni('cr.l5d.io/linkerd/cni-plugin:v1.1.0')],
  names: [`DaemonSet linkerd-cni/linkerd-cni ${shown}`],
});

export const rules = (expr: string): Plant => ({
  objects: [
    object(
      'PrometheusRule',
      'mesh',
      {
        spec: {
          groups: [
            {
              name: 'mesh',
              rules: [
                { alert: 'A', expr: 'up' },
                { alert: 'B', expr },
              ],
            },
          ],
        },
      },
      { namespace: 'monitoring' },
    ),
  ],
  names: [`PrometheusRule monitoring/mesh spec.groups[0].rules[1].expr=${expr}`],
});

export const route = (version: string): SnapshotObject => ({
  ...thing('HTTPRoute', 'api', {}),
  apiVersion: `policy.linkerd.io/${version}`,
});
export const server = (name: string, spec: object, at = 'shop', labels = {}): SnapshotObject => ({
  ...thing('Server', name, spec, {}, at),
  apiVersion: 'policy.linkerd.io/v1beta1',
  metadata: { name, namespace: at, labels },
});
export const viz = { 'linkerd.io/extension': 'viz' };
export const extension = (name: string): Plant => ({
  objects: [namespace(`linkerd-${name}`, {}, { 'linkerd.io/extension': name })],
  names: [`Namespace linkerd-${name} metadata.labels["linkerd.io/extension"]=${name}`],
});

export const ingress: Plant = annotated('linkerd.io/inject', 'ingress');
export const kubernetes = (touched: string, well: string): Plant => ({
  kubernetes: [touched, well],
  names: [`Kubernetes ${touched} gitVersion=${touched}`],
});

/** A Service in front of a database, by the port that clients use, and by that of its pods. */
export const database: readonly Plant[] = [
  { objects: [ofWeb('db', { port: 5432 })], names: ['Service shop/db spec.ports[1].port=5432'] },
  {
    objects: [ofWeb('db', { port: 80, targetPort: 5432 })],
    names: ['Service shop/db spec.ports[1].targetPort=5432'],
  },
];
export const job = (
  kind: 'Job' | 'CronJob',
  annotations: Record<string, string>,
  status: object = {},
): SnapshotObject => {
  const template = { metadata: { annotations }, spec: { containers: [{ name: 'report' }] } };
  const spec = kind === 'Job' ? { template } : { jobTemplate: { spec: { template } } };
  return object(
    kind,
    'report',
    { spec, status },
    { namespace: 'shop', creationTimestamp: daysAgo(1).toISOString() },
  );
};
export const SHUTDOWN = 'config.linkerd.io/proxy-admin-shutdown';
export const COLLECTOR = 'config.linkerd.io/trace-collector';
export const NATIVE = 'config.alpha.linkerd.io/proxy-enable-native-sidecar';
export const WAIT = 'config.alpha.linkerd.io/proxy-wait-before-exit-seconds';
