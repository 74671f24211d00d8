import { describe, expect, test } from 'vitest';
import type { SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { createServingCertificate } from '../../../src/linkerd/pki.ts';
import { denied, snapshotOf } from '../../helpers/snapshot.ts';
import {
  changed,
  daysAgo,
  endpointSlice,
  found,
  meshedPod,
  meshObjects,
  namespace,
  now,
  pod,
} from '../mesh.ts';

const codes = [
  'injector-down',
  'webhook-missing',
  'webhook-ca-mismatch',
  'webhook-certificate-expired',
  'webhook-certificate-expiring',
  'webhook-stale-pod',
  'webhook-unreachable',
  'silently-unmeshed',
];
type Rest = Parameters<typeof snapshotOf>[1];
const findingsOf = (objects: readonly SnapshotObject[], rest?: Rest) =>
  found(snapshotOf(objects, rest), ...codes).findings;
const of = (objects: readonly SnapshotObject[], rest?: Rest) =>
  findingsOf(objects, rest).map(({ code, severity, certainty }) => `${code} ${severity} ${certainty}`);

const INJECTOR = 'linkerd-proxy-injector';
const CONFIGURATION = `${INJECTOR}-webhook-config`;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const hookWith = (objects: readonly SnapshotObject[], change: (hook: Record<string, unknown>) => object) =>
  changed(objects, 'MutatingWebhookConfiguration', CONFIGURATION, (each) => ({
    ...each,
    webhooks: (each.webhooks as Record<string, unknown>[]).map((hook) => ({ ...hook, ...change(hook) })),
  }));
const bundle = (objects: readonly SnapshotObject[], caBundle: string) =>
  hookWith(objects, (hook) => ({ clientConfig: { ...(hook.clientConfig as object), caBundle } }));
const failing = (objects: readonly SnapshotObject[]) => hookWith(objects, () => ({ failurePolicy: 'Fail' }));
const served = (objects: readonly SnapshotObject[], pem: string) =>
  changed(objects, 'Secret', `${INJECTOR}-k8s-tls`, (secret) => ({
    ...secret,
    data: { 'tls.crt': base64(pem) },
  }));

test.each([
  'stable-2.9.4',
  'stable-2.10.2',
  'stable-2.12.6',
  'stable-2.14.10',
  'edge-25.10.7',
  'edge-26.8.1',
])('a fresh %s raises nothing', async (version) => {
  expect(of(await meshObjects({ version }))).toEqual([]);
  expect(of(await meshObjects({ version, ha: true }))).toEqual([]);
});

describe('the injector', () => {
  const down = (objects: readonly SnapshotObject[], replicas: number) =>
    changed(
      changed(objects, 'EndpointSlice', `${INJECTOR}-x2k4j`, () => endpointSlice(INJECTOR, 'linkerd', 0)),
      'Deployment',
      INJECTOR,
      (each) => ({
        ...each,
        spec: { ...(each.spec as object), replicas },
        status: { observedGeneration: 1 },
      }),
    );

  test('that nobody answers is an error where pods come up without a proxy, and a blocker where they are refused', async () => {
    expect(of(down(await meshObjects(), 0))).toEqual(['injector-down error confirmed']);
    const objects = down(await meshObjects({ ha: true }), 0);
    expect(of(objects)).toEqual(['injector-down blocker confirmed']);
    const [finding] = findingsOf(objects);
    expect(finding?.title).toBe('linkerd/linkerd-proxy-injector is scaled to 0');
    expect(finding?.evidence[0]).toMatchObject({
      ref: `Deployment linkerd/${INJECTOR}`,
      path: 'spec.replicas',
      value: '0',
    });
    expect(finding?.remedy.parameters).toEqual({
      REPLICAS: '3',
      LABELS: 'present',
      RESTART: 'no',
      WORKLOADS: '',
    });
  });

  test('is not brought back with fewer pods than it has', async () => {
    const [finding] = findingsOf(down(await meshObjects(), 5));
    expect(finding?.remedy.parameters).toMatchObject({ REPLICAS: '5' });
  });

  test('with one ready endpoint is answered, whatever its Deployment says', async () => {
    const objects = changed(await meshObjects({ ha: true }), 'Deployment', INJECTOR, (each) => ({
      ...each,
      status: {},
    }));
    expect(of(objects)).toEqual([]);
  });

  test('without its Service is not', async () => {
    const objects = changed(await meshObjects(), 'Service', INJECTOR, () => undefined);
    const [finding] = findingsOf(objects);
    expect(finding?.title).toBe('Service linkerd/linkerd-proxy-injector is not there');
  });

  test('cannot come back by itself where its own namespace waits for it', async () => {
    const bare = changed(down(await meshObjects({ ha: true }), 3), 'Namespace', 'linkerd', () =>
      namespace('linkerd'),
    );
    const [finding] = findingsOf(bare);
    expect(finding?.explanation).toContain('cannot come back by itself');
    expect(finding?.remedy.parameters).toMatchObject({ LABELS: 'missing' });
    const old = down(await meshObjects({ version: 'stable-2.11.5', ha: true }), 3);
    const [deadlock] = findingsOf([...old, namespace('kube-system')]);
    expect(deadlock?.evidence.at(-1)).toMatchObject({ ref: 'Namespace kube-system' });
  });

  test('is judged by its Deployment where endpoints cannot be seen, and not at all where neither can', async () => {
    const objects = down(await meshObjects(), 1);
    expect(of(objects, { objects: { endpointSlices: denied() } })).toEqual(['injector-down error confirmed']);
    expect(of(await meshObjects(), { objects: { endpointSlices: denied() } })).toEqual([]);
    const snapshot = snapshotOf(objects, { objects: { deployments: denied() } });
    expect(found(snapshot, 'injector-down').notChecked).toEqual(['injector-down']);
  });

  test('whose webhook is gone gives no pod a proxy', async () => {
    const objects = await meshObjects();
    expect(of(changed(objects, 'MutatingWebhookConfiguration', CONFIGURATION, () => undefined))).toEqual([
      'webhook-missing error confirmed',
    ]);
    expect(
      of(
        changed(objects, 'MutatingWebhookConfiguration', CONFIGURATION, (each) => ({
          ...each,
          webhooks: [],
        })),
      ),
    ).toEqual(['webhook-missing error confirmed']);
    // Where there is no control plane nobody misses it.
    expect(of([namespace('shop')])).toEqual([]);
  });
});

describe('the certificate of a webhook', () => {
  test('has to be signed by what is trusted there', async () => {
    const stranger = await createServingCertificate(INJECTOR, 'linkerd', { from: daysAgo(3) });
    const objects = bundle(await meshObjects(), base64(stranger.certPem));
    expect(of(objects)).toEqual(['webhook-ca-mismatch error confirmed']);
    const [finding] = findingsOf(objects);
    expect(finding?.title).toBe(
      `The caBundle of ${CONFIGURATION} is not for the certificate in ${INJECTOR}-k8s-tls`,
    );
    expect(finding?.evidence.map(({ path }) => path)).toEqual([
      'data["tls.crt"]',
      'webhooks[0].clientConfig.caBundle',
    ]);
    expect(of(failing(objects))).toEqual(['webhook-ca-mismatch blocker confirmed']);
  });

  test('may be one of several that are trusted', async () => {
    const stranger = await createServingCertificate(INJECTOR, 'linkerd', { from: daysAgo(3) });
    const objects = await meshObjects();
    expect(of(bundle(objects, base64(`${stranger.certPem}${trustedOf(objects)}`)))).toEqual([]);
  });

  test('is trusted by nobody where the caBundle is empty', async () => {
    expect(of(bundle(await meshObjects(), ''))).toEqual(['webhook-ca-mismatch error confirmed']);
  });

  test('that is over is one finding for all webhooks that have one', async () => {
    const objects = await meshObjects({ ha: true, from: daysAgo(366) });
    expect(of(objects).filter((each) => each.startsWith('webhook'))).toEqual([
      'webhook-certificate-expired blocker confirmed',
    ]);
    const finding = findingsOf(objects).find(({ code }) => code === 'webhook-certificate-expired');
    expect(finding?.subjects.map(({ name }) => name)).toEqual([
      'linkerd-proxy-injector-webhook-config',
      'linkerd-policy-validator-webhook-config',
      'linkerd-sp-validator-webhook-config',
    ]);
    expect(finding?.remedy.parameters).toEqual({ OWNER: 'control-plane', VERSION: 'stable-2.13.7' });
  });

  test('that ends soon is told of, and one for another host is of no use', async () => {
    expect(of(await meshObjects({ from: daysAgo(330) }))).toContain(
      'webhook-certificate-expiring warning confirmed',
    );
    const elsewhere = await createServingCertificate(INJECTOR, 'mesh', { from: daysAgo(3) });
    const objects = bundle(served(await meshObjects(), elsewhere.certPem), base64(elsewhere.certPem));
    expect(of(objects)).toEqual(['webhook-certificate-expired error confirmed']);
  });

  test('cannot be judged where Secrets may not be seen', async () => {
    const snapshot = snapshotOf(bundle(await meshObjects(), ''), { objects: { secrets: denied() } });
    expect(found(snapshot, ...codes).notChecked).toEqual([
      'webhook-ca-mismatch',
      'webhook-certificate-expired',
      'webhook-certificate-expiring',
      'webhook-stale-pod',
    ]);
  });

  test('that a pod of an old release read before it was renewed is still served', async () => {
    const started = (at: Date) => ({
      ...pod('linkerd', INJECTOR),
      metadata: {
        name: `${INJECTOR}-1`,
        namespace: 'linkerd',
        labels: { 'linkerd.io/control-plane-component': 'proxy-injector' },
      },
      status: {
        phase: 'Running',
        containerStatuses: [{ name: 'proxy-injector', state: { running: { startedAt: at.toISOString() } } }],
      },
    });
    const old = await meshObjects({ version: 'stable-2.10.2', from: daysAgo(3) });
    expect(of([...old, started(daysAgo(4))])).toEqual(['webhook-stale-pod error likely']);
    expect(of([...old, started(daysAgo(2))])).toEqual([]);
    expect(of([...(await meshObjects({ from: daysAgo(3) })), started(daysAgo(4))])).toEqual([]);
  });
});

/** What the API server trusts at the injector's webhook, PEM. */
function trustedOf(objects: readonly SnapshotObject[]): string {
  const { webhooks } = objects.find(({ metadata }) => metadata.name === CONFIGURATION)!;
  const [{ clientConfig }] = webhooks as [{ clientConfig: { caBundle: string } }];
  return Buffer.from(clientConfig.caBundle, 'base64').toString();
}

describe('a call that fails', () => {
  const message = (tail: string) =>
    `Internal error occurred: failed calling webhook "linkerd-proxy-injector.linkerd.io": failed to call webhook: Post "https://linkerd-proxy-injector.linkerd.svc:443/?timeout=10s": ${tail}`;
  const refused = (tail: string, status: object = {}): SnapshotObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: 'web',
      generation: 1,
      creationTimestamp: daysAgo(1).toISOString(),
    },
    spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: { metadata: {} } },
    status: {
      observedGeneration: 1,
      conditions: [
        {
          type: 'ReplicaFailure',
          status: 'True',
          reason: 'FailedCreate',
          message: message(tail),
          lastUpdateTime: new Date(now - 5000).toISOString(),
        },
      ],
      ...status,
    },
  });

  test.each([
    'context deadline exceeded',
    'dial tcp 10.0.0.9:443: i/o timeout',
    'dial tcp 10.0.0.9:443: connect: connection refused',
    'net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
  ])('by %s does not reach the pods that would answer', async (tail) => {
    const objects = [...(await meshObjects({ ha: true })), namespace('shop'), refused(tail)];
    expect(of(objects)).toEqual(['webhook-unreachable blocker confirmed']);
    expect(findingsOf(objects)[0]?.title).toBe(
      'Calls of linkerd-proxy-injector.linkerd.io (port 8443) do not arrive',
    );
  });

  test('because of its certificate, where what is stored is good, has met an old one', async () => {
    const objects = [
      ...(await meshObjects({ ha: true })),
      refused('tls: failed to verify certificate: x509: certificate signed by unknown authority'),
    ];
    expect(of(objects)).toEqual(['webhook-stale-pod blocker likely']);
  });

  test('for want of endpoints is not out of reach; nor is one of a rollout that has got on, or of a webhook that is passed over', async () => {
    const mesh = await meshObjects({ ha: true });
    expect(of([...mesh, refused('no endpoints available for service "linkerd-proxy-injector"')])).toEqual([]);
    const over = { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
    expect(of([...mesh, refused('context deadline exceeded', over)])).toEqual([]);
    expect(of([...(await meshObjects()), refused('context deadline exceeded')])).toEqual([]);
  });

  test('shows in the output of a step, too', async () => {
    const step = {
      title: 'Apply a Server',
      kind: 'shell',
      detail: 'exit 1',
      output: [
        `Error from server (InternalError): ${message('context deadline exceeded').replace('proxy-injector.linkerd.io', 'policy-validator.linkerd.io')}`,
      ],
    };
    const found = findingsOf(await meshObjects({ ha: true }), { walk: { step } });
    expect(found.map(({ code, title }) => [code, title])).toEqual([
      ['webhook-unreachable', 'Calls of linkerd-policy-validator.linkerd.io (port 9443) do not arrive'],
    ]);
  });

  test('is explained by an injector that is down', async () => {
    const objects = changed(
      await meshObjects({ ha: true }),
      'EndpointSlice',
      `${INJECTOR}-x2k4j`,
      () => undefined,
    );
    const found = findingsOf([...objects, refused('dial tcp 10.0.0.9:443: connect: connection refused')]);
    expect(found.map(({ code, certainty, symptomOf }) => [code, certainty, symptomOf])).toEqual([
      ['injector-down', 'confirmed', undefined],
      ['webhook-unreachable', 'likely', 'injector-down'],
    ]);
  });

  test('cannot be told without ReplicaSets', async () => {
    const snapshot = snapshotOf(await meshObjects(), { objects: { replicaSets: denied() } });
    expect(found(snapshot, 'webhook-unreachable').notChecked).toEqual(['webhook-unreachable']);
  });
});

describe('pods without a proxy', () => {
  const shop = namespace('shop', { 'linkerd.io/inject': 'enabled' });

  test('in a namespace that asks for one are named with their workload', async () => {
    const objects = [...(await meshObjects()), shop, pod('shop', 'web'), meshedPod('shop', 'api', 'PEM')];
    const [finding] = findingsOf(objects);
    expect(finding).toMatchObject({
      code: 'silently-unmeshed',
      severity: 'warning',
      title: '1 pod of shop/web should have a proxy and has none',
      remedy: { parameters: { RESTART: 'yes', WORKLOADS: 'shop/deployment/web' } },
    });
  });

  test('from before the webhook was there, over, or in a namespace that keeps it out are nobody’s surprise', async () => {
    const mesh = await meshObjects({ from: daysAgo(0.5) });
    expect(of([...mesh, shop, pod('shop', 'web')])).toEqual([]);
    const late = await meshObjects();
    expect(of([...late, shop, { ...pod('shop', 'web'), status: { phase: 'Succeeded' } }])).toEqual([]);
    const out = namespace(
      'shop',
      { 'linkerd.io/inject': 'enabled' },
      { 'config.linkerd.io/admission-webhooks': 'disabled' },
    );
    expect(of([...late, out, pod('shop', 'web')])).toEqual([]);
  });

  test('are a symptom where the injector is down, and cannot be told where namespaces may not be seen', async () => {
    const objects = changed(await meshObjects(), 'EndpointSlice', `${INJECTOR}-x2k4j`, () => undefined);
    const found = findingsOf([...objects, shop, pod('shop', 'web')]);
    expect(found.map(({ code, symptomOf }) => [code, symptomOf])).toEqual([
      ['injector-down', undefined],
      ['silently-unmeshed', 'injector-down'],
    ]);
    expect(of([...objects, shop, pod('shop', 'web')], { objects: { namespaces: denied() } })).toEqual([
      'injector-down error confirmed',
    ]);
  });
});

describe('the clocks', () => {
  const node = (name: string, heartbeat: number, status = 'True'): SnapshotObject => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: {
      conditions: [{ type: 'Ready', status, lastHeartbeatTime: new Date(now + heartbeat).toISOString() }],
    },
  });
  const skew = (nodes: readonly SnapshotObject[]) => found(snapshotOf(nodes), 'clock-skew').findings;

  test('of nodes that beat within five minutes, and of nodes that are down, are not suspected', () => {
    expect(skew([node('a', -290_000), node('b', 20_000), node('c', -3_600_000, 'Unknown')])).toEqual([]);
  });

  test('of a node that is ready and beats in the future or long ago differ', () => {
    expect(skew([node('a', 300_000), node('b', 0)])[0]).toMatchObject({
      severity: 'warning',
      certainty: 'likely',
      title: '1 of 2 nodes seems to be 5 minutes ahead of this machine',
      subjects: [{ kind: 'Node', name: 'a' }],
    });
    expect(skew([node('a', -3_600_000)])[0]?.title).toContain('this machine may be the one that is wrong');
  });

  test('cannot be told without nodes', () => {
    expect(found(snapshotOf([], { objects: { nodes: denied() } }), 'clock-skew').notChecked).toEqual([
      'clock-skew',
    ]);
  });
});
