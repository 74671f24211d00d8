import { randomBytes, randomUUID } from 'node:crypto';
import type { KubeObject } from '../kube-client.ts';
import { asKept } from './conversion.ts';
import { CRD_STORAGE, defaultCrd, validateCrd } from './crd.ts';
import { applyDefaults } from './defaults.ts';
import { ApiError, badRequest, invalid, notFound, required } from './errors.ts';
import { clone, equal, isMap } from './json.ts';
import type { Objects } from './objects.ts';
import { groupVersion, type ResourceInfo } from './resources.ts';
import { allocateClusterIP } from './service-address.ts';
import { pruneCustom, validateCustom } from './structural.ts';
import { checkNamespace, validate } from './validation.ts';
import { checkTypes } from './validation-workload.ts';

const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789';

/** The five characters that the server appends to a generateName: no vowels, so no words. */
function randomSuffix(): string {
  return [...randomBytes(5)].map((byte) => SUFFIX[byte % SUFFIX.length]).join('');
}

// Kinds whose spec is counted in metadata.generation.
const COUNTED = new Set([
  'apps',
  'batch',
  'policy',
  'networking.k8s.io',
  'apiextensions.k8s.io',
  'admissionregistration.k8s.io',
]);

const counted = (info: ResourceInfo) => info.custom || COUNTED.has(info.group) || info.plural === 'pods';

function checkKind(info: ResourceInfo, body: KubeObject): void {
  if (!isMap(body) || !isMap(body.metadata))
    throw badRequest('the object provided is unrecognized: it has no metadata');
  body.apiVersion ||= groupVersion(info);
  body.kind ||= info.kind;
  if (body.kind !== info.kind) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${info.kind}): it is of type ${String(body.kind)}`,
    );
  }
}

/** What the status of a new workload says: the counts that the API always writes. */
function emptyStatus({ kind }: ResourceInfo): Record<string, number> {
  if (kind === 'ReplicaSet') return { replicas: 0 };
  if (kind === 'StatefulSet') return { replicas: 0, availableReplicas: 0 };
  if (kind !== 'DaemonSet') return {};
  return {
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  };
}

/** The first Kubernetes 1.N that knows native sidecars without being told to. */
const SIDECARS_SINCE = 29;

/** An older server drops the field that it does not know: what was to be a sidecar is an init container like any other. */
function withoutSidecars(kubernetes: number, object: KubeObject): void {
  if (kubernetes >= SIDECARS_SINCE) return;
  const { spec } = object;
  const pod = object.kind === 'Pod' ? spec : (spec?.jobTemplate?.spec?.template ?? spec?.template)?.spec;
  for (const container of pod?.initContainers ?? []) delete container.restartPolicy;
}

function fillIn(
  store: Objects,
  info: ResourceInfo,
  object: KubeObject,
  previous: KubeObject | undefined,
): void {
  if (info.custom) {
    pruneCustom(info, object);
    return;
  }
  checkTypes(info, object);
  withoutSidecars(store.registry.kubernetes, object);
  applyDefaults(object);
  if (object.kind === 'Service') allocateClusterIP(store, info, object, previous);
  if (info.storage === CRD_STORAGE) defaultCrd(object, previous, store.now());
}

/** A new object as it will be stored, before admission: named, dated, in its namespace, with defaults. */
export function newObject(
  store: Objects,
  info: ResourceInfo,
  namespace: string | undefined,
  body: KubeObject,
): KubeObject {
  const sent = clone(body);
  checkKind(info, sent);
  const object = asKept(info, sent);
  const { metadata } = object;
  if (info.namespaced) {
    if (metadata.namespace && namespace && metadata.namespace !== namespace) {
      throw badRequest(
        `the namespace of the provided object does not match the namespace sent on the request`,
      );
    }
    metadata.namespace = metadata.namespace || namespace || 'default';
  } else delete metadata.namespace;
  if (!metadata.name && metadata.generateName) metadata.name = `${metadata.generateName}${randomSuffix()}`;
  if (!metadata.name)
    throw invalid(info, '', [required('metadata.name', 'name or generateName is required')]);
  if (metadata.resourceVersion)
    throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
  const home =
    metadata.namespace && store.peek(store.resource('v1', 'namespaces'), undefined, metadata.namespace);
  if (metadata.namespace && !home) throw notFound(store.resource('v1', 'namespaces'), metadata.namespace);
  if (home) checkNamespace(info, metadata.name, home);
  metadata.uid = randomUUID();
  metadata.creationTimestamp = store.now();
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.generation;
  if (counted(info)) metadata.generation = 1;
  if (info.subresources.includes('status') && info.plural !== 'nodes') delete object.status;
  if (info.group === 'apps' && info.subresources.includes('status')) object.status = emptyStatus(info);
  fillIn(store, info, object, undefined);
  return object;
}

/** The next state of an object as it will be stored, before admission: what a request cannot change is put back. */
export function updatedObject(
  store: Objects,
  info: ResourceInfo,
  previous: KubeObject,
  body: KubeObject,
  subresource: string | undefined,
): KubeObject {
  const own = clone(body);
  checkKind(info, own);
  const sent = asKept(info, own);
  const object = subresource === 'status' ? { ...clone(previous), status: sent.status } : sent;
  const { metadata } = previous;
  object.apiVersion = info.keptAs ?? groupVersion(info);
  object.metadata = {
    ...(subresource === 'status' ? metadata : sent.metadata),
    name: metadata.name,
    uid: metadata.uid!,
    creationTimestamp: metadata.creationTimestamp!,
    resourceVersion: metadata.resourceVersion!,
  };
  const next = object.metadata;
  if (sent.metadata.managedFields) next.managedFields = sent.metadata.managedFields;
  else if (metadata.managedFields) next.managedFields = metadata.managedFields;
  for (const key of [
    'namespace',
    'generation',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'generateName',
  ] as const) {
    if (metadata[key] === undefined) delete next[key];
    else Object.assign(next, { [key]: metadata[key] });
  }
  if (subresource !== 'status' && subresource !== 'binding' && info.subresources.includes('status')) {
    if (previous.status === undefined) delete object.status;
    else object.status = previous.status;
  }
  if (object.status === undefined) delete object.status;
  if (subresource !== 'status') fillIn(store, info, object, previous);
  if (counted(info) && !sameContent(info, object, previous)) next.generation = (metadata.generation ?? 0) + 1;
  return object;
}

function sameContent(info: ResourceInfo, object: KubeObject, previous: KubeObject): boolean {
  if (!info.custom && object.spec !== undefined) return equal(object.spec, previous.spec);
  const content = ({ metadata, apiVersion, ...rest }: KubeObject) => {
    const { status, ...withoutStatus } = rest;
    return info.subresources.includes('status') ? withoutStatus : rest;
  };
  return equal(content(object), content(previous));
}

/** Refuses what the server refuses, once admission has had its say. */
export function checkContent(
  store: Objects,
  info: ResourceInfo,
  object: KubeObject,
  previous: KubeObject | undefined,
): void {
  if (info.custom) validateCustom(info, object);
  else {
    withoutSidecars(store.registry.kubernetes, object);
    applyDefaults(object);
    validate(info, object, previous);
  }
  if (info.storage === CRD_STORAGE) validateCrd(info, object, previous);
}
