import { matchesLabels } from '../../rollout/label-selector.ts';
import type { KubeObject } from '../kube-client.ts';
import { keyOf, splitKey } from './cache.ts';
import { type Control, controllerReference, isStatus } from './control.ts';
import { canonical, hashOf, isFinished, isReady } from './pods.ts';

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const SERVICE_NAME = 'kubernetes.io/service-name';
/** More endpoints than this go into a further slice. */
const SLICE_SIZE = 100;

interface Port {
  readonly name?: string;
  readonly port: number;
  readonly protocol: string;
}

/** The number behind a Service's target port on one pod; undefined where the pod has no port of that name. */
function targetPort(service: KubeObject['spec'], pod: KubeObject): number | undefined {
  const target = service.targetPort ?? service.port;
  if (typeof target === 'number') return target;
  const containers = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])];
  const ports = containers.flatMap((container) => container.ports ?? []);
  return ports.find((port) => port.name === target)?.containerPort;
}

function portsFor(service: KubeObject, pod: KubeObject): Port[] {
  return (service.spec.ports ?? []).flatMap((each: KubeObject['spec']) => {
    const port = targetPort(each, pod);
    if (port === undefined) return [];
    return [
      { ...(each.name === undefined ? {} : { name: each.name }), port, protocol: each.protocol ?? 'TCP' },
    ];
  });
}

function groups(service: KubeObject, pods: readonly KubeObject[]): { ports: Port[]; pods: KubeObject[] }[] {
  const byPorts = new Map<string, { ports: Port[]; pods: KubeObject[] }>();
  for (const pod of pods) {
    const ports = portsFor(service, pod);
    const key = canonical(ports);
    const group = byPorts.get(key) ?? { ports, pods: [] };
    byPorts.set(key, group);
    group.pods.push(pod);
  }
  return [...byPorts.values()];
}

const address = (pod: KubeObject) => ({
  ip: pod.status.podIP,
  nodeName: pod.spec.nodeName,
  ...(pod.spec.hostname === undefined ? {} : { hostname: pod.spec.hostname }),
  targetRef: {
    kind: 'Pod',
    namespace: pod.metadata.namespace,
    name: pod.metadata.name,
    uid: pod.metadata.uid,
  },
});

/** The `subsets` of an Endpoints object. */
function endpointSubsets(service: KubeObject, pods: readonly KubeObject[]) {
  const staying = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  return groups(service, staying).map(({ ports, pods: members }) => {
    const counted = (pod: KubeObject) => service.spec.publishNotReadyAddresses === true || isReady(pod);
    const ready = members.filter(counted).map(address);
    const waiting = members.filter((pod) => !counted(pod)).map(address);
    return {
      ...(ready.length === 0 ? {} : { addresses: ready }),
      ...(waiting.length === 0 ? {} : { notReadyAddresses: waiting }),
      ...(ports.length === 0 ? {} : { ports }),
    };
  });
}

function slices(service: KubeObject, pods: readonly KubeObject[]) {
  const made = groups(service, pods).flatMap(({ ports, pods: members }) => {
    const parts: { ports: Port[]; pods: KubeObject[] }[] = [];
    for (let start = 0; start < members.length; start += SLICE_SIZE) {
      parts.push({ ports, pods: members.slice(start, start + SLICE_SIZE) });
    }
    return parts;
  });
  return made.length === 0 ? [{ ports: [] as Port[], pods: [] as KubeObject[] }] : made;
}

const endpoint = (pod: KubeObject) => {
  const leaving = pod.metadata.deletionTimestamp !== undefined;
  return {
    addresses: [pod.status.podIP],
    conditions: { ready: isReady(pod) && !leaving, serving: isReady(pod), terminating: leaving },
    nodeName: pod.spec.nodeName,
    ...(pod.spec.hostname === undefined ? {} : { hostname: pod.spec.hostname }),
    targetRef: address(pod).targetRef,
  };
};

/** Keeps the Endpoints and EndpointSlices of the Services. */
export function startEndpointsController(control: Control): void {
  const { caches, client } = control;

  const put = async (cache: (typeof caches)['endpoints'], object: KubeObject): Promise<void> => {
    const { namespace, name } = object.metadata;
    const known = cache.get(namespace, name);
    if (known === undefined) {
      await client.create(cache.ref(namespace), object);
      return;
    }
    const content = (each: KubeObject) =>
      canonical([each.subsets, each.endpoints, each.ports, each.metadata.labels]);
    if (content(known) === content(object)) return;
    await client.update(cache.ref(namespace), {
      ...object,
      metadata: { ...known.metadata, labels: object.metadata.labels ?? {} },
    });
  };

  const reconcile = async (key: string): Promise<void> => {
    const { namespace, name } = splitKey(key);
    const service = caches.services.get(namespace, name);
    if (service === undefined || namespace === undefined) {
      const left = caches.endpoints.get(namespace, name);
      if (left?.metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller')
        await client.delete(caches.endpoints.ref(namespace), name).catch((error) => {
          if (!isStatus(error, 404)) throw error;
        });
      return;
    }
    const selector = service.spec?.selector as Record<string, string> | undefined;
    if (selector === undefined || Object.keys(selector).length === 0) return;
    if (service.metadata.deletionTimestamp !== undefined) return;
    const pods = caches.pods
      .list(namespace)
      .filter(
        (pod) =>
          matchesLabels(selector, pod.metadata.labels) && pod.status?.podIP !== undefined && !isFinished(pod),
      )
      .sort((a, b) => (a.status.podIP < b.status.podIP ? -1 : 1));
    const headless = service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
    const labels = { ...service.metadata.labels, ...headless };
    const subsets = endpointSubsets(service, pods);
    await put(caches.endpoints, {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: {
        name,
        namespace,
        labels: { ...labels, 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
      },
      ...(subsets.length === 0 ? {} : { subsets }),
    });
    const owned = caches.endpointslices.ownedBy(service.metadata.uid ?? '');
    const wanted = slices(service, pods).map((slice, index) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: `${name}-${hashOf([service.metadata.uid, index], 5)}`,
        namespace,
        labels: { ...labels, [MANAGED_BY]: 'endpointslice-controller.k8s.io', [SERVICE_NAME]: name },
        ownerReferences: [controllerReference(service)],
      },
      addressType: 'IPv4',
      endpoints: slice.pods.map(endpoint),
      ports: slice.ports,
    }));
    for (const slice of wanted) await put(caches.endpointslices, slice);
    const names = new Set(wanted.map((slice) => slice.metadata.name));
    for (const slice of owned) {
      if (!names.has(slice.metadata.name))
        await client.delete(caches.endpointslices.ref(namespace), slice.metadata.name);
    }
  };

  const queue = control.queue('endpoints', reconcile);
  const look = (pod: KubeObject) => {
    for (const service of caches.services.list(pod.metadata.namespace)) {
      const selector = service.spec?.selector;
      if (selector !== undefined && matchesLabels(selector, pod.metadata.labels)) queue.add(keyOf(service));
    }
  };
  caches.services.onChange((next, previous) => {
    const service = next ?? previous;
    if (service !== undefined) queue.add(keyOf(service));
  });
  caches.pods.onChange((next, previous) => {
    if (next !== undefined && previous !== undefined) {
      const same =
        isReady(next) === isReady(previous) &&
        next.status?.podIP === previous.status?.podIP &&
        next.status?.phase === previous.status?.phase &&
        next.metadata.deletionTimestamp === previous.metadata.deletionTimestamp &&
        canonical(next.metadata.labels) === canonical(previous.metadata.labels);
      if (same) return;
      look(previous);
    }
    const pod = next ?? previous;
    if (pod !== undefined) look(pod);
  });
}
