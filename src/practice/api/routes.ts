import type { ServerResponse } from 'node:http';
import { KubernetesUpgradeError, upgradeKubernetes } from '../kubernetes.ts';
import { review } from './access.ts';
import type { ApiContext } from './api-context.ts';
import {
  aggregated,
  aggregatedVersion,
  apiVersions,
  groupDocument,
  groupList,
  resourceList,
  serverVersion,
} from './discovery.ts';
import { ApiError, badRequest, noSuchPath } from './errors.ts';
import type { Json } from './json.ts';
import { openapiIndex, openapiV2, openapiV3 } from './openapi.ts';
import { ASKED_V2_PROTOBUF, emptyOpenapiV2, OPENAPI_V2_PROTOBUF } from './openapi-proto.ts';
import { type ApiRequest, parseBody, parseResourcePath } from './request.ts';
import { serveResource } from './resource-route.ts';
import { send } from './respond.ts';
import type { Store } from './store.ts';

const HEALTH = new Set(['healthz', 'livez', 'readyz']);
const JSON_TYPE = 'application/json';

/** Documents made from the set of resources, kept until a definition comes or goes. */
export class Documents {
  readonly #store: Store;
  #revision = -1;
  #texts = new Map<string, string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The text under a key, made when it is not there yet; 404 when there is nothing to make it from. */
  get(key: string, make: () => Json | undefined): string {
    if (this.#revision !== this.#store.registry.revision) {
      this.#revision = this.#store.registry.revision;
      this.#texts = new Map();
    }
    let text = this.#texts.get(key);
    if (text === undefined) {
      const document = make();
      if (document === undefined) throw noSuchPath();
      text = JSON.stringify(document);
      this.#texts.set(key, text);
    }
    return text;
  }
}

function discovery(
  context: ApiContext,
  request: ApiRequest,
  documents: Documents,
): { text: string; type: string } {
  const resources = context.store.registry.all();
  const [root, ...rest] = request.segments;
  const version = rest.length === 0 ? aggregatedVersion(request.accept) : undefined;
  if (version) {
    const text = documents.get(`${root} ${version}`, () => aggregated(resources, root === 'api', version));
    return { text, type: `${JSON_TYPE};g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList` };
  }
  const make = () => {
    if (root === 'api')
      return rest.length === 0 ? apiVersions(context.host) : resourceList(resources, rest.join('/'));
    if (rest.length === 0) return groupList(resources);
    return rest.length === 1
      ? groupDocument(resources, rest[0] ?? '')
      : resourceList(resources, rest.join('/'));
  };
  return { text: documents.get(request.path, make), type: JSON_TYPE };
}

function openapi(context: ApiContext, request: ApiRequest, documents: Documents): string {
  const accepts = request.accept === '' || /application\/(json|\*)|\*\/\*/.test(request.accept);
  if (!accepts) {
    throw new ApiError(
      406,
      'NotAcceptable',
      'only the following media types are accepted: application/json',
      {},
    );
  }
  const resources = context.store.registry.all();
  const [, version, ...path] = request.segments;
  return documents.get(request.path, () => {
    if (version === 'v2') return openapiV2(resources);
    if (version !== 'v3') return undefined;
    return path.length === 0 ? openapiIndex(resources) : openapiV3(resources, path.slice(1).join('/'));
  });
}

/** The one path that no Kubernetes has: `{"minor": 31}` upgrades the cluster to Kubernetes 1.31. Answers as `/version` does from then on. */
function upgrade({ store }: ApiContext, request: ApiRequest): Json {
  if (!request.user.groups.includes('system:masters'))
    throw new ApiError(403, 'Forbidden', 'only an administrator upgrades the practice cluster');
  try {
    upgradeKubernetes(store, Number(parseBody(request)?.minor));
  } catch (error) {
    if (error instanceof KubernetesUpgradeError) throw badRequest(error.message);
    throw error;
  }
  return serverVersion(store.registry.kubernetes);
}

/** Answers one request of a user that is known. Throws KubeErrors for refusals. */
export async function route(
  context: ApiContext,
  documents: Documents,
  request: ApiRequest,
  response: ServerResponse,
): Promise<void> {
  const [root = '', second] = request.segments;
  const path = parseResourcePath(request.segments);
  if (path) {
    const reviewed =
      /^(authorization|authentication)\.k8s\.io\//.test(path.apiVersion) && request.method === 'POST';
    if (!reviewed) return serveResource(context, path, request, response);
    const info = context.store.served(path.apiVersion, path.resource);
    const body = { apiVersion: path.apiVersion, kind: info.kind, metadata: {}, ...parseBody(request) };
    return send(
      request,
      response,
      201,
      JSON.stringify(review(context.store, request.user, body, context.tokens)),
    );
  }
  if (HEALTH.has(root)) return send(request, response, 200, 'ok', 'text/plain');
  if (root === 'version')
    return send(request, response, 200, JSON.stringify(serverVersion(context.store.registry.kubernetes)));
  if (root === 'practice' && second === 'kubernetes' && request.method === 'PUT') {
    return send(request, response, 200, JSON.stringify(upgrade(context, request)));
  }
  if (root === 'openapi' && second === 'v2' && request.accept.includes(ASKED_V2_PROTOBUF)) {
    return send(request, response, 200, emptyOpenapiV2(), OPENAPI_V2_PROTOBUF);
  }
  if (root === 'openapi' && second) return send(request, response, 200, openapi(context, request, documents));
  if (root === 'api' || root === 'apis') {
    const { text, type } = discovery(context, request, documents);
    return send(request, response, 200, text, type);
  }
  if (root === '')
    return send(
      request,
      response,
      200,
      JSON.stringify({ paths: ['/api', '/apis', '/healthz', '/openapi/v2', '/openapi/v3', '/version'] }),
    );
  send(request, response, 404, '404 page not found\n', 'text/plain; charset=utf-8');
}
