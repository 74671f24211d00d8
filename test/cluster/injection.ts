import { createHash } from 'node:crypto';
import { hasProxy, injectionMode, injectPod, type PodLike } from '../../src/linkerd/injection.ts';
import type { KubeClient, KubeObject } from '../../src/practice/kube-client.ts';

interface Asked {
  readonly controlPlane: string;
  readonly version: string;
  readonly anchors: string;
  readonly namespace: string;
}

/** The JSON patch that puts a proxy into a pod; undefined for one that is to have none. */
export async function injection(
  client: KubeClient,
  pod: KubeObject,
  asked: Asked,
): Promise<unknown[] | undefined> {
  const { namespace, anchors } = asked;
  const { metadata } = (await client.get({ apiVersion: 'v1', resource: 'namespaces' }, namespace)) ?? {};
  const namespaceAnnotations = metadata?.annotations ?? {};
  const like = pod as unknown as PodLike;
  if (hasProxy(like) || injectionMode(like, namespaceAnnotations) === undefined) return undefined;
  const owner = await workloadOf(client, pod, namespace);
  const injected = injectPod(like, {
    version: asked.version,
    controlPlaneNamespace: asked.controlPlane,
    trustAnchors: anchors,
    anchorHash: createHash('sha256').update(anchors).digest('hex'),
    by: 'linkerd/proxy-injector',
    namespace,
    namespaceAnnotations,
    ...(owner === undefined ? {} : { owner }),
  });
  return [
    { op: 'add', path: '/metadata/labels', value: injected.metadata?.labels },
    { op: 'add', path: '/metadata/annotations', value: injected.metadata?.annotations },
    { op: 'replace', path: '/spec', value: injected.spec },
  ];
}

async function workloadOf(
  client: KubeClient,
  pod: KubeObject,
  namespace: string,
): Promise<{ kind: string; name: string } | undefined> {
  const owner = pod.metadata.ownerReferences?.find((each) => each.controller === true);
  if (owner?.kind !== 'ReplicaSet') return owner;
  const set = await client.get({ apiVersion: 'apps/v1', resource: 'replicasets', namespace }, owner.name);
  return set?.metadata.ownerReferences?.find((each) => each.controller === true) ?? owner;
}
