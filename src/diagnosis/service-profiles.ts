/** ServiceProfiles as Linkerd reads them, and as somebody meant them. */
import { type Json, record, records, text } from '../rollout/json.ts';
import { longestParameter } from './finding.ts';
import type { SnapshotObject } from './snapshot.ts';
import type { View } from './view.ts';

const specFields = new Set(['routes', 'retryBudget', 'dstOverrides', 'opaquePorts']);
const routeFields = new Set(['name', 'condition', 'responseClasses', 'isRetryable', 'timeout']);
const conditionFields = new Set(['all', 'any', 'not', 'pathRegex', 'method']);
const duration = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/;

/** A part of a profile that Linkerd does not read, or refuses. */
export interface ProfileMistake {
  readonly path: string;
  readonly value: string;
  readonly expected: string;
}

/** Every mistake in `spec`, in the order in which it stands there. */
export function mistakesIn({ spec }: SnapshotObject): readonly ProfileMistake[] {
  const source = record(spec);
  const unknown = Object.keys(source)
    .filter((field) => !specFields.has(field))
    .map((field) => ({
      path: `spec.${text(field)}`,
      value: short(source[field]),
      expected: 'no such field',
    }));
  return [
    ...unknown,
    ...records(source.routes).flatMap((route, index) => routeMistakes(route, `spec.routes[${index}]`)),
  ];
}

function routeMistakes(route: Json, path: string): readonly ProfileMistake[] {
  const unknown = Object.keys(route)
    .filter((field) => !routeFields.has(field))
    .map((field) => ({
      path: `${path}.${text(field)}`,
      value: short(route[field]),
      expected: 'no such field',
    }));
  const known = Object.keys(record(route.condition)).some((field) => conditionFields.has(field));
  const condition = known
    ? []
    : [{ path: `${path}.condition`, value: 'not there', expected: 'method, pathRegex, all, any or not' }];
  const { timeout } = route;
  const late =
    timeout === undefined || (typeof timeout === 'string' && duration.test(timeout))
      ? []
      : [{ path: `${path}.timeout`, value: short(timeout), expected: 'a duration such as 500ms' }];
  return [...condition, ...unknown, ...late];
}

const short = (value: unknown): string => text(JSON.stringify(value) ?? '').slice(0, 100);

/** What the pitfall needs. A profile that is too long to be handed over is mended by hand. */
export const profileParameters = (
  change: 'rewrite' | 'remove',
  namespace: string,
  profile: string,
  manifest: string,
): Readonly<Record<string, string>> => ({
  CASE: manifest.length <= longestParameter ? change : 'look',
  NAMESPACE: namespace,
  PROFILE: profile,
  ...(manifest.length <= longestParameter ? { MANIFEST: manifest } : {}),
});

/** Names of metadata as they may be shown. */
export const namesOf = ({ metadata }: SnapshotObject) => ({
  name: text(metadata.name),
  namespace: text(metadata.namespace),
});

/** Whether a profile takes its service over: with routes or overrides proxies go by it alone. */
export const takesOver = ({ spec }: SnapshotObject): boolean =>
  records(record(spec).routes).length > 0 || records(record(spec).dstOverrides).length > 0;

/** The domain of services in this cluster. */
export const clusterDomain = (view: View): string =>
  view.controlPlanes.map(({ values }) => text(values.clusterDomain)).find((domain) => domain !== '') ??
  'cluster.local';

/** A profile as it can be applied: unknown fields gone, what they meant kept, and routes without a condition given that of their name. */
export function mended(profile: SnapshotObject, name: string): string {
  const spec = record(profile.spec);
  const routes = records(spec.routes).flatMap(mendedRoute);
  const retried = routes.some(({ isRetryable }) => isRetryable === true);
  return manifestOf(text(profile.metadata.namespace), name, {
    ...Object.fromEntries(Object.entries(spec).filter(([field]) => specFields.has(field))),
    ...(spec.routes === undefined ? {} : { routes }),
    ...(retried && spec.retryBudget === undefined ? { retryBudget: budget } : {}),
  });
}

/** What Linkerd takes where no budget is given. */
const budget = { retryRatio: 0.2, minRetriesPerSecond: 10, ttl: '10s' };

function mendedRoute(route: Json): readonly Json[] {
  const condition = Object.keys(record(route.condition)).some((field) => conditionFields.has(field))
    ? route.condition
    : conditionOf(text(route.name));
  if (condition === undefined) return [];
  const timeout =
    typeof route.timeout === 'string' && duration.test(route.timeout) ? route.timeout : undefined;
  const retryable =
    route.isRetryable === true || typeof route.retry === 'object' || typeof route.retries === 'object';
  return [
    {
      name: text(route.name),
      condition,
      ...(route.responseClasses === undefined ? {} : { responseClasses: route.responseClasses }),
      ...(retryable ? { isRetryable: true } : {}),
      ...(timeout === undefined ? {} : { timeout }),
    },
  ];
}

/** `GET /items` or `/items`: what the name of a route says, as people name them. */
function conditionOf(name: string): Json | undefined {
  const [, method, path] = /^(?:(GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS) )?(\/\S*)$/.exec(name) ?? [];
  if (path === undefined) return undefined;
  return {
    ...(method === undefined ? {} : { method }),
    pathRegex: path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  };
}

/** A profile that retries, or ends, all requests: what annotations of a Service would do from 2.16 on. */
export const profileForAll = (
  namespace: string,
  name: string,
  { retries, timeout }: { readonly retries: boolean; readonly timeout: string },
): string =>
  manifestOf(namespace, name, {
    routes: [
      {
        name: 'all',
        condition: { pathRegex: '.*' },
        ...(retries ? { isRetryable: true } : {}),
        ...(duration.test(timeout) ? { timeout } : {}),
      },
    ],
    ...(retries ? { retryBudget: budget } : {}),
  });

const manifestOf = (namespace: string, name: string, spec: Json): string =>
  JSON.stringify({
    apiVersion: 'linkerd.io/v1alpha2',
    kind: 'ServiceProfile',
    metadata: { name, namespace },
    spec,
  });
