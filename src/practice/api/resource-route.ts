import type { ServerResponse } from 'node:http';
import type { KubeObject, PatchType } from '../kube-client.ts';
import { type Attributes, allows, denial } from './access.ts';
import { ApiError, badRequest, noSuchPath, notAllowed } from './errors.ts';
import { isMap, type Json } from './json.ts';
import { serveLog } from './logs.ts';
import type { DeleteOptions, ListOptions, WriteOptions } from './options.ts';
import { type ApiRequest, isTrue, numberOf, parseBody, type ResourcePath } from './request.ts';
import type { ResourceInfo } from './resources.ts';
import { formOf, listText, objectText, send } from './respond.ts';
import type { ApiContext } from './routes.ts';
import { scaleOf, withScale } from './scale.ts';
import { checkUnknownFields } from './structural.ts';
import { bindPod, evictPod, finalizeNamespace } from './subresources.ts';
import { serveWatch } from './watch.ts';

interface Call {
  readonly context: ApiContext;
  readonly info: ResourceInfo;
  readonly path: ResourcePath;
  readonly namespace: string | undefined;
  readonly request: ApiRequest;
  readonly response: ServerResponse;
}

const VERBS: Readonly<Record<string, readonly [string, string]>> = {
  GET: ['get', 'list'],
  HEAD: ['get', 'list'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['delete', 'deletecollection'],
};

function verbOf(request: ApiRequest, name: string | undefined): string {
  const [one, many] = VERBS[request.method] ?? ['', ''];
  const watching = request.method === 'GET' && isTrue(request.query.get('watch'));
  return watching ? 'watch' : name === undefined ? many : one;
}

function authorize({ context, info, path, namespace, request }: Call): void {
  const asked: Attributes = {
    verb: verbOf(request, path.name),
    group: info.group,
    resource: info.plural,
    subresource: path.subresource,
    namespace,
    name: path.name,
  };
  if (!allows(context.store, request.user, asked)) throw denial(request.user, asked);
}

function dryRunOf(values: readonly string[]): boolean {
  const wrong = values.find((value) => value !== 'All');
  if (wrong !== undefined) {
    throw new ApiError(
      422,
      'Invalid',
      `dryRun: Unsupported value: ${JSON.stringify(wrong)}: supported values: "All"`,
    );
  }
  return values.length > 0;
}

/** Who a write is by, as the real server tells it: what the client says, or else what the client is. */
function writeOptions({ request, path }: Call): WriteOptions {
  const { query } = request;
  const fieldManager = query.get('fieldManager') || request.userAgent.split('/')[0] || 'unknown';
  return {
    dryRun: dryRunOf(query.getAll('dryRun')),
    fieldManager,
    force: isTrue(query.get('force')),
    strict: query.get('fieldValidation') === 'Strict',
    user: request.user,
    ...(path.subresource && { subresource: path.subresource }),
  };
}

function selectionOf({ request: { query }, namespace, path }: Call): ListOptions {
  const byName = path.name === undefined ? undefined : `metadata.name=${path.name}`;
  return {
    namespace,
    labelSelector: query.get('labelSelector') ?? undefined,
    fieldSelector: query.get('fieldSelector') ?? byName,
    limit: numberOf(query.get('limit')),
    continueFrom: query.get('continue') ?? undefined,
  };
}

function answer(call: Call, object: KubeObject, code = 200): void {
  const { info, request, response, path, context } = call;
  const shown = path.subresource === 'scale' ? scaleOf(object) : object;
  const include = request.query.get('includeObject') ?? '';
  const form = path.subresource === 'scale' ? 'object' : formOf(request.accept);
  send(request, response, code, objectText(info, shown, form, context.clock.now(), include));
}

function read(call: Call): void | Promise<void> {
  const { context, info, path, namespace, request, response } = call;
  const { store, clock } = context;
  if (isTrue(request.query.get('watch'))) {
    return serveWatch(store, clock, info, selectionOf(call), request, response);
  }
  if (path.subresource === 'log' && path.name)
    return serveLog(store, info, namespace, path.name, request, response);
  if (path.name !== undefined) return answer(call, store.get(info, namespace, path.name));
  const form = formOf(request.accept);
  const include = request.query.get('includeObject') ?? '';
  send(
    request,
    response,
    200,
    listText(info, store.list(info, selectionOf(call)), form, clock.now(), include),
  );
}

function objectOf(call: Call): KubeObject {
  const body = parseBody(call.request);
  if (!isMap(body)) throw badRequest('the request has no object');
  if (call.request.query.get('fieldValidation') === 'Strict')
    checkUnknownFields(call.info, body as KubeObject);
  return body as KubeObject;
}

function createOne(call: Call): void {
  const { context, info, path, namespace } = call;
  const options = writeOptions(call);
  if (path.name === undefined) {
    answer(call, context.store.create(info, namespace, objectOf(call), options), 201);
    return;
  }
  const body = objectOf(call);
  if (path.subresource === 'binding') {
    bindPod(context.store, namespace, { ...body, metadata: { ...body.metadata, name: path.name } }, options);
  } else if (path.subresource === 'eviction') {
    evictPod(context.store, namespace ?? '', path.name, body);
  } else throw notAllowed();
  success(call, path.name, 201);
}

function replaceOne(call: Call): void {
  const { context, info, path, namespace } = call;
  const body = objectOf(call);
  const name = path.name ?? '';
  if (body.metadata?.name && body.metadata.name !== name) {
    throw badRequest(
      `the name of the object (${body.metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  if (path.subresource === 'finalize') {
    answer(call, finalizeNamespace(context.store, body));
    return;
  }
  const sent =
    path.subresource === 'scale' ? withScale(context.store.get(info, namespace, name), body) : body;
  const named = { ...sent, metadata: { ...sent.metadata, name } };
  answer(call, context.store.update(info, namespace, named, writeOptions(call)));
}

const PATCHES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

function patchOne(call: Call): void {
  const { context, info, path, namespace, request } = call;
  const name = path.name ?? '';
  const type = PATCHES[request.contentType.split(';')[0]?.trim() ?? ''];
  if (!type) {
    const known = Object.keys(PATCHES).join(', ');
    const message = `the body of the request was in an unknown format - accepted media types include: ${known}`;
    throw new ApiError(415, 'UnsupportedMediaType', message, {});
  }
  const patch = type === 'apply' ? objectOf(call) : parseBody(request);
  const created = type === 'apply' && !context.store.peek(info, namespace, name);
  const stated = request.query.get('fieldManager');
  const { fieldManager, ...anonymous } = writeOptions(call);
  const options = type === 'apply' && !stated ? anonymous : { ...anonymous, fieldManager: fieldManager! };
  answer(call, context.store.patch(info, namespace, name, type, patch, options), created ? 201 : 200);
}

function deleteOptions(call: Call): DeleteOptions {
  const { query } = call.request;
  const body: Json = parseBody(call.request) ?? {};
  const dryRun = dryRunOf([...query.getAll('dryRun'), ...(body.dryRun ?? [])]);
  const grace = body.gracePeriodSeconds ?? numberOf(query.get('gracePeriodSeconds'));
  const orphan = body.orphanDependents ? 'Orphan' : undefined;
  return {
    dryRun,
    user: call.request.user,
    gracePeriodSeconds: grace,
    propagationPolicy: body.propagationPolicy ?? query.get('propagationPolicy') ?? orphan,
    preconditions: body.preconditions,
  };
}

function success({ info, request, response }: Call, name: string, code = 200, uid?: string): void {
  const details = { name, ...(info.group && { group: info.group }), kind: info.plural, ...(uid && { uid }) };
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  send(request, response, code, JSON.stringify(status));
}

function remove(call: Call): void {
  const { context, info, path, namespace, request, response } = call;
  const { store, clock } = context;
  const options = deleteOptions(call);
  if (path.name !== undefined) {
    const object = store.delete(info, namespace, path.name, options);
    const still =
      !options.dryRun && store.peek(info, namespace, path.name)?.metadata.uid === object.metadata.uid;
    if (still) answer(call, object);
    else success(call, path.name, 200, object.metadata.uid);
    return;
  }
  const found = store.list(info, { ...selectionOf(call), limit: undefined });
  for (const { metadata } of found.items) {
    if (store.peek(info, metadata.namespace, metadata.name)) {
      store.delete(info, metadata.namespace, metadata.name, options);
    }
  }
  send(request, response, 200, listText(info, found, formOf(request.accept), clock.now(), ''));
}

const NO_CONTAINERS = new Set(['exec', 'attach', 'portforward', 'proxy', 'ephemeralcontainers', 'resize']);

/** Answers a request on a resource: authorized, then by its method. */
export async function serveResource(
  context: ApiContext,
  path: ResourcePath,
  request: ApiRequest,
  response: ServerResponse,
): Promise<void> {
  const info = context.store.resource(path.apiVersion, path.resource);
  const namespace = info.namespaced ? path.namespace : undefined;
  const call: Call = { context, info, path, namespace, request, response };
  authorize(call);
  const { subresource } = path;
  if (subresource && !info.subresources.includes(subresource)) throw noSuchPath();
  if (subresource && NO_CONTAINERS.has(subresource)) {
    throw badRequest(`the practice cluster runs no containers, so there is nothing to ${subresource} to`);
  }
  if (!subresource && !info.verbs.includes(verbOf(request, path.name))) throw notAllowed();
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return read(call);
    case 'POST':
      return createOne(call);
    case 'PUT':
      return replaceOne(call);
    case 'PATCH':
      return patchOne(call);
    case 'DELETE':
      return remove(call);
    default:
      throw notAllowed();
  }
}
