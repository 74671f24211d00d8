import { KubeError } from '../kube-client.ts';
import type { ResourceInfo } from './resources.ts';

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
  name,
  ...(info.group && { group: info.group }),
  kind: info.plural,
});

export const notFound = (info: ResourceInfo, name: string) =>
  new ApiError(404, 'NotFound', `${qualified(info)} "${name}" not found`, about(info, name));

/** What the API server answers to a path that it does not serve at all. */
export const noSuchPath = () =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});

export const alreadyExists = (info: ResourceInfo, name: string) =>
  new ApiError(409, 'AlreadyExists', `${qualified(info)} "${name}" already exists`, about(info, name));

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

export function invalid(info: ResourceInfo, name: string, causes: readonly Cause[]): ApiError {
  const lines = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const all = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${qualifiedKind(info)} "${name}" is invalid: ${all}`, {
    ...about(info, name),
    kind: info.kind,
    causes,
  });
}

export const badValue = (field: string, value: unknown, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
});
export const required = (field: string, why = ''): Cause => ({
  reason: 'FieldValueRequired',
  field,
  message: why ? `Required value: ${why}` : 'Required value',
});

export const badRequest = (message: string) => new ApiError(400, 'BadRequest', message);

export const forbidden = (info: ResourceInfo, name: string, why: string) =>
  new ApiError(
    403,
    'Forbidden',
    `${qualified(info)}${name ? ` "${name}"` : ''} is forbidden: ${why}`,
    about(info, name),
  );

export const gone = (message: string) => new ApiError(410, 'Expired', message);

export const notAllowed = () =>
  new ApiError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
