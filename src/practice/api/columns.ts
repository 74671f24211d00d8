import type { KubeObject } from '../kube-client.ts';
import { containerImages, containerNames, duration, mapCell, selectorCell, span } from './columns-format.ts';
import { podReady, podRestarts, podStatus, readinessGates } from './columns-pod.ts';
import { at, type Json } from './json.ts';
import type { Printed } from './table.ts';

const NONE = '<none>';

const column = (name: string, cell: Printed['cell'], type: Printed['type'] = 'string'): Printed => ({
  name,
  type,
  cell,
});
const wide = (name: string, cell: Printed['cell']): Printed => ({ name, cell, wide: true });
const field = (name: string, path: string, absent: Json = NONE): Printed =>
  column(name, (object) => at(object, path) ?? absent);
const count = (name: string, path: string): Printed =>
  column(name, (object) => at(object, path) ?? 0, 'integer');
const size = (name: string, of: (object: KubeObject) => object | undefined): Printed =>
  column(name, (object) => Object.keys(of(object) ?? {}).length, 'integer');

const workloadDetails = (template: (object: KubeObject) => Json, selector = true): Printed[] => [
  wide('Containers', (object) => containerNames(template(object))),
  wide('Images', (object) => containerImages(template(object))),
  ...(selector ? [wide('Selector', ({ spec }) => selectorCell(spec.selector))] : []),
];
const podTemplate = ({ spec }: KubeObject) => spec.template;

function servicePorts({ spec }: KubeObject): string {
  const ports = (spec.ports ?? []).map(({ port, nodePort, protocol }: Json) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return ports.join(',') || NONE;
}

function externalIp({ spec, status }: KubeObject): string {
  if (spec.type === 'ExternalName') return spec.externalName;
  if (spec.type === 'LoadBalancer') {
    const given = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }: Json) => ip ?? hostname);
    return given.join(',') || '<pending>';
  }
  return spec.externalIPs?.join(',') || NONE;
}

function nodeStatus({ spec, status }: KubeObject): string {
  const ready = status?.conditions?.find(({ type }: Json) => type === 'Ready');
  const word = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable ? `${word},SchedulingDisabled` : word;
}

function nodeRoles({ metadata }: KubeObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
  return (
    roles
      .map((label) => label.slice(prefix.length))
      .sort()
      .join(',') || NONE
  );
}
const nodeAddress = (kind: string) => (node: KubeObject) =>
  node.status?.addresses?.find(({ type }: Json) => type === kind)?.address ?? NONE;

function endpointsCell({ subsets = [] }: KubeObject): string {
  const all = subsets.flatMap(({ addresses = [], ports = [] }: Json) =>
    addresses.flatMap(({ ip }: Json) => ports.map(({ port }: Json) => `${ip}:${port}`)),
  );
  return all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : all.join(',') || NONE;
}

function jobStatus({ status }: KubeObject): string {
  const holds = (type: string) =>
    status?.conditions?.some((each: Json) => each.type === type && each.status === 'True');
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  return holds('Suspended') ? 'Suspended' : 'Running';
}
function jobDuration({ status }: KubeObject, now: number): string {
  if (!status?.startTime) return '';
  const end = status.completionTime ? Date.parse(status.completionTime) : now;
  return span(end - Date.parse(status.startTime));
}

const eventTime = (event: KubeObject) =>
  event.series?.lastObservedTime ??
  event.lastTimestamp ??
  event.eventTime ??
  event.metadata.creationTimestamp;

const roleRef = column('Role', ({ roleRef: ref }) => `${ref.kind}/${ref.name}`);
const subjectsOf = (kind: string) => (object: KubeObject) =>
  (object.subjects ?? [])
    .filter((subject: Json) => subject.kind === kind)
    .map(({ namespace, name }: Json) => (namespace ? `${namespace}/${name}` : name))
    .join(', ');
const webhooks = column('Webhooks', (object) => object.webhooks?.length ?? 0, 'integer');
const condition = (object: KubeObject, type: string) =>
  object.status?.conditions?.find((each: Json) => each.type === type)?.status;

const SCALED = [
  count('Desired', 'spec.replicas'),
  count('Current', 'status.replicas'),
  count('Ready', 'status.readyReplicas'),
];

/** The columns between NAME and AGE of each kind, with those of `-o wide`; events have neither. */
export const COLUMNS: Readonly<Record<string, readonly Printed[]>> = {
  Pod: [
    column('Ready', podReady),
    column('Status', podStatus),
    column('Restarts', podRestarts),
    wide('IP', ({ status }) => status?.podIP || NONE),
    wide('Node', ({ spec }) => spec.nodeName || NONE),
    wide('Nominated Node', ({ status }) => status?.nominatedNodeName || NONE),
    wide('Readiness Gates', readinessGates),
  ],
  Deployment: [
    column('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    count('Up-to-date', 'status.updatedReplicas'),
    count('Available', 'status.availableReplicas'),
    ...workloadDetails(podTemplate),
  ],
  ReplicaSet: [...SCALED, ...workloadDetails(podTemplate)],
  ReplicationController: [...SCALED, ...workloadDetails(podTemplate, false)],
  StatefulSet: [
    column('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    ...workloadDetails(podTemplate, false),
  ],
  DaemonSet: [
    count('Desired', 'status.desiredNumberScheduled'),
    count('Current', 'status.currentNumberScheduled'),
    count('Ready', 'status.numberReady'),
    count('Up-to-date', 'status.updatedNumberScheduled'),
    count('Available', 'status.numberAvailable'),
    column('Node Selector', ({ spec }) => mapCell(spec.template?.spec?.nodeSelector)),
    ...workloadDetails(podTemplate),
  ],
  Job: [
    column('Status', jobStatus),
    column('Completions', ({ spec, status }) => `${status?.succeeded ?? 0}/${spec.completions ?? 1}`),
    column('Duration', jobDuration),
    ...workloadDetails(podTemplate),
  ],
  CronJob: [
    field('Schedule', 'spec.schedule'),
    field('Timezone', 'spec.timeZone'),
    column('Suspend', ({ spec }) => (spec.suspend ? 'True' : 'False')),
    column('Active', ({ status }) => status?.active?.length ?? 0, 'integer'),
    column('Last Schedule', ({ status }, now) =>
      status?.lastScheduleTime ? duration(status.lastScheduleTime, now) : NONE,
    ),
    ...workloadDetails(({ spec }) => spec.jobTemplate?.spec?.template, false),
  ],
  Service: [
    field('Type', 'spec.type'),
    field('Cluster-IP', 'spec.clusterIP'),
    column('External-IP', externalIp),
    column('Port(s)', servicePorts),
    wide('Selector', ({ spec }) => mapCell(spec.selector)),
  ],
  Endpoints: [column('Endpoints', endpointsCell)],
  EndpointSlice: [
    field('AddressType', 'addressType'),
    column('Ports', ({ ports = [] }) => ports.map(({ port }: Json) => port).join(',') || '<unset>'),
    column(
      'Endpoints',
      ({ endpoints = [] }) => endpoints.flatMap(({ addresses }: Json) => addresses).join(',') || '<unset>',
    ),
  ],
  Node: [
    column('Status', nodeStatus),
    column('Roles', nodeRoles),
    { ...field('Version', 'status.nodeInfo.kubeletVersion', ''), name: 'Version' },
    wide('Internal-IP', nodeAddress('InternalIP')),
    wide('External-IP', nodeAddress('ExternalIP')),
    wide('OS-Image', ({ status }) => status?.nodeInfo?.osImage ?? '<unknown>'),
    wide('Kernel-Version', ({ status }) => status?.nodeInfo?.kernelVersion ?? '<unknown>'),
    wide('Container-Runtime', ({ status }) => status?.nodeInfo?.containerRuntimeVersion ?? '<unknown>'),
  ],
  Namespace: [field('Status', 'status.phase')],
  ConfigMap: [size('Data', ({ data, binaryData }) => ({ ...data, ...binaryData }))],
  Secret: [field('Type', 'type'), size('Data', ({ data }) => data)],
  ServiceAccount: [column('Secrets', ({ secrets }) => secrets?.length ?? 0, 'integer')],
  PersistentVolumeClaim: [
    field('Status', 'status.phase'),
    field('Volume', 'spec.volumeName', ''),
    field('StorageClass', 'spec.storageClassName', ''),
  ],
  PersistentVolume: [field('Status', 'status.phase'), field('StorageClass', 'spec.storageClassName', '')],
  PodDisruptionBudget: [
    field('Min Available', 'spec.minAvailable', 'N/A'),
    field('Max Unavailable', 'spec.maxUnavailable', 'N/A'),
    count('Allowed Disruptions', 'status.disruptionsAllowed'),
  ],
  NetworkPolicy: [column('Pod-Selector', ({ spec }) => selectorCell(spec.podSelector))],
  Ingress: [
    field('Class', 'spec.ingressClassName'),
    column('Hosts', ({ spec }) => (spec.rules ?? []).map(({ host }: Json) => host ?? '*').join(',') || '*'),
  ],
  HorizontalPodAutoscaler: [
    column('Reference', ({ spec }) => `${spec.scaleTargetRef?.kind}/${spec.scaleTargetRef?.name}`),
    field('MinPods', 'spec.minReplicas'),
    field('MaxPods', 'spec.maxReplicas'),
    count('Replicas', 'status.currentReplicas'),
  ],
  MutatingWebhookConfiguration: [webhooks],
  ValidatingWebhookConfiguration: [webhooks],
  APIService: [
    column('Service', ({ spec }) =>
      spec.service ? `${spec.service.namespace}/${spec.service.name}` : 'Local',
    ),
    column('Available', (object) => condition(object, 'Available') ?? 'Unknown'),
  ],
  RoleBinding: bindingColumns(),
  ClusterRoleBinding: bindingColumns(),
  Lease: [field('Holder', 'spec.holderIdentity', '')],
  PriorityClass: [
    field('Value', 'value', 0),
    column('Global-Default', ({ globalDefault }) => Boolean(globalDefault), 'boolean'),
  ],
  StorageClass: [field('Provisioner', 'provisioner'), field('ReclaimPolicy', 'reclaimPolicy', 'Delete')],
  ResourceQuota: [
    column('Request', ({ status }) => quota(status, (name) => !name.startsWith('limits.'))),
    column('Limit', ({ status }) => quota(status, (name) => name.startsWith('limits.'))),
  ],
  ControllerRevision: [
    column('Controller', ({ metadata }) => {
      const owner = metadata.ownerReferences?.find(({ controller }) => controller);
      return owner ? `${owner.kind.toLowerCase()}/${owner.name}` : NONE;
    }),
    column('Revision', ({ revision }) => revision, 'integer'),
  ],
  Event: [
    column('Last Seen', (event, now) => duration(eventTime(event), now)),
    field('Type', 'type'),
    field('Reason', 'reason'),
    column(
      'Object',
      ({ involvedObject: { kind = '', name } = {} as Json }) => `${kind.toLowerCase()}/${name}`,
    ),
    wide('Subobject', (event) => event.involvedObject?.fieldPath ?? ''),
    wide('Source', ({ source, reportingComponent = '' }) => source?.component ?? reportingComponent),
    column('Message', ({ message = '' }) => message.trim()),
    wide('First Seen', (event, now) => duration(event.firstTimestamp ?? eventTime(event), now)),
    wide('Count', ({ count = 1 }) => count),
    wide('Name', ({ metadata }) => metadata.name),
  ],
};

function bindingColumns(): Printed[] {
  return [
    roleRef,
    wide('Users', subjectsOf('User')),
    wide('Groups', subjectsOf('Group')),
    wide('ServiceAccounts', subjectsOf('ServiceAccount')),
  ];
}

function quota(status: Json, wanted: (name: string) => boolean): string {
  const names = Object.keys(status?.hard ?? {})
    .filter(wanted)
    .sort();
  return names.map((name) => `${name}: ${status.used?.[name] ?? 0}/${status.hard[name]}`).join(', ');
}
