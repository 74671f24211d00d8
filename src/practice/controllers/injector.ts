import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { isKnownVersion } from '../../linkerd/facts.ts';
import {
  hasProxy,
  type InjectionContext,
  injectionMode,
  injectPod,
  type PodLike,
} from '../../linkerd/injection.ts';
import type { KubeObject } from '../kube-client.ts';
import { controllerOf } from './control.ts';
import type { Caches } from './resources.ts';

/** The release that an injector's pod runs: the tag of its image, whatever linkerd-config claims. */
function injectorVersion(pods: readonly KubeObject[]): string | undefined {
  const images = pods
    .flatMap((pod) => (pod.spec?.containers ?? []) as { name: string; image: string }[])
    .filter((container) => container.name === 'proxy-injector')
    .map((container) => container.image.slice(container.image.lastIndexOf(':') + 1));
  return images.find(isKnownVersion);
}

/** The anchors that the mesh trusts: their own ConfigMap since 2.11, the configuration's values before. */
export function trustAnchors(caches: Caches, namespace: string): string {
  const own = caches.configmaps.get(namespace, 'linkerd-identity-trust-roots')?.data?.['ca-bundle.crt'];
  if (typeof own === 'string' && own !== '') return own;
  return String(storedValues(caches, namespace).identityTrustAnchorsPEM ?? '');
}

/** Where proxies send traces, where the values tell them to. */
function traceCollector(values: Readonly<Record<string, unknown>>): string | undefined {
  const proxy = values.proxy as {
    readonly tracing?: { readonly enabled?: unknown; readonly collector?: unknown };
  };
  const collector = proxy?.tracing?.collector as { readonly endpoint?: unknown } | undefined;
  const { endpoint } = collector ?? {};
  return proxy?.tracing?.enabled === true && typeof endpoint === 'string' ? endpoint : undefined;
}

/** The values in `linkerd-config`, those of 2.9's `global` among them. */
function storedValues(caches: Caches, namespace: string): Readonly<Record<string, unknown>> {
  try {
    const values = parse(caches.configmaps.get(namespace, 'linkerd-config')?.data?.values ?? '');
    return { ...values, ...values?.global };
  } catch {
    return {};
  }
}

/** The workload that a pod is labelled with: its ReplicaSet's Deployment, or else its own controller. */
function ownerOf(pod: KubeObject, caches: Caches): { kind: string; name: string } | undefined {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'ReplicaSet') return owner;
  const set = caches.replicasets.byUid(owner.uid);
  return (set === undefined ? undefined : controllerOf(set)) ?? owner;
}

/** Does to a new pod what the proxy injector does; `injectors` are the ready pods that could have answered. */
export function injectProxy(
  pod: KubeObject,
  controlPlaneNamespace: string,
  injectors: readonly KubeObject[],
  caches: Caches,
): void {
  const version = injectorVersion(injectors);
  const namespace = pod.metadata.namespace ?? 'default';
  const namespaceAnnotations = caches.namespaces.get(undefined, namespace)?.metadata.annotations ?? {};
  const like = pod as unknown as PodLike;
  if (version === undefined || pod.spec?.hostNetwork === true || hasProxy(like)) return;
  if (injectionMode(like, namespaceAnnotations) === undefined) return;
  const anchors = trustAnchors(caches, controlPlaneNamespace);
  const owner = ownerOf(pod, caches);
  const values = storedValues(caches, controlPlaneNamespace);
  const collector = traceCollector(values);
  const context: InjectionContext = {
    version,
    controlPlaneNamespace,
    trustAnchors: anchors,
    anchorHash: createHash('sha256').update(anchors).digest('hex'),
    by: 'linkerd/proxy-injector',
    namespace,
    cni: values.cniEnabled === true,
    ...(collector === undefined ? {} : { traceCollector: collector }),
    namespaceAnnotations,
    ...(owner === undefined ? {} : { owner: { kind: owner.kind, name: owner.name } }),
  };
  const injected = injectPod(like, context);
  Object.assign(pod.metadata, injected.metadata);
  pod.spec = injected.spec;
}

/** Does to a meshed pod what viz' tap injector does. */
export function markTap(pod: KubeObject): void {
  const annotations = pod.metadata.annotations ?? {};
  if (!hasProxy(pod as unknown as PodLike) || annotations['viz.linkerd.io/disable-tap'] === 'true') return;
  pod.metadata.annotations = { ...annotations, 'viz.linkerd.io/tap-enabled': 'true' };
}
