import { describe, expect, test } from 'vitest';
import {
  retryAnnotationDetector,
  shadowedRouteDetector,
} from '../../../src/diagnosis/detectors/beside-profile.ts';
import { profileDetector } from '../../../src/diagnosis/detectors/service-profiles.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { denied, snapshotOf } from '../../helpers/snapshot.ts';
import { config, service, thing } from '../mesh-objects.ts';

const FULL = 'web.shop.svc.cluster.local';
const get = { name: 'GET /items', condition: { method: 'GET', pathRegex: '/items' } };
const profile = (name = FULL, spec: unknown = { routes: [get] }) => thing('ServiceProfile', name, spec);
const manifest = (found: { remedy: { parameters?: Readonly<Record<string, string>> } } | undefined) =>
  JSON.parse(found?.remedy.parameters?.MANIFEST ?? 'null');

describe('a ServiceProfile', () => {
  const look = (objects: readonly SnapshotObject[]) =>
    diagnose(snapshotOf([config('stable-2.14.10'), ...objects]), [profileDetector]).findings;

  test('is called as nobody asks for it', () => {
    const [found] = look([profile('web')]);
    expect(found).toMatchObject({
      code: 'service-profile-name',
      certainty: 'confirmed',
      evidence: [{ path: 'metadata.name', value: 'web', expected: FULL }],
      remedy: { parameters: { CASE: 'rewrite', NAMESPACE: 'shop', PROFILE: 'web' } },
    });
    expect(manifest(found)).toMatchObject({
      metadata: { name: FULL, namespace: 'shop' },
      spec: { routes: [get] },
    });
    expect(look([profile('web.shop'), service('web')])).toHaveLength(1);
    expect(look([profile('web.shop.svc.other.domain'), service('web')])).toHaveLength(1);
  });

  test('is called as it should be: in this cluster’s domain, or after a host outside', () => {
    expect(look([profile()])).toEqual([]);
    expect(look([profile('api.example.com')])).toEqual([]);
    // A short name whose Service is not there may be a host.
    expect(look([profile('example.com')])).toEqual([]);
    const other = [
      config('stable-2.14.10', { clusterDomain: 'k8s.example' }),
      profile('web.shop.svc.k8s.example'),
    ];
    expect(diagnose(snapshotOf(other), [profileDetector]).findings).toEqual([]);
  });

  test('has parts that nobody reads, and they are written as they were meant', () => {
    const wrong = {
      routes: [{ name: '/some/path', timeout: '5s', retry: { policy: 'sequential', maxTotalRetries: 3 } }],
      max_trace_context_header_size: 8192,
    };
    const [found] = look([profile(FULL, wrong)]);
    expect(found).toMatchObject({
      code: 'service-profile-invalid',
      evidence: [
        { path: 'spec.max_trace_context_header_size' },
        { path: 'spec.routes[0].condition' },
        { path: 'spec.routes[0].retry' },
      ],
    });
    expect(manifest(found)?.spec).toEqual({
      routes: [
        { name: '/some/path', condition: { pathRegex: '/some/path' }, isRetryable: true, timeout: '5s' },
      ],
      retryBudget: { retryRatio: 0.2, minRetriesPerSecond: 10, ttl: '10s' },
    });
    expect(look([profile(FULL, { routes: [{ ...get, timeout: 'soon' }] })])[0]).toMatchObject({
      evidence: [{ path: 'spec.routes[0].timeout' }],
    });
  });

  test('keeps what is right, and loses a route of which nothing tells what it is', () => {
    const spec = {
      routes: [{ ...get, isRetryable: true, responseClasses: [] }, { name: 'all' }],
      retryBudget: { ttl: '5s' },
    };
    expect(manifest(look([profile(FULL, spec)])[0])?.spec).toEqual({
      routes: [{ ...get, responseClasses: [], isRetryable: true }],
      retryBudget: { ttl: '5s' },
    });
  });

  test('is well with all that there is', () => {
    const spec = {
      routes: [{ ...get, isRetryable: true, timeout: '1m30s', responseClasses: [] }],
      retryBudget: { retryRatio: 0.1 },
      dstOverrides: [],
      opaquePorts: [],
    };
    expect(look([profile(FULL, spec), profile('x.shop.svc.cluster.local', {})])).toEqual([]);
  });

  test('cannot be told of where they were not read', () => {
    const snapshot = snapshotOf([], { objects: { serviceProfiles: denied() } });
    expect(diagnose(snapshot, [profileDetector]).notChecked).toMatchObject([{ part: 'serviceProfiles' }]);
  });
});

describe('a route of a Service', () => {
  const look = (objects: readonly SnapshotObject[]) =>
    diagnose(snapshotOf(objects), [shadowedRouteDetector]).findings;
  const route = (kind = 'HTTPRoute', parent: object = { kind: 'Service', name: 'web', group: 'core' }) =>
    thing(kind, 'web', { parentRefs: [parent] });

  test.each(['HTTPRoute', 'GRPCRoute'])(
    'of kind %s does nothing beside a ServiceProfile with routes',
    (kind) => {
      expect(look([config('stable-2.13.7'), route(kind), profile()])).toMatchObject([
        {
          code: 'route-shadowed-by-profile',
          severity: 'warning',
          remedy: { parameters: { CASE: 'remove', NAMESPACE: 'shop', PROFILE: FULL } },
        },
      ]);
    },
  );

  test('is in force', () => {
    expect(look([config('stable-2.13.7'), route()])).toEqual([]);
    expect(look([config('stable-2.13.7'), route(), profile(FULL, { retryBudget: {} })])).toEqual([]);
    expect(
      look([config('stable-2.13.7'), route('HTTPRoute', { kind: 'Server', name: 'web' }), profile()]),
    ).toEqual([]);
    expect(
      look([config('stable-2.13.7'), route('HTTPRoute', { kind: 'Gateway', name: 'web' }), profile()]),
    ).toEqual([]);
    // Before 2.13 there were no routes of Services.
    expect(look([config('stable-2.12.6'), route(), profile()])).toEqual([]);
  });

  test('cannot be told without routes', () => {
    const snapshot = snapshotOf([config('stable-2.13.7')], { objects: { grpcRoutes: denied() } });
    expect(diagnose(snapshot, [shadowedRouteDetector]).notChecked).toMatchObject([{ part: 'grpcRoutes' }]);
  });
});

describe('annotations for retries', () => {
  const look = (objects: readonly SnapshotObject[]) =>
    diagnose(snapshotOf(objects), [retryAnnotationDetector]).findings;
  const annotations = { 'retry.linkerd.io/http': '5xx', 'timeout.linkerd.io/request': '2s' };
  const web = thing('Service', 'web', {}, annotations);

  test('do nothing before 2.16', () => {
    const [found] = look([config('stable-2.14.10'), web]);
    expect(found).toMatchObject({
      code: 'retry-annotations-ignored',
      evidence: [{ value: '5xx' }, { value: '2s' }, { value: 'stable-2.14.10', expected: '2.16 or later' }],
      remedy: { parameters: { CASE: 'rewrite', PROFILE: FULL } },
    });
    expect(manifest(found)?.spec.routes).toEqual([
      { name: 'all', condition: { pathRegex: '.*' }, isRetryable: true, timeout: '2s' },
    ]);
  });

  test('wait for the upgrade to 2.16 that is under way', () => {
    const snapshot = snapshotOf([config('edge-24.2.4'), web], { walk: { target: 'edge-24.8.2' } });
    expect(diagnose(snapshot, [retryAnnotationDetector]).findings).toMatchObject([{ severity: 'info' }]);
  });

  test('do nothing beside a ServiceProfile', () => {
    expect(look([config('edge-24.8.2'), web, profile()])).toMatchObject([
      {
        code: 'retry-annotations-ignored',
        remedy: { parameters: { CASE: 'remove', NAMESPACE: 'shop', PROFILE: FULL } },
      },
    ]);
  });

  test('are in force from 2.16 on, and other annotations are other people’s', () => {
    expect(look([config('edge-24.8.2'), web])).toEqual([]);
    expect(look([config('edge-24.8.2'), web, profile('api.shop.svc.cluster.local')])).toEqual([]);
    expect(
      look([
        config('stable-2.14.10'),
        thing('Service', 'web', {}, { 'config.linkerd.io/opaque-ports': '1' }),
      ]),
    ).toEqual([]);
    // A version that is not known may know them.
    expect(look([config('dev-1'), web])).toEqual([]);
  });

  test('cannot be told without profiles', () => {
    const snapshot = snapshotOf([config('edge-24.8.2'), web], { objects: { serviceProfiles: denied() } });
    expect(diagnose(snapshot, [retryAnnotationDetector])).toMatchObject({
      findings: [],
      notChecked: [{ part: 'serviceProfiles' }],
    });
  });
});
