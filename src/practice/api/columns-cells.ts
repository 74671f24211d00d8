import type { KubeObject } from '../kube-client.ts';
import { span } from './columns-format.ts';
import type { Json } from './json.ts';

// The cells that take more than one field.

/** What kubectl shows where there is nothing. */
export const NONE = '<none>';

/** `PORT/PROTOCOL` or `PORT:NODEPORT/PROTOCOL`, with commas. */
export function servicePorts({ spec }: KubeObject): string {
  const ports = (spec.ports ?? []).map(({ port, nodePort, protocol }: Json) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return ports.join(',') || NONE;
}

/** The address of a Service from outside; `<pending>` for a load balancer that has none yet. */
export function externalIp({ spec, status }: KubeObject): string {
  if (spec.type === 'ExternalName') return spec.externalName;
  if (spec.type === 'LoadBalancer') {
    const given = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }: Json) => ip ?? hostname);
    return given.join(',') || '<pending>';
  }
  return spec.externalIPs?.join(',') || NONE;
}

/** Ready, NotReady or Unknown, with `SchedulingDisabled` when the node is cordoned. */
export function nodeStatus({ spec, status }: KubeObject): string {
  const ready = status?.conditions?.find(({ type }: Json) => type === 'Ready');
  const word = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable ? `${word},SchedulingDisabled` : word;
}

/** The roles in a node's `node-role.kubernetes.io/` labels. */
export function nodeRoles({ metadata }: KubeObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
  return (
    roles
      .map((label) => label.slice(prefix.length))
      .sort()
      .join(',') || NONE
  );
}
/** A node's address of one kind, such as `InternalIP`. */
export const nodeAddress = (kind: string) => (node: KubeObject) =>
  node.status?.addresses?.find(({ type }: Json) => type === kind)?.address ?? NONE;

/** The first three addresses with their ports, and how many more there are. */
export function endpointsCell({ subsets = [] }: KubeObject): string {
  const all = subsets.flatMap(({ addresses = [], ports = [] }: Json) =>
    addresses.flatMap(({ ip }: Json) => ports.map(({ port }: Json) => `${ip}:${port}`)),
  );
  return all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : all.join(',') || NONE;
}

/** How a Job fares, in one word. */
export function jobStatus({ status }: KubeObject): string {
  const holds = (type: string) =>
    status?.conditions?.some((each: Json) => each.type === type && each.status === 'True');
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  return holds('Suspended') ? 'Suspended' : 'Running';
}
/** How long a Job took, or has taken until `now` (ms since the epoch). */
export function jobDuration({ status }: KubeObject, now: number): string {
  if (!status?.startTime) return '';
  const end = status.completionTime ? Date.parse(status.completionTime) : now;
  return span(end - Date.parse(status.startTime));
}

/** When an event was last seen, RFC 3339. */
export const eventTime = (event: KubeObject) =>
  event.series?.lastObservedTime ??
  event.lastTimestamp ??
  event.eventTime ??
  event.metadata.creationTimestamp;

/** The subjects of one kind in a role binding, with commas. */
export const subjectsOf = (kind: string) => (object: KubeObject) =>
  (object.subjects ?? [])
    .filter((subject: Json) => subject.kind === kind)
    .map(({ namespace, name }: Json) => (namespace ? `${namespace}/${name}` : name))
    .join(', ');

/** The status of a condition: True, False or Unknown; undefined without one. */
export const condition = (object: KubeObject, type: string) =>
  object.status?.conditions?.find((each: Json) => each.type === type)?.status;

/** `NAME: USED/HARD` for each resource of a quota that is wanted. */
export function quota(status: Json, wanted: (name: string) => boolean): string {
  const names = Object.keys(status?.hard ?? {})
    .filter(wanted)
    .sort();
  return names.map((name) => `${name}: ${status.used?.[name] ?? 0}/${status.hard[name]}`).join(', ');
}
