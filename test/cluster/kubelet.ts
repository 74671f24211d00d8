import { createClock } from '../../src/practice/clock.ts';
import { createConnectivity } from '../../src/practice/controllers/connectivity.ts';
import { isStatus } from '../../src/practice/controllers/control.ts';
import { createImageCatalogue } from '../../src/practice/controllers/images.ts';
import { type KubeletOptions, startKubelet } from '../../src/practice/controllers/kubelet.ts';
import { startNodeHeartbeats } from '../../src/practice/controllers/nodes.ts';
import { startControl } from '../../src/practice/controllers/start-control.ts';
import { createHttpClient } from '../../src/practice/http-client.ts';
import type { KubeClient, KubeObject } from '../../src/practice/kube-client.ts';
import { nodeObject } from '../../src/practice/world/nodes.ts';
import { type LogServer, startLogServer } from './kubelet-logs.ts';

/** Pods of namespaces whose names begin so are left alone by the kubelet that all suites share. */
export const STILL = 'still-';

export interface FakeKubeletOptions {
  /** How many Nodes it registers, `practice-1` and so on. */
  readonly nodes?: number;
  /** Of each node. */
  readonly cpu?: string;
  readonly memory?: string;
  /** 0, as usual: whatever can happen happens at once. 1: images take seconds to pull, containers to become ready. */
  readonly pace?: number;
  /** How many seconds of back-offs and probes pass in one of ours. */
  readonly speed?: number;
  /** Which pods it moves; all of them unless told. */
  readonly accepts?: (pod: KubeObject) => boolean;
  /** Makes containers fare otherwise than their image and their annotations say. */
  readonly alter?: NonNullable<KubeletOptions['alter']>;
  /** Whether a meshed pod's proxy gets its certificate; always, unless told. */
  readonly hasIdentity?: NonNullable<KubeletOptions['hasIdentity']>;
  /** Hears of attempts that failed; all of them are repeated. */
  readonly onError?: (message: string) => void;
}

/** The kubelets of some Nodes of a real cluster. */
export interface FakeKubelet {
  /** As the option of that name. */
  pace: number;
  /** Looks at every pod again, for when `alter` answers otherwise than before. */
  refresh(): void;
  stop(): Promise<void>;
}

/**
 * Registers Nodes and moves the pods that are placed on them, with the practice cluster's kubelet as a client of the API;
 * everything else is left to the cluster's own controllers. Pods ask for faults as on the practice cluster: an image that no
 * registry has (`nginx:does-not-exist`), the annotations `practice.handrail.dev/crash` and the others of behaviour.ts.
 */
export async function startFakeKubelet(
  kubeconfig: string,
  options: FakeKubeletOptions = {},
): Promise<FakeKubelet> {
  const { nodes = 3, cpu = '64', memory = '256Gi', speed = 1, accepts = () => true } = options;
  const api = createHttpClient(kubeconfig);
  const clock = createClock({ speed });
  clock.run();
  const pods = (object: KubeObject) => object.kind !== 'Pod' || accepts(object);
  const client: typeof api = {
    ...api,
    async list(ref, selection) {
      const { items, resourceVersion } = await api.list(ref, selection);
      return { items: items.filter(pods), resourceVersion };
    },
    watch: (ref, settings, onEvent) =>
      api.watch(ref, settings, (event) => {
        if (pods(event.object)) onEvent(event);
      }),
  };
  const workshop = startControl({
    client,
    clock,
    onError: (name, key, message) => options.onError?.(`${name} ${key}: ${message}`),
  });
  const { control } = workshop;
  let stopHeartbeats: (() => void) | undefined;
  let logs: LogServer | undefined;
  const stop = async () => {
    await logs?.close();
    stopHeartbeats?.();
    workshop.stop();
    clock.stop();
    api.close();
  };
  try {
    const kubelet = startKubelet(control, createConnectivity(control.caches, control.clock), {
      hasImage: createImageCatalogue(),
      hasIdentity: options.hasIdentity ?? (() => true),
      ...(options.alter === undefined ? {} : { alter: options.alter }),
    });
    kubelet.pace = options.pace ?? 0;
    logs = await startLogServer(api, clock);
    for (let index = 0; index < nodes; index += 1) {
      await register(client, nodeObject(index, clock.now(), { cpu, memory }), logs.port);
    }
    await workshop.follow(['nodes', 'pods']);
    stopHeartbeats = startNodeHeartbeats(control, speed);
    return {
      get pace() {
        return kubelet.pace;
      },
      set pace(pace) {
        kubelet.pace = pace;
      },
      refresh: () => kubelet.refresh(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A Node keeps its status on creation, as kubelets that register themselves rely on; one that is there already is kept. */
async function register(client: KubeClient, node: KubeObject, port: number): Promise<void> {
  const status = {
    ...node.status,
    // The API server of the tests asks by this name first, for logs.
    addresses: [...node.status.addresses, { type: 'InternalDNS', address: 'localhost' }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  try {
    await client.create({ apiVersion: 'v1', resource: 'nodes' }, { ...node, status });
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
  }
}
