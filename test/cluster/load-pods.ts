import { createTrust } from '../../src/linkerd/pki.ts';
import { createHttpClient } from '../../src/practice/http-client.ts';
import type { KubeObject } from '../../src/practice/kube-client.ts';
import { nodeObject } from '../../src/practice/world/nodes.ts';
import { podOf, runningStatus } from './load/pod.ts';
import { createWorkload, plan, SINCE, two, type Workload } from './load/workload.ts';

export interface LoadOptions {
  /** How many pods in all. */
  readonly pods: number;
  readonly namespaces: number;
  /** Of each Deployment and StatefulSet. */
  readonly replicas?: number;
  /** The releases of the proxies; workloads take them in turn. */
  readonly versions?: readonly string[];
  /** Requests under way at once. */
  readonly connections?: number;
  /** Hears how far it is, every thousand pods. */
  readonly say?: (line: string) => void;
}

/** What a cluster was filled with. */
export interface Load {
  readonly pods: number;
  readonly namespaces: readonly string[];
  readonly workloads: readonly { readonly kind: string; readonly namespace: string; readonly name: string }[];
  /** What the last pod is as compact JSON, in bytes; all are about as big. */
  readonly podBytes: number;
  readonly seconds: number;
}

const PER_NODE = 100;

/**
 * Fills a control plane that was started with `controllers: false` with Running, injected pods of about 21 KB each, with their
 * Nodes, Deployments, ReplicaSets and StatefulSets (every tenth workload). 10,000 pods take about a minute.
 */
export async function loadPods(kubeconfig: string, options: LoadOptions): Promise<Load> {
  const { replicas = 10, versions = ['stable-2.14.10', 'stable-2.13.7'], connections = 40 } = options;
  const start = Date.now();
  const client = createHttpClient(kubeconfig);
  const { anchorPem } = await createTrust();
  const namespaces = Array.from({ length: options.namespaces }, (_, index) => `team-${two(index + 1)}`);
  const workloads = plan(options.pods, namespaces, replicas, versions);
  const nodes = Math.ceil(options.pods / PER_NODE);
  const inParallel = <T>(items: readonly T[], work: (item: T, index: number) => Promise<unknown>) =>
    spread(items, connections, work);
  try {
    await inParallel(namespaces, (name) =>
      client.create(
        { apiVersion: 'v1', resource: 'namespaces' },
        {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name, annotations: { 'linkerd.io/inject': 'enabled' } },
        },
      ),
    );
    await inParallel(
      Array.from({ length: nodes }, (_, index) => nodeObject(index, Date.parse(SINCE), { cpu: '64' })),
      (node) => client.create({ apiVersion: 'v1', resource: 'nodes' }, node),
    );
    const owners = new Map<Workload, KubeObject>();
    await inParallel(workloads, async (workload) => {
      owners.set(workload, await createWorkload(client, workload));
    });
    const wanted = workloads.flatMap((workload) =>
      Array.from({ length: workload.replicas }, (_, index) => ({ workload, index })),
    );
    let done = 0;
    let last: KubeObject | undefined;
    await inParallel(wanted, async ({ workload, index }, place) => {
      const pod = podOf(workload, index, owners.get(workload)!, place % nodes, anchorPem);
      const pods = { apiVersion: 'v1', resource: 'pods', namespace: workload.namespace };
      const made = await client.create(pods, pod);
      const status = runningStatus(made, place);
      last = await client.patch(pods, made.metadata.name, 'merge', { status }, { subresource: 'status' });
      done += 1;
      if (done % 1000 === 0)
        options.say?.(`${done} pods after ${((Date.now() - start) / 1000).toFixed(0)} s`);
    });
    return {
      pods: wanted.length,
      namespaces,
      workloads: workloads.map(({ kind, namespace, name }) => ({ kind, namespace, name })),
      podBytes: Buffer.byteLength(JSON.stringify(last ?? '')),
      seconds: (Date.now() - start) / 1000,
    };
  } finally {
    client.close();
  }
}

/** So many workers take one item after the other. */
async function spread<T>(
  items: readonly T[],
  workers: number,
  work: (item: T, index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) await work(items[index]!, index);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
