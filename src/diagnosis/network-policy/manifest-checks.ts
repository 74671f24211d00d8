/** What of a workload's manifest has to be as the API wants it, so that its pods can be told. */
import { type Json, record, records, text } from '../../rollout/json.ts';
import type { Report } from './model.ts';
import { isProtocol } from './ports.ts';

type Path = readonly PropertyKey[];

const IN_SPEC: Path = ['spec', 'template'];

/** Where each kind has the template of its pods. */
export const workloadKinds: ReadonlyMap<string, Path> = new Map([
  ['Deployment', IN_SPEC],
  ['ReplicaSet', IN_SPEC],
  ['ReplicationController', IN_SPEC],
  ['StatefulSet', IN_SPEC],
  ['DaemonSet', IN_SPEC],
  ['Job', IN_SPEC],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
]);

const ownGroups = ['', 'apps', 'batch', 'extensions', 'networking.k8s.io'];

/** Whether its kind is that of Kubernetes, not one of the same name that somebody else defines. */
export function isOwnKind({ apiVersion }: Json): boolean {
  const parts = text(apiVersion).split('/');
  return ownGroups.includes(parts.length > 1 ? parts[0]! : '');
}

/** The template of an object's pods; a Pod is its own. */
export function templateOf(object: Json): { readonly template: Json; readonly path: Path } {
  const path = workloadKinds.get(text(object.kind)) ?? [];
  const template = path.reduce<unknown>((value, key) => record(value)[String(key)], object);
  return { template: record(template), path };
}

/** Whether it has a name, and labels that are labels. */
export function checkNamed(object: Json, report: Report): boolean {
  const { name, generateName, namespace = '' } = record(object.metadata);
  const kind = text(object.kind);
  if (text(name) === '' && text(generateName) === '') {
    report(['metadata'], `a ${kind} needs a name`);
    return false;
  }
  if (typeof namespace !== 'string' && namespace !== null) {
    report(['metadata', 'namespace'], 'the name of a namespace is a text');
    return false;
  }
  return checkLabels(record(object.metadata).labels, ['metadata', 'labels'], report);
}

/** Whether labels, containers and ports of the pods can be read. */
export function checkTemplate(object: Json, report: Report): boolean {
  const { template, path } = templateOf(object);
  const { spec } = template;
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) {
    report([...path, 'spec'], `a ${text(object.kind)} needs the spec of its pods`);
    return false;
  }
  return (
    checkLabels(record(template.metadata).labels, [...path, 'metadata', 'labels'], report) &&
    ['containers', 'initContainers'].every((list) =>
      checkContainers(record(spec)[list], [...path, 'spec', list], report),
    )
  );
}

function checkLabels(labels: unknown, path: Path, report: Report): boolean {
  if (labels === undefined || labels === null) return true;
  if (typeof labels !== 'object' || Array.isArray(labels)) {
    report(path, 'labels are a mapping');
    return false;
  }
  const wrong = Object.entries(labels).find(([, value]) => typeof value !== 'string');
  if (wrong === undefined) return true;
  report([...path, wrong[0]], 'the value of a label is a text: put it in quotes');
  return false;
}

function checkContainers(containers: unknown, path: Path, report: Report): boolean {
  if (containers === undefined || containers === null) return true;
  if (!Array.isArray(containers) || records(containers).length !== containers.length) {
    report(path, 'containers are a list of mappings');
    return false;
  }
  return records(containers).every(({ ports }, at) => {
    const where = [...path, at, 'ports'];
    if (ports === undefined || ports === null) return true;
    if (!Array.isArray(ports)) {
      report(where, 'ports are a list');
      return false;
    }
    const wrong = ports.findIndex((port) => {
      const { containerPort, protocol } = record(port);
      return (
        !(Number.isInteger(containerPort) && Number(containerPort) > 0 && Number(containerPort) < 65_536) ||
        !(protocol === undefined || protocol === null || isProtocol(protocol))
      );
    });
    if (wrong < 0) return true;
    report([...where, wrong], 'a port needs a containerPort from 1 to 65535, and TCP, UDP or SCTP');
    return false;
  });
}
