/** A mesh in high availability on three nodes, as objects, on which tests plant what a preflight is to name. */

import type { PreflightResult } from '../../src/diagnosis/preflight/model.ts';
import { preflight } from '../../src/diagnosis/preflight/run.ts';
import type { Snapshot, SnapshotObject } from '../../src/diagnosis/snapshot.ts';
import { createTrust } from '../../src/linkerd/pki.ts';
import { daysAgo, meshObjects, namespace } from '../diagnosis/mesh.ts';
import { meshedPod } from '../diagnosis/mesh-objects.ts';
import { snapshotOf, takenAt } from '../helpers/snapshot.ts';

export const version = 'stable-2.13.7';
const anchors = await createTrust({ from: daysAgo(3) });
export const mesh = await meshObjects({ version, ha: true, trust: anchors });

/** A node that is ready, in a zone of its own. */
export const node = (
  index: number,
  rest: { readonly spec?: object; readonly info?: object; readonly labels?: object } = {},
): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: `node-${index}`,
    labels: { 'kubernetes.io/os': 'linux', 'topology.kubernetes.io/zone': `zone-${index}`, ...rest.labels },
  },
  spec: { providerID: `metal://node-${index}`, ...rest.spec },
  status: {
    allocatable: { cpu: '8', memory: '32Gi', pods: '110' },
    conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: takenAt }],
    nodeInfo: {
      architecture: 'amd64',
      operatingSystem: 'linux',
      containerRuntimeVersion: 'containerd://2.1.4',
      ...rest.info,
    },
  },
});

/** A pod of a component of the control plane. */
export const ownPod = (component: string, on: string, rest: object = {}): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `linkerd-${component}-${on}`,
    namespace: 'linkerd',
    uid: `${component}-${on}`,
    labels: {
      'linkerd.io/control-plane-component': component,
      'linkerd.io/control-plane-ns': 'linkerd',
      'linkerd.io/proxy-deployment': `linkerd-${component}`,
    },
  },
  spec: { nodeName: on, containers: [{ name: component }] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  ...rest,
});

/** A budget of a component that allows so many disruptions. */
export const budget = (component: string, disruptionsAllowed = 1): SnapshotObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: `linkerd-${component}`, namespace: 'linkerd' },
  spec: { maxUnavailable: 1, selector: { matchLabels: { 'linkerd.io/control-plane-component': component } } },
  status: { disruptionsAllowed, currentHealthy: disruptionsAllowed + 2, desiredHealthy: 2, expectedPods: 3 },
});

const components = ['destination', 'identity', 'proxy-injector'];

/** A Deployment `web` in `shop` whose pods come up one after the other. */
export const workload = (
  name: string,
  spec: object = {},
  containers: readonly object[] = [served],
): SnapshotObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, generation: 1 },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    ...spec,
    template: {
      metadata: { labels: { app: name }, annotations: { 'linkerd.io/inject': 'enabled' } },
      spec: { containers },
    },
  },
  status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 },
});

const served = {
  name: 'web',
  image: 'registry/web:1',
  ports: [{ name: 'http', containerPort: 8080 }],
  readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
};

/** Everything that a well kept cluster has. */
export const well: readonly SnapshotObject[] = [
  ...mesh,
  node(1),
  node(2),
  node(3),
  ...components.flatMap((component) => [
    ...[1, 2, 3].map((index) => ownPod(component, `node-${index}`)),
    budget(component),
  ]),
  namespace('kube-system', {}, { 'config.linkerd.io/admission-webhooks': 'disabled' }),
  namespace('shop', { 'linkerd.io/inject': 'enabled' }),
  workload('web'),
  meshedPod('web-1', { version, node: 'node-1', env: {} }),
];

/** What was asked besides, and all of it granted. */
export const operator: NonNullable<Snapshot['operator']> = {
  access: { state: 'read', value: [] },
  clock: { state: 'read', value: { server: takenAt, machine: takenAt } },
};

/** The result of one check on a cluster of these objects. */
export function result(
  name: string,
  objects: readonly SnapshotObject[],
  rest: Parameters<typeof snapshotOf>[1] = {},
): PreflightResult {
  const snapshot = snapshotOf(objects, {
    serverVersion: { state: 'read', value: 'v1.27.3' },
    linkerdCli: { state: 'read', value: version },
    kubectlCli: { state: 'read', value: 'v1.27.4' },
    operator,
    ...rest,
  });
  const found = preflight(snapshot).find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no check ${name}`);
  return found;
}

/** The same objects with one of them changed, or left out. */
export const changed = (
  kind: string,
  name: string,
  change: (object: SnapshotObject) => SnapshotObject | undefined,
  objects: readonly SnapshotObject[] = well,
): readonly SnapshotObject[] =>
  objects.flatMap((object) =>
    object.kind === kind && object.metadata.name === name ? (change(object) ?? []) : [object],
  );
