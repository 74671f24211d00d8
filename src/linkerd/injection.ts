import { factsOf } from './facts.ts';
import { CONTROL_PLANE_NS, CREATED_BY, type ManifestMeta } from './manifest.ts';
import {
  initContainer,
  type PodPart,
  PROXY_CONTAINER,
  proxyContainer,
  proxyVolumes,
  validatorContainer,
} from './proxy.ts';

/** A pod or a pod template: what injection changes. */
export interface PodLike {
  metadata?: Partial<ManifestMeta>;
  spec: PodPart;
  [key: string]: unknown;
}

/** What the proxy injector knows besides the pod and its namespace. */
export interface InjectionContext {
  /** The injector's own version: that of the proxy, unless the pod pins another. */
  readonly version: string;
  /** The control plane's namespace. */
  readonly controlPlaneNamespace: string;
  readonly trustAnchors: string;
  /** SHA-256 of the anchors, hex. */
  readonly anchorHash: string;
  /** Who injects, for `linkerd.io/created-by`: `linkerd/proxy-injector` or `linkerd/cli`. */
  readonly by: string;
  readonly namespace: string;
  /** `cniEnabled`: the CNI plugin redirects traffic, and not an init container. */
  readonly cni?: boolean;
  /** `proxy.tracing.collector.endpoint`, where traces are sent at all. */
  readonly traceCollector?: string;
  /** Annotations of the pod's namespace, which hold where the pod says nothing. */
  readonly namespaceAnnotations?: Readonly<Record<string, string>>;
  /** `linkerd.io/proxy-deployment`: its owner's kind in lower case, and name. */
  readonly owner?: { readonly kind: string; readonly name: string };
}

/** The mode in which a pod is to be injected: its own annotation, or else its namespace's; undefined: not at all. */
export function injectionMode(
  pod: PodLike,
  namespaceAnnotations: Readonly<Record<string, string>> = {},
): 'enabled' | 'ingress' | undefined {
  const mode = pod.metadata?.annotations?.['linkerd.io/inject'] ?? namespaceAnnotations['linkerd.io/inject'];
  return mode === 'enabled' || mode === 'ingress' ? mode : undefined;
}

/** True where a pod has a proxy already, as a container or as a native sidecar. */
export function hasProxy(pod: PodLike): boolean {
  const lists = [pod.spec.containers, pod.spec.initContainers] as (PodPart[] | undefined)[];
  return lists.some((list) => (list ?? []).some((container) => container.name === PROXY_CONTAINER));
}

/** The proxy's image and the init container's, as the control plane of a version has them. */
function proxyImages(version: string): { readonly proxy: string; readonly init: string } {
  const fact = factsOf(version).workloads.find((one) => one.name === 'linkerd-identity');
  const proxy = fact?.containers.find(([name]) => name === PROXY_CONTAINER)?.[1];
  const init = fact?.init?.find(([name]) => name === 'linkerd-init')?.[1];
  if (proxy === undefined || init === undefined) throw new Error(`no proxy image is known for ${version}`);
  return { proxy, init };
}

/** The pod with its proxy, as the injector of a version makes it; the pod given is not changed. */
export function injectPod<Pod extends PodLike>(pod: Pod, context: InjectionContext): Pod {
  const { major } = factsOf(context.version);
  const images = proxyImages(context.version);
  const own = pod.metadata?.annotations ?? {};
  const setting = (key: string): string | undefined => own[key] ?? context.namespaceAnnotations?.[key];
  const pinned = setting('config.linkerd.io/proxy-version');
  const repository =
    setting('config.linkerd.io/proxy-image') ?? images.proxy.slice(0, images.proxy.lastIndexOf(':'));
  const proxyVersion = pinned ?? context.version;
  const nativeKeys = ['config', 'config.beta', 'config.alpha'].map(
    (p) => `${p}.linkerd.io/proxy-enable-native-sidecar`,
  );
  const wanted = nativeKeys.map(setting).find((value) => value !== undefined);
  const native = wanted === undefined ? major >= 20 : wanted === 'true' && major >= 15;
  const proxy = proxyContainer({
    version: context.version,
    major,
    namespace: context.controlPlaneNamespace,
    proxyImage: `${repository}:${proxyVersion}`,
    trustAnchors: context.trustAnchors,
    ingress: injectionMode(pod, context.namespaceAnnotations) === 'ingress',
    ...(major >= 19 && context.traceCollector !== undefined
      ? { traceCollector: context.traceCollector }
      : {}),
    native,
  });
  const redirecting =
    context.cni !== true
      ? [initContainer(images.init, major, setting('config.linkerd.io/skip-outbound-ports'))]
      : major >= 13
        ? [validatorContainer(`${repository}:${proxyVersion}`)]
        : [];
  const containers = (pod.spec.containers as PodPart[] | undefined) ?? [];
  const initContainers = (pod.spec.initContainers as PodPart[] | undefined) ?? [];
  // The proxy comes first since 2.11, so that the application starts after it.
  const withProxy = native ? containers : major >= 11 ? [proxy, ...containers] : [...containers, proxy];
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: {
        ...pod.metadata?.labels,
        [CONTROL_PLANE_NS]: context.controlPlaneNamespace,
        'linkerd.io/workload-ns': context.namespace,
        ...(context.owner === undefined
          ? {}
          : { [`linkerd.io/proxy-${context.owner.kind.toLowerCase()}`]: context.owner.name }),
      },
      annotations: {
        ...own,
        [CREATED_BY]: `${context.by} ${context.version}`,
        'linkerd.io/proxy-version': proxyVersion,
        ...(major >= 12 ? { 'linkerd.io/trust-root-sha256': context.anchorHash } : {}),
      },
    },
    spec: {
      ...pod.spec,
      initContainers: [...redirecting, ...(native ? [proxy] : []), ...initContainers],
      containers: withProxy,
      volumes: [...((pod.spec.volumes as PodPart[] | undefined) ?? []), ...proxyVolumes(major)],
    },
  };
}

/** The version of a pod's proxy: the tag of its image; undefined for a pod without one or an image named by digest. */
export function proxyVersionOf(pod: PodLike): string | undefined {
  const all = [
    ...((pod.spec.initContainers as PodPart[] | undefined) ?? []),
    ...((pod.spec.containers as PodPart[] | undefined) ?? []),
  ];
  const image: unknown = all.find((container) => container.name === PROXY_CONTAINER)?.image;
  if (typeof image !== 'string' || image.includes('@')) return undefined;
  const colon = image.lastIndexOf(':');
  return colon > image.lastIndexOf('/') ? image.slice(colon + 1) : undefined;
}
