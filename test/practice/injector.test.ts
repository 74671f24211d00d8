import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServingCertificate } from '../../src/linkerd/pki.ts';
import type { KubeObject } from '../../src/practice/kube-client.ts';
import { buildWorld } from '../../src/practice/world/build-world.ts';
import { type Bench, createBench, DEPLOYMENTS, deployment, PODS } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench({ nodes: 0 });
  await buildWorld(bench, { mesh: 'stable-2.13.7', size: 'small' });
});
afterAll(() => bench.stop());

const HOOKS = { apiVersion: 'admissionregistration.k8s.io/v1', resource: 'mutatingwebhookconfigurations' };
const HOOK = 'linkerd-proxy-injector-webhook-config';
const SECRETS = { apiVersion: 'v1', resource: 'secrets', namespace: 'linkerd' };
const SERVICES = { apiVersion: 'v1', resource: 'services', namespace: 'linkerd' };
const NAMESPACES = { apiVersion: 'v1', resource: 'namespaces' };

let count = 0;
/** A pod in a fresh meshed namespace; the error when it was refused. */
async function pod(annotations: Record<string, string> = {}): Promise<KubeObject> {
  count += 1;
  const name = `meshed-${count}`;
  await bench.client.create(NAMESPACES, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, annotations: { 'linkerd.io/inject': 'enabled' } },
  });
  await bench.controllers.settled();
  const { template } = deployment('web', { annotations }).spec;
  return bench.client.create(PODS(name), {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: 'web', namespace: name },
    spec: template.spec,
  });
}
const images = (of: KubeObject) => of.spec.containers.map((each: { image: string }) => each.image);
const policy = (failurePolicy: string) =>
  bench.client.patch(HOOKS, HOOK, 'json', [
    { op: 'replace', path: '/webhooks/0/failurePolicy', value: failurePolicy },
  ]);
const scale = async (replicas: number) => {
  await bench.client.patch(DEPLOYMENTS('linkerd'), 'linkerd-proxy-injector', 'merge', { spec: { replicas } });
  await bench.until(async () => {
    const { status } = (await bench.client.get(DEPLOYMENTS('linkerd'), 'linkerd-proxy-injector'))!;
    // Counts that are 0 are left out, as the API does it.
    return (status.availableReplicas ?? 0) === replicas && (status.replicas ?? 0) === replicas;
  });
};

test('a pod in a meshed namespace gets the proxy in front, with the labels of the mesh', async () => {
  const made = await pod();
  expect(images(made)).toEqual(['cr.l5d.io/linkerd/proxy:stable-2.13.7', 'registry.practice/web:1']);
  expect(made.spec.initContainers[0].name).toBe('linkerd-init');
  expect(made.metadata.labels).toMatchObject({ 'linkerd.io/control-plane-ns': 'linkerd' });
  expect(made.metadata.annotations).toMatchObject({
    'linkerd.io/proxy-version': 'stable-2.13.7',
    'linkerd.io/created-by': 'linkerd/proxy-injector stable-2.13.7',
    'viz.linkerd.io/tap-enabled': 'true',
  });
});

test('a pod that says no gets none', async () => {
  expect(images(await pod({ 'linkerd.io/inject': 'disabled' }))).toEqual(['registry.practice/web:1']);
});

test('workloads are told apart by their labels', async () => {
  const [web] = (await bench.client.list(PODS('shop'), { labelSelector: 'app=web' })).items;
  expect(web?.metadata.labels).toMatchObject({
    'linkerd.io/proxy-deployment': 'web',
    'linkerd.io/workload-ns': 'shop',
  });
  const db = await bench.client.get(PODS('shop'), 'orders-db-0');
  expect(db?.metadata.labels).toMatchObject({ 'linkerd.io/proxy-statefulset': 'orders-db' });
});

test('after half an upgrade the injector still gives its own version, whatever the configuration claims', async () => {
  const maps = { apiVersion: 'v1', resource: 'configmaps', namespace: 'linkerd' };
  const config = (await bench.client.get(maps, 'linkerd-config'))!;
  const values = config.data.values.replaceAll('stable-2.13.7', 'stable-2.14.10');
  await bench.client.patch(maps, 'linkerd-config', 'merge', { data: { values } });
  await bench.controllers.settled();
  expect(images(await pod())).toContain('cr.l5d.io/linkerd/proxy:stable-2.13.7');

  const image = 'cr.l5d.io/linkerd/controller:stable-2.14.10';
  await bench.client.patch(DEPLOYMENTS('linkerd'), 'linkerd-proxy-injector', 'strategic', {
    spec: { template: { spec: { containers: [{ name: 'proxy-injector', image }] } } },
  });
  await bench.until(async () => {
    const { status, metadata } = (await bench.client.get(DEPLOYMENTS('linkerd'), 'linkerd-proxy-injector'))!;
    return (
      status.observedGeneration === metadata.generation &&
      status.updatedReplicas === 1 &&
      status.availableReplicas === 1 &&
      status.replicas === 1
    );
  });
  expect(images(await pod())).toContain('cr.l5d.io/linkerd/proxy:stable-2.14.10');
});

test('without an injector a pod has no proxy, or is refused, as the webhook wants it', async () => {
  await scale(0);
  expect(images(await pod())).toEqual(['registry.practice/web:1']);
  await policy('Fail');
  await bench.controllers.settled();
  const call =
    'Internal error occurred: failed calling webhook "linkerd-proxy-injector.linkerd.io": failed to call webhook: Post "https://linkerd-proxy-injector.linkerd.svc:443/?timeout=10s": ';
  await expect(pod()).rejects.toThrow(`${call}no endpoints available for service "linkerd-proxy-injector"`);
  // The control plane's own namespace is exempt, so it can come back.
  await scale(1);
  expect(images(await pod())).toHaveLength(2);

  const service = (await bench.client.get(SERVICES, 'linkerd-proxy-injector'))!;
  await bench.client.delete(SERVICES, 'linkerd-proxy-injector');
  await bench.controllers.settled();
  await expect(pod()).rejects.toThrow(`${call}service "linkerd-proxy-injector" not found`);
  const { name, namespace, labels } = service.metadata;
  await bench.client.create(SERVICES, {
    ...service,
    metadata: { name, namespace: namespace!, labels: labels! },
  });
  await bench.controllers.settled();

  const other = await createServingCertificate('linkerd-proxy-injector', 'linkerd', {});
  await bench.client.patch(SECRETS, 'linkerd-proxy-injector-k8s-tls', 'merge', {
    data: { 'tls.crt': Buffer.from(other.certPem).toString('base64') },
  });
  await bench.controllers.settled();
  await expect(pod()).rejects.toThrow(/x509: certificate signed by unknown authority/);
});

test('a refusal is in the ReplicaSet, the Deployment and an event, and goes away when the injector is back', async () => {
  const shop = { namespace: 'shop' };
  await bench.client.create(DEPLOYMENTS('shop'), deployment('late', { ...shop, replicas: 2 }));
  const read = async () => (await bench.client.get(DEPLOYMENTS('shop'), 'late'))!;
  const failure = (of: KubeObject) =>
    of.status?.conditions?.find((each: { type: string }) => each.type === 'ReplicaFailure');
  await bench.until(async () => failure(await read()) !== undefined);
  expect(failure(await read())).toMatchObject({
    status: 'True',
    reason: 'FailedCreate',
    message: expect.stringContaining('failed calling webhook "linkerd-proxy-injector.linkerd.io"'),
  });
  const events = await bench.client.list({ apiVersion: 'v1', resource: 'events', namespace: 'shop' });
  expect(events.items.find((each) => each.reason === 'FailedCreate')?.message).toMatch(
    /^Error creating: Internal error/,
  );
  await policy('Ignore');
  await bench.until(async () => (await read()).status.availableReplicas === 2);
  expect(failure(await read())).toBeUndefined();
});
