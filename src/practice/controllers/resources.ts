import { type Cache, createCache, type Resource } from './cache.ts';

const resource = (apiVersion: string, plural: string, kind: string, namespaced = true): Resource => ({
  apiVersion,
  resource: plural,
  kind,
  namespaced,
});

/** The kinds that the controllers follow. */
const RESOURCES = {
  nodes: resource('v1', 'nodes', 'Node', false),
  namespaces: resource('v1', 'namespaces', 'Namespace', false),
  pods: resource('v1', 'pods', 'Pod'),
  services: resource('v1', 'services', 'Service'),
  serviceaccounts: resource('v1', 'serviceaccounts', 'ServiceAccount'),
  configmaps: resource('v1', 'configmaps', 'ConfigMap'),
  endpoints: resource('v1', 'endpoints', 'Endpoints'),
  endpointslices: resource('discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice'),
  deployments: resource('apps/v1', 'deployments', 'Deployment'),
  replicasets: resource('apps/v1', 'replicasets', 'ReplicaSet'),
  statefulsets: resource('apps/v1', 'statefulsets', 'StatefulSet'),
  daemonsets: resource('apps/v1', 'daemonsets', 'DaemonSet'),
  controllerrevisions: resource('apps/v1', 'controllerrevisions', 'ControllerRevision'),
  jobs: resource('batch/v1', 'jobs', 'Job'),
  cronjobs: resource('batch/v1', 'cronjobs', 'CronJob'),
  poddisruptionbudgets: resource('policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget'),
  customresourcedefinitions: resource(
    'apiextensions.k8s.io/v1',
    'customresourcedefinitions',
    'CustomResourceDefinition',
    false,
  ),
  mutatingwebhookconfigurations: resource(
    'admissionregistration.k8s.io/v1',
    'mutatingwebhookconfigurations',
    'MutatingWebhookConfiguration',
    false,
  ),
  validatingwebhookconfigurations: resource(
    'admissionregistration.k8s.io/v1',
    'validatingwebhookconfigurations',
    'ValidatingWebhookConfiguration',
    false,
  ),
  secrets: resource('v1', 'secrets', 'Secret'),
  networkpolicies: resource('networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy'),
} as const satisfies Record<string, Resource>;

type ResourceName = keyof typeof RESOURCES;
/** The caches of every resource that a controller reads, by plural name. */
export type Caches = { readonly [name in ResourceName]: Cache };

/** Empty caches, which the watches fill. */
export function createCaches(): Caches {
  const entries = Object.entries(RESOURCES).map(([name, kind]) => [name, createCache(kind)]);
  return Object.fromEntries(entries) as Caches;
}
