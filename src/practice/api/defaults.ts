import type { KubeObject } from '../kube-client.ts';
import { defaultPod, defaultPodSpec, fill } from './defaults-pod.ts';
import type { JsonMap } from './json.ts';

// What the API server fills in when a field is left out, for the kinds that operators and their tools look at. Without
// it, a second `kubectl apply` or `kubectl diff` would find differences that nobody made.

function rolling(values: JsonMap, spec: JsonMap, field: string): void {
  spec[field] ??= {};
  spec[field].type ??= 'RollingUpdate';
  if (spec[field].type !== 'RollingUpdate') return;
  spec[field].rollingUpdate ??= {};
  fill(spec[field].rollingUpdate, values);
}

function defaultService(service: KubeObject): void {
  const { spec } = service;
  fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
  for (const port of spec.ports ?? []) {
    fill(port, { protocol: 'TCP', targetPort: port.port });
  }
  if (spec.type === 'ExternalName') return;
  fill(spec, { internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  if (spec.type !== 'ClusterIP') fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (spec.type === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true });
  if (spec.clusterIP) spec.clusterIPs ??= [spec.clusterIP];
  service.status ??= { loadBalancer: {} };
}

function defaultSecret(secret: KubeObject): void {
  secret.type ??= 'Opaque';
  if (!secret.stringData) return;
  secret.data ??= {};
  for (const [key, value] of Object.entries(secret.stringData)) {
    secret.data[key] = Buffer.from(String(value)).toString('base64');
  }
  delete secret.stringData;
}

function defaultWebhooks(configuration: KubeObject, mutating: boolean): void {
  for (const webhook of configuration.webhooks ?? []) {
    fill(webhook, {
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      timeoutSeconds: 10,
      namespaceSelector: {},
      objectSelector: {},
      ...(mutating && { reinvocationPolicy: 'Never' }),
    });
    for (const rule of webhook.rules ?? []) fill(rule, { scope: '*' });
    if (webhook.clientConfig?.service) fill(webhook.clientConfig.service, { port: 443 });
  }
}

function defaultRoleBinding(binding: KubeObject): void {
  const group = 'rbac.authorization.k8s.io';
  if (binding.roleRef) binding.roleRef.apiGroup ||= group;
  for (const subject of binding.subjects ?? [])
    if (subject.kind !== 'ServiceAccount') subject.apiGroup ??= group;
}

/** A Job selects its pods by its own uid, unless it was told to select by hand. */
function defaultJob({ metadata, spec }: KubeObject): void {
  if (!spec.selector && !spec.manualSelector && metadata.uid && spec.template) {
    const uid = { 'batch.kubernetes.io/controller-uid': metadata.uid };
    const legacy = { 'controller-uid': metadata.uid, 'job-name': metadata.name };
    spec.selector = { matchLabels: uid };
    spec.template.metadata ??= {};
    spec.template.metadata.labels = {
      ...spec.template.metadata.labels,
      ...uid,
      'batch.kubernetes.io/job-name': metadata.name,
      ...legacy,
    };
  }
  fill(spec, {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
  });
  fill(spec, { manualSelector: false, podReplacementPolicy: 'TerminatingOrFailed' });
  defaultPodSpec(spec.template?.spec);
}

function defaultNetworkPolicy({ spec }: KubeObject): void {
  spec.policyTypes ??= spec.egress ? ['Ingress', 'Egress'] : ['Ingress'];
  for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
    for (const port of rule.ports ?? []) fill(port, { protocol: 'TCP' });
  }
}

const DEFAULTS: Readonly<Record<string, (object: KubeObject) => void>> = {
  Pod: defaultPod,
  Service: defaultService,
  Secret: defaultSecret,
  Job: defaultJob,
  NetworkPolicy: defaultNetworkPolicy,
  MutatingWebhookConfiguration: (object) => defaultWebhooks(object, true),
  ValidatingWebhookConfiguration: (object) => defaultWebhooks(object, false),
  ClusterRoleBinding: defaultRoleBinding,
  RoleBinding: defaultRoleBinding,
  Deployment({ spec }) {
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    rolling({ maxSurge: '25%', maxUnavailable: '25%' }, spec, 'strategy');
    defaultPodSpec(spec.template?.spec);
  },
  ReplicaSet({ spec }) {
    fill(spec, { replicas: 1 });
    defaultPodSpec(spec.template?.spec);
  },
  ReplicationController({ spec }) {
    fill(spec, { replicas: 1, selector: spec.template?.metadata?.labels });
    defaultPodSpec(spec.template?.spec);
  },
  DaemonSet({ spec }) {
    fill(spec, { revisionHistoryLimit: 10 });
    rolling({ maxSurge: 0, maxUnavailable: 1 }, spec, 'updateStrategy');
    defaultPodSpec(spec.template?.spec);
  },
  StatefulSet({ spec }) {
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady' });
    fill(spec, { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' } });
    rolling({ partition: 0 }, spec, 'updateStrategy');
    defaultPodSpec(spec.template?.spec);
  },
  CronJob({ spec }) {
    fill(spec, { concurrencyPolicy: 'Allow', suspend: false });
    fill(spec, { successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
    defaultPodSpec(spec.jobTemplate?.spec?.template?.spec);
  },
  Namespace(namespace) {
    namespace.metadata.labels = {
      ...namespace.metadata.labels,
      'kubernetes.io/metadata.name': namespace.metadata.name,
    };
    namespace.spec ??= {};
    fill(namespace.spec, { finalizers: ['kubernetes'] });
    namespace.status ??= { phase: 'Active' };
  },
  PersistentVolumeClaim(claim) {
    fill(claim.spec, { volumeMode: 'Filesystem' });
    claim.status ??= { phase: 'Pending' };
  },
  APIService({ spec }) {
    if (spec.service) fill(spec.service, { port: 443 });
  },
};

/** Fills in the fields that a built-in object left out, in place. */
export function applyDefaults(object: KubeObject): void {
  if (object.spec || !NEEDS_SPEC.has(object.kind)) DEFAULTS[object.kind]?.(object);
}

const NEEDS_SPEC = new Set([
  'Pod',
  'Service',
  'Job',
  'NetworkPolicy',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'DaemonSet',
  'StatefulSet',
  'CronJob',
  'PersistentVolumeClaim',
  'APIService',
]);
