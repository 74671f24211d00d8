/** Objects of a small meshed cluster, as the API has them. */
import type { KubeMeta, KubeObject } from '../../src/cluster/objects.ts';

export const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

export function namespace(
  name: string,
  annotations: Record<string, string> = {},
  labels: Record<string, string> = {},
): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, annotations, labels } };
}

let number = 0;

/** A pod of a Deployment; with a `version` it has a proxy. */
export function pod(
  place: string,
  given: {
    readonly version?: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
    readonly owner?: NonNullable<KubeMeta['ownerReferences']>[number] | null;
    readonly phase?: string;
    readonly spec?: Record<string, unknown>;
  } = {},
): KubeObject {
  number += 1;
  const [namespace = '', workload = ''] = place.split('/');
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: `${workload}-55f`,
    uid: 'r',
    controller: true,
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${workload}-55f-${number}`,
      namespace,
      uid: `uid-${number}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: {
        'pod-template-hash': '55f',
        ...(given.version === undefined ? {} : { 'linkerd.io/control-plane-ns': 'linkerd' }),
        ...given.labels,
      },
      annotations: {
        ...(given.version === undefined ? {} : { 'linkerd.io/proxy-version': given.version }),
        ...given.annotations,
      },
      ...(given.owner === null ? {} : { ownerReferences: [given.owner ?? owner] }),
    },
    spec: given.spec ?? {},
    status: { phase: given.phase ?? 'Running' },
  };
}

export function controlPlanePod(name: string, version: string, namespace = 'linkerd'): KubeObject {
  return pod(`${namespace}/linkerd-${name}`, {
    version,
    labels: { 'linkerd.io/control-plane-component': name, 'linkerd.io/control-plane-ns': namespace },
    annotations: { 'linkerd.io/created-by': `linkerd/cli ${version}` },
  });
}

export function configMap(name: string, data: Record<string, string>, namespace = 'linkerd'): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

export const linkerdConfig = (version: string, namespace = 'linkerd') =>
  configMap('linkerd-config', { values: `linkerdVersion: ${version}\n` }, namespace);
export const trustRoots = (namespace = 'linkerd') =>
  configMap('linkerd-identity-trust-roots', { 'ca-bundle.crt': PEM }, namespace);
