import { hasProxy, type PodLike } from '../../linkerd/injection.ts';
import { NETWORK_VALIDATOR, PROXY_CONTAINER } from '../../linkerd/proxy.ts';
import { matchesSelector } from '../../rollout/label-selector.ts';
import type { KubeObject } from '../kube-client.ts';
import type { Behaviour, ContainerSpec } from './behaviour.ts';
import type { Cache } from './cache.ts';
import { isReady } from './pods.ts';

/** Linkerd's policy objects of a namespace by kind. */
export type PolicyObjects = (kind: string, namespace: string) => readonly KubeObject[];

/** So long the validator waits for its own connection to come back to it. */
const VALIDATE_MS = 10_000;

/** What a container does in a mesh: the validator needs the CNI plugin on its node, and a probe goes through the proxy's policy. */
export function inMesh(
  pod: KubeObject,
  container: ContainerSpec,
  alone: Behaviour,
  pods: Cache,
  policies: PolicyObjects,
): Behaviour {
  if (container.name === NETWORK_VALIDATOR)
    return redirected(pod, pods) ? alone : { ...alone, exit: { afterMs: VALIDATE_MS, code: 95 } };
  if (container.name === PROXY_CONTAINER || !hasProxy(pod as unknown as PodLike)) return alone;
  return probeDenied(pod, container, policies) ? { ...alone, readyMs: 'never', probeStatus: 403 } : alone;
}

/** Whether the CNI plugin is at work on the pod's node. */
function redirected(pod: KubeObject, pods: Cache): boolean {
  return pods
    .list()
    .some(
      (each) =>
        each.metadata.labels?.['k8s-app'] === 'linkerd-cni' &&
        each.spec?.nodeName === pod.spec.nodeName &&
        each.metadata.deletionTimestamp === undefined &&
        isReady(each),
    );
}

interface Reference {
  readonly kind?: string;
  readonly name?: string;
}

/**
 * A kubelet is no member of the mesh. A proxy lets its probes through by itself, until an HTTPRoute is attached to the Server
 * of the port: from then on somebody without a certificate has to be authorized.
 */
function probeDenied(pod: KubeObject, container: ContainerSpec, policies: PolicyObjects): boolean {
  const probe = container.readinessProbe as { readonly httpGet?: { readonly port?: unknown } } | undefined;
  const port = probe?.httpGet?.port;
  if (port === undefined) return false;
  const namespace = pod.metadata.namespace ?? 'default';
  const named = ((container.ports ?? []) as { name?: string; containerPort?: number }[]).find(
    (each) => each.containerPort === port || each.name === port,
  );
  const servers = policies('Server', namespace).filter(
    ({ spec }) =>
      matchesSelector(spec?.podSelector, pod.metadata.labels ?? {}) &&
      [port, named?.name, named?.containerPort].some((each) => each !== undefined && each === spec?.port),
  );
  const routed = servers.flatMap((server) => {
    const routes = policies('HTTPRoute', namespace).filter(({ spec }) =>
      ((spec?.parentRefs ?? []) as Reference[]).some(
        ({ kind, name }) => kind === 'Server' && name === server.metadata.name,
      ),
    );
    return routes.length === 0 ? [] : [{ server, routes }];
  });
  return routed.some(({ server, routes }) => {
    const targets = [
      `Server/${server.metadata.name}`,
      `Namespace/${namespace}`,
      ...routes.map(({ metadata }) => `HTTPRoute/${metadata.name}`),
    ];
    return !policies('AuthorizationPolicy', namespace).some(({ spec }) => {
      const required = (spec?.requiredAuthenticationRefs ?? []) as Reference[];
      const target = `${spec?.targetRef?.kind}/${spec?.targetRef?.name}`;
      return targets.includes(target) && required.every(({ kind }) => kind === 'NetworkAuthentication');
    });
  });
}
