/** Linkerd's own policies, as a pod and its ports have them. Rules: linkerd.io, "Authorization Policy" reference. */

import { entry, type Json, record, records, text, textMap } from '../rollout/json.ts';
import type { LabelSelector } from '../rollout/label-selector.ts';
import { proxyOf } from './meshed-pods.ts';
import type { SnapshotObject } from './snapshot.ts';
import type { ControlPlane, View } from './view.ts';

/** A port of the containers of a pod, without those of the proxy. */
export interface PodPort {
  readonly name: string;
  readonly number: number;
}

const proxyContainers = /^linkerd-(?:proxy|init|network-validator|debug)$/;

/** What the containers of a pod say that they listen on. */
export const portsOf = (pod: SnapshotObject): readonly PodPort[] =>
  records(record(pod.spec).containers)
    .filter(({ name }) => !proxyContainers.test(text(name)))
    .flatMap(({ ports }) => records(ports))
    .flatMap(({ name, containerPort }) =>
      typeof containerPort === 'number' ? [{ name: text(name), number: containerPort }] : [],
    );

/** `spec.podSelector` of an object, as far as it is one. */
export const selectorOf = (value: unknown): LabelSelector => {
  const { matchLabels, matchExpressions } = record(value);
  return {
    matchLabels: textMap(matchLabels),
    matchExpressions: records(matchExpressions).map(({ key, operator, values }) => ({
      key: text(key),
      operator: text(operator),
      // An empty text is a value, too.
      values: Array.isArray(values) ? values.map(text) : [],
    })),
  };
};

/** Whether a port is meant by its name or number. */
export const isPort = (wanted: unknown, { name, number }: PodPort) =>
  wanted === number ||
  (typeof wanted === 'string' && wanted !== '' && (wanted === name || wanted === String(number)));

const DEFAULT_POLICY = 'config.linkerd.io/default-inbound-policy';

/** What holds for ports without a Server, and where that is said. The annotation of a namespace reaches pods that are made after it. */
export function defaultPolicyOf(
  view: View,
  pod: SnapshotObject,
  plane: ControlPlane | undefined,
): { readonly policy: string; readonly from: SnapshotObject | undefined; readonly path: string } {
  const path = `metadata.annotations["${DEFAULT_POLICY}"]`;
  const own = entry(pod.metadata.annotations, DEFAULT_POLICY);
  if (own !== '') return { policy: own, from: pod, path };
  const namespace = view.object('namespaces', '', text(pod.metadata.namespace));
  const shared = entry(namespace?.metadata.annotations, DEFAULT_POLICY);
  if (shared !== '') return { policy: shared, from: namespace, path };
  const values: Json = plane?.values ?? {};
  const set =
    text(record(values.proxy).defaultInboundPolicy) ||
    text(record(values.policyController).defaultAllowPolicy);
  const config = view.object('configMaps', plane?.namespace ?? '', 'linkerd-config');
  return {
    policy: set || 'all-unauthenticated',
    from: config,
    path: 'data.values proxy.defaultInboundPolicy',
  };
}

/** Whether the proxy does not see the port at all: `config.linkerd.io/skip-inbound-ports`, single ports and ranges. */
export function isSkipped(view: View, pod: SnapshotObject, { number }: PodPort): boolean {
  const key = 'config.linkerd.io/skip-inbound-ports';
  const namespace = view.object('namespaces', '', text(pod.metadata.namespace));
  const list = entry(pod.metadata.annotations, key) || entry(namespace?.metadata.annotations, key);
  return list.split(',').some((each) => {
    const [from, to = from] = each.split('-').map(Number);
    return from !== undefined && to !== undefined && from <= number && number <= to;
  });
}

/** The port of the readiness, liveness or startup probe of each container, where it is HTTP. */
export const probesOf = (pod: SnapshotObject): readonly { readonly port: PodPort; readonly path: string }[] =>
  records(record(pod.spec).containers)
    .filter(({ name }) => !proxyContainers.test(text(name)))
    .flatMap((container) =>
      ['readinessProbe', 'livenessProbe', 'startupProbe'].flatMap((kind) => {
        const { port, path } = record(record(container[kind]).httpGet);
        const at = portsOf(pod).find((each) => isPort(port, each));
        const number = at?.number ?? (typeof port === 'number' ? port : undefined);
        return number === undefined ? [] : [{ port: at ?? { name: '', number }, path: text(path) || '/' }];
      }),
    );

/** Whether a pod has a proxy that knows policies: from 2.11 on. */
export const hasPolicies = (pod: SnapshotObject, plane: ControlPlane | undefined): boolean =>
  proxyOf(pod) !== undefined && (plane?.line ?? 0) >= 11;
