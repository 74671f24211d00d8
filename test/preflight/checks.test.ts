/** Each check: what is planted is named with the object, the field and the value; on its healthy counterpart it passes. */
import { describe, expect, test } from 'vitest';
import { preflightChecks } from '../../src/diagnosis/preflight/all.ts';
import type { PreflightStatus } from '../../src/diagnosis/preflight/model.ts';
import { preflight } from '../../src/diagnosis/preflight/run.ts';
import type { Snapshot, SnapshotObject } from '../../src/diagnosis/snapshot.ts';
import { createTrust } from '../../src/linkerd/pki.ts';
import { daysAgo, meshObjects, namespace } from '../diagnosis/mesh.ts';
import { config, meshedPod, service } from '../diagnosis/mesh-objects.ts';
import { world } from '../diagnosis/network-policy/linkerd-world.ts';
import { policy } from '../diagnosis/network-policy/world.ts';
import { denied, takenAt } from '../helpers/snapshot.ts';
import { budget, changed, node, operator, ownPod, result, version, well, workload } from './world.ts';

type Rest = Parameters<typeof result>[2];

interface Case {
  readonly check: string;
  readonly what: string;
  readonly status: PreflightStatus;
  readonly objects?: readonly SnapshotObject[];
  readonly rest?: Rest;
  /** What must be among its evidence, as `ref path = value`, or in its words. */
  readonly shows: RegExp;
}

const toward = (target: string): Rest => ({ walk: { target } });
const object = (kind: string, name: string, rest: object, at?: string): SnapshotObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...(at === undefined ? {} : { namespace: at }) },
  ...rest,
});
const values = (more: Readonly<Record<string, unknown>>) =>
  changed('ConfigMap', 'linkerd-config', () => config(version, more));

const shortTrust = await createTrust({ from: daysAgo(3), anchorDays: 365 });
const shortAnchors = await meshObjects({ version, ha: true, trust: shortTrust });
const single = await meshObjects({ version, ha: false });
const cniDaemons = (desired: number) =>
  object(
    'DaemonSet',
    'linkerd-cni',
    {
      spec: {
        template: {
          spec: { containers: [{ name: 'install-cni', image: 'cr.l5d.io/linkerd/cni-plugin:v1.2.2' }] },
        },
      },
      status: { desiredNumberScheduled: desired, numberReady: desired, updatedNumberScheduled: desired },
    },
    'linkerd-cni',
  );
const certificate = (secretName: string, ready: string): SnapshotObject =>
  object(
    'Certificate',
    secretName,
    {
      spec: { secretName },
      status: {
        conditions: [{ type: 'Ready', status: ready, message: 'the issuer is gone' }],
        renewalTime: '2026-08-01T00:00:00Z',
      },
    },
    'linkerd',
  );
const servingSecrets = [
  'linkerd-proxy-injector-k8s-tls',
  'linkerd-sp-validator-k8s-tls',
  'linkerd-policy-validator-k8s-tls',
];
const tapRole = object('ClusterRole', 'tap-admin', {
  rules: [{ apiGroups: ['tap.linkerd.io'], resources: ['*'], verbs: ['watch'] }],
});
const tapFor = (subject: object) =>
  object('ClusterRoleBinding', 'who-taps', {
    roleRef: { kind: 'ClusterRole', name: 'tap-admin' },
    subjects: [subject],
  });
const tapApi = object('APIService', 'v1alpha1.tap.linkerd.io', {
  spec: { group: 'tap.linkerd.io', service: { name: 'tap', namespace: 'linkerd-viz' } },
  status: { conditions: [{ type: 'Available', status: 'True' }] },
});
const prometheus = (volumes: readonly object[], limit = '8Gi') => [
  namespace('linkerd-viz', {}, { 'linkerd.io/extension': 'viz' }),
  ...['metrics-api', 'tap', 'web'].map((name) =>
    viz(name, { template: { spec: { containers: [{ name }] } } }),
  ),
  viz('prometheus', {
    template: {
      spec: { volumes, containers: [{ name: 'prometheus', resources: { limits: { memory: limit } } }] },
    },
  }),
];
const viz = (name: string, spec: object) =>
  object(
    'Deployment',
    name,
    {
      spec: { replicas: 1, ...spec },
      status: { availableReplicas: 1, replicas: 1, readyReplicas: 1, updatedReplicas: 1 },
    },
    'linkerd-viz',
  );
const velero = (completed: string) => [
  object('CustomResourceDefinition', 'backups.velero.io', {
    status: { conditions: [{ type: 'Established', status: 'True' }] },
  }),
  object(
    'Backup',
    'nightly',
    { spec: { includedNamespaces: ['*'] }, status: { phase: 'Completed', completionTimestamp: completed } },
    'velero',
  ),
];
const access = (answer: 'allowed' | 'denied'): NonNullable<Snapshot['operator']> => ({
  ...operator,
  access: { state: 'read', value: [{ verb: 'patch', resource: 'deployments.apps', answer, why: '' }] },
});
const pod = (
  name: string,
  image: string,
  port: number,
  annotations = {},
  portName = 'db',
): SnapshotObject => {
  const made = meshedPod(name, {
    version,
    annotations,
    labels: { app: 'orders', 'linkerd.io/proxy-deployment': 'orders' },
  });
  const { containers } = made.spec as { containers: readonly object[] };
  return {
    ...made,
    spec: {
      containers: [containers[0], { name: 'db', image, ports: [{ name: portName, containerPort: port }] }],
    },
  };
};
const withProxyRequests = well
  .map((each) =>
    each.kind !== 'Pod' || each.metadata.namespace !== 'shop'
      ? each
      : {
          ...each,
          spec: {
            ...(each.spec as object),
            containers: (each.spec as { containers: { name: string }[] }).containers.map((one) => ({
              ...one,
              resources: { requests: { cpu: '100m', memory: '20Mi' } },
            })),
          },
        },
  )
  .filter((each) => each.kind !== 'Pod' || each.metadata.namespace === 'shop');
const link = object(
  'Link',
  'west',
  { apiVersion: 'multicluster.linkerd.io/v1alpha1', spec: { targetClusterName: 'west' } },
  'linkerd-multicluster',
);
const mirror = (available: number) =>
  object(
    'Deployment',
    'linkerd-service-mirror-west',
    {
      spec: { replicas: 1, template: { spec: { containers: [] } } },
      status: { availableReplicas: available },
    },
    'linkerd-multicluster',
  );

const planted: readonly Case[] = [
  {
    check: 'kubernetes-version',
    what: 'a Kubernetes that is too old for the target',
    status: 'fail',
    rest: { ...toward('edge-26.6.3') },
    shows: /gitVersion = v1\.27\.3/,
  },
  {
    check: 'kubernetes-version',
    what: 'a Kubernetes that the release is not documented for',
    status: 'warn',
    rest: { serverVersion: { state: 'read', value: 'v1.34.1' } },
    shows: /1\.21 to 1\.28/,
  },
  {
    check: 'way',
    what: 'a target that is older',
    status: 'fail',
    rest: toward('stable-2.12.6'),
    shows: /2\.12\.6/,
  },
  {
    check: 'linkerd-tool',
    what: 'no linkerd on the PATH',
    status: 'warn',
    rest: { linkerdCli: { state: 'unread', why: 'absent', message: '' } },
    shows: /not on the PATH/,
  },
  {
    check: 'linkerd-tool',
    what: 'a linkerd that is behind',
    status: 'fail',
    rest: { linkerdCli: { state: 'read', value: 'stable-2.11.5' } },
    shows: /stable-2\.11\.5/,
  },
  {
    check: 'kubectl',
    what: 'a kubectl far from the API server',
    status: 'warn',
    rest: { kubectlCli: { state: 'read', value: 'v1.33.0' } },
    shows: /1\.26 to 1\.28/,
  },
  {
    check: 'kubectl',
    what: 'no kubectl at all',
    status: 'fail',
    rest: { kubectlCli: { state: 'unread', why: 'absent', message: '' } },
    shows: /no kubectl/,
  },
  {
    check: 'helm',
    what: 'a mesh of Helm and no helm',
    status: 'fail',
    objects: changed('Deployment', 'linkerd-identity', (each) => ({
      ...each,
      metadata: {
        ...each.metadata,
        labels: { ...each.metadata.labels, 'app.kubernetes.io/managed-by': 'Helm' },
      },
    })),
    shows: /no helm on the PATH/,
  },
  {
    check: 'owner',
    what: 'a control plane that Argo CD owns',
    status: 'warn',
    objects: changed('Deployment', 'linkerd-identity', (each) => ({
      ...each,
      metadata: {
        ...each.metadata,
        labels: { ...each.metadata.labels, 'argocd.argoproj.io/instance': 'mesh' },
      },
    })),
    shows: /argocd\.argoproj\.io\/instance"\] = mesh/,
  },
  {
    check: 'stored-settings',
    what: 'no stored settings',
    status: 'fail',
    objects: changed('Secret', 'linkerd-config-overrides', () => undefined),
    shows: /linkerd-config-overrides/,
  },
  {
    check: 'stored-settings',
    what: 'stored settings without their key',
    status: 'fail',
    objects: changed('Secret', 'linkerd-config-overrides', (each) => ({ ...each, data: { other: '***' } })),
    shows: /data = other/,
  },
  {
    check: 'stored-settings',
    what: 'values that are no YAML',
    status: 'fail',
    objects: changed('ConfigMap', 'linkerd-config', (each) => ({ ...each, data: { values: '{' } })),
    shows: /data\.values/,
  },
  {
    check: 'definitions',
    what: 'no definitions at all',
    status: 'fail',
    shows: /customresourcedefinition|CRD|not found/i,
  },
  {
    check: 'trust-anchors',
    what: 'an anchor of one year',
    status: 'warn',
    objects: [
      ...shortAnchors,
      ...well.filter(
        (each) =>
          !shortAnchors.some((one) => one.kind === each.kind && one.metadata.name === each.metadata.name),
      ),
    ],
    shows: /root\.linkerd\.cluster\.local.* to 2027/,
  },
  {
    check: 'issuer',
    what: 'an issuer that nobody renews',
    status: 'warn',
    shows: /Secret linkerd\/linkerd-identity-issuer/,
  },
  {
    check: 'issuer',
    what: 'an issuer whose renewal fails',
    status: 'fail',
    objects: [...well, certificate('linkerd-identity-issuer', 'False')],
    shows: /the issuer is gone/,
  },
  {
    check: 'issuer',
    what: 'an issuer from outside',
    status: 'unchecked',
    objects: values({ identity: { issuer: { scheme: 'kubernetes.io/tls' } } }),
    shows: /provided from outside/,
  },
  {
    check: 'webhook-certificates',
    what: 'webhooks that nobody renews',
    status: 'warn',
    shows: /linkerd-proxy-injector-k8s-tls data\["tls\.crt"\]/,
  },
  {
    check: 'webhook-certificates',
    what: 'a certificate of cert-manager that the upgrade overwrites',
    status: 'fail',
    objects: [...well, ...servingSecrets.map((each) => certificate(each, 'True'))],
    shows: /proxyInjector\.externalSecret = not true/,
  },
  {
    check: 'clocks',
    what: 'an API server a minute ahead',
    status: 'warn',
    rest: {
      operator: {
        ...operator,
        clock: { state: 'read', value: { server: '2026-06-01T12:01:00Z', machine: takenAt } },
      },
    },
    shows: /60 seconds apart/,
  },
  {
    check: 'clocks',
    what: 'a node with an old heartbeat',
    status: 'warn',
    objects: changed('Node', 'node-2', (each) => ({
      ...each,
      status: {
        ...(each.status as object),
        conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-06-01T11:30:00Z' }],
      },
    })),
    shows: /Node node-2/,
  },
  {
    check: 'control-plane-well',
    what: 'no control plane',
    status: 'fail',
    objects: [node(1)],
    shows: /no Linkerd control plane/,
  },
  {
    check: 'high-availability',
    what: 'one of each component',
    status: 'warn',
    objects: [...single, node(1)],
    shows: /linkerd-identity spec\.replicas = 1/,
  },
  {
    check: 'nodes-for-replicas',
    what: 'a node that is cordoned',
    status: 'fail',
    objects: changed('Node', 'node-3', () => node(3, { spec: { unschedulable: true } })),
    shows: /Node node-3 spec\.unschedulable = true/,
  },
  {
    check: 'replicas-apart',
    what: 'two pods of a component on one node',
    status: 'warn',
    objects: changed('Pod', 'linkerd-identity-node-2', () =>
      ownPod('identity', 'node-1', { metadata: { ...ownPod('identity', 'node-2').metadata } }),
    ),
    shows: /spec\.nodeName = node-1/,
  },
  {
    check: 'replicas-apart',
    what: 'all pods in one zone of two',
    status: 'warn',
    objects: [
      ...well.filter(({ kind }) => kind !== 'Node'),
      ...[1, 2, 3].map((index) => node(index, { labels: { 'topology.kubernetes.io/zone': 'a' } })),
      node(4),
    ],
    shows: /zone"\] = a/,
  },
  {
    check: 'control-plane-budgets',
    what: 'a component without a budget',
    status: 'warn',
    objects: changed('PodDisruptionBudget', 'linkerd-identity', () => undefined),
    shows: /linkerd-identity spec\.replicas = 3/,
  },
  {
    check: 'control-plane-budgets',
    what: 'a budget that is used up',
    status: 'fail',
    objects: changed('PodDisruptionBudget', 'linkerd-identity', () => budget('identity', 0)),
    shows: /linkerd-identity status\.disruptionsAllowed = 0/,
  },
  {
    check: 'system-namespaces-excluded',
    what: 'an injector of 2.11 that kube-system waits for',
    status: 'fail',
    objects: [...(await meshObjects({ version: 'stable-2.11.5', ha: true })), namespace('kube-system')],
    shows: /Namespace kube-system metadata\.labels\["config\.linkerd\.io\/admission-webhooks"\] = not set/,
  },
  {
    check: 'control-plane-resources',
    what: 'containers that request nothing',
    status: 'warn',
    objects: [...single, node(1)],
    shows: /linkerd-destination .*requests = no cpu, no memory/,
  },
  {
    check: 'proxy-resources',
    what: 'proxies that request nothing',
    status: 'warn',
    shows: /Deployment shop\/web linkerd-proxy resources\.requests/,
  },
  {
    check: 'destination-memory',
    what: 'a destination that was ended for want of memory',
    status: 'warn',
    objects: changed('Pod', 'linkerd-destination-node-1', () =>
      ownPod('destination', 'node-1', {
        status: {
          phase: 'Running',
          containerStatuses: [
            {
              name: 'destination',
              restartCount: 3,
              lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
            },
          ],
        },
      }),
    ),
    shows: /OOMKilled, 3 restarts/,
  },
  {
    check: 'destination-memory',
    what: 'a limit that is little for the mesh',
    status: 'warn',
    objects: [...well, ...[...Array(1100)].map((_, index) => meshedPod(`many-${index}`, { version }))],
    shows: /limits\.memory = 250Mi/,
  },
  {
    check: 'room-for-new-pods',
    what: 'nodes that are full',
    status: 'fail',
    objects: [
      ...[1, 2, 3].map((index) => ({
        ...node(index),
        status: { ...(node(index).status as object), allocatable: { cpu: '8', memory: '32Gi', pods: '1' } },
      })),
      ...well.filter(({ kind }) => kind !== 'Node'),
    ],
    shows: /status\.allocatable/,
  },
  {
    check: 'container-runtime',
    what: 'nodes with Docker',
    status: 'fail',
    objects: changed('Node', 'node-1', () =>
      node(1, { info: { containerRuntimeVersion: 'docker://20.10.7' } }),
    ),
    shows: /docker:\/\/20\.10\.7/,
  },
  {
    check: 'architecture',
    what: '32-bit ARM, and a target without images for it',
    status: 'fail',
    objects: changed('Node', 'node-1', () => node(1, { info: { architecture: 'arm' } })),
    rest: toward('edge-25.10.7'),
    shows: /architecture = arm/,
  },
  {
    check: 'redirection',
    what: 'a namespace that refuses NET_ADMIN',
    status: 'fail',
    objects: changed('Namespace', 'shop', () =>
      namespace(
        'shop',
        { 'linkerd.io/inject': 'enabled' },
        { 'pod-security.kubernetes.io/enforce': 'baseline' },
      ),
    ),
    shows: /Namespace shop .* = baseline/,
  },
  {
    check: 'redirection',
    what: 'a PodSecurityPolicy without NET_ADMIN',
    status: 'unchecked',
    objects: [...well, object('PodSecurityPolicy', 'strict', { spec: { allowedCapabilities: [] } })],
    shows: /PodSecurityPolicy strict spec\.allowedCapabilities = none/,
  },
  {
    check: 'redirection',
    what: 'the CNI plugin is counted on and not there',
    status: 'fail',
    objects: values({ cniEnabled: true }),
    shows: /cniEnabled = true/,
  },
  {
    check: 'redirection',
    what: 'a CNI plugin that leaves nodes out',
    status: 'warn',
    objects: [...values({ cniEnabled: true }), cniDaemons(2)],
    shows: /desiredNumberScheduled = 2/,
  },
  {
    check: 'api-server-calls',
    what: 'a cluster on GKE',
    status: 'unchecked',
    objects: changed('Node', 'node-1', () => node(1, { spec: { providerID: 'gce://project/zone/node-1' } })),
    shows: /gce:/,
  },
  {
    check: 'server-speaks-first',
    what: 'a MySQL on a port of its own',
    status: 'warn',
    objects: [...well, pod('orders-1', 'docker.io/library/mysql:8.0', 3307)],
    shows: /= 3307 \(docker\.io\/library\/mysql:8\.0\)/,
  },
  {
    check: 'server-speaks-first',
    what: 'a MySQL in an image of its own, by the name of its port',
    status: 'warn',
    objects: [...well, pod('orders-1', 'registry/orders:7', 3307, {}, 'tcp-mysql')],
    shows: /= 3307 \(port tcp-mysql\)/,
  },
  {
    check: 'restarts-without-downtime',
    what: 'Recreate',
    status: 'warn',
    objects: changed('Deployment', 'web', () => workload('web', { strategy: { type: 'Recreate' } })),
    shows: /Deployment shop\/web spec\.strategy\.type/,
  },
  {
    check: 'restarts-without-downtime',
    what: 'one replica that may be missing',
    status: 'warn',
    objects: changed('Deployment', 'web', () =>
      workload('web', {
        replicas: 1,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      }),
    ),
    shows: /spec\.replicas/,
  },
  {
    check: 'restarts-without-downtime',
    what: 'all pods at once',
    status: 'warn',
    objects: changed('Deployment', 'web', () =>
      workload('web', {
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%', maxSurge: 0 } },
      }),
    ),
    shows: /maxUnavailable/,
  },
  {
    check: 'restarts-without-downtime',
    what: 'no readiness probe',
    status: 'warn',
    objects: changed('Deployment', 'web', () =>
      workload('web', {}, [{ name: 'web', ports: [{ containerPort: 8080 }] }]),
    ),
    shows: /readinessProbe = not set/,
  },
  {
    check: 'restarts-without-downtime',
    what: 'a port of the node',
    status: 'warn',
    objects: changed('Deployment', 'web', () =>
      workload('web', {}, [
        {
          name: 'web',
          ports: [{ containerPort: 8080, hostPort: 80 }],
          readinessProbe: { tcpSocket: { port: 8080 } },
        },
      ]),
    ),
    shows: /hostPort = 80/,
  },
  {
    check: 'restarts-without-downtime',
    what: 'a pod without an owner',
    status: 'warn',
    objects: [
      ...well,
      (() => {
        const bare = meshedPod('alone', { version });
        const { 'linkerd.io/proxy-deployment': _, ...labels } = bare.metadata.labels ?? {};
        return { ...bare, metadata: { ...bare.metadata, labels } };
      })(),
    ],
    shows: /Pod shop\/alone/,
  },
  {
    check: 'restarts-without-downtime',
    what: 'a budget that is used up',
    status: 'warn',
    objects: [
      ...well,
      {
        ...budget('web', 0),
        metadata: { name: 'web', namespace: 'shop' },
        spec: { selector: { matchLabels: { app: 'web' } } },
      },
    ],
    shows: /disruptionsAllowed/,
  },
  {
    check: 'extensions',
    what: 'TrafficSplits that nobody reads',
    status: 'fail',
    objects: [...well, object('TrafficSplit', 'canary', { spec: { service: 'web' } }, 'shop')],
    shows: /TrafficSplit shop\/canary spec\.service = web/,
  },
  {
    check: 'links',
    what: 'a link without its service mirror',
    status: 'warn',
    objects: [...well, link, mirror(0)],
    shows: /linkerd-service-mirror-west status\.availableReplicas = 0/,
  },
  {
    check: 'links',
    what: 'a gateway that is not alive',
    status: 'warn',
    objects: [
      ...well,
      link,
      mirror(1),
      {
        ...service('api-west'),
        metadata: {
          name: 'api-west',
          namespace: 'shop',
          labels: { 'mirror.linkerd.io/mirrored-service': 'true', 'mirror.linkerd.io/cluster-name': 'west' },
        },
      },
    ],
    shows: /Service shop\/api-west endpoints = none/,
  },
  { check: 'metrics', what: 'no viz', status: 'unchecked', shows: /no viz extension/ },
  {
    check: 'metrics',
    what: 'metrics that go with their pod',
    status: 'warn',
    objects: [...well, ...prometheus([{ name: 'data', emptyDir: {} }])],
    shows: /no persistentVolumeClaim/,
  },
  {
    check: 'metrics',
    what: 'a Prometheus with little memory',
    status: 'warn',
    objects: [
      ...well,
      ...prometheus([{ name: 'data', persistentVolumeClaim: { claimName: 'prometheus' } }], '128Mi'),
    ],
    shows: /limits\.memory = 128Mi/,
  },
  {
    check: 'tap-access',
    what: 'tap for everybody who signs in',
    status: 'warn',
    objects: [...well, tapApi, tapRole, tapFor({ kind: 'Group', name: 'system:authenticated' })],
    shows: /Group system:authenticated/,
  },
  {
    check: 'permissions',
    what: 'a permission that is missing',
    status: 'fail',
    rest: { operator: access('denied') },
    shows: /can-i patch deployments\.apps --all-namespaces +=/,
  },
  { check: 'backup', what: 'no Velero', status: 'unchecked', shows: /no Velero/ },
  {
    check: 'backup',
    what: 'a backup of last week',
    status: 'warn',
    objects: [...well, ...velero('2026-05-25T02:00:00Z')],
    shows: /completionTimestamp = 2026-05-25/,
  },
];

const healthy: readonly Pick<Case, 'check' | 'objects' | 'rest'>[] = [
  { check: 'kubernetes-version', rest: toward('stable-2.14.10') },
  { check: 'way', rest: toward('stable-2.14.10') },
  { check: 'linkerd-tool' },
  { check: 'kubectl' },
  { check: 'helm' },
  { check: 'owner' },
  { check: 'stored-settings' },
  { check: 'trust-anchors' },
  { check: 'issuer', objects: [...well, certificate('linkerd-identity-issuer', 'True')] },
  {
    check: 'webhook-certificates',
    objects: [
      ...values({
        proxyInjector: { externalSecret: true },
        profileValidator: { externalSecret: true },
        policyValidator: { externalSecret: true },
      }),
      ...servingSecrets.map((each) => certificate(each, 'True')),
    ],
  },
  { check: 'clocks' },
  { check: 'control-plane-well' },
  { check: 'high-availability' },
  { check: 'nodes-for-replicas' },
  { check: 'replicas-apart' },
  { check: 'control-plane-budgets' },
  {
    check: 'system-namespaces-excluded',
    objects: [
      ...(await meshObjects({ version: 'stable-2.11.5', ha: true })),
      namespace('kube-system', {}, { 'config.linkerd.io/admission-webhooks': 'disabled' }),
    ],
  },
  { check: 'control-plane-resources' },
  { check: 'proxy-resources', objects: withProxyRequests },
  { check: 'destination-memory' },
  { check: 'room-for-new-pods' },
  { check: 'container-runtime' },
  { check: 'architecture', rest: toward('edge-25.10.7') },
  { check: 'redirection' },
  { check: 'redirection', objects: [...values({ cniEnabled: true }), cniDaemons(3)] },
  { check: 'network-policies' },
  { check: 'api-server-calls' },
  { check: 'server-speaks-first', objects: [...well, pod('orders-1', 'docker.io/library/mysql:8.0', 3306)] },
  {
    check: 'server-speaks-first',
    objects: [...well, pod('orders-1', 'registry/orders:7', 3307, {}, 'grpc')],
  },
  {
    check: 'server-speaks-first',
    objects: [
      ...well,
      pod('orders-1', 'docker.io/library/mysql:8.0', 3307, { 'config.linkerd.io/opaque-ports': '3300-3310' }),
    ],
  },
  { check: 'restarts-without-downtime' },
  { check: 'extensions' },
  { check: 'links', objects: [...well, link, mirror(1)] },
  {
    check: 'metrics',
    objects: [...well, ...prometheus([{ name: 'data', persistentVolumeClaim: { claimName: 'prometheus' } }])],
  },
  {
    check: 'tap-access',
    objects: [
      ...well,
      tapApi,
      tapRole,
      tapFor({ kind: 'ServiceAccount', name: 'web', namespace: 'linkerd-viz' }),
    ],
  },
  { check: 'backup', objects: [...well, ...velero('2026-06-01T02:00:00Z')] },
];

const said = ({ remarks }: ReturnType<typeof result>) =>
  remarks.flatMap(({ text, evidence }) => [
    text,
    ...evidence.map(({ ref, path = '', value, expected = '' }) => `${ref} ${path} = ${value} ${expected}`),
  ]);

describe('what is planted', () => {
  test.each(planted)('$check: $what', ({ check, status, objects = well, rest, shows }) => {
    const found = result(check, objects, rest);
    expect(found, said(found).join('\n')).toMatchObject({ status });
    expect(said(found).join('\n')).toMatch(shows);
    for (const { weight, todo, text } of found.remarks) {
      if (weight === 'fail' || weight === 'warn') expect(todo, text).not.toBeUndefined();
    }
  });
});

test('a policy that blocks what the target needs is told several lines before it', async () => {
  const ports = [8080, 4190, 4191].map((port) => ({ port }));
  const closed = policy('closed', { podSelector: {}, ingress: [{ ports }] });
  const toward = async (target: string) => {
    const results = preflight(await world([closed], { target }), ['network']);
    return results.find(({ name }) => name === 'network-policies')!;
  };
  expect((await toward('stable-2.14.10')).status).toBe('pass');
  const far = await toward('edge-25.4.4');
  expect(far.status).toBe('warn');
  expect(said(far).join('\n')).toMatch(/From 2\.18 on: .*4143[\s\S]*NetworkPolicy shop\/closed/);
});

test.each(healthy)('$check passes where nothing is wrong', ({ check, objects = well, rest }) => {
  const found = result(check, objects, rest);
  expect(found.status, said(found).join('\n')).toBe('pass');
});

test('what may not be seen is not checked, and never passes or fails', () => {
  for (const { name, needs = [] } of preflightChecks) {
    const [part] = needs;
    if (part === undefined || part === 'serverVersion') continue;
    const found = result(name, well, { objects: { [part]: denied(`You may not list ${part}.`) } });
    if (found.status !== 'unchecked') throw new Error(`${name} is ${found.status} without ${part}`);
    expect(said(found).join('\n')).toContain(`You may not list ${part}.`);
  }
});
