import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTrust } from '../../src/linkerd/pki.ts';
import { buildWorld } from '../../src/practice/world/build-world.ts';
import { type Bench, createBench, DEPLOYMENTS, deployment } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench({ nodes: 0 });
  await buildWorld(bench, { mesh: 'stable-2.13.7', size: 'small' });
});
afterAll(() => bench.stop());

const SECRETS = { apiVersion: 'v1', resource: 'secrets', namespace: 'linkerd' };
const MAPS = { apiVersion: 'v1', resource: 'configmaps', namespace: 'linkerd' };
const SERVICES = { apiVersion: 'v1', resource: 'services', namespace: 'linkerd' };
const HOOKS = { apiVersion: 'admissionregistration.k8s.io/v1', resource: 'mutatingwebhookconfigurations' };
const issuer = (data: object) => bench.client.patch(SECRETS, 'linkerd-identity-issuer', 'merge', { data });
const base64 = (text: string) => Buffer.from(text).toString('base64');
const available = async (name: string) =>
  (await bench.client.get(DEPLOYMENTS('shop'), name))?.status?.availableReplicas ?? 0;

test('with an issuer that is over, or that the anchors have not signed, new proxies wait; those that run go on', async () => {
  const good = (await bench.client.get(SECRETS, 'linkerd-identity-issuer'))!.data;
  const before = await available('web');
  const other = await createTrust({ from: new Date(bench.clock.now()) });
  await issuer({ 'crt.pem': base64(other.issuer.certPem) });
  await bench.client.create(DEPLOYMENTS('shop'), deployment('late', { namespace: 'shop', replicas: 1 }));
  await bench.pass(120_000);
  expect(await available('late')).toBe(0);
  expect(await available('web')).toBe(before);

  await issuer(good);
  await bench.until(async () => (await available('late')) === 1);

  const old = await createTrust({ from: new Date(bench.clock.now() - 366 * 86_400_000) });
  await issuer({ 'crt.pem': base64(old.issuer.certPem) });
  const roots = { 'ca-bundle.crt': old.anchorPem };
  await bench.client.patch(MAPS, 'linkerd-identity-trust-roots', 'merge', { data: roots });
  await bench.controllers.settled();
  await bench.client.create(DEPLOYMENTS('shop'), deployment('later', { namespace: 'shop', replicas: 1 }));
  await bench.pass(120_000);
  expect(await available('later')).toBe(0);
});

test('a firewall before a webhook drops or refuses the calls of the API server', async () => {
  const annotate = (unreachable: string) =>
    bench.client.patch(SERVICES, 'linkerd-proxy-injector', 'merge', {
      metadata: { annotations: { 'practice.handrail.dev/unreachable': unreachable } },
    });
  await bench.client.patch(HOOKS, 'linkerd-proxy-injector-webhook-config', 'json', [
    { op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' },
  ]);
  const reason = async (name: string) => {
    await bench.client.create(DEPLOYMENTS('legacy'), deployment(name, { namespace: 'legacy', replicas: 1 }));
    let message = '';
    await bench.until(async () => {
      const { conditions = [] } = (await bench.client.get(DEPLOYMENTS('legacy'), name))?.status ?? {};
      message = conditions.find(({ type }: { type: string }) => type === 'ReplicaFailure')?.message ?? '';
      return message !== '';
    });
    return message;
  };
  await annotate('timeout');
  expect(await reason('one')).toMatch(/failed calling webhook .*: context deadline exceeded$/);
  await annotate('refused');
  expect(await reason('two')).toMatch(/dial tcp \S+:443: connect: connection refused$/);
});
