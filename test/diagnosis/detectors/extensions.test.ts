import { describe, expect, test } from 'vitest';
import { extensionVersionsDetector } from '../../../src/diagnosis/detectors/extension-versions.ts';
import { jaegerDetector, tapDetector } from '../../../src/diagnosis/detectors/extensions.ts';
import { linksDetector } from '../../../src/diagnosis/detectors/links.ts';
import { stuckDetector } from '../../../src/diagnosis/detectors/stuck.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Snapshot, SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { type ExtensionName, extensionManifests } from '../../../src/linkerd/extensions.ts';
import { denied, snapshotOf } from '../../helpers/snapshot.ts';

const controlPlane = (version: string, namespace = 'linkerd'): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'linkerd-config', namespace },
  data: { values: `linkerdVersion: ${version}\n` },
});

const kinds = ['Namespace', 'Deployment', 'Service', 'APIService', 'MutatingWebhookConfiguration'];
const extension = async (name: ExtensionName, version: string): Promise<SnapshotObject[]> =>
  (await extensionManifests(name, version)).filter(({ kind }) => kinds.includes(kind));

describe('the version of an extension', () => {
  const look = (snapshot: Snapshot) => diagnose(snapshot, [extensionVersionsDetector]);

  test.each(['viz', 'multicluster'] as const)(
    '%s one behind is a warning, two behind an error',
    async (name) => {
      const at = async (version: string) =>
        look(snapshotOf([controlPlane('stable-2.14.10'), ...(await extension(name, version))])).findings;
      expect(await at('stable-2.13.7')).toMatchObject([
        {
          code: `${name}-behind`,
          severity: 'warning',
          title: `${name} is stable-2.13.7, the control plane stable-2.14.10`,
          remedy: {
            parameters: {
              EXTENSION_NAMESPACE: `linkerd-${name}`,
              CONTROL_PLANE_VERSION: 'stable-2.14.10',
            },
          },
        },
      ]);
      expect(await at('stable-2.12.6')).toMatchObject([{ code: `${name}-behind`, severity: 'error' }]);
      expect(await at('stable-2.14.10')).toEqual([]);
      // Newer than the control plane is another matter.
      expect(await at('edge-24.2.4')).toEqual([]);
    },
  );

  test('cannot be told by a digest; of a build of its own nothing is said', async () => {
    const viz = (await extension('viz', 'stable-2.13.7')).map((object) => {
      if (object.kind !== 'Deployment') return object;
      const { 'linkerd.io/created-by': _by, ...annotations } = object.metadata.annotations ?? {};
      const containers = [{ name: 'web', image: `registry.example/web@sha256:${'0'.repeat(64)}` }];
      return {
        ...object,
        metadata: { ...object.metadata, annotations },
        spec: { template: { spec: { containers } } },
      };
    });
    expect(look(snapshotOf([controlPlane('stable-2.14.10'), ...viz])).findings).toEqual([]);
    const viz213 = await extension('viz', 'stable-2.13.7');
    expect(look(snapshotOf([controlPlane('dev-1234'), ...viz213])).findings).toEqual([]);
  });

  test('is not judged where there are two control planes, or where Deployments cannot be seen', async () => {
    const viz = await extension('viz', 'stable-2.13.7');
    const two = [controlPlane('stable-2.14.10'), controlPlane('stable-2.14.10', 'linkerd-b'), ...viz];
    expect(look(snapshotOf(two)).findings).toEqual([]);
    const blind = snapshotOf([controlPlane('stable-2.14.10')], { objects: { deployments: denied() } });
    expect(look(blind).notChecked[0]?.codes).toEqual(['viz-behind', 'multicluster-behind']);
  });
});

describe('the API of tap', () => {
  const look = (snapshot: Snapshot) => diagnose(snapshot, [tapDetector]);
  const api = (...conditions: object[]): SnapshotObject => ({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1alpha1.tap.linkerd.io' },
    spec: { service: { name: 'tap', namespace: 'linkerd-viz' } },
    status: { conditions },
  });
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'tap', namespace: 'linkerd-viz' } };
  const failed = { type: 'Available', status: 'False', reason: 'FailedDiscoveryCheck', message: 'x509' };

  test('does not answer', () => {
    expect(look(snapshotOf([api(failed), service])).findings).toMatchObject([
      {
        code: 'tap-unavailable',
        severity: 'error',
        certainty: 'confirmed',
        evidence: [{ value: 'False, FailedDiscoveryCheck, x509' }],
        remedy: { parameters: { EXTENSION_NAMESPACE: 'linkerd-viz' } },
      },
    ]);
  });

  test('was left behind by viz', () => {
    expect(look(snapshotOf([api({ ...failed, reason: 'ServiceNotFound' })])).findings[0]).toMatchObject({
      title: 'v1alpha1.tap.linkerd.io points at linkerd-viz/tap, which is not there',
    });
  });

  test('answers, or nobody has asked yet', () => {
    expect(look(snapshotOf([api({ type: 'Available', status: 'True' }), service])).findings).toEqual([]);
    expect(look(snapshotOf([api(), service])).findings).toEqual([]);
    expect(look(snapshotOf([])).findings).toEqual([]);
  });

  test('cannot be told', () => {
    const unknown = api({ type: 'Available', status: 'Unknown' });
    expect(look(snapshotOf([unknown, service])).findings).toMatchObject([{ certainty: 'undetermined' }]);
    expect(look(snapshotOf([], { objects: { apiServices: denied() } })).notChecked).toHaveLength(1);
  });
});

describe('jaeger', () => {
  const look = (snapshot: Snapshot) => diagnose(snapshot, [jaegerDetector]);

  test('is left behind from 2.19 on', async () => {
    const jaeger = await extension('jaeger', 'edge-25.4.4');
    expect(look(snapshotOf([controlPlane('edge-25.10.7'), ...jaeger])).findings).toMatchObject([
      {
        code: 'jaeger-left-behind',
        severity: 'warning',
        subjectCount: 2,
        remedy: { parameters: { EXTENSION_OWNER: 'cli', JAEGER_VERSION: 'edge-25.4.4' } },
      },
    ]);
    expect(look(snapshotOf([controlPlane('edge-25.4.4'), ...jaeger])).findings).toEqual([]);
    expect(look(snapshotOf([controlPlane('edge-25.10.7')])).findings).toEqual([]);
  });

  test('cannot be seen without webhooks', () => {
    const blind = snapshotOf([controlPlane('edge-25.10.7')], { objects: { mutatingWebhooks: denied() } });
    expect(look(blind).notChecked).toMatchObject([{ codes: ['jaeger-left-behind'] }]);
  });
});

describe('a link', () => {
  const look = (snapshot: Snapshot) => diagnose(snapshot, [linksDetector]);
  const link = (
    by: string,
    spec: object = {},
    apiVersion = 'multicluster.linkerd.io/v1alpha1',
  ): SnapshotObject => ({
    apiVersion,
    kind: 'Link',
    metadata: {
      name: 'west',
      namespace: 'linkerd-multicluster',
      annotations: { 'linkerd.io/created-by': by },
    },
    spec: { targetClusterName: 'west', ...spec },
  });
  const deployment = (name: string, tag: string): SnapshotObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'linkerd-multicluster' },
    spec: {
      template: {
        spec: { containers: [{ name: 'service-mirror', image: `cr.l5d.io/linkerd/controller:${tag}` }] },
      },
    },
  });
  const at = (version: string, ...objects: SnapshotObject[]) =>
    look(snapshotOf([controlPlane(version), ...objects])).findings;

  test('was made by an older CLI', () => {
    expect(at('stable-2.14.10', link('linkerd/cli stable-2.13.7'))).toMatchObject([
      {
        code: 'link-behind',
        severity: 'warning',
        title: 'Link west: it was made by the CLI of stable-2.13.7, the control plane is stable-2.14.10',
      },
    ]);
    expect(at('stable-2.14.10', link('linkerd/cli stable-2.14.10'))).toEqual([]);
  });

  test('has a service mirror that skipped a major version', () => {
    const mirror = deployment('linkerd-service-mirror-west', 'stable-2.12.6');
    expect(at('stable-2.14.10', link('linkerd/cli stable-2.14.10'), mirror)).toMatchObject([
      { severity: 'error', evidence: [{ value: 'controller:stable-2.12.6' }] },
    ]);
  });

  test('has two controllers since 2.18, of which the lease names one', () => {
    const objects = [
      link('linkerd/cli edge-25.4.4', {}, 'multicluster.linkerd.io/v1alpha3'),
      deployment('linkerd-service-mirror-west', 'edge-25.4.4'),
      deployment('controller-west', 'edge-25.4.4'),
    ];
    const lease: SnapshotObject = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'service-mirror-write-west', namespace: 'linkerd-multicluster' },
      spec: { holderIdentity: 'linkerd-service-mirror-west-abc' },
    };
    const [finding] = at('edge-25.4.4', ...objects, lease);
    expect(finding).toMatchObject({
      evidence: [{ ref: 'Lease linkerd-multicluster/service-mirror-write-west' }],
    });
    expect(finding!.remedy.text).toContain('--only-controller');
  });

  test('has a probe period without a unit', () => {
    const old = link(
      'linkerd/cli edge-25.4.4',
      { probeSpec: { period: '3' } },
      'multicluster.linkerd.io/v1alpha3',
    );
    expect(at('edge-25.4.4', old)).toMatchObject([{ severity: 'error', evidence: [{ expected: '3s' }] }]);
    const fine = link(
      'linkerd/cli edge-25.4.4',
      { probeSpec: { period: '3s' } },
      'multicluster.linkerd.io/v1alpha3',
    );
    expect(at('edge-25.4.4', fine)).toEqual([]);
  });

  test('cannot be seen', () => {
    const blind = snapshotOf([controlPlane('stable-2.14.10')], { objects: { links: denied() } });
    expect(look(blind).notChecked).toMatchObject([{ codes: ['link-behind'] }]);
  });
});

describe('a rollout of an extension', () => {
  const look = (snapshot: Snapshot) => diagnose(snapshot, [stuckDetector]);
  const metricsApi = async (reason: string, status: string): Promise<SnapshotObject[]> => {
    const all = await extension('viz', 'stable-2.14.10');
    return all.flatMap((object) => {
      if (object.kind === 'Namespace') return [object];
      if (object.kind !== 'Deployment' || object.metadata.name !== 'metrics-api') return [];
      const conditions = [{ type: 'Progressing', status, reason, lastUpdateTime: '2026-06-01T11:59:00Z' }];
      const metadata = { ...object.metadata, uid: 'metrics-api', generation: 2 };
      const counts = { replicas: 2, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
      return [{ ...object, metadata, status: { observedGeneration: 2, ...counts, conditions } }];
    });
  };

  test('does not go on', async () => {
    const stuck = snapshotOf(await metricsApi('ProgressDeadlineExceeded', 'False'));
    expect(look(stuck).findings).toMatchObject([
      { code: 'extension-stuck', severity: 'error', subjects: [{ name: 'metrics-api' }] },
    ]);
  });

  test('goes on, or cannot be seen', async () => {
    const going = await metricsApi('ReplicaSetUpdated', 'True');
    expect(look(snapshotOf(going)).findings).toEqual([]);
    const blind = snapshotOf(going, { objects: { pods: denied() } });
    expect(look(blind).notChecked[0]?.codes).toContain('extension-stuck');
  });
});
