import { KubeError } from '../kube-client.ts';
import type { ResourceInfo } from './resources.ts';

/** One field that is wrong, as in `details.causes` of a Status. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** A refusal in the shape of a Kubernetes Status; the server sends it as it is. */
export class ApiError extends KubeError {
  readonly details: Record<string, unknown> | undefined;
  constructor(code: number, reason: string, message: string, details?: Record<string, unknown>) {
    super({ code, reason, message });
    this.details = details;
  }
}

const qualified = (info: ResourceInfo) => (info.group ? `${info.plural}.${info.group}` : info.plural);
const qualifiedKind = (info: ResourceInfo) => (info.group ? `${info.kind}.${info.group}` : info.kind);
const about = (info: ResourceInfo, name: string) => ({
  ...(name && { name }),
  ...(info.group && { group: info.group }),
  kind: info.plural,
});

/** 404: there is no object of that name. */
export const notFound = (info: ResourceInfo, name: string) =>
  new ApiError(404, 'NotFound', `${qualified(info)} "${name}" not found`, about(info, name));

/** What the API server answers to a path that it does not serve at all. */
export const noSuchPath = () =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});

/** 409: the name is taken. */
export const alreadyExists = (info: ResourceInfo, name: string) =>
  new ApiError(409, 'AlreadyExists', `${qualified(info)} "${name}" already exists`, about(info, name));

/** 409: the object is not in the state that the request supposes. */
export const conflict = (info: ResourceInfo, name: string, why: string) =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(info)} "${name}": ${why}`,
    about(info, name),
  );

/** Someone else has written the object since it was read. */
export const stale = (info: ResourceInfo, name: string) =>
  conflict(
    info,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );

/** 422: the object breaks rules; all of them are in the message. */
export function invalid(info: ResourceInfo, name: string, causes: readonly Cause[]): ApiError {
  const lines = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const all = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${qualifiedKind(info)} "${name}" is invalid: ${all}`, {
    ...about(info, name),
    kind: info.kind,
    causes,
  });
}

/** 422: the options of a request break rules; `kind` is theirs, `ListOptions` for example. */
export function badRequestOf(kind: string, causes: readonly Cause[]): ApiError {
  const lines = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const all = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${kind}.meta.k8s.io "" is invalid: ${all}`, {
    group: 'meta.k8s.io',
    kind,
    causes,
  });
}

/** A field whose value is not allowed. */
export const badValue = (field: string, value: unknown, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
});
/** A field that is missing. */
export const required = (field: string, why = ''): Cause => ({
  reason: 'FieldValueRequired',
  field,
  message: why ? `Required value: ${why}` : 'Required value',
});

/** 400: the request makes no sense as it is. */
export const badRequest = (message: string) => new ApiError(400, 'BadRequest', message);

/** 403: the server refuses, and says why. */
export const forbidden = (info: ResourceInfo, name: string, why: string) =>
  new ApiError(
    403,
    'Forbidden',
    `${qualified(info)}${name ? ` "${name}"` : ''} is forbidden: ${why}`,
    about(info, name),
  );

/** 410: the revision or page that is asked for is no longer known; the client lists anew. */
export const gone = (message: string) => new ApiError(410, 'Expired', message);

/** 405: the resource does not have this verb. */
export const notAllowed = () =>
  new ApiError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
