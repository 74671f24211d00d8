/** Notices that are seen by a finding of the diagnosis: what is wrong before an upgrade, or will be after it. */
import { expect, test } from 'vitest';
import { evaluateNotices } from '../../src/diagnosis/notices/evaluate.ts';
import type { Snapshot, SnapshotObject } from '../../src/diagnosis/snapshot.ts';
import { changed, daysAgo, meshObjects, pod } from '../diagnosis/mesh.ts';
import { config, meshedPod, thing } from '../diagnosis/mesh-objects.ts';
import { world } from '../diagnosis/network-policy/linkerd-world.ts';
import { policy } from '../diagnosis/network-policy/world.ts';
import { snapshotOf } from '../helpers/snapshot.ts';
import { bundledNotices } from './notices.ts';

const notices = await bundledNotices();
const byFinding = notices.filter(({ find }) => find.some(({ type }) => type === 'finding'));

/** What the notice names: `Secret linkerd/linkerd-config-overrides`. */
function named(id: string, snapshot: Snapshot): readonly string[] {
  const [result] = evaluateNotices(
    snapshot,
    notices.filter((notice) => notice.id === id),
  );
  if (result?.outcome.type !== 'touched') return result?.outcome.type === 'not-here' ? [] : ['?'];
  return result.outcome.objects.map(({ subject: { kind, namespace, name } }) =>
    namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`,
  );
}

const heading = (target: string): Partial<Snapshot> => ({ walk: { target } });

const OVERRIDES = 'linkerd-config-overrides';
const overrides = async (change: (secret: SnapshotObject) => SnapshotObject | undefined) =>
  snapshotOf(changed(await meshObjects({ version: 'stable-2.9.4' }), 'Secret', OVERRIDES, change));
const bare = (secret: SnapshotObject) => ({ ...secret, metadata: { ...secret.metadata, labels: {} } });

test.each(['2.9.3-overrides', '2.10-repair', '2.12-repair'])(
  '%s: stored settings are lost, or will be',
  async (id) => {
    expect(named(id, await overrides(() => undefined))).toEqual([`Secret linkerd/${OVERRIDES}`]);
    expect(named(id, await overrides(bare))).toEqual([`Secret linkerd/${OVERRIDES}`]);
    expect(named(id, await overrides((secret) => secret))).toEqual([]);
  },
);

const all = { podSelector: {} };

test('2.11-policy: a NetworkPolicy does not let the API server to port 9443', async () => {
  const ports = policy(
    'ports',
    { ...all, ingress: [{ ports: [8080, 8086, 8443, 4143, 4191].map((port) => ({ port })) }] },
    'linkerd',
  );
  const snapshot = await world([ports], { version: 'stable-2.10.2', target: 'stable-2.11.5' });
  expect(named('2.11-policy', snapshot)).toEqual(['Deployment linkerd/linkerd-destination']);
  expect(
    named('2.11-policy', await world([], { version: 'stable-2.10.2', target: 'stable-2.11.5' })),
  ).toEqual([]);
});

test('2.13-outbound-policy: a proxy is ahead of its control plane', () => {
  const snapshot = (version: string) =>
    snapshotOf([config('stable-2.12.6'), meshedPod('web-1', { version })]);
  expect(named('2.13-outbound-policy', snapshot('stable-2.13.7'))).toEqual(['Deployment shop/web']);
  expect(named('2.13-outbound-policy', snapshot('stable-2.12.6'))).toEqual([]);
});

test('2.14.5-restart: a webhook serves a certificate of before', async () => {
  const name = 'linkerd-proxy-injector';
  const started = (at: Date): SnapshotObject => ({
    ...pod('linkerd', name),
    metadata: {
      name: `${name}-1`,
      namespace: 'linkerd',
      labels: { 'linkerd.io/control-plane-component': 'proxy-injector' },
    },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'proxy-injector', state: { running: { startedAt: at.toISOString() } } }],
    },
  });
  const mesh = await meshObjects({ version: 'stable-2.10.2', from: daysAgo(3) });
  expect(named('2.14.5-restart', snapshotOf([...mesh, started(daysAgo(4))]))).not.toEqual([]);
  expect(named('2.14.5-restart', snapshotOf([...mesh, started(daysAgo(2))]))).toEqual([]);
});

test('2.16-grpcroute: a Server for gRPC has an HTTPRoute alone', () => {
  const server = thing('Server', 'web', { podSelector: {}, port: 'http', proxyProtocol: 'gRPC' });
  const route = (kind: string) => ({
    ...thing(kind, 'web', { parentRefs: [{ kind: 'Server', name: 'web' }] }),
    apiVersion: 'policy.linkerd.io/v1beta3',
  });
  const objects = [config('edge-24.2.4'), server, route('HTTPRoute')];
  expect(named('2.16-grpcroute', snapshotOf(objects, heading('edge-24.8.2')))).toEqual([
    'HTTPRoute shop/web',
    'Server shop/web',
  ]);
  expect(
    named('2.16-grpcroute', snapshotOf([...objects, route('GRPCRoute')], heading('edge-24.8.2'))),
  ).toEqual([]);
});

test('2.18-transport-header: a NetworkPolicy lets the port of the application through, and not 4143', async () => {
  const ports = (...more: readonly number[]) =>
    policy('web', {
      podSelector: { matchLabels: { app: 'api' } },
      ingress: [
        { from: [{ podSelector: {} }], ports: [8080, 4191, ...more].map((port) => ({ port })) },
        { ports: [{ port: 4190 }, { port: 4191 }] },
      ],
    });
  const on = async (...more: readonly number[]) => world([ports(...more)], { target: 'edge-25.4.4' });
  expect(named('2.18-transport-header', await on())).toEqual(['Deployment shop/api']);
  expect(named('2.18-transport-header', await on(4143))).toEqual([]);
});

test('every notice that is seen by a finding is one of these', () => {
  expect(byFinding.map(({ id }) => id)).toEqual([
    '2.9.3-overrides',
    '2.10-repair',
    '2.11-policy',
    '2.12-repair',
    '2.13-outbound-policy',
    '2.14.5-restart',
    '2.16-grpcroute',
    '2.18-transport-header',
  ]);
});
