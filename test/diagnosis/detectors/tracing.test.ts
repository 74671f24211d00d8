import { describe, expect, test } from 'vitest';
import { collectorDetector } from '../../../src/diagnosis/detectors/tracing.ts';
import { tracingLeftDetector } from '../../../src/diagnosis/detectors/tracing-left.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { denied, snapshotOf } from '../../helpers/snapshot.ts';
import { config, meshedPod, namespace, service } from '../mesh-objects.ts';

const ENV = 'LINKERD2_PROXY_TRACE_COLLECTOR_SVC_ADDR';
const sending = (address: string, version = 'edge-25.10.7', env = {}, native = false) =>
  meshedPod('web-1', { version, native, env: { [ENV]: address, ...env } });
const collector = (port: number, at = 'tracing') => service('collector', [{ port }], at);
const tracing = (endpoint: string, enabled = true) => ({
  proxy: { tracing: { enabled, collector: { endpoint } } },
});
const look = (objects: readonly SnapshotObject[]) =>
  diagnose(snapshotOf(objects), [collectorDetector]).findings;

describe('the collector of traces', () => {
  test('is not there: for the proxies that send, and for the values that say so', () => {
    const otel = service('otel', [{ port: 4317 }], 'tracing');
    const found = look([
      config('edge-25.10.7', tracing('collector.linkerd-jaeger:4317')),
      sending('collector.linkerd-jaeger:4317'),
      otel,
    ]);
    expect(found).toMatchObject([
      {
        code: 'tracing-collector-missing',
        severity: 'warning',
        certainty: 'confirmed',
        title: 'There is no Service linkerd-jaeger/collector, where traces go',
        evidence: [
          { path: 'data.values proxy.tracing.collector.endpoint' },
          { path: `spec.containers[?(@.name=="linkerd-proxy")].env[?(@.name=="${ENV}")].value` },
          { value: 'not found' },
        ],
        remedy: { parameters: { CASE: 'values', COLLECTOR: 'otel.tracing:4317', NAMESPACE: 'shop' } },
      },
    ]);
    expect(found[0]?.subjects).toContainEqual({ kind: 'Deployment', namespace: 'shop', name: 'web' });
  });

  test('is not there for a native sidecar, an annotation, or the control plane of before 2.19', () => {
    expect(
      look([config('edge-26.8.1'), sending('collector.tracing:4317', 'edge-26.8.1', {}, true)])[0],
    ).toMatchObject({
      evidence: [{ path: expect.stringContaining('initContainers') }, {}],
    });
    const annotated = namespace('shop', { 'config.linkerd.io/trace-collector': 'collector.tracing:55678' });
    expect(look([config('stable-2.14.10'), annotated])).toMatchObject([
      {
        code: 'tracing-collector-missing',
        subjects: [{ kind: 'Namespace', name: 'shop' }],
        remedy: { parameters: { CASE: 'extension' } },
      },
    ]);
    expect(look([config('stable-2.14.10', { controlPlaneTracing: true })])).toMatchObject([
      { title: 'There is no Service linkerd-jaeger/collector, where traces go' },
    ]);
  });

  test('is there, or outside of the cluster, or nobody traces', () => {
    expect(
      look([
        config('stable-2.14.10'),
        sending('collector.tracing:55678', 'stable-2.14.10'),
        collector(55678),
      ]),
    ).toEqual([]);
    expect(
      look([config('edge-25.10.7'), sending('collector.tracing.svc.cluster.local.:4317'), collector(4317)]),
    ).toEqual([]);
    expect(
      look([config('edge-25.10.7'), sending('otlp.example.com:4317'), sending('10.1.2.3:4317')]),
    ).toEqual([]);
    expect(look([config('edge-25.10.7', tracing('collector.gone:4317', false)), meshedPod('web-1')])).toEqual(
      [],
    );
    // A name alone is one of the sender's namespace.
    expect(look([config('edge-25.10.7'), sending('collector:4317'), collector(4317, 'shop')])).toEqual([]);
  });

  test('takes another protocol than proxies speak since 2.18', () => {
    const both = service('collector', [{ port: 4317 }, { port: 55678 }], 'tracing');
    expect(
      look([config('edge-25.4.4'), sending('collector.tracing:55678', 'edge-25.4.4'), both]),
    ).toMatchObject([
      {
        code: 'tracing-protocol-changed',
        evidence: [{ value: 'collector.tracing:55678' }],
        remedy: { parameters: { CASE: 'extension', COLLECTOR: 'collector.tracing:4317' } },
      },
    ]);
    // 4317 that the Service does not have.
    expect(look([config('edge-25.10.7'), sending('collector.tracing:4317'), collector(55678)])).toMatchObject(
      [{ code: 'tracing-protocol-changed' }],
    );
  });

  test('is spoken to as it wishes: before 2.18, or told so', () => {
    const old = { LINKERD2_PROXY_TRACE_PROTOCOL: 'opencensus' };
    expect(
      look([config('edge-25.4.4'), sending('collector.tracing:55678', 'edge-25.4.4', old), collector(55678)]),
    ).toEqual([]);
    expect(
      look([
        config('edge-25.10.7'),
        sending('collector.tracing:55678', 'edge-25.10.7', old),
        collector(55678),
      ]),
    ).toHaveLength(1);
    // An old proxy under a new control plane still speaks OpenCensus.
    expect(
      look([config('edge-25.4.4'), sending('collector.tracing:55678', 'edge-24.11.8'), collector(55678)]),
    ).toEqual([]);
  });

  test('cannot be told without Services', () => {
    const snapshot = snapshotOf([sending('collector.tracing:4317')], { objects: { services: denied() } });
    expect(diagnose(snapshot, [collectorDetector])).toMatchObject({
      findings: [],
      notChecked: [{ part: 'services', codes: ['tracing-collector-missing', 'tracing-protocol-changed'] }],
    });
  });
});

describe('what the jaeger extension left', () => {
  const left = (objects: readonly SnapshotObject[]) =>
    diagnose(snapshotOf(objects), [tracingLeftDetector]).findings;
  const annotated = namespace('shop', {
    'config.linkerd.io/trace-collector': 'collector.linkerd-jaeger:55678',
  });
  const traced = meshedPod('web-1', { annotations: { 'jaeger.linkerd.io/tracing-enabled': 'true' } });

  test('is read by nobody from 2.19 on', () => {
    expect(left([config('edge-25.10.7'), annotated, traced])).toMatchObject([
      {
        code: 'tracing-left-behind',
        subjects: [
          { kind: 'Deployment', name: 'web' },
          { kind: 'Namespace', name: 'shop' },
        ],
        remedy: { parameters: { CASE: 'values', NAMESPACE: 'shop' } },
      },
    ]);
    expect(left([config('edge-25.10.7', { controlPlaneTracing: true })])).toMatchObject([
      { evidence: [{ path: 'data.values controlPlaneTracing' }] },
    ]);
  });

  test('is read before, by an injector that is still there, or replaced by the values', () => {
    expect(left([config('edge-25.4.4'), annotated])).toEqual([]);
    expect(left([config('edge-25.10.7', tracing('otel.tracing:4317')), annotated])).toEqual([]);
    expect(left([config('edge-25.10.7'), namespace('shop'), meshedPod('web-1')])).toEqual([]);
    const injector: SnapshotObject = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'linkerd-jaeger-injector-webhook-config' },
    };
    expect(left([config('edge-25.10.7'), annotated, injector])).toEqual([]);
  });

  test('cannot be told without webhooks', () => {
    const snapshot = snapshotOf([config('edge-25.10.7'), annotated], {
      objects: { mutatingWebhooks: denied() },
    });
    expect(diagnose(snapshot, [tracingLeftDetector]).notChecked).toMatchObject([
      { part: 'mutatingWebhooks' },
    ]);
  });
});
