import type { KubeObject } from '../kube-client.ts';
import { badValue, type Cause, forbidden, invalid, required } from './errors.ts';
import { at, equal, type Json, type JsonMap } from './json.ts';
import type { ResourceInfo } from './resources.ts';
import { matchesSelector } from './selectors.ts';
import { containerCauses, initCauses, rolloutCauses } from './validation-workload.ts';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_WHY =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const LABEL_VALUE_WHY =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const LABEL_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_NAME_WHY =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
// RBAC names may hold colons and more; the real server takes them as path segments.
const FREE_NAMES = new Set(['rbac.authorization.k8s.io', 'events.k8s.io']);

const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec.selector'],
  ReplicaSet: ['spec.selector'],
  DaemonSet: ['spec.selector'],
  Job: ['spec.selector', 'spec.template', 'spec.completionMode'],
  PersistentVolumeClaim: ['spec.storageClassName', 'spec.accessModes'],
  Secret: ['type'],
  StorageClass: ['provisioner', 'parameters', 'reclaimPolicy'],
  PriorityClass: ['value'],
};

const STATEFULSET_MUTABLE = new Set([
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]);

function metadataCauses(info: ResourceInfo, { metadata }: KubeObject): Cause[] {
  const causes: Cause[] = [];
  if (!FREE_NAMES.has(info.group) && !SUBDOMAIN.test(metadata.name)) {
    causes.push(badValue('metadata.name', metadata.name, SUBDOMAIN_WHY));
  }
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (!LABEL_NAME.test(key.slice(key.indexOf('/') + 1)))
      causes.push(badValue('metadata.labels', key, LABEL_NAME_WHY));
    if (typeof value !== 'string' || value.length > 63 || !LABEL_VALUE.test(value)) {
      causes.push(badValue('metadata.labels', value, LABEL_VALUE_WHY));
    }
  }
  return causes;
}

function podSpecCauses(spec: Json, path: string): Cause[] {
  const causes: Cause[] = [];
  if (!spec?.containers?.length) return [required(`${path}.containers`)];
  // A name is taken once in both lists; the server says so of the init container.
  const names = new Set<string>();
  for (const list of ['containers', 'initContainers']) {
    for (const [index, container] of (spec[list] ?? []).entries()) {
      const field = `${path}.${list}[${index}]`;
      if (!container.name) causes.push(required(`${field}.name`));
      if (!container.image) causes.push(required(`${field}.image`));
      causes.push(...containerCauses(container, field));
      if (list === 'initContainers') causes.push(...initCauses(container, field));
      if (names.has(container.name)) {
        causes.push({
          reason: 'FieldValueDuplicate',
          field: `${field}.name`,
          message: `Duplicate value: ${JSON.stringify(container.name)}`,
        });
      }
      names.add(container.name);
    }
  }
  return causes;
}

const WORKLOADS = new Set(['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet']);

function workloadCauses(object: KubeObject): Cause[] {
  const { spec } = object;
  if (!spec) return [required('spec')];
  const causes: Cause[] = spec.selector ? [] : [required('spec.selector')];
  const labels = spec.template?.metadata?.labels ?? null;
  if (!spec.selector || !matchesSelector(spec.selector, labels ?? {})) {
    const why = '`selector` does not match template `labels`';
    causes.push(badValue('spec.template.metadata.labels', labels, why));
  }
  causes.push(...podSpecCauses(spec.template?.spec, 'spec.template.spec'));
  const policy = spec.template?.spec?.restartPolicy;
  if (policy !== undefined && policy !== 'Always')
    causes.push({
      reason: 'FieldValueNotSupported',
      field: 'spec.template.spec.restartPolicy',
      message: `Unsupported value: ${JSON.stringify(policy)}: supported values: "Always"`,
    });
  if (typeof spec.replicas === 'number' && spec.replicas < 0) {
    causes.push(badValue('spec.replicas', spec.replicas, 'must be greater than or equal to 0'));
  }
  causes.push(...rolloutCauses(object));
  return causes;
}

function contentCauses(object: KubeObject): Cause[] {
  if (WORKLOADS.has(object.kind)) return workloadCauses(object);
  switch (object.kind) {
    case 'Pod':
      return podSpecCauses(object.spec, 'spec');
    case 'Job':
      return podSpecCauses(object.spec?.template?.spec, 'spec.template.spec');
    case 'Service':
      if (!object.spec) return [required('spec')];
      return object.spec.type !== 'ExternalName' &&
        object.spec.clusterIP !== 'None' &&
        !object.spec.ports?.length
        ? [required('spec.ports')]
        : [];
    default:
      return [];
  }
}

function changeCauses(object: KubeObject, previous: KubeObject): Cause[] {
  const causes = (IMMUTABLE[object.kind] ?? [])
    .filter((path) => !equal(at(object, path), at(previous, path)))
    .map((path) => badValue(path, at(object, path), 'field is immutable'));
  if (object.kind === 'StatefulSet') {
    const keys = Object.keys({ ...object.spec, ...previous.spec }).filter(
      (key) => !STATEFULSET_MUTABLE.has(key),
    );
    if (keys.some((key) => !equal(object.spec[key], previous.spec[key]))) {
      causes.push({
        reason: 'FieldValueForbidden',
        field: 'spec',
        message:
          "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      });
    }
  }
  if (/^(Cluster)?RoleBinding$/.test(object.kind) && !equal(object.roleRef, previous.roleRef)) {
    causes.push(badValue('roleRef', object.roleRef, 'cannot change roleRef'));
  }
  if (
    previous.immutable &&
    ['data', 'binaryData', 'immutable'].some((key) => !equal(object[key], previous[key]))
  ) {
    causes.push({
      reason: 'FieldValueForbidden',
      field: 'data',
      message: 'Forbidden: field is immutable when `immutable` is set',
    });
  }
  const clusterIP = previous.kind === 'Service' ? previous.spec?.clusterIP : undefined;
  if (clusterIP && object.spec?.type !== 'ExternalName' && object.spec?.clusterIP !== clusterIP) {
    causes.push(badValue('spec.clusterIPs[0]', [object.spec?.clusterIP], 'may not change once set'));
  }
  return causes;
}

const POD_MUTABLE = [
  'activeDeadlineSeconds',
  'tolerations',
  'terminationGracePeriodSeconds',
  'schedulingGates',
  'nodeName',
];

function podCauses(object: KubeObject, previous: KubeObject): Cause[] {
  const frozen = ({ spec }: KubeObject): JsonMap => {
    const rest: JsonMap = { ...spec };
    for (const key of POD_MUTABLE) delete rest[key];
    for (const list of ['containers', 'initContainers']) {
      rest[list] = spec[list]?.map((container: JsonMap) => ({ ...container, image: '' }));
    }
    return rest;
  };
  if (equal(frozen(object), frozen(previous))) return [];
  return [
    {
      reason: 'FieldValueForbidden',
      field: 'spec',
      message:
        'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    },
  ];
}

/** Throws the 422 of the real server when a built-in object is incomplete, or changes what cannot change. */
export function validate(info: ResourceInfo, object: KubeObject, previous: KubeObject | undefined): void {
  const causes = [...metadataCauses(info, object), ...contentCauses(object)];
  if (previous) causes.push(...changeCauses(object, previous));
  if (previous && object.kind === 'Pod') causes.push(...podCauses(object, previous));
  if (causes.length > 0) throw invalid(info, object.metadata.name, causes);
}

/** Nothing new may be made in a namespace that is going away. */
export function checkNamespace(info: ResourceInfo, name: string, namespace: KubeObject): void {
  if (!namespace.metadata.deletionTimestamp) return;
  const why = `unable to create new content in namespace ${namespace.metadata.name} because it is being terminated`;
  throw forbidden(info, name, why);
}
