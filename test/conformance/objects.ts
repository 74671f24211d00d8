import type { KubeObject } from '../../src/practice/kube-client.ts';
import type { Answer } from './wire.ts';

/** Objects of every kind: their tests know the shape. */
// biome-ignore lint/suspicious/noExplicitAny: see above
type Json = any;

export function configMap(name: string, metadata: Json = {}, data: Json = { a: '1' }): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

export interface WorkloadOptions {
  readonly kind?: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly image?: string;
  /** More of its container, of its pods' spec and annotations, and of its own spec. */
  readonly container?: Json;
  readonly pod?: Json;
  readonly annotations?: Json;
  readonly spec?: Json;
}

/** A workload of one container that has no replicas yet where it is told so. */
export function workload(name: string, options: WorkloadOptions = {}): KubeObject {
  const { kind = 'Deployment', image = 'nginx:1.27', container, pod, annotations, spec } = options;
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...(annotations && { annotations }) },
        spec: { containers: [{ name: 'web', image, ...container }], ...pod },
      },
      ...(kind === 'StatefulSet' && { serviceName: name }),
      ...spec,
    },
  };
}

export const PLURALS = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
} as const;

/** What of a Status others rely on. */
export function statusOf({ json }: Answer): Json {
  const { kind, status, code, reason, message, details } = json ?? {};
  return { kind, status, code, reason, message, details };
}

/** A refusal as it must be, field by field. */
export function refusal(code: number, reason: string | undefined, message: unknown, details?: Json): Json {
  return { kind: 'Status', status: 'Failure', code, reason, message, details };
}

export const json = (body: unknown) => patch('json-patch+json', body);
export const merge = (body: unknown) => patch('merge-patch+json', body);
export const strategic = (body: unknown) => patch('strategic-merge-patch+json', body);
export const apply = (body: unknown) => patch('apply-patch+yaml', body);
const patch = (type: string, body: unknown) => ({
  method: 'PATCH',
  contentType: `application/${type}`,
  body,
});
export const post = (body: unknown) => ({ method: 'POST', body });
export const put = (body: unknown) => ({ method: 'PUT', body });
export const remove = (body?: unknown) => ({ method: 'DELETE', ...(body === undefined ? {} : { body }) });
