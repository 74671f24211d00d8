import type { KubeObject, PatchType } from '../kube-client.ts';
import { ApiError, badRequest, badRequestOf, notAllowed } from './errors.ts';
import type { Json } from './json.ts';
import { checkWriteOptions } from './list-options.ts';
import type { DeleteOptions, WriteOptions } from './options.ts';
import { checkKindOf, checkMediaType, parsePatch, readObject } from './read-object.ts';
import { isTrue, numberOf, parseBody } from './request.ts';
import { answer, type Call, selectionOf, success } from './resource-call.ts';
import { formOf, listText, send } from './respond.ts';
import { withScale } from './scale.ts';
import { checkUnknownFields } from './structural.ts';
import { bindPod, evictPod, finalizeNamespace } from './subresources.ts';

const OPTIONS: Readonly<Record<string, string>> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
};

/** Who a write is by, as the real server tells it: what the client says, or else what the client is. */
function writeOptions({ request, path }: Call): WriteOptions {
  const { query } = request;
  checkWriteOptions(query, OPTIONS[request.method] ?? 'DeleteOptions');
  const fieldManager = query.get('fieldManager') || request.userAgent.split('/')[0] || 'unknown';
  return {
    dryRun: query.has('dryRun'),
    fieldManager,
    force: isTrue(query.get('force')),
    strict: query.get('fieldValidation') === 'Strict',
    user: request.user,
    ...(path.subresource && { subresource: path.subresource }),
  };
}

function objectOf(call: Call): KubeObject {
  checkMediaType(call.request);
  const body = readObject(call);
  if (!call.path.subresource) checkKindOf(call.info, body);
  if (call.request.query.get('fieldValidation') === 'Strict')
    checkUnknownFields(call.info, body as KubeObject);
  return body as KubeObject;
}

/** POST: creates an object, binds a pod to its node, or evicts it. */
export function createOne(call: Call): void {
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

/** PUT: stores a whole object, its status or its scale, or lets a namespace go. */
export function replaceOne(call: Call): void {
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

/** PATCH, of the type that the media type names; 415 for any other. */
export function patchOne(call: Call): void {
  const { context, info, path, namespace, request } = call;
  const name = path.name ?? '';
  const type = PATCHES[request.contentType.split(';')[0]?.trim() ?? ''];
  if (!type) {
    throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
  if (type !== 'apply' && isTrue(request.query.get('force'))) {
    const message = 'Forbidden: may not be specified for non-apply patch';
    throw badRequestOf('PatchOptions', [{ reason: 'FieldValueForbidden', message, field: 'force' }]);
  }
  const patch = parsePatch(request);
  if (type === 'apply' && request.query.get('fieldValidation') === 'Strict')
    checkUnknownFields(info, patch as KubeObject);
  const created = type === 'apply' && !context.store.peek(info, namespace, name);
  const stated = request.query.get('fieldManager');
  const { fieldManager, ...anonymous } = writeOptions(call);
  const options = type === 'apply' && !stated ? anonymous : { ...anonymous, fieldManager: fieldManager! };
  answer(call, context.store.patch(info, namespace, name, type, patch, options), created ? 201 : 200);
}

const POLICIES = ['Foreground', 'Background', 'Orphan'];

function deleteOptions(call: Call): DeleteOptions {
  const { query } = call.request;
  const body: Json = parseBody(call.request) ?? {};
  checkWriteOptions(query, 'DeleteOptions');
  const dryRun = query.has('dryRun') || (body.dryRun ?? []).length > 0;
  const policy = body.propagationPolicy ?? query.get('propagationPolicy');
  if (policy && !POLICIES.includes(policy)) {
    const known = [...POLICIES, 'nil'].map((each) => JSON.stringify(each)).join(', ');
    const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: ${known}`;
    throw badRequestOf('DeleteOptions', [
      { reason: 'FieldValueNotSupported', message, field: 'propagationPolicy' },
    ]);
  }
  const grace = body.gracePeriodSeconds ?? numberOf(query.get('gracePeriodSeconds'));
  const orphan = body.orphanDependents ? 'Orphan' : undefined;
  return {
    dryRun,
    user: call.request.user,
    gracePeriodSeconds: grace,
    propagationPolicy: policy ?? orphan,
    preconditions: body.preconditions,
  };
}

/** DELETE of one object, or of all that are selected. */
export function remove(call: Call): void {
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
