import { describe, expect, test } from 'vitest';
import { defaultDenyDetector } from '../../../src/diagnosis/detectors/default-deny.ts';
import { probesDetector } from '../../../src/diagnosis/detectors/probes.ts';
import { grpcServerDetector, invalidServerDetector } from '../../../src/diagnosis/detectors/servers.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { denied, snapshotOf, takenAt } from '../../helpers/snapshot.ts';
import { config, meshedPod, namespace, service, thing } from '../mesh-objects.ts';

const mesh = [config('stable-2.14.10'), namespace('shop')];
const server = (spec = {}) =>
  thing('Server', 'web', { podSelector: { matchLabels: { app: 'web' } }, port: 'http', ...spec });
const authorization = (kind: string, name: string) =>
  thing('AuthorizationPolicy', 'web', { targetRef: { kind, name }, requiredAuthenticationRefs: [] });
const route = (spec = {}) => ({
  ...thing('HTTPRoute', 'web', { parentRefs: [{ kind: 'Server', name: 'web' }], ...spec }),
  apiVersion: 'policy.linkerd.io/v1beta3',
});

describe('a service that nobody may reach', () => {
  const look = (objects: readonly SnapshotObject[], rest = {}) =>
    diagnose(snapshotOf(objects, rest), [defaultDenyDetector]).findings;
  const web = [meshedPod('web-1'), service('web')];

  test('because a Server has no authorization', () => {
    const [found] = look([...mesh, ...web, server()]);
    expect(found).toMatchObject({
      code: 'default-deny-blocks',
      severity: 'warning',
      certainty: 'confirmed',
      title: 'Nobody may reach Service shop/web: Server web has no authorization',
      remedy: { parameters: { CASE: 'authorize', NAMESPACE: 'shop' } },
    });
    const items = JSON.parse(found?.remedy.parameters?.MANIFEST ?? '').items as SnapshotObject[];
    expect(items.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'MeshTLSAuthentication web-mesh',
      'AuthorizationPolicy web-mesh',
    ]);
    expect(found?.remedy.parameters?.MANIFEST).not.toContain('\n');
  });

  test.each([
    ['for itself', authorization('Server', 'web'), []],
    ['for the namespace', authorization('Namespace', 'shop'), []],
    ['for a route of it', authorization('HTTPRoute', 'web'), [route()]],
    ['by a ServerAuthorization', thing('ServerAuthorization', 'web', { server: { name: 'web' } }), []],
    ['by one that selects all', thing('ServerAuthorization', 'web', { server: { selector: {} } }), []],
  ])('not where somebody is authorized %s', (_, policy, more) => {
    expect(look([...mesh, ...web, server(), policy, ...more])).toEqual([]);
  });

  test('not where the Server lets through, is for another port or other pods, or the proxy does not see the port', () => {
    expect(look([...mesh, ...web, server({ accessPolicy: 'all-unauthenticated' })])).toEqual([]);
    expect(look([...mesh, ...web, server({ port: 9090 })])).toEqual([]);
    expect(look([...mesh, ...web, server({ podSelector: { matchLabels: { app: 'api' } } })])).toEqual([]);
    const skipped = meshedPod('web-1', {
      annotations: { 'config.linkerd.io/skip-inbound-ports': '25,8000-8100' },
    });
    expect(look([...mesh, skipped, service('web'), server()])).toEqual([]);
    // Without a Service there is nobody who would come.
    expect(look([...mesh, meshedPod('web-1'), server()])).toEqual([]);
    // Before 2.11 nobody enforces it.
    expect(look([config('stable-2.10.2'), ...web, server()])).toEqual([]);
  });

  test('because of the default: of the pod, its namespace, or the control plane', () => {
    const key = 'config.linkerd.io/default-inbound-policy';
    const pod = meshedPod('web-1', { annotations: { [key]: 'deny' } });
    expect(look([...mesh, pod, service('web')])[0]).toMatchObject({
      evidence: [{ ref: 'Pod shop/web-1', value: 'deny' }, {}],
    });
    // Pods that were made before the namespace was annotated do not go by it.
    expect(look([config('stable-2.14.10'), namespace('shop', { [key]: 'deny' }), ...web])[0]).toMatchObject({
      certainty: 'likely',
      evidence: [{ ref: 'Namespace shop', value: 'deny' }, {}],
    });
    const values = { proxy: { defaultInboundPolicy: 'deny' } };
    const [found] = look([config('stable-2.14.10', values), namespace('shop'), ...web]);
    expect(found).toMatchObject({
      certainty: 'confirmed',
      evidence: [{ ref: 'ConfigMap linkerd/linkerd-config' }, {}],
    });
    expect(JSON.parse(found?.remedy.parameters?.MANIFEST ?? '').items[0]).toMatchObject({
      kind: 'Server',
      metadata: { name: 'web-8080' },
      spec: { podSelector: { matchLabels: { app: 'web' } }, port: 8080 },
    });
    expect(
      look([config('stable-2.11.5', { policyController: { defaultAllowPolicy: 'deny' } }), ...web]),
    ).toHaveLength(1);
    // The nearer one holds, and an authorized Server opens its port.
    const open = meshedPod('web-1', { annotations: { [key]: 'all-authenticated' } });
    expect(look([config('stable-2.14.10', values), open, service('web')])).toEqual([]);
    expect(
      look([config('stable-2.14.10', values), ...web, server(), authorization('Server', 'web')]),
    ).toEqual([]);
  });

  test('is an error where a proxy refused somebody; in 2.11 another kind lets through', () => {
    const logs = {
      state: 'read' as const,
      value: [
        {
          namespace: 'shop',
          pod: 'web-1',
          container: 'linkerd-proxy',
          previous: false,
          lines: ['INFO inbound: Request denied server=web'],
        },
      ],
    };
    expect(look([...mesh, ...web, server()], { logs })[0]).toMatchObject({ severity: 'error' });
    expect(look([config('stable-2.11.5'), ...web, server()])[0]?.remedy.parameters?.MANIFEST).toContain(
      'ServerAuthorization',
    );
  });

  test('is found among thousands of workloads of one namespace, which share nothing', () => {
    const labels = (at: number) => ({ app: `w${at}` });
    const names = Array.from({ length: 2000 }, (_, at) => at);
    const findings = look([
      ...mesh,
      ...names.map((at) =>
        meshedPod(`w${at}-1`, { labels: { ...labels(at), 'linkerd.io/proxy-deployment': `w${at}` } }),
      ),
      ...names.map((at) =>
        thing('Service', `w${at}`, { selector: labels(at), ports: [{ port: 80, targetPort: 'http' }] }),
      ),
      ...names.map((at) =>
        thing('Server', `w${at}`, { podSelector: { matchLabels: labels(at) }, port: 'http' }),
      ),
      ...names
        .slice(1)
        .map((at) =>
          thing('AuthorizationPolicy', `w${at}`, { targetRef: { kind: 'Server', name: `w${at}` } }),
        ),
    ]);
    expect(findings.map(({ title }) => title)).toEqual([
      'Nobody may reach Service shop/w0: Server w0 has no authorization',
    ]);
  });

  test('cannot be told without the authorizations', () => {
    const snapshot = snapshotOf([...mesh, ...web, server()], {
      objects: { authorizationPolicies: denied() },
    });
    expect(diagnose(snapshot, [defaultDenyDetector])).toMatchObject({
      findings: [],
      notChecked: [{ part: 'authorizationPolicies', codes: ['default-deny-blocks'] }],
    });
  });
});

describe('probes', () => {
  const unhealthy = (status: number, at = takenAt): SnapshotObject => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `web-1.${status}`, namespace: 'shop' },
    reason: 'Unhealthy',
    type: 'Warning',
    message: `Readiness probe failed: HTTP probe failed with statuscode: ${status}`,
    involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'web-1' },
    lastTimestamp: at,
  });
  const look = (objects: readonly SnapshotObject[]) =>
    diagnose(snapshotOf(objects), [probesDetector]).findings;
  const pod = meshedPod('web-1', { ready: false });

  test('are denied where a route is attached to the Server', () => {
    const [found] = look([...mesh, pod, server(), route(), unhealthy(403)]);
    expect(found).toMatchObject({
      code: 'probes-denied',
      severity: 'error',
      certainty: 'confirmed',
      subjects: [{ kind: 'Deployment', namespace: 'shop', name: 'web' }],
      evidence: [{ kind: 'event' }, { ref: 'Server shop/web' }, { ref: 'HTTPRoute shop/web' }],
    });
    const { items } = JSON.parse(found?.remedy.parameters?.MANIFEST ?? '') as { items: SnapshotObject[] };
    expect(items).toMatchObject([
      {
        apiVersion: 'policy.linkerd.io/v1beta3',
        kind: 'HTTPRoute',
        spec: { rules: [{ matches: [{ method: 'GET', path: { type: 'Exact', value: '/ready' } }] }] },
      },
      { kind: 'NetworkAuthentication' },
      { kind: 'AuthorizationPolicy', spec: { targetRef: { kind: 'HTTPRoute', name: 'web-probes' } } },
    ]);
    expect(look([...mesh, pod, server(), route(), unhealthy(404)])).toHaveLength(1);
  });

  test('are likely denied without a route since 2.12, and surely in 2.11; the whole Server is not opened for that', () => {
    const [likely] = look([...mesh, pod, server(), unhealthy(403)]);
    expect(likely).toMatchObject({ certainty: 'likely', remedy: { parameters: { CASE: 'by-hand' } } });
    expect(likely?.remedy.parameters).not.toHaveProperty('MANIFEST');
    expect(look([config('stable-2.11.5'), pod, server(), unhealthy(403)])[0]).toMatchObject({
      certainty: 'confirmed',
    });
  });

  test('fail for a reason of the application’s own, or did, or the pod is ready', () => {
    expect(look([...mesh, pod, unhealthy(403)])).toEqual([]);
    expect(look([...mesh, pod, server({ port: 9090 }), unhealthy(403)])).toEqual([]);
    expect(look([...mesh, pod, server(), route(), unhealthy(503)])).toEqual([]);
    expect(look([...mesh, pod, server(), unhealthy(404)])).toEqual([]);
    expect(look([...mesh, pod, server(), route(), unhealthy(403, '2026-06-01T11:00:00Z')])).toEqual([]);
    expect(look([...mesh, meshedPod('web-1'), server(), route(), unhealthy(403)])).toEqual([]);
  });

  test('cannot be told without events', () => {
    const snapshot = snapshotOf([...mesh, pod, server(), route()], { objects: { events: denied() } });
    expect(diagnose(snapshot, [probesDetector])).toMatchObject({
      findings: [],
      notChecked: [{ part: 'events' }],
    });
  });
});

describe('a Server for gRPC', () => {
  const look = (objects: readonly SnapshotObject[], rest = {}) =>
    diagnose(snapshotOf(objects, rest), [grpcServerDetector]).findings;
  const grpc = server({ proxyProtocol: 'gRPC' });

  test('with HTTPRoutes does not match from 2.16 on', () => {
    expect(look([config('edge-24.8.2'), grpc, route()])).toMatchObject([
      { code: 'server-grpc-http-route', severity: 'warning' },
    ]);
    expect(look([config('edge-24.8.2'), grpc, route(), authorization('HTTPRoute', 'web')])).toMatchObject([
      { severity: 'error', evidence: [{ value: 'gRPC' }, {}, { path: 'spec.targetRef.name' }] },
    ]);
    // Before the upgrade it is announced.
    expect(look([config('edge-24.2.4'), grpc, route()], { walk: { target: 'edge-24.8.2' } })).toMatchObject([
      { severity: 'warning', title: expect.stringContaining('will not match') },
    ]);
  });

  test('is well before 2.16, with GRPCRoutes, or for another protocol', () => {
    expect(look([config('edge-24.2.4'), grpc, route()])).toEqual([]);
    const grpcRoute = thing('GRPCRoute', 'web', { parentRefs: [{ kind: 'Server', name: 'web' }] });
    expect(look([config('edge-24.8.2'), grpc, route(), grpcRoute])).toEqual([]);
    expect(look([config('edge-24.8.2'), server(), route()])).toEqual([]);
    expect(look([config('edge-24.8.2'), grpc])).toEqual([]);
  });

  test('cannot be told without routes', () => {
    const snapshot = snapshotOf([config('edge-24.8.2'), grpc], { objects: { httpRoutes: denied() } });
    expect(diagnose(snapshot, [grpcServerDetector]).notChecked).toMatchObject([{ part: 'httpRoutes' }]);
  });
});

describe('the selector of a Server', () => {
  const look = (objects: readonly SnapshotObject[]) =>
    diagnose(snapshotOf(objects), [invalidServerDetector]).findings;
  const selecting = (podSelector: unknown) => server({ podSelector });

  test.each([
    [
      { matchExpressions: [{ key: 'app', operator: 'Is', values: ['web'] }] },
      'spec.podSelector.matchExpressions[0].operator',
    ],
    [
      { matchExpressions: [{ key: 'app', operator: 'In', values: [] }] },
      'spec.podSelector.matchExpressions[0].values',
    ],
    [
      { matchExpressions: [{ key: 'app', operator: 'Exists', values: ['x'] }] },
      'spec.podSelector.matchExpressions[0].values',
    ],
    [{ matchLabels: { app: 'a b' } }, 'spec.podSelector.matchLabels["app"]'],
  ])('cannot be read: %j', (podSelector, path) => {
    expect(look([...mesh, selecting(podSelector)])).toMatchObject([
      { code: 'server-invalid-selector', severity: 'error', evidence: [{ path }] },
    ]);
    // Later versions leave it aside alone.
    expect(look([config('edge-25.10.7'), selecting(podSelector)])).toMatchObject([{ severity: 'warning' }]);
  });

  test('is well, or not there, or not read', () => {
    expect(look([...mesh, selecting({})])).toEqual([]);
    expect(
      look([...mesh, selecting({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] })]),
    ).toEqual([]);
    expect(
      look([...mesh, selecting({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: [''] }] })]),
    ).toEqual([]);
    expect(look([...mesh, thing('Server', 'vm', { externalWorkloadSelector: {} })])).toEqual([]);
    const snapshot = snapshotOf(mesh, { objects: { servers: denied() } });
    expect(diagnose(snapshot, [invalidServerDetector]).notChecked).toMatchObject([{ part: 'servers' }]);
  });
});
