import type { KubeObject } from '../kube-client.ts';
import type { Printed } from './column.ts';
import {
  condition,
  endpointsCell,
  eventTime,
  externalIp,
  jobDuration,
  jobStatus,
  NONE,
  nodeAddress,
  nodeRoles,
  nodeStatus,
  quota,
  servicePorts,
  subjectsOf,
} from './columns-cells.ts';
import { containerImages, containerNames, duration, mapCell, selectorCell } from './columns-format.ts';
import { podReady, podRestarts, podStatus, readinessGates } from './columns-pod.ts';
import { at, type Json } from './json.ts';

/** How long ago an object was created. */
export const AGE: Printed = {
  name: 'Age',
  cell: ({ metadata }, now) => duration(metadata.creationTimestamp, now),
};

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

const roleRef = column('Role', ({ roleRef: ref }) => `${ref.kind}/${ref.name}`);
const webhooks = column('Webhooks', (object) => object.webhooks?.length ?? 0, 'integer');

const SCALED = [
  count('Desired', 'spec.replicas'),
  count('Current', 'status.replicas'),
  count('Ready', 'status.readyReplicas'),
];

/** The columns between NAME and AGE of each kind, with those of `-o wide`; AGE itself where it is not the last. */
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
    AGE,
    field('Version', 'status.nodeInfo.kubeletVersion', ''),
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
