/**
 * A cluster in memory that is as big as a real one and does nothing by itself: the same objects that the real API server is
 * filled with, each kept as the text of a watch line, so that a change costs next to nothing.
 */
import { randomUUID } from 'node:crypto';
import { createTrust } from '../../src/linkerd/pki.ts';
import type { KubeClient, KubeObject, ResourceRef } from '../../src/practice/kube-client.ts';
import { nodeObject } from '../../src/practice/world/nodes.ts';
import { podOf, runningStatus } from '../../test/cluster/load/pod.ts';
import { createWorkload, plan, SINCE, two } from '../../test/cluster/load/workload.ts';
import { createBeacon, leaveUnfinished } from './beacon.ts';

/** One object: its text up to the version, its text behind it up to the status, and the status. */
export interface Item {
  readonly name: string;
  readonly namespace: string;
  readonly head: string;
  readonly body: string;
  readonly metadata: string;
  status: Record<string, unknown> | undefined;
  version: number;
}

export type Told = 'ADDED' | 'MODIFIED' | 'DELETED';

/** The line of a watch, with its newline. */
export function lineOf(type: Told, { head, version, body, status }: Item): string {
  const end = status === undefined ? '' : `,"status":${JSON.stringify(status)}`;
  return `{"type":"${type}","object":${head}${version}${body}${end}}}\n`;
}

/** Everything a watch-list of the metadata alone says of it. */
export const metadataLineOf = ({ metadata, version }: Item): string =>
  `{"type":"ADDED","object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":${metadata}${version}"}}}\n`;

export class MadeCluster {
  /** By resource, then by `namespace/name`. */
  readonly items = new Map<string, Map<string, Item>>();
  version = 1_000;
  readonly #objects = new Map<string, KubeObject>();

  put(resource: string, object: KubeObject): Item {
    const { status, ...rest } = object;
    const { resourceVersion: _, ...metadata } = rest.metadata;
    const fields = managedFieldsOf(object);
    const meta = JSON.stringify({ ...metadata, managedFields: fields }).slice(0, -1);
    const { metadata: __, apiVersion, kind, ...others } = rest;
    const body = JSON.stringify(others).slice(1, -1);
    this.version += 1;
    const item: Item = {
      name: metadata.name,
      namespace: metadata.namespace ?? '',
      head: `{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":${meta},"resourceVersion":"`,
      body: `"}${body === '' ? '' : `,${body}`}`,
      metadata: `${meta},"resourceVersion":"`,
      status,
      version: this.version,
    };
    const all = this.items.get(resource) ?? new Map<string, Item>();
    this.items.set(resource, all.set(`${item.namespace}/${item.name}`, item));
    return item;
  }

  /** What the functions that fill a real API server need of one. */
  client(): KubeClient {
    const keyOf = (ref: ResourceRef, name: string) => `${ref.resource} ${ref.namespace ?? ''}/${name}`;
    const keep = (ref: ResourceRef, object: KubeObject): KubeObject => {
      this.#objects.set(keyOf(ref, object.metadata.name), object);
      this.put(ref.resource, object);
      return object;
    };
    const client: Pick<KubeClient, 'create' | 'patch'> = {
      async create(ref, object) {
        const metadata = {
          ...object.metadata,
          ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
          uid: randomUUID(),
          generation: 1,
          creationTimestamp: ref.resource === 'pods' ? new Date().toISOString() : SINCE,
        };
        return keep(ref, { ...object, metadata });
      },
      patch: async (ref, name, _type, patch) => {
        const before = this.#objects.get(keyOf(ref, name));
        if (before === undefined) throw new Error(`there is no ${ref.resource} ${name}`);
        const { status } = patch as { readonly status: Record<string, unknown> };
        return keep(ref, { ...before, status: { ...before.status, ...status } });
      },
    };
    return client as KubeClient;
  }

  /** What was put so far can be had as text only from here on. */
  forgetObjects(): void {
    this.#objects.clear();
  }
}

/** Who wrote which field, about as wordy as a server's. */
function managedFieldsOf(object: KubeObject): unknown[] {
  const entry = (manager: string, fields: unknown) => ({
    manager,
    operation: 'Update',
    apiVersion: object.apiVersion,
    time: SINCE,
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
  });
  const { status, metadata, spec } = object;
  const { labels = {}, annotations = {} } = metadata;
  return [
    entry('kube-controller-manager', fieldsOf({ metadata: { labels, annotations }, spec })),
    ...(status === undefined ? [] : [entry('kubelet', fieldsOf({ status }))]),
  ];
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (Array.isArray(value)) {
    return Object.fromEntries(
      value.map((one, index) => [
        `k:${JSON.stringify({ name: (one as { name?: string })?.name ?? index })}`,
        { '.': {}, ...fieldsOf(one) },
      ]),
    );
  }
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [`f:${key}`, fieldsOf(inner)]));
}

/** So many pods in so many namespaces as on the real server, a beacon, and some workloads that are still rolling out. */
export async function makeCluster(size: {
  readonly pods: number;
  readonly namespaces: number;
  readonly unfinished: number;
}): Promise<{ readonly cluster: MadeCluster; readonly beacon: Item }> {
  const cluster = new MadeCluster();
  const client = cluster.client();
  const { anchorPem } = await createTrust();
  const names = Array.from({ length: size.namespaces }, (_, index) => `team-${two(index + 1)}`);
  for (const name of ['kube-system', ...names]) {
    const metadata = { name, annotations: { 'linkerd.io/inject': 'enabled' } };
    await client.create(
      { apiVersion: 'v1', resource: 'namespaces' },
      { apiVersion: 'v1', kind: 'Namespace', metadata },
    );
  }
  const nodes = Math.ceil(size.pods / 100);
  for (let index = 0; index < nodes; index += 1)
    await client.create(
      { apiVersion: 'v1', resource: 'nodes' },
      nodeObject(index, Date.now(), { cpu: '64' }),
    );
  let place = 0;
  let unfinished = size.unfinished;
  for (const workload of plan(size.pods, names, 10, ['stable-2.14.10', 'stable-2.13.7'])) {
    const owner = await createWorkload(client, workload);
    if (workload.kind === 'Deployment' && unfinished-- > 0)
      await leaveUnfinished(client, workload, workload.replicas);
    for (let index = 0; index < workload.replicas; index += 1, place += 1) {
      const ref = { apiVersion: 'v1', resource: 'pods', namespace: workload.namespace };
      const pod = await client.create(ref, podOf(workload, index, owner, place % nodes, anchorPem));
      await client.patch(ref, pod.metadata.name, 'merge', { status: runningStatus(pod, place) });
    }
  }
  const beacon = await createBeacon(client, anchorPem);
  cluster.forgetObjects();
  return { cluster, beacon: cluster.items.get('pods')!.get(`a-beacon/${beacon.metadata.name}`)! };
}
