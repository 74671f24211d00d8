/** A mesh of any release as a snapshot, with the pods that its Deployments have, two applications, viz, DNS and the API server. */
import type { Snapshot, SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { createView } from '../../../src/diagnosis/view.ts';
import { record } from '../../../src/rollout/json.ts';
import { snapshotOf } from '../../helpers/snapshot.ts';
import { meshedPod, meshObjects, namespace, pod } from '../mesh.ts';

export const API_SERVER = '172.18.0.2';

const withStatus = (object: SnapshotObject, podIP: string): SnapshotObject => ({
  ...object,
  status: { phase: 'Running', podIP, hostIP: '10.0.0.1' },
});

function podOf(deployment: SnapshotObject, at: number): SnapshotObject {
  const { metadata, spec } = record(record(deployment.spec).template) as unknown as SnapshotObject;
  const bare = pod(deployment.metadata.namespace ?? '', deployment.metadata.name);
  const labels = { ...metadata.labels, 'pod-template-hash': '7c5d8f9b6d' };
  return withStatus(
    { ...bare, metadata: { ...bare.metadata, ...metadata, labels, name: bare.metadata.name }, spec },
    `10.1.0.${at}`,
  );
}

const labelled = (
  object: SnapshotObject,
  labels: Record<string, string>,
  rest: object = {},
): SnapshotObject => ({
  ...object,
  ...rest,
  metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } },
});

const meshes = new Map<string, Promise<readonly SnapshotObject[]>>();

/** Certificates take their time: each release is rendered once. */
function meshOf(version: string): Promise<readonly SnapshotObject[]> {
  const mesh = meshes.get(version) ?? meshObjects({ version });
  meshes.set(version, mesh);
  return mesh;
}

export interface WorldOptions {
  readonly version?: string;
  readonly target?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly port?: number;
}

export async function world(policies: readonly object[], options: WorldOptions = {}): Promise<Snapshot> {
  const { version = 'stable-2.14.10', target, annotations = {}, port = 8080 } = options;
  const mesh = await meshOf(version);
  const deployments = mesh.filter(({ kind }) => kind === 'Deployment');
  const app = (name: string, ip: string) => {
    const meshed = labelled(meshedPod('shop', name, 'anchors', version), { app: name });
    const spec = record(meshed.spec);
    const containers = (spec.containers as { name: string }[]).map((each) =>
      each.name === name ? { ...each, ports: [{ name: 'http', containerPort: port }] } : each,
    );
    const own = { ...meshed.metadata, annotations: { ...meshed.metadata.annotations, ...annotations } };
    return withStatus({ ...meshed, metadata: own, spec: { ...spec, containers } }, ip);
  };
  const viz = (name: string, ip: string) =>
    withStatus(
      labelled(meshedPod('linkerd-viz', name, 'anchors', version), {
        component: name,
        'linkerd.io/extension': 'viz',
      }),
      ip,
    );
  const objects: readonly SnapshotObject[] = [
    ...mesh,
    ...deployments.map((deployment, at) => podOf(deployment, at + 1)),
    app('web', '10.1.1.1'),
    app('api', '10.1.1.2'),
    viz('prometheus', '10.1.2.1'),
    viz('tap', '10.1.2.2'),
    viz('metrics-api', '10.1.2.3'),
    viz('web', '10.1.2.4'),
    withStatus(labelled(pod('kube-system', 'coredns'), { 'k8s-app': 'kube-dns' }), '10.1.3.1'),
    withStatus(labelled(pod('legacy', 'reports'), { app: 'reports' }), '10.1.4.1'),
    ...['shop', 'linkerd-viz', 'kube-system', 'legacy'].map((name) =>
      namespace(name, {}, { 'kubernetes.io/metadata.name': name }),
    ),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace: 'kube-system' },
      spec: { selector: { 'k8s-app': 'kube-dns' }, ports: [{ port: 53, protocol: 'UDP' }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'kubernetes',
        namespace: 'default',
        labels: { 'kubernetes.io/service-name': 'kubernetes' },
      },
      endpoints: [{ addresses: [API_SERVER] }],
      ports: [{ port: 6443 }],
    },
    ...(policies as SnapshotObject[]),
  ];
  return snapshotOf(objects, target === undefined ? {} : { walk: { target } });
}

export const viewOf = async (...of: Parameters<typeof world>) => createView(await world(...of));
