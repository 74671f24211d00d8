/** Snapshots for tests: put together from objects, with nothing else in the cluster. */
import {
  type ObjectPart,
  objectParts,
  type Read,
  type Snapshot,
  type SnapshotObject,
  type Unread,
} from '../../src/diagnosis/snapshot.ts';

/** The part of a snapshot that objects of a kind are in. */
export const partOfKind: Readonly<Record<string, ObjectPart>> = {
  Namespace: 'namespaces',
  Node: 'nodes',
  Pod: 'pods',
  Service: 'services',
  EndpointSlice: 'endpointSlices',
  Deployment: 'deployments',
  ReplicaSet: 'replicaSets',
  StatefulSet: 'statefulSets',
  DaemonSet: 'daemonSets',
  Job: 'jobs',
  ConfigMap: 'configMaps',
  Secret: 'secrets',
  CustomResourceDefinition: 'customResourceDefinitions',
  MutatingWebhookConfiguration: 'mutatingWebhooks',
  ValidatingWebhookConfiguration: 'validatingWebhooks',
  APIService: 'apiServices',
  NetworkPolicy: 'networkPolicies',
  PodDisruptionBudget: 'podDisruptionBudgets',
  Event: 'events',
  Lease: 'leases',
  ServiceProfile: 'serviceProfiles',
  Server: 'servers',
  AuthorizationPolicy: 'authorizationPolicies',
  ServerAuthorization: 'serverAuthorizations',
  HTTPRoute: 'httpRoutes',
  GRPCRoute: 'grpcRoutes',
  Link: 'links',
  TrafficSplit: 'trafficSplits',
  Certificate: 'certificates',
  Backup: 'veleroBackups',
  Schedule: 'veleroSchedules',
  ClusterRole: 'clusterRoles',
  ClusterRoleBinding: 'clusterRoleBindings',
  RoleBinding: 'roleBindings',
  HelmRelease: 'installations',
  CronJob: 'cronJobs',
  PodSecurityPolicy: 'podSecurityPolicies',
  ExternalWorkload: 'externalWorkloads',
  TLSRoute: 'tlsRoutes',
  TCPRoute: 'tcpRoutes',
  PodMonitor: 'podMonitors',
  ServiceMonitor: 'serviceMonitors',
  PrometheusRule: 'prometheusRules',
  AdminNetworkPolicy: 'foreignPolicies',
  CiliumNetworkPolicy: 'foreignPolicies',
};

/** When the snapshots of tests are taken. */
export const takenAt = '2026-06-01T12:00:00Z';

export const denied = (message = 'You may not list it.'): Unread => ({
  state: 'unread',
  why: 'denied',
  message,
});

/** A snapshot of exactly these objects; everything was read, and there is nothing else. */
export function snapshotOf(
  objects: readonly SnapshotObject[],
  rest: Partial<Omit<Snapshot, 'objects'>> & {
    readonly objects?: Partial<Record<ObjectPart, Read<readonly SnapshotObject[]>>>;
  } = {},
): Snapshot {
  const lists = Object.fromEntries(objectParts.map((part) => [part, [] as SnapshotObject[]])) as Record<
    ObjectPart,
    SnapshotObject[]
  >;
  for (const object of objects) {
    const part = partOfKind[object.kind];
    if (part === undefined) throw new Error(`no part for ${object.kind}`);
    lists[part].push(object);
  }
  const read = Object.fromEntries(
    objectParts.map((part) => [part, { state: 'read', value: lists[part] } as const]),
  ) as unknown as Snapshot['objects'];
  const absent: Unread = { state: 'unread', why: 'absent', message: 'It is not on the PATH.' };
  return {
    kind: 'handrail/snapshot',
    version: 1,
    takenAt,
    tookMs: 10,
    cluster: { name: 'test', server: 'https://127.0.0.1:6443', uid: 'uid', practice: false },
    serverVersion: { state: 'read', value: 'v1.36.2' },
    linkerdCli: absent,
    kubectlCli: absent,
    helmCli: absent,
    logs: { state: 'read', value: [] },
    ...rest,
    objects: { ...read, ...rest.objects },
  };
}
