import type { ServerResponse } from 'node:http';
import { type Attributes, allows, denial } from './access.ts';
import type { ApiContext } from './api-context.ts';
import { badRequest, noSuchPath, notAllowed } from './errors.ts';
import { checkListOptions } from './list-options.ts';
import { serveLog } from './logs.ts';
import { type ApiRequest, isTrue, type ResourcePath } from './request.ts';
import { answer, type Call, selectionOf } from './resource-call.ts';
import { createOne, patchOne, remove, replaceOne } from './resource-write.ts';
import { formOf, listText, send } from './respond.ts';
import { serveWatch } from './watch.ts';

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
  const watching = request.method === 'GET' && name === undefined && isTrue(request.query.get('watch'));
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

function read(call: Call): void | Promise<void> {
  const { context, info, path, namespace, request, response } = call;
  const { store, clock } = context;
  const watching = path.name === undefined && isTrue(request.query.get('watch'));
  if (path.name === undefined) checkListOptions(request.query, watching, store.revision);
  if (watching) {
    return serveWatch(store, clock, info, selectionOf(call), request, response);
  }
  if (path.subresource === 'log' && path.name)
    return serveLog(store, info, namespace, path.name, request, response);
  if (path.name !== undefined) return answer(call, store.get(info, namespace, path.name));
  const form = formOf(request.accept);
  const include = request.query.get('includeObject') ?? '';
  if (!INCLUDES.has(include))
    throw badRequest(
      `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`,
    );
  send(
    request,
    response,
    200,
    listText(info, store.list(info, selectionOf(call)), form, clock.now(), include),
  );
}

const INCLUDES = new Set(['', 'Metadata', 'Object', 'None']);
const NO_CONTAINERS = new Set(['exec', 'attach', 'portforward', 'proxy', 'ephemeralcontainers', 'resize']);

/** Answers a request on a resource: authorized, then by its method. */
export async function serveResource(
  context: ApiContext,
  path: ResourcePath,
  request: ApiRequest,
  response: ServerResponse,
): Promise<void> {
  const info = context.store.served(path.apiVersion, path.resource);
  const namespace = info.namespaced ? path.namespace : undefined;
  const call: Call = { context, info, path, namespace, request, response };
  authorize(call);
  const { subresource } = path;
  // What lives in namespaces has a name in one of them only.
  if (info.namespaced && path.name !== undefined && namespace === undefined) throw noSuchPath();
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
      if (path.name === undefined) throw notAllowed();
      return replaceOne(call);
    case 'PATCH':
      return patchOne(call);
    case 'DELETE':
      return remove(call);
    default:
      throw notAllowed();
  }
}
