/** What is asked of the cluster for each part of the evidence, but for those that depend on another. */
import type { ObjectPart } from '../../diagnosis/snapshot.ts';
import type { Selection } from '../api.ts';
import {
  apiServiceMask,
  definitionMask,
  endpointSliceMask,
  leaseMask,
  namespaceMask,
  networkPolicyMask,
  nodeMask,
  serviceMask,
  webhooksMask,
} from './keep-cluster.ts';
import { configMapMask, helmReleaseMask, secretMask } from './keep-config.ts';
import { message, meta } from './keep-meta.ts';
import { podMask } from './keep-pods.ts';
import { bindingMask, roleMask } from './keep-roles.ts';
import {
  budgetMask,
  cronJobMask,
  eventMask,
  jobMask,
  replicaSetMask,
  workloadMask,
} from './keep-workloads.ts';
import type { Mask } from './mask.ts';
import type { Wanted } from './read-part.ts';

/** Parts of custom resources, whose versions are known when the definitions are. */
export type CustomPart =
  | 'serviceProfiles'
  | 'servers'
  | 'authorizationPolicies'
  | 'serverAuthorizations'
  | 'httpRoutes'
  | 'grpcRoutes'
  | 'links'
  | 'trafficSplits'
  | 'certificates'
  | 'veleroBackups'
  | 'veleroSchedules'
  | 'externalWorkloads'
  | 'tlsRoutes'
  | 'tcpRoutes'
  | 'podMonitors'
  | 'serviceMonitors'
  | 'prometheusRules'
  | 'foreignPolicies';

/** What is read by lists that are known beforehand. `installations` follow from a list (`read-installations.ts`). */
export type PlainPart = Exclude<ObjectPart, CustomPart | 'installations'>;

const list = (
  apiVersion: string,
  resource: string,
  kind: string,
  mask: Mask,
  selection: Selection & Pick<Wanted, 'form'> = {},
): Wanted => ({ ref: { apiVersion, resource }, kind, mask, ...selection });

/** Of Linkerd's own; a name that others use, too, is looked for by the label of an extension. */
const configMaps = [
  'linkerd-config',
  'linkerd-identity-trust-roots',
  'linkerd-cni-config',
  'linkerd-prometheus-config',
  'linkerd-grafana-config',
];

const secrets = [
  'linkerd-identity-issuer',
  'linkerd-config-overrides',
  'linkerd-proxy-injector-k8s-tls',
  'linkerd-sp-validator-k8s-tls',
  'linkerd-policy-validator-k8s-tls',
  'linkerd-tap-k8s-tls',
  'tap-k8s-tls',
  'tap-injector-k8s-tls',
  'jaeger-injector-k8s-tls',
  // What 2.8 called them, and an upgrade by its tool leaves behind.
  'linkerd-proxy-injector-tls',
  'linkerd-sp-validator-tls',
  'linkerd-tap-tls',
];

const named = (name: string): Selection => ({ fieldSelector: `metadata.name=${name}` });

const registration = 'admissionregistration.k8s.io/v1';
const rbac = 'rbac.authorization.k8s.io/v1';

export const plainParts: Readonly<Record<PlainPart, readonly Wanted[]>> = {
  namespaces: [list('v1', 'namespaces', 'Namespace', namespaceMask)],
  nodes: [list('v1', 'nodes', 'Node', nodeMask)],
  pods: [list('v1', 'pods', 'Pod', podMask)],
  services: [list('v1', 'services', 'Service', serviceMask)],
  endpointSlices: [list('discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice', endpointSliceMask)],
  deployments: [list('apps/v1', 'deployments', 'Deployment', workloadMask)],
  replicaSets: [list('apps/v1', 'replicasets', 'ReplicaSet', replicaSetMask)],
  statefulSets: [list('apps/v1', 'statefulsets', 'StatefulSet', workloadMask)],
  daemonSets: [list('apps/v1', 'daemonsets', 'DaemonSet', workloadMask)],
  jobs: [list('batch/v1', 'jobs', 'Job', jobMask)],
  configMaps: [
    ...configMaps.map((name) => list('v1', 'configmaps', 'ConfigMap', configMapMask, named(name))),
    list('v1', 'configmaps', 'ConfigMap', configMapMask, { labelSelector: 'linkerd.io/extension' }),
  ],
  secrets: [
    ...secrets.map((name) => list('v1', 'secrets', 'Secret', secretMask, named(name))),
    list('v1', 'secrets', 'Secret', secretMask, {
      fieldSelector: 'type=mirror.linkerd.io/remote-kubeconfig',
    }),
    list('v1', 'secrets', 'Secret', helmReleaseMask, { labelSelector: 'owner=helm', form: 'metadata' }),
  ],
  customResourceDefinitions: [
    list('apiextensions.k8s.io/v1', 'customresourcedefinitions', 'CustomResourceDefinition', definitionMask),
  ],
  mutatingWebhooks: [
    list(registration, 'mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', webhooksMask),
  ],
  validatingWebhooks: [
    list(registration, 'validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', webhooksMask),
  ],
  apiServices: [list('apiregistration.k8s.io/v1', 'apiservices', 'APIService', apiServiceMask)],
  networkPolicies: [list('networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy', networkPolicyMask)],
  podDisruptionBudgets: [list('policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget', budgetMask)],
  events: [list('v1', 'events', 'Event', eventMask, { fieldSelector: 'type=Warning' })],
  // Every node has one of its own, which tells nothing here.
  leases: [
    list('coordination.k8s.io/v1', 'leases', 'Lease', leaseMask, {
      fieldSelector: 'metadata.namespace!=kube-node-lease',
    }),
  ],
  clusterRoles: [list(rbac, 'clusterroles', 'ClusterRole', roleMask)],
  clusterRoleBindings: [list(rbac, 'clusterrolebindings', 'ClusterRoleBinding', bindingMask)],
  roleBindings: [list(rbac, 'rolebindings', 'RoleBinding', bindingMask)],
  cronJobs: [list('batch/v1', 'cronjobs', 'CronJob', cronJobMask)],
  podSecurityPolicies: [
    list('policy/v1beta1', 'podsecuritypolicies', 'PodSecurityPolicy', {
      metadata: meta,
      spec: { allowedCapabilities: true },
    }),
  ],
};

const scraped = { selector: true, namespaceSelector: true } satisfies Mask;
const scrapedPorts: Mask = [{ port: true, targetPort: true, path: true }];

/** The definitions that a custom part is read by. */
export const customParts: Readonly<Record<CustomPart, readonly string[]>> = {
  serviceProfiles: ['serviceprofiles.linkerd.io'],
  servers: ['servers.policy.linkerd.io'],
  authorizationPolicies: ['authorizationpolicies.policy.linkerd.io'],
  serverAuthorizations: ['serverauthorizations.policy.linkerd.io'],
  httpRoutes: ['httproutes.policy.linkerd.io', 'httproutes.gateway.networking.k8s.io'],
  grpcRoutes: ['grpcroutes.gateway.networking.k8s.io'],
  links: ['links.multicluster.linkerd.io'],
  trafficSplits: ['trafficsplits.split.smi-spec.io'],
  certificates: ['certificates.cert-manager.io'],
  veleroBackups: ['backups.velero.io'],
  veleroSchedules: ['schedules.velero.io'],
  externalWorkloads: ['externalworkloads.workload.linkerd.io'],
  tlsRoutes: ['tlsroutes.gateway.networking.k8s.io'],
  tcpRoutes: ['tcproutes.gateway.networking.k8s.io'],
  podMonitors: ['podmonitors.monitoring.coreos.com'],
  serviceMonitors: ['servicemonitors.monitoring.coreos.com'],
  prometheusRules: ['prometheusrules.monitoring.coreos.com'],
  foreignPolicies: [
    'adminnetworkpolicies.policy.networking.k8s.io',
    'baselineadminnetworkpolicies.policy.networking.k8s.io',
    'clusternetworkpolicies.policy.networking.k8s.io',
    'ciliumnetworkpolicies.cilium.io',
    'ciliumclusterwidenetworkpolicies.cilium.io',
    'networkpolicies.crd.projectcalico.org',
    'globalnetworkpolicies.crd.projectcalico.org',
    'networkpolicies.crd.antrea.io',
    'clusternetworkpolicies.crd.antrea.io',
  ],
};

/** Where not all of a custom resource is kept: how something is scraped may hold passwords. */
export const customMasks: Partial<Record<CustomPart, Mask>> = {
  podMonitors: { metadata: meta, spec: { ...scraped, podMetricsEndpoints: scrapedPorts } },
  serviceMonitors: { metadata: meta, spec: { ...scraped, endpoints: scrapedPorts } },
  prometheusRules: {
    metadata: meta,
    spec: { groups: [{ name: true, rules: [{ alert: true, record: true, expr: message }] }] },
  },
};
