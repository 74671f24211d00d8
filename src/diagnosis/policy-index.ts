/** Linkerd's policies and the Services of a cluster, arranged so that each of thousands of workloads finds its own at once. */
import { type Json, record, records, text, textMap } from '../rollout/json.ts';
import { type LabelSelector, matchesSelector } from '../rollout/label-selector.ts';
import { byKey } from './grouped.ts';
import { isPort, type PodPort, selectorOf } from './policy.ts';
import type { SnapshotObject } from './snapshot.ts';
import type { View } from './view.ts';

export interface PolicyIndex {
  /** Servers of the pod's namespace that select it, at this port. */
  serversAt(pod: SnapshotObject, port: PodPort): readonly SnapshotObject[];
  /** Services that lead to a port of a pod. */
  servicesAt(pod: SnapshotObject, port: PodPort): readonly SnapshotObject[];
  /** Routes of its namespace that are attached to a Server. */
  routesOf(server: SnapshotObject): readonly SnapshotObject[];
  /** Whether anybody at all may reach what a Server stands for, by itself, by a route of it, or by the whole namespace. */
  isAuthorized(server: SnapshotObject): boolean;
}

/** Reads all of them once. */
export function indexPolicies(view: View): PolicyIndex {
  const serversOf = selecting(
    view.objects('servers').filter(({ spec }) => isObject(record(spec).podSelector)),
    ({ spec }) => selectorOf(record(spec).podSelector),
  );
  const servicesOf = selecting(
    view.objects('services').filter(({ spec }) => Object.keys(record(record(spec).selector)).length > 0),
    ({ spec }) => ({ matchLabels: textMap(record(spec).selector) }),
  );
  const routes = byKeys([...view.objects('httpRoutes'), ...view.objects('grpcRoutes')], (route) =>
    records(record(route.spec).parentRefs).flatMap(({ kind, name }) =>
      kind === 'Server' ? [placeOf(route, text(name))] : [],
    ),
  );
  const targets = new Set(
    view.objects('authorizationPolicies').map((policy) => {
      const { kind, name } = record(record(policy.spec).targetRef);
      return placeOf(policy, `${text(kind)}/${text(name)}`);
    }),
  );
  const isGranted = serverAuthorizations(view.objects('serverAuthorizations'));
  const routesOf = (server: SnapshotObject) => routes.get(placeOf(server, server.metadata.name)) ?? [];
  return {
    serversAt: (pod, port) => serversOf(pod).filter(({ spec }) => isPort(record(spec).port, port)),
    servicesAt: (pod, port) =>
      servicesOf(pod).filter(({ spec }) =>
        records(record(spec).ports).some(({ targetPort, port: own }) => isPort(targetPort ?? own, port)),
      ),
    routesOf,
    isAuthorized(server) {
      const { accessPolicy } = record(server.spec);
      if (text(accessPolicy) !== '' && text(accessPolicy) !== 'deny') return true;
      return (
        [
          `Server/${server.metadata.name}`,
          `Namespace/${text(server.metadata.namespace)}`,
          ...routesOf(server).map(({ kind, metadata }) => `${kind}/${metadata.name}`),
        ].some((target) => targets.has(placeOf(server, target))) || isGranted(server)
      );
    },
  };
}

/** By name, or by the labels of the Server. */
function serverAuthorizations(all: readonly SnapshotObject[]): (server: SnapshotObject) => boolean {
  const target = ({ spec }: SnapshotObject): Json => record(record(spec).server);
  const selects = (one: SnapshotObject) => isObject(target(one).selector);
  const named = new Set(
    all.filter((one) => !selects(one)).map((one) => placeOf(one, text(target(one).name))),
  );
  const selectingThem = selecting(all.filter(selects), (one) => selectorOf(target(one).selector));
  return (server) => named.has(placeOf(server, server.metadata.name)) || selectingThem(server).length > 0;
}

/** Finds those that select an object of their namespace. Each is kept by one label that it asks for, so that few are tried. */
function selecting(
  all: readonly SnapshotObject[],
  selectorIn: (one: SnapshotObject) => LabelSelector,
): (object: SnapshotObject) => readonly SnapshotObject[] {
  const read = all.map((one, at) => ({ one, at, selector: selectorIn(one) }));
  const kept = byKey(read, ({ one, selector }) =>
    placeOf(one, (Object.entries(selector.matchLabels ?? {})[0] ?? []).join('=')),
  );
  return (object) => {
    const labels = textMap(object.metadata.labels);
    return ['', ...Object.entries(labels).map((label) => label.join('='))]
      .flatMap((label) => kept.get(placeOf(object, label)) ?? [])
      .filter(({ selector }) => matchesSelector(selector, labels))
      .sort((a, b) => a.at - b.at)
      .map(({ one }) => one);
  };
}

function byKeys<T>(
  all: readonly T[],
  keysOf: (one: T) => readonly string[],
): ReadonlyMap<string, readonly T[]> {
  const pairs = all.flatMap((one) => keysOf(one).map((key) => ({ key, one })));
  const groups = byKey(pairs, ({ key }) => key);
  return new Map([...groups].map(([key, of]) => [key, of.map(({ one }) => one)]));
}

const placeOf = ({ metadata: { namespace } }: SnapshotObject, name: string): string =>
  `${text(namespace)}/${name}`;

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
