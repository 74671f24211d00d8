import { expect, test } from 'vitest';
import { mixedVersionsDetector } from '../../../src/diagnosis/detectors/control-plane.ts';
import { crdDetector } from '../../../src/diagnosis/detectors/crds.ts';
import { stuckDetector } from '../../../src/diagnosis/detectors/stuck.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Snapshot, SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { denied, snapshotOf } from '../../helpers/snapshot.ts';
import { namespace } from '../mesh-objects.ts';
import { controlPlane, crds } from './releases.ts';

const look = (snapshot: Snapshot) => diagnose(snapshot, [stuckDetector]);
const NEW = 'stable-2.14.10';

/** A rollout of one pod that waits, of the Deployment given or of one of that name. */
function waiting(at: string, name: string, waits: object, given?: SnapshotObject): readonly SnapshotObject[] {
  const labels = { app: name };
  const deployment: SnapshotObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    ...given,
    metadata: {
      name,
      namespace: at,
      uid: `${at}-${name}`,
      generation: 1,
      ...given?.metadata,
      annotations: { 'deployment.kubernetes.io/revision': '1' },
    },
    spec: given?.spec ?? { replicas: 1, selector: { matchLabels: labels }, template: {} },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, unavailableReplicas: 1 },
  };
  const owner = (kind: string, uid: string, of: string) => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name: of, uid, controller: true }],
  });
  const hash = { ...labels, 'pod-template-hash': '5d9f' };
  return [
    deployment,
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${name}-5d9f`,
        namespace: at,
        uid: `${name}-rs`,
        labels: hash,
        annotations: { 'deployment.kubernetes.io/revision': '1' },
        creationTimestamp: '2026-06-01T11:50:00Z',
        ...owner('Deployment', deployment.metadata.uid!, name),
      },
      spec: { replicas: 1 },
      status: { replicas: 1 },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${name}-5d9f-x2k4j`,
        namespace: at,
        uid: `${name}-pod`,
        labels: hash,
        creationTimestamp: '2026-06-01T11:50:00Z',
        ...owner('ReplicaSet', `${name}-rs`, `${name}-5d9f`),
      },
      spec: { containers: [{ name: 'main', image: 'registry.example/main:1' }] },
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-06-01T11:50:00Z' }],
        containerStatuses: [{ name: 'main', ready: false, restartCount: 0, state: { waiting: waits } }],
      },
    },
  ];
}

const noImage = { reason: 'ImagePullBackOff', message: 'registry.example/main:1: not found' };
const crashes = { reason: 'CrashLoopBackOff', message: 'back-off 5m0s' };
const starts = { reason: 'ContainerCreating' };
const injected = namespace('shop', { 'linkerd.io/inject': 'enabled' });

test('a Deployment of the control plane that does not come up stops the upgrade, and its reason is named', () => {
  const destination = controlPlane(NEW).find(({ metadata }) => metadata.name === 'linkerd-destination')!;
  const rest = controlPlane(NEW).filter(({ metadata }) => metadata.name !== 'linkerd-destination');
  const { findings } = look(
    snapshotOf([...rest, ...waiting('linkerd', 'linkerd-destination', noImage, destination)]),
  );
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({
    code: 'control-plane-stuck',
    severity: 'blocker',
    certainty: 'confirmed',
    subjects: [{ kind: 'Deployment', namespace: 'linkerd', name: 'linkerd-destination' }],
    evidence: [
      { kind: 'condition', ref: 'Deployment linkerd/linkerd-destination' },
      {
        kind: 'field',
        ref: 'Pod linkerd/linkerd-destination-5d9f-x2k4j',
        path: 'status.containerStatuses[main].state.waiting.reason',
        value: 'ImagePullBackOff',
      },
    ],
  });
  expect(findings[0]?.title).toContain('linkerd-destination does not come up: ');
});

test('a version whose image cannot be pulled is none to go to, unless it is the one that is claimed', () => {
  const mistyped = 'stable-2.14.99';
  const mixed = (claimed: string, tag: string, waits: object) => {
    const objects = controlPlane(claimed, { 'linkerd-identity': tag });
    const identity = objects.find(({ metadata }) => metadata.name === 'linkerd-identity')!;
    const rest = objects.filter((one) => one !== identity);
    const all = [...rest, ...waiting('linkerd', 'linkerd-identity', waits, identity)];
    return diagnose(snapshotOf(all), [mixedVersionsDetector]).findings[0];
  };
  expect(mixed(NEW, mistyped, noImage)).toMatchObject({
    title: `The control plane is not all of ${NEW}: linkerd-identity is of ${mistyped}`,
    remedy: { parameters: { RELEASE: NEW } },
  });
  expect(mixed('stable-2.13.7', NEW, crashes)?.remedy.parameters).toEqual({ RELEASE: NEW });
  expect(mixed(NEW, 'stable-2.13.7', noImage)?.remedy.parameters).toEqual({ RELEASE: NEW });
});

test('workloads with a proxy that wait for the same reason are one finding', () => {
  const objects = [injected, ...waiting('shop', 'web', noImage), ...waiting('shop', 'api', noImage)];
  const { findings } = look(snapshotOf(objects));
  expect(findings).toMatchObject([{ code: 'workload-stuck', severity: 'error', subjectCount: 2 }]);
});

test('what is not in the mesh is nobody’s business here', () => {
  expect(look(snapshotOf([namespace('shop'), ...waiting('shop', 'web', noImage)])).findings).toEqual([]);
});

test('a rollout that goes on is not stuck', () => {
  const { findings } = look(snapshotOf([injected, ...waiting('shop', 'web', starts)]));
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
});

test('a definition that is missing explains a pod that crashes, and not an image that is not there', () => {
  const detectors = [stuckDetector, crdDetector];
  const bare = [...controlPlane(NEW), ...crds('stable-2.13.7'), injected];
  const symptomOf = (waits: object) =>
    diagnose(snapshotOf([...bare, ...waiting('shop', 'web', waits)]), detectors).findings.find(
      ({ code }) => code === 'workload-stuck',
    )?.symptomOf;
  expect(symptomOf(crashes)).toBe('crd-version-missing');
  expect(symptomOf(noImage)).toBeUndefined();
});

test('cannot be told without the pods', () => {
  const objects = [injected, ...waiting('shop', 'web', noImage)];
  const { findings, notChecked } = look(snapshotOf(objects, { objects: { pods: denied() } }));
  expect(findings).toEqual([]);
  expect(notChecked[0]?.codes).toContain('workload-stuck');
});
