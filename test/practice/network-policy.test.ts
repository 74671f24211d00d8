/** NetworkPolicies on the practice cluster: what they keep apart, how that shows, and what they leave alone. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followLog } from '../../src/practice/controllers/logs.ts';
import type { KubeObject } from '../../src/practice/kube-client.ts';
import { buildWorld } from '../../src/practice/world/build-world.ts';
import { type Bench, createBench, DEPLOYMENTS, PODS } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench({ nodes: 0 });
  await buildWorld(bench, { mesh: 'stable-2.13.7', size: 'small' });
});
afterEach(() => bench.stop());

const POLICIES = (namespace: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  resource: 'networkpolicies',
  namespace,
});
const EVENTS = (namespace: string) => ({ apiVersion: 'v1', resource: 'events', namespace });
const WEBHOOKS = { apiVersion: 'admissionregistration.k8s.io/v1', resource: 'mutatingwebhookconfigurations' };

const deny = (namespace: string, spec: Record<string, unknown>) =>
  bench.client.create(POLICIES(namespace), {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'deny', namespace },
    spec: { podSelector: {}, policyTypes: ['Ingress'], ...spec },
  });
const allow = (namespace: string) => bench.client.delete(POLICIES(namespace), 'deny');

/** Restarts a Deployment and gives the pod that is new. */
async function restarted(namespace: string, name: string): Promise<KubeObject> {
  const app = (pod: KubeObject) => pod.metadata.name.startsWith(`${name}-`);
  const before = (await bench.client.list(PODS(namespace))).items.filter(app);
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date(bench.clock.now()).toISOString() };
  const patch = { spec: { template: { metadata: { annotations } } } };
  await bench.client.patch(DEPLOYMENTS(namespace), name, 'merge', patch);
  const fresh = async () =>
    (await bench.client.list(PODS(namespace))).items
      .filter(app)
      .find((pod) => !before.some((old) => old.metadata.uid === pod.metadata.uid));
  await bench.until(async () => (await fresh()) !== undefined);
  await bench.pass(60_000);
  return (await fresh())!;
}

const ready = (pod: KubeObject, container: string): boolean | undefined =>
  pod.status.containerStatuses.find(({ name }: { name: string }) => name === container)?.ready;

async function log(pod: KubeObject, container: string): Promise<string> {
  const lines: string[] = [];
  const options = {
    follow: false,
    previous: false,
    tailLines: undefined,
    sinceSeconds: undefined,
    timestamps: false,
    signal: new AbortController().signal,
  };
  const { clock, controllers } = bench;
  for await (const line of followLog(() => pod, pod, container, options, clock, controllers.connectivity))
    lines.push(line);
  return lines.join('\n');
}

test('a new proxy that may not ask for its certificate is not ready, says why, and becomes ready when it may', async () => {
  await deny('linkerd', { ingress: [{ ports: [{ port: 8443 }, { port: 9443 }] }] });
  const pod = await restarted('shop', 'web');
  expect(ready(pod, 'linkerd-proxy')).toBe(false);
  const said = await log(pod, 'linkerd-proxy');
  expect(said).toContain('linkerd_reconnect: Failed to connect error=connect timed out after 1s');
  expect(said).toContain('Waiting for identity to be initialized...');
  const { items } = await bench.client.list(EVENTS('shop'));
  expect(items.filter(({ involvedObject }) => involvedObject.name === pod.metadata.name)).toContainEqual(
    expect.objectContaining({ reason: 'Unhealthy', type: 'Warning' }),
  );
  await allow('linkerd');
  await bench.pass(10_000);
  expect(ready((await bench.client.get(PODS('shop'), pod.metadata.name))!, 'linkerd-proxy')).toBe(true);
});

test('what runs stays ready when a policy comes later', async () => {
  await deny('linkerd', {});
  await deny('shop', { policyTypes: ['Ingress', 'Egress'] });
  await bench.pass(120_000);
  for (const namespace of ['linkerd', 'shop']) {
    for (const pod of (await bench.client.list(PODS(namespace))).items) {
      if (pod.status.phase === 'Running')
        expect(pod.status.conditions).toContainEqual(
          expect.objectContaining({ type: 'Ready', status: 'True' }),
        );
    }
  }
});

test('the other end counts as well: egress that has no rule for DNS, or none for the identity service', async () => {
  const dns = { ports: [{ port: 53, protocol: 'UDP' }] };
  await deny('shop', { policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }] }] });
  expect(await log(await restarted('shop', 'web'), 'linkerd-proxy')).toContain(
    'Failed to resolve control-plane component error=failed SRV and A record lookups',
  );
  await allow('shop');
  await deny('shop', { policyTypes: ['Egress'], egress: [dns] });
  const blocked = await restarted('shop', 'api');
  expect(ready(blocked, 'linkerd-proxy')).toBe(false);
  expect(await log(blocked, 'linkerd-proxy')).toContain('connect timed out after 1s');
});

test.each([
  ['pods', [{ from: [{ namespaceSelector: {} }] }], false],
  ['a block that holds it', [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }], true],
  ['another block', [{ from: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }], false],
  ['nobody in particular, by the name of the port', [{ ports: [{ port: 'proxy-injector' }] }], true],
  ['nobody in particular, on another port', [{ ports: [{ port: 9443 }] }], false],
])('an injector that lets in %s: reached by the API server or not', async (_, ingress, reached) => {
  const injector = { matchLabels: { 'linkerd.io/control-plane-component': 'proxy-injector' } };
  await deny('linkerd', { podSelector: injector, ingress });
  await bench.controllers.settled();
  const create = () =>
    bench.client.create(PODS('shop'), {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'lone', namespace: 'shop' },
      spec: { containers: [{ name: 'main', image: 'nginx' }] },
    });
  const made = await create();
  const names = made.spec.containers.map(({ name }: { name: string }) => name);
  expect(names.includes('linkerd-proxy')).toBe(reached);
  await bench.client.delete(PODS('shop'), 'lone', { gracePeriodSeconds: 0 });
  const fail = [{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' }];
  await bench.client.patch(WEBHOOKS, 'linkerd-proxy-injector-webhook-config', 'json', fail);
  await bench.controllers.settled();
  if (reached) await create();
  else await expect(create()).rejects.toThrow(/failed calling webhook .*: context deadline exceeded$/);
});

test('a control plane that may not speak to the API server stays as it is, and nothing new of it becomes ready', async () => {
  await deny('linkerd', {
    policyTypes: ['Egress'],
    egress: [{ to: [{ podSelector: {} }] }, { ports: [{ port: 53, protocol: 'UDP' }] }],
  });
  const pod = await restarted('linkerd', 'linkerd-destination');
  expect(ready(pod, 'destination')).toBe(false);
  expect(await log(pod, 'destination')).toContain('dial tcp 10.96.0.1:443: i/o timeout');
});
