import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { factsOf, knownVersions } from '../../src/linkerd/facts.ts';
import type { KubeObject } from '../../src/practice/kube-client.ts';
import { buildWorld, type WorldOptions } from '../../src/practice/world/build-world.ts';
import { createBench, DEPLOYMENTS, PODS } from './bench.ts';

const ready = (pod: KubeObject) =>
  pod.status?.phase === 'Succeeded' ||
  pod.status?.conditions?.some(
    (each: Record<string, string>) => each.type === 'Ready' && each.status === 'True',
  );
const proxyOf = (pod: KubeObject): string | undefined =>
  [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find((each) => each.name === 'linkerd-proxy')
    ?.image;

async function world(options: WorldOptions) {
  const bench = await createBench({ nodes: 0 });
  await buildWorld(bench, options);
  bench.stop();
  const all = (apiVersion: string, resource: string) =>
    bench.store.list(bench.store.resource(apiVersion, resource)).items;
  return { bench, all, pods: all('v1', 'pods') };
}

test.each(knownVersions)('a world with %s is up and meshed', async (mesh) => {
  const { pods, all } = await world({ mesh, size: 'small' });
  expect(pods.filter((pod) => !ready(pod)).map((pod) => pod.metadata.name)).toEqual([]);
  const meshed = pods.filter((pod) => ['shop', 'logging', 'linkerd'].includes(pod.metadata.namespace ?? ''));
  expect(meshed.length).toBeGreaterThan(14);
  expect(new Set(meshed.map(proxyOf))).toEqual(new Set([`${factsOf(mesh).registry}/proxy:${mesh}`]));
  expect(proxyOf(pods.find((pod) => pod.metadata.namespace === 'legacy')!)).toBeUndefined();
  expect(all('v1', 'events')).toEqual([]);
  for (const crd of all('apiextensions.k8s.io/v1', 'customresourcedefinitions')) {
    expect(crd.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Established', status: 'True' }),
    );
  }
});

test('what the control plane keeps in Secrets and ConfigMaps is there, and holds together', async () => {
  const { bench } = await world({ mesh: 'stable-2.13.7', size: 'small' });
  const get = (resource: string, name: string) =>
    bench.store.get(bench.store.resource('v1', resource), 'linkerd', name);
  expect(get('configmaps', 'linkerd-config').data.values).toContain('linkerdVersion: stable-2.13.7');
  expect(get('secrets', 'linkerd-config-overrides').data['linkerd-config-overrides']).toBeTypeOf('string');
  const anchor = new X509Certificate(get('configmaps', 'linkerd-identity-trust-roots').data['ca-bundle.crt']);
  const issuer = new X509Certificate(
    Buffer.from(get('secrets', 'linkerd-identity-issuer').data['crt.pem'], 'base64'),
  );
  expect(issuer.verify(anchor.publicKey)).toBe(true);
  const deployment = bench.store.get(
    bench.store.resource('apps/v1', 'deployments'),
    'linkerd',
    'linkerd-identity',
  );
  const applied = deployment.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'];
  expect(JSON.parse(applied!)).toMatchObject({ kind: 'Deployment' });
});

test('a highly available control plane has three of each, on different nodes', async () => {
  const { pods } = await world({ mesh: 'stable-2.14.10', size: 'small', ha: true });
  for (const component of ['identity', 'destination', 'proxy-injector']) {
    const own = pods.filter(
      (pod) => pod.metadata.labels?.['linkerd.io/control-plane-component'] === component,
    );
    expect(new Set(own.map((pod) => pod.spec.nodeName)).size).toBe(3);
  }
});

test('a world of 1000 pods is about that large, all up, with room on every node', {
  timeout: 120_000,
}, async () => {
  const { pods, all } = await world({ mesh: 'stable-2.13.7', size: 1000 });
  expect(pods.length).toBeGreaterThan(950);
  expect(pods.length).toBeLessThan(1050);
  expect(pods.every(ready)).toBe(true);
  expect(new Set(pods.filter((pod) => !pod.spec.hostNetwork).map((pod) => pod.status.podIP)).size).toBe(
    pods.length,
  );
  const nodes = all('v1', 'nodes').map((node) => node.metadata.name);
  for (const node of nodes) expect(pods.filter((pod) => pod.spec.nodeName === node).length).toBeLessThan(110);
});

test('nothing goes on moving by itself in a world that is up', async () => {
  const bench = await createBench({ nodes: 0 });
  await buildWorld(bench, { mesh: 'stable-2.13.7', size: 'small' });
  const before = bench.store.revision;
  await bench.pass(900_000);
  expect(bench.store.revision - before).toBeLessThan(5);
  // And it can still be moved.
  await bench.client.patch(DEPLOYMENTS('shop'), 'api', 'merge', {
    spec: { template: { metadata: { annotations: { round: '2' } } } },
  });
  await bench.until(async () => {
    const { items } = await bench.client.list(PODS('shop'), { labelSelector: 'app=api' });
    return items.length === 3 && items.every((pod) => ready(pod) && pod.metadata.annotations?.round === '2');
  });
  bench.stop();
});
