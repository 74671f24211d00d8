import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { parse as parseYaml } from 'yaml';
import { ApiError, badRequest } from './errors.ts';
import type { Json } from './json.ts';
import type { User } from './options.ts';
import { decodeProtobuf } from './protobuf.ts';

/** A request, taken apart. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
  readonly gzip: boolean;
  readonly user: User;
  readonly userAgent: string;
  readonly body: Buffer;
}

/** Which resource a path is about: `/apis/GROUP/VERSION/namespaces/NS/RESOURCE/NAME/SUBRESOURCE` and its shorter forms. */
export interface ResourcePath {
  readonly apiVersion: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly rest: string;
}

const MAX_BODY = 16 * 1024 * 1024;

/** The whole body. 413 when it is larger than 16 MB. */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > MAX_BODY) throw new ApiError(413, 'RequestEntityTooLarge', 'the request is larger than 16 MB');
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  return message.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

/** The resource path, or undefined for paths of discovery and such. */
export function parseResourcePath(segments: readonly string[]): ResourcePath | undefined {
  const core = segments[0] === 'api';
  if (!core && segments[0] !== 'apis') return undefined;
  const rest = segments.slice(core ? 2 : 3);
  const apiVersion = core ? segments[1] : `${segments[1]}/${segments[2]}`;
  if (!apiVersion || rest.length === 0) return undefined;
  const scoped = rest[0] === 'namespaces' && rest.length > 2 && !isNamespaceSubresource(rest[2]);
  const [resource = '', name, subresource, ...more] = scoped ? rest.slice(2) : rest;
  return {
    apiVersion,
    resource,
    namespace: scoped ? rest[1] : undefined,
    name,
    subresource,
    rest: more.join('/'),
  };
}

const isNamespaceSubresource = (segment: string | undefined) =>
  segment === 'status' || segment === 'finalize';

/** The body as data: JSON, YAML, or the protobuf of built-in kinds. */
export function parseBody(request: ApiRequest): Json {
  if (request.body.length === 0) return undefined;
  if (request.contentType.includes('protobuf')) return decodeProtobuf(request.body);
  const text = request.body.toString('utf8');
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!request.contentType.includes('yaml')) throw badRequest(`invalid JSON: ${(error as Error).message}`);
  }
  try {
    return parseYaml(text);
  } catch (error) {
    throw badRequest(`invalid YAML: ${(error as Error).message}`);
  }
}

/** A whole number in a query; undefined for anything else. */
export const numberOf = (text: string | null | undefined): number | undefined =>
  text && /^\d+$/.test(text) ? Number(text) : undefined;
/** Whether a flag in a query is set. */
export const isTrue = (text: string | null) => text === 'true' || text === '1';
