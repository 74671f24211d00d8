import { evaluate } from '../../diagnosis/network-policy/evaluate.ts';
import type { Endpoint, Flow } from '../../diagnosis/network-policy/matching.ts';
import { createPolicyView, type PolicyView } from '../../diagnosis/network-policy/policy-view.ts';
import { readPod } from '../../diagnosis/network-policy/read-pod.ts';
import { PROXY_CONTAINER } from '../../linkerd/proxy.ts';
import type { Clock } from '../clock.ts';
import type { KubeObject } from '../kube-client.ts';
import { issuerIsGood } from './mesh-identity.ts';
import type { Caches } from './resources.ts';

/**
 * What a container waits for before it is ready. A proxy: `no-identity`, nobody answers for its certificate, or with one
 * that is over or that it does not trust; `blocked` and
 * `no-dns`, a NetworkPolicy drops what it says. A container of the control plane: `no-api`, a NetworkPolicy keeps it from the API server.
 */
export type Obstacle = 'no-identity' | 'blocked' | 'no-dns' | 'no-api';

/** Who can speak to whom. Only new connections are asked about: what runs keeps those that it has. */
export interface Connectivity {
  /** Whether the API server reaches a pod behind that port of a Service. With no pod behind it there is nothing to be blocked. */
  apiServerReaches(service: { namespace: string; name: string }, port: number): boolean;
  /** What keeps a container from becoming ready, as far as that is the network; undefined where nothing does. */
  obstacle(pod: KubeObject, container: string): Obstacle | undefined;
}

const CONTROL_PLANE = 'linkerd.io/control-plane-ns';
const COMPONENT = 'linkerd.io/control-plane-component';

interface Port {
  readonly name?: string;
  readonly port: number;
}

interface Subset {
  readonly addresses?: readonly {
    readonly targetRef?: { readonly namespace: string; readonly name: string };
  }[];
  readonly ports?: readonly Port[];
}

/** A ready pod behind a Service, and its own number of the port. */
interface Backend {
  readonly pod: KubeObject;
  readonly port: number;
}

/** Judges by the NetworkPolicies that are in the caches. What only some network plugins let through is let through. */
export function createConnectivity(caches: Caches, clock: Pick<Clock, 'now'>): Connectivity {
  let view: PolicyView | undefined;
  const forget = () => {
    view = undefined;
  };
  caches.networkpolicies.onChange(forget);
  caches.namespaces.onChange(forget);

  const passes = (flow: Flow): boolean => {
    if (caches.networkpolicies.size() === 0) return true;
    view ??= createPolicyView({
      networkPolicies: caches.networkpolicies.list(),
      namespaces: caches.namespaces.list(),
    });
    return evaluate(view, flow).outcome !== 'blocked';
  };

  const subsets = (namespace: string, name: string): readonly Subset[] =>
    caches.endpoints.get(namespace, name)?.subsets ?? [];

  const backends = (namespace: string, name: string, portNumber: number): readonly Backend[] => {
    const ports = (caches.services.get(namespace, name)?.spec?.ports ?? []) as readonly Port[];
    const wanted = ports.find(({ port }) => port === portNumber);
    return subsets(namespace, name).flatMap(({ addresses = [], ports: own = [] }) => {
      const port = own.find((each) => each.name === wanted?.name)?.port;
      const pods = addresses.map(({ targetRef }) =>
        targetRef === undefined ? undefined : caches.pods.get(targetRef.namespace, targetRef.name),
      );
      return port === undefined ? [] : pods.flatMap((pod) => (pod === undefined ? [] : [{ pod, port }]));
    });
  };

  /** True where no pod is known: what cannot be told is no obstacle. */
  const reachesAny = (from: Endpoint, to: readonly Backend[], protocol: Flow['protocol'] = 'TCP'): boolean =>
    to.length === 0 ||
    to.some(({ pod, port }) => passes({ from, to: { type: 'pod', pod: readPod(pod) }, port, protocol }));

  const apiServer = (): Endpoint => {
    const addresses = subsets('default', 'kubernetes').flatMap((each) =>
      ((each.addresses ?? []) as readonly { readonly ip?: string }[]).flatMap(({ ip }) => ip ?? []),
    );
    return { type: 'outside', name: 'the API server', addresses, complete: true };
  };

  const certificateObstacle = (pod: KubeObject): Obstacle | undefined => {
    const { [CONTROL_PLANE]: plane, [COMPONENT]: component } = pod.metadata.labels ?? {};
    if (plane === undefined) return undefined;
    if (!issuerIsGood(pod, plane, caches, clock.now())) return 'no-identity';
    // The pods of the identity service ask themselves.
    if (component === 'identity') return undefined;
    const answers = subsets(plane, 'linkerd-identity').some(({ addresses = [] }) => addresses.length > 0);
    if (!answers) return 'no-identity';
    const from: Endpoint = { type: 'pod', pod: readPod(pod) };
    if (!reachesAny(from, backends('kube-system', 'kube-dns', 53), 'UDP')) return 'no-dns';
    return reachesAny(from, backends(plane, 'linkerd-identity', 8080)) ? undefined : 'blocked';
  };

  const watchObstacle = (pod: KubeObject): Obstacle | undefined => {
    if (pod.metadata.labels?.[COMPONENT] === undefined) return undefined;
    const from: Endpoint = { type: 'pod', pod: readPod(pod) };
    return passes({ from, to: apiServer(), port: 6443, protocol: 'TCP' }) ? undefined : 'no-api';
  };

  return {
    apiServerReaches: ({ namespace, name }, port) => reachesAny(apiServer(), backends(namespace, name, port)),
    obstacle: (pod, container) =>
      container === PROXY_CONTAINER ? certificateObstacle(pod) : watchObstacle(pod),
  };
}
