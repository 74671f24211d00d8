import type { KubeObject, PatchType } from '../kube-client.ts';
import { ApiError, badRequest, notAllowed } from './errors.ts';
import { isMap, type Json } from './json.ts';
import type { DeleteOptions, WriteOptions } from './options.ts';
import { isTrue, numberOf, parseBody } from './request.ts';
import { answer, type Call, selectionOf, success } from './resource-call.ts';
import { formOf, listText, send } from './respond.ts';
import { withScale } from './scale.ts';
import { checkUnknownFields } from './structural.ts';
import { bindPod, evictPod, finalizeNamespace } from './subresources.ts';

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

function objectOf(call: Call): KubeObject {
  const body = parseBody(call.request);
  if (!isMap(body)) throw badRequest('the request has no object');
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
