import type { KubeObject } from '../kube-client.ts';
import { ApiError, badRequest } from './errors.ts';
import { isMap, type Json } from './json.ts';
import { type ApiRequest, parseBody } from './request.ts';
import type { Call } from './resource-call.ts';
import type { ResourceInfo } from './resources.ts';

const OBJECTS = /^(application\/(json|yaml|vnd\.kubernetes\.protobuf)|)$/;

/** 415 for a body in a form that holds no objects. */
export function checkMediaType(request: ApiRequest): void {
  if (OBJECTS.test(request.contentType.split(';')[0]?.trim() ?? '')) return;
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
}

/** The object of a request. 400 for a body that holds none. */
export function readObject({ info, request }: Call): KubeObject {
  const why = `the object provided is unrecognized (must be of type ${info.kind}): couldn't get version/kind; json parse error:`;
  const shown = request.body.length === 0 ? '<empty>' : request.body.toString('utf8').slice(0, 100);
  let body: Json;
  try {
    body = parseBody(request);
  } catch (error) {
    throw badRequest(`${why} ${(error as Error).message} (${shown})`);
  }
  if (body === undefined) throw badRequest(`${why} unexpected end of JSON input (${shown})`);
  if (!isMap(body)) throw badRequest(`${why} it is not an object (${shown})`);
  return body as KubeObject;
}

/** A patch as data. 400 for one that cannot be read. */
export function parsePatch(request: ApiRequest): Json {
  try {
    return parseBody(request);
  } catch (error) {
    const yaml = request.contentType.includes('yaml') ? 'YAML: error converting YAML to JSON' : 'patch';
    throw badRequest(`error decoding ${yaml}: ${(error as Error).message}`);
  }
}

/** How Go names a group's internal types, in which the server keeps its objects. */
const packageOf = (group: string) => (group === '' ? 'core' : (group.split('.')[0] ?? group));

/** 400 for an object of another kind than the path is for. */
export function checkKindOf(info: ResourceInfo, body: KubeObject): void {
  if (!body.kind || body.kind === info.kind || info.custom || !body.apiVersion) return;
  if (info.plural === 'pods' && /^(Binding|Eviction)$/.test(body.kind)) return;
  const version = body.apiVersion.split('/').at(-1);
  const types = `converting (${version}.${body.kind}) to (${packageOf(info.group)}.${info.kind})`;
  throw badRequest(
    `${body.kind} in version ${JSON.stringify(version)} cannot be handled as a ${info.kind}: ${types}: unknown conversion`,
  );
}
