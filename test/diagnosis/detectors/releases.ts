/** Control planes and resource definitions of releases, as objects of a cluster on which they are well. */
import type { SnapshotObject, WalkEvidence } from '../../../src/diagnosis/snapshot.ts';
import { crdManifests } from '../../../src/linkerd/crds.ts';
import { factsOf } from '../../../src/linkerd/facts.ts';
import { config } from '../mesh-objects.ts';

/** The definitions of a release, established three days before the snapshot. */
export const crds = (version: string, options: { readonly gatewayApi?: boolean } = {}): SnapshotObject[] =>
  crdManifests(version, options).map((crd) => ({
    ...crd,
    metadata: { ...crd.metadata, creationTimestamp: '2026-05-29T12:00:00Z' },
    status: {
      conditions: [
        { type: 'NamesAccepted', status: 'True' },
        { type: 'Established', status: 'True' },
      ],
      storedVersions: [crd.spec.versions.find(({ storage }: { storage: boolean }) => storage).name],
    },
  }));

interface CrdChange {
  readonly spec?: object;
  readonly status?: object;
  readonly metadata?: object;
}

/** The same objects, with one definition that is another. */
export const withCrd = (
  objects: readonly SnapshotObject[],
  name: string,
  { spec, status, metadata }: CrdChange,
): SnapshotObject[] =>
  objects.map((object) =>
    object.metadata.name !== name
      ? object
      : {
          ...object,
          metadata: { ...object.metadata, ...metadata },
          ...(spec === undefined ? {} : { spec: { ...(object.spec as object), ...spec } }),
          ...(status === undefined ? {} : { status: { ...(object.status as object), ...status } }),
        },
  );

const parts = ['linkerd-identity', 'linkerd-destination', 'linkerd-proxy-injector'];

/** A Deployment of the control plane with the containers of that release, rolled out. */
export function component(name: string, version: string, spec: object = {}): SnapshotObject {
  const line = ['stable-2.10.2', 'stable-2.14.10'].includes(version) ? version : 'stable-2.14.10';
  const fact = factsOf(line).workloads.find((one) => one.name === name)!;
  const labels = { 'linkerd.io/control-plane-component': name.slice('linkerd-'.length) };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'linkerd', uid: name, generation: 1, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          initContainers: [{ name: 'linkerd-init', image: 'cr.l5d.io/linkerd/proxy-init:v2.2.3' }],
          containers: fact.containers.map(([container, image]) => ({
            name: container,
            image: `registry.example:5000/linkerd/${image.slice(image.lastIndexOf('/') + 1, image.lastIndexOf(':'))}:${version}`,
          })),
        },
      },
      ...spec,
    },
    status: {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
    },
  };
}

/** What a control plane claims to be, and its Deployments of that version; or of others, by their names. */
export const controlPlane = (
  version: string,
  others: Readonly<Record<string, string>> = {},
  values: Readonly<Record<string, unknown>> = {},
): SnapshotObject[] => [
  config(version, values),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'linkerd-identity-trust-roots', namespace: 'linkerd' },
    data: {},
  },
  ...parts.map((name) => component(name, others[name] ?? version)),
];

/** A walk whose step failed and printed this. */
export const said = (
  output: readonly string[],
  walk: Pick<WalkEvidence, 'target' | 'from'>,
): WalkEvidence => ({
  ...walk,
  step: { title: 'Upgrade the control plane', kind: 'shell', detail: 'It ended with exit code 1.', output },
});
