import { createHash } from 'node:crypto';
import type { Json, JsonMap } from './json.ts';
import { groupVersion, type ResourceInfo } from './resources.ts';

// Small schemas: enough for kubectl to know that the server validates fields and can dry-run, what a kind is called, and
// for `explain` to say something. What a built-in kind holds is left open; a custom kind has its definition's schema.

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const OPEN = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

const objectMeta: Json = {
  description:
    'What every object has: its name, its namespace, labels, annotations and what the server notes of it.',
  type: 'object',
  properties: {
    name: { type: 'string', description: 'Unique within a namespace and a kind.' },
    namespace: { type: 'string', description: 'Where the object lives.' },
    labels: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'What selectors look at.',
    },
    annotations: { type: 'object', additionalProperties: { type: 'string' }, description: 'Notes of tools.' },
    finalizers: {
      type: 'array',
      items: { type: 'string' },
      description: 'What must happen before the object can go.',
      'x-kubernetes-patch-strategy': 'merge',
    },
    ownerReferences: {
      type: 'array',
      items: OPEN,
      description: 'The objects that this one belongs to.',
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'uid',
    },
    uid: { type: 'string' },
    resourceVersion: { type: 'string' },
    generation: { type: 'integer', format: 'int64' },
    creationTimestamp: { type: 'string', format: 'date-time' },
    deletionTimestamp: { type: 'string', format: 'date-time' },
  },
};

const schemaName = (info: ResourceInfo) =>
  `${(info.group || 'core').split('.').reverse().join('.')}.${info.version}.${info.kind}`;
const kindOf = ({ group, version, kind }: ResourceInfo) => ({ group, version, kind });

function kindSchema(info: ResourceInfo, reference: (name: string) => Json): Json {
  const own = (info.crd?.schema ?? {}) as JsonMap;
  const plain = info.custom
    ? own.properties
    : { spec: { ...OPEN, description: 'What is wanted.' }, status: OPEN };
  return {
    ...(info.custom ? own : { 'x-kubernetes-preserve-unknown-fields': true }),
    type: 'object',
    description: own.description ?? `${info.kind} of ${groupVersion(info)}.`,
    properties: {
      ...plain,
      apiVersion: { type: 'string', description: 'The version of the API that the object is written in.' },
      kind: { type: 'string', description: 'What kind of object this is.' },
      metadata: { ...reference(META), description: "Standard object's metadata." },
    },
    'x-kubernetes-group-version-kind': [kindOf(info)],
  };
}

const QUERY = ['dryRun', 'fieldManager', 'fieldValidation'];
const basePath = (apiVersion: string) =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

function paths(info: ResourceInfo, parameter: (name: string) => Json): JsonMap {
  const root = basePath(groupVersion(info)) + (info.namespaced ? '/namespaces/{namespace}' : '');
  const operation = (action: string) => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kindOf(info),
    parameters: QUERY.map(parameter),
    responses: { 200: { description: 'OK' } },
  });
  return {
    [`${root}/${info.plural}`]: { get: operation('list'), post: operation('post') },
    [`${root}/${info.plural}/{name}`]: {
      get: operation('get'),
      put: operation('put'),
      patch: operation('patch'),
      delete: operation('delete'),
    },
  };
}

const title = { title: 'Kubernetes', version: 'practice' };

/** `/openapi/v3/apis/GROUP/VERSION`: one version's document. */
export function openapiV3(resources: readonly ResourceInfo[], apiVersion: string): Json | undefined {
  const own = resources.filter((info) => groupVersion(info) === apiVersion);
  if (own.length === 0) return undefined;
  const reference = (name: string) => ({ allOf: [{ $ref: `#/components/schemas/${name}` }], default: {} });
  const parameter = (name: string) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } });
  return {
    openapi: '3.0.0',
    info: title,
    paths: Object.assign({}, ...own.map((info) => paths(info, parameter))),
    components: {
      schemas: {
        [META]: objectMeta,
        ...Object.fromEntries(own.map((info) => [schemaName(info), kindSchema(info, reference)])),
      },
    },
  };
}

/** `/openapi/v3`: where each document is; the hash changes with what the document says. */
export function openapiIndex(resources: readonly ResourceInfo[]): Json {
  const versions = [...new Set(resources.map(groupVersion))];
  const entries = versions.map((apiVersion) => {
    const path = basePath(apiVersion).slice(1);
    const hash = createHash('sha256')
      .update(JSON.stringify(openapiV3(resources, apiVersion)))
      .digest('hex');
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash.slice(0, 32).toUpperCase()}` }];
  });
  return { paths: Object.fromEntries(entries) };
}

/** `/openapi/v2`: everything in one older document. */
export function openapiV2(resources: readonly ResourceInfo[]): Json {
  const reference = (name: string) => ({ $ref: `#/definitions/${name}` });
  const parameter = (name: string) => ({ name, in: 'query', type: 'string', uniqueItems: true });
  return {
    swagger: '2.0',
    info: title,
    paths: Object.assign({}, ...resources.map((info) => paths(info, parameter))),
    definitions: {
      [META]: objectMeta,
      ...Object.fromEntries(resources.map((info) => [schemaName(info), kindSchema(info, reference)])),
    },
  };
}
