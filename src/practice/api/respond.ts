import type { ServerResponse } from 'node:http';
import { constants, gzip } from 'node:zlib';
import type { KubeError, KubeObject } from '../kube-client.ts';
import { ApiError } from './errors.ts';
import { textOf } from './json.ts';
import type { ListResult } from './options.ts';
import type { ApiRequest } from './request.ts';
import { groupVersion, type ResourceInfo } from './resources.ts';
import { columnsOf, rowOf, tableText } from './table.ts';

/** The forms in which a client can ask for objects. */
export type Form = 'object' | 'table' | 'metadata';

/** The form of the first media type of an Accept header that can be given; 406 where there is none. */
export function formOf(accept: string): Form {
  if (accept.trim() === '') return 'object';
  for (const type of accept.split(',')) {
    const [media = '', ...parameters] = type.split(';').map((part) => part.trim());
    if (!/^(application\/(json|\*)|\*\/\*|application\/json;.*)$/.test(media)) continue;
    const as = parameters.find((parameter) => parameter.startsWith('as='))?.slice(3);
    if (as === undefined) return 'object';
    const version = parameters.find((parameter) => parameter.startsWith('v='))?.slice(2) ?? 'v1';
    if (version !== 'v1') continue;
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'metadata';
  }
  throw new ApiError(
    406,
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
}

/** Only who an object is, with nothing of what it says. */
function metadataText({ metadata }: KubeObject): string {
  const partial = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata };
  return JSON.stringify(partial);
}

/** One object as text in the form asked for. `now` is when ages are counted to. */
export function objectText(
  info: ResourceInfo,
  object: KubeObject,
  form: Form,
  now: number,
  include: string,
): string {
  switch (form) {
    case 'object':
      return textOf(object);
    case 'metadata':
      return metadataText(object);
    case 'table': {
      const { resourceVersion = '' } = object.metadata;
      return tableText(columnsOf(info), [rowOf(info, object, now, include)], { resourceVersion });
    }
  }
}

/** A list as text in the form asked for. */
export function listText(
  info: ResourceInfo,
  result: ListResult,
  form: Form,
  now: number,
  include: string,
): string {
  const metadata = {
    resourceVersion: result.resourceVersion,
    ...(result.continueFrom && { continue: result.continueFrom, remainingItemCount: result.remaining }),
  };
  if (form === 'table') {
    const rows = result.items.map((item) => rowOf(info, item, now, include));
    return tableText(columnsOf(info), rows, metadata);
  }
  const head =
    form === 'metadata'
      ? { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadataList', metadata }
      : { apiVersion: groupVersion(info), kind: `${info.kind}List`, metadata };
  const items = result.items.map(form === 'metadata' ? metadataText : info.custom ? textOf : itemText);
  return `${JSON.stringify(head).slice(0, -1)},"items":[${items.join(',')}]}`;
}

/** Items of built-in kinds do not say of what kind they are; those of custom ones do. */
function itemText(object: KubeObject): string {
  const { apiVersion, kind } = object;
  const head = `{"apiVersion":${JSON.stringify(apiVersion)},"kind":${JSON.stringify(kind)},`;
  const text = textOf(object);
  if (text.startsWith(head)) return `{${text.slice(head.length)}`;
  const { apiVersion: _version, kind: _kind, ...rest } = object;
  return JSON.stringify(rest);
}

/** The Status of a refusal, as text. */
export function statusText(error: KubeError): string {
  const { code, reason, message } = error.status;
  const details = error instanceof ApiError ? error.details : undefined;
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message };
  return JSON.stringify({ ...status, ...(reason && { reason }), ...(details && { details }), code });
}

const WORTH_PACKING = 128 * 1024;

/** Sends a whole answer; a large one is packed when the client can unpack it, as the real server does from 128 kB on. */
export function send(
  request: Pick<ApiRequest, 'gzip'>,
  response: ServerResponse,
  code: number,
  text: string | Buffer,
  type = 'application/json',
  headers: Record<string, string> = {},
): void {
  const common = { ...headers, 'content-type': type, 'cache-control': 'no-cache, private' };
  if (!request.gzip || text.length < WORTH_PACKING) {
    const body = Buffer.from(text);
    response.writeHead(code, { ...common, 'content-length': body.length }).end(body);
    return;
  }
  gzip(text, { level: constants.Z_BEST_SPEED }, (error, packed) => {
    if (error) {
      response.destroy(error);
      return;
    }
    response
      .writeHead(code, { ...common, 'content-encoding': 'gzip', 'content-length': packed.length })
      .end(packed);
  });
}

/** Answers with the Status of a refusal; 429 asks to come again in a second. */
export function sendError(
  request: Pick<ApiRequest, 'gzip'>,
  response: ServerResponse,
  error: KubeError,
): void {
  const headers: Record<string, string> = error.status.code === 429 ? { 'retry-after': '1' } : {};
  send(request, response, error.status.code, statusText(error), 'application/json', headers);
}
