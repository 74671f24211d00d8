import { describe, expect, test } from 'vitest';
import { metricsDetector, tapInjectionDetector } from '../../../src/diagnosis/detectors/observability.ts';
import { policyLeaseDetector } from '../../../src/diagnosis/detectors/policy-lease.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { denied, snapshotOf, takenAt } from '../../helpers/snapshot.ts';
import { config, deployment, meshedPod, namespace } from '../mesh-objects.ts';

const viz = namespace('linkerd-viz', {}, { 'linkerd.io/extension': 'viz' });

describe('metrics', () => {
  const look = (objects: readonly SnapshotObject[]) =>
    diagnose(snapshotOf(objects), [metricsDetector]).findings;
  const api = deployment('metrics-api', 'linkerd-viz', 1);
  const prometheus = deployment('prometheus', 'linkerd-viz', 1);

  test('are there, or viz is not', () => {
    expect(look([viz, api, prometheus])).toEqual([]);
    expect(look([namespace('shop')])).toEqual([]);
  });

  test('cannot be had without Prometheus, or without who asks it', () => {
    expect(look([viz, api])).toMatchObject([
      {
        code: 'metrics-unavailable',
        severity: 'error',
        title: 'prometheus of the viz extension is not there',
        remedy: { parameters: { CASE: 'viz', VIZ_NAMESPACE: 'linkerd-viz' } },
      },
    ]);
    expect(look([viz, deployment('metrics-api', 'linkerd-viz', 0), prometheus])).toMatchObject([
      {
        title: 'metrics-api of the viz extension is not available',
        evidence: [{ path: 'status.availableReplicas', value: '0' }],
      },
    ]);
    const scaled = { ...prometheus, spec: { replicas: 0 }, status: {} };
    expect(look([viz, api, scaled])).toMatchObject([{ causes: ['It was scaled to zero'] }]);
  });

  test('are away for a moment while the only pod is replaced', () => {
    const since = (seconds: number): SnapshotObject => ({
      ...prometheus,
      status: {
        conditions: [
          {
            type: 'Available',
            status: 'False',
            lastTransitionTime: new Date(Date.parse(takenAt) - seconds * 1000).toISOString(),
          },
        ],
      },
    });
    expect(look([viz, api, since(20)])).toEqual([]);
    expect(look([viz, api, since(90)])).toHaveLength(1);
    expect(look([viz, api, { ...since(20), spec: { replicas: 0 } }])).toHaveLength(1);
  });

  test('come from a Prometheus of somebody else’s', () => {
    const asking = (url: string): SnapshotObject => ({
      ...api,
      spec: {
        replicas: 1,
        template: { spec: { containers: [{ name: 'metrics-api', args: [`-prometheus-url=${url}`] }] } },
      },
    });
    expect(look([viz, asking('http://prometheus.monitoring.svc:9090')])).toEqual([]);
    expect(look([viz, asking('http://prometheus.linkerd-viz.svc.cluster.local:9090')])).toHaveLength(1);
  });

  test('cannot be told of without Deployments', () => {
    const snapshot = snapshotOf([viz], { objects: { deployments: denied() } });
    expect(diagnose(snapshot, [metricsDetector])).toMatchObject({
      findings: [],
      notChecked: [{ part: 'deployments' }],
    });
  });
});

describe('tap', () => {
  const look = (objects: readonly SnapshotObject[]) =>
    diagnose(snapshotOf(objects), [tapInjectionDetector]).findings;
  const injector = deployment('tap-injector', 'linkerd-viz', 1, {
    creationTimestamp: '2026-06-01T10:00:00Z',
  });
  const old = { createdAt: '2026-06-01T09:00:00Z' };

  test('does not see pods that are older than its injector', () => {
    expect(look([viz, injector, meshedPod('web-1', old)])).toMatchObject([
      { code: 'tap-not-injected', severity: 'info', subjects: [{ name: 'web' }] },
    ]);
  });

  test('sees the others, and those that do not want it are left alone', () => {
    expect(look([viz, injector, meshedPod('web-1')])).toEqual([]);
    expect(
      look([
        viz,
        injector,
        meshedPod('web-1', { ...old, annotations: { 'viz.linkerd.io/tap-enabled': 'true' } }),
      ]),
    ).toEqual([]);
    expect(
      look([
        viz,
        injector,
        meshedPod('web-1', { ...old, annotations: { 'viz.linkerd.io/disable-tap': 'true' } }),
      ]),
    ).toEqual([]);
    const component = { 'linkerd.io/control-plane-component': 'identity' };
    expect(look([viz, injector, meshedPod('web-1', { ...old, labels: component })])).toEqual([]);
    expect(look([viz, meshedPod('web-1', old)])).toEqual([]);
  });

  test('cannot be told of without pods', () => {
    const snapshot = snapshotOf([viz, injector], { objects: { pods: denied() } });
    expect(diagnose(snapshot, [tapInjectionDetector]).notChecked).toMatchObject([{ part: 'pods' }]);
  });
});

describe('the lease of the policy controller', () => {
  const look = (objects: readonly SnapshotObject[]) =>
    diagnose(snapshotOf(objects), [policyLeaseDetector]).findings;
  const lease = (renewTime?: string): SnapshotObject => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'policy-controller-write', namespace: 'linkerd' },
    spec: { holderIdentity: 'linkerd-destination-abc', ...(renewTime === undefined ? {} : { renewTime }) },
  });
  const destination = deployment('linkerd-destination', 'linkerd', 1);
  const mesh = [config('stable-2.14.10'), destination];

  test('has not been renewed for long', () => {
    expect(look([...mesh, lease('2026-06-01T10:00:00Z')])).toMatchObject([
      {
        code: 'policy-controller-stale',
        certainty: 'likely',
        title: 'Lease linkerd/policy-controller-write was renewed last 120 minutes ago',
        remedy: { parameters: { CASE: 'controller' } },
      },
    ]);
  });

  test('is renewed, never was, is not there, or nobody is there to renew it', () => {
    expect(look([...mesh, lease('2026-06-01T11:59:00Z')])).toEqual([]);
    expect(look([...mesh, lease()])).toEqual([]);
    expect(look(mesh)).toEqual([]);
    expect(
      look([
        config('stable-2.14.10'),
        deployment('linkerd-destination', 'linkerd', 0),
        lease('2026-06-01T10:00:00Z'),
      ]),
    ).toEqual([]);
  });

  test('cannot be told of without leases', () => {
    const snapshot = snapshotOf(mesh, { objects: { leases: denied() } });
    expect(diagnose(snapshot, [policyLeaseDetector]).notChecked).toMatchObject([{ part: 'leases' }]);
  });
});
