import type { KubeObject, PatchType } from '../kube-client.ts';
import { inVersion } from './conversion.ts';
import { ApiError, badRequest, badValue, invalid, notFound, required } from './errors.ts';
import { clone, isMap, type Json } from './json.ts';
import { listRules } from './list-rules.ts';
import type { Objects } from './objects.ts';
import type { WriteOptions } from './options.ts';
import { serverSideApply } from './patch-apply.ts';
import { jsonPatch, mergePatch } from './patch-json.ts';
import { strategicPatch } from './patch-strategic.ts';
import { checkIdentity } from './preconditions.ts';
import type { ResourceInfo } from './resources.ts';
import { scaleOf, withScale } from './scale.ts';
import { checkUnknownFields } from './structural.ts';

interface PatchRequest {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly type: PatchType;
  readonly patch: unknown;
}

function patched(
  info: ResourceInfo,
  target: KubeObject,
  type: Exclude<PatchType, 'apply'>,
  patch: Json,
): KubeObject {
  switch (type) {
    case 'json':
      return jsonPatch(target, patch);
    case 'merge':
      if (!isMap(patch))
        throw badRequest(
          'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
        );
      return mergePatch(target, patch);
    case 'strategic':
      if (!info.custom) return strategicPatch(target, patch, listRules(info));
      throw new ApiError(
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
        {},
      );
  }
}

function apply(store: Objects, info: ResourceInfo, request: PatchRequest, options: WriteOptions): KubeObject {
  const { namespace, name } = request;
  const manager = options.fieldManager;
  if (!manager) {
    const patchOptions = { ...info, group: 'meta.k8s.io', kind: 'PatchOptions' };
    throw invalid(patchOptions, '', [required('fieldManager', 'is required for apply patch')]);
  }
  const body = request.patch as KubeObject;
  if (!isMap(body) || !body.apiVersion || !body.kind)
    throw badRequest(`invalid object type: /${body?.apiVersion ?? ''}, Kind=${body?.kind ?? ''}`);
  if (isMap(body.metadata) && body.metadata.managedFields)
    throw badRequest('metadata.managedFields must be nil');
  const applied: KubeObject = { ...body, metadata: { ...body.metadata, name } };
  const live = store.peek(info, namespace, name);
  if (live) checkIdentity(info, live, applied.metadata);
  else if (applied.metadata.uid) throw notFound(info, name);
  const next = serverSideApply(info, live && inVersion(info, live), applied, {
    manager,
    force: options.force ?? false,
    subresource: options.subresource,
    time: store.now(),
  });
  if (live) return store.replace(info, live, next, options, true);
  // What is created is owned by the apply alone, so the create must not note a manager of its own.
  const { fieldManager: _, ...unnamed } = options;
  return store.create(info, namespace, next, unnamed);
}

/** Computes the result of a patch of any type on what is stored now, and stores it. */
export function applyPatch(
  store: Objects,
  info: ResourceInfo,
  request: PatchRequest,
  options: WriteOptions,
): KubeObject {
  const { namespace, name, type, patch } = request;
  if (type === 'apply') return apply(store, info, request, options);
  const live = store.get(info, namespace, name);
  const onScale = options.subresource === 'scale';
  const target = onScale ? scaleOf(live) : live;
  const result = clone(patched(info, target, type, patch as Json));
  const next = onScale ? withScale(live, result) : result;
  if (options.strict) checkUnknownFields(info, next);
  const { name: patchedName, uid } = next.metadata;
  if (patchedName !== name)
    throw badRequest(`the name of the object (${patchedName}) does not match the name on the URL (${name})`);
  if (uid !== live.metadata.uid)
    throw invalid(info, name, [badValue('metadata.uid', uid, 'field is immutable')]);
  checkIdentity(info, live, next.metadata);
  return store.replace(info, store.peek(info, namespace, name)!, next, options);
}
