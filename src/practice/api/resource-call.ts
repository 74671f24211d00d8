import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../kube-client.ts';
import type { ApiContext } from './api-context.ts';
import type { ListOptions } from './options.ts';
import { type ApiRequest, numberOf, type ResourcePath } from './request.ts';
import type { ResourceInfo } from './resources.ts';
import { formOf, objectText, send } from './respond.ts';
import { scaleOf } from './scale.ts';

/** One request on a resource, with all that it is about. */
export interface Call {
  readonly context: ApiContext;
  readonly info: ResourceInfo;
  readonly path: ResourcePath;
  readonly namespace: string | undefined;
  readonly request: ApiRequest;
  readonly response: ServerResponse;
}

/** What a request selects. A name selects like the field selector that says it. */
export function selectionOf({ request: { query }, namespace, path }: Call): ListOptions {
  const byName = path.name === undefined ? undefined : `metadata.name=${path.name}`;
  return {
    namespace,
    labelSelector: query.get('labelSelector') ?? undefined,
    fieldSelector: query.get('fieldSelector') ?? byName,
    // Version 0 means whatever the server has at hand, and that is whole.
    limit: query.get('resourceVersion') === '0' ? undefined : numberOf(query.get('limit')),
    continueFrom: query.get('continue') ?? undefined,
  };
}

/** Answers with an object, in the form asked for. */
export function answer(call: Call, object: KubeObject, code = 200): void {
  const { info, request, response, path, context } = call;
  const shown = path.subresource === 'scale' ? scaleOf(object) : object;
  const include = request.query.get('includeObject') ?? '';
  const form = path.subresource === 'scale' ? 'object' : formOf(request.accept);
  send(request, response, code, objectText(info, shown, form, context.clock.now(), include));
}

/** Answers that something is done, where there is no object to show. */
export function success({ info, request, response }: Call, name: string, code = 200, uid?: string): void {
  const details = { name, ...(info.group && { group: info.group }), kind: info.plural, ...(uid && { uid }) };
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  send(request, response, code, JSON.stringify(status));
}
