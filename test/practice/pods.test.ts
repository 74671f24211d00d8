import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KubeObject, ResourceRef } from '../../src/practice/kube-client.ts';
import { type Bench, createBench, DEPLOYMENTS, deployment, PODS } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});
afterEach(() => bench.stop());

const ref = (apiVersion: string, resource: string): ResourceRef => ({
  apiVersion,
  resource,
  namespace: 'default',
});
const pods = async () =>
  (await bench.client.list(PODS('default'))).items.filter(
    (pod) => pod.metadata.deletionTimestamp === undefined,
  );
const ready = (pod: KubeObject) =>
  pod.status?.conditions?.some(
    (each: Record<string, string>) => each.type === 'Ready' && each.status === 'True',
  );

test('init containers run one after the other, and the proxy is ready before the application starts', async () => {
  const containers = [
    { name: 'linkerd-proxy', image: 'cr.l5d.io/linkerd/proxy:stable-2.14.10' },
    { name: 'main', image: 'registry.practice/main:1' },
  ];
  const initContainers = ['first', 'second'].map((name) => ({ name, image: `registry.practice/${name}:1` }));
  await bench.client.create(PODS('default'), {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'one', namespace: 'default' },
    spec: { initContainers, containers },
  });
  const order: string[] = [];
  await bench.until(async () => {
    const status = (await bench.client.get(PODS('default'), 'one'))!.status ?? {};
    for (const each of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
      for (const [what, holds] of [
        ['starts', each.containerID !== undefined],
        ['ends', each.state?.terminated !== undefined],
        ['ready', each.ready && each.state?.running !== undefined],
      ]) {
        const line = `${each.name} ${what}`;
        if (holds && !order.includes(line)) order.push(line);
      }
    }
    return order.includes('main ready');
  });
  expect(order).toEqual([
    'first starts',
    'first ends',
    'second starts',
    'second ends',
    'linkerd-proxy starts',
    'linkerd-proxy ready',
    'main starts',
    'main ready',
  ]);
});

test('a Service follows its pods, and a PodDisruptionBudget counts them', async () => {
  const services = ref('v1', 'services');
  await bench.client.create(services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 80 }] },
  });
  const budgets = ref('policy/v1', 'poddisruptionbudgets');
  await bench.client.create(budgets, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: 'default' },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
  });
  await bench.client.create(DEPLOYMENTS('default'), deployment('web'));
  const addresses = async () => {
    const endpoints = await bench.client.get(ref('v1', 'endpoints'), 'web');
    return (endpoints?.subsets?.[0]?.addresses ?? []).map((each: { ip: string }) => each.ip);
  };
  await bench.until(async () => (await addresses()).length === 3);
  await bench.until(async () => (await bench.client.get(budgets, 'web'))?.status?.disruptionsAllowed === 1);
  const slices = await bench.client.list(ref('discovery.k8s.io/v1', 'endpointslices'), {
    labelSelector: 'kubernetes.io/service-name=web',
  });
  expect(slices.items.flatMap((slice) => slice.endpoints)).toHaveLength(3);

  const [first] = await pods();
  await bench.client.delete(PODS('default'), first!.metadata.name);
  await bench.controllers.settled();
  expect(await addresses()).not.toContain(first!.status.podIP);
  await bench.until(async () => (await addresses()).length === 3);
  await bench.client.delete(services, 'web');
  await bench.controllers.settled();
  expect(await bench.client.get(ref('v1', 'endpoints'), 'web')).toBeUndefined();
});

test('what is orphaned on purpose stays, and what is deleted in the foreground goes before its owner', async () => {
  const sets = ref('apps/v1', 'replicasets');
  await bench.client.create(DEPLOYMENTS('default'), deployment('web', { replicas: 1 }));
  await bench.until(async () => (await pods()).some(ready));
  await bench.client.delete(DEPLOYMENTS('default'), 'web', { propagationPolicy: 'Orphan' });
  await bench.pass(10_000);
  expect(await bench.client.get(DEPLOYMENTS('default'), 'web')).toBeUndefined();
  const [left] = (await bench.client.list(sets)).items;
  expect(left?.metadata.ownerReferences).toBeUndefined();
  expect(await pods()).toHaveLength(1);
  await bench.client.delete(sets, left!.metadata.name, { propagationPolicy: 'Foreground' });
  await bench.controllers.settled();
  expect(await bench.client.get(sets, left!.metadata.name)).toBeDefined();
  await bench.until(async () => (await bench.client.list(PODS('default'))).items.length === 0);
  await bench.controllers.settled();
  expect(await bench.client.get(sets, left!.metadata.name)).toBeUndefined();
});

test('a container that never becomes ready holds the rollout, and says why', async () => {
  const annotations = { 'practice.handrail.dev/not-ready': 'web' };
  await bench.client.create(DEPLOYMENTS('default'), deployment('web', { replicas: 1, annotations }));
  await bench.pass(60_000);
  const [pod] = await pods();
  expect(ready(pod!)).toBe(false);
  const events = (await bench.client.list(ref('v1', 'events'))).items;
  expect(events.map((each) => each.message)).toContain(
    'Readiness probe failed: HTTP probe failed with statuscode: 503',
  );
});

test('pods of a node that is deleted are given up, and replaced elsewhere', async () => {
  await bench.client.create(DEPLOYMENTS('default'), deployment('web'));
  const good = async () => (await pods()).filter(ready).length === 3;
  await bench.until(good);
  await bench.client.delete({ apiVersion: 'v1', resource: 'nodes' }, 'practice-2');
  await bench.until(
    async () => (await pods()).every((pod) => pod.spec.nodeName !== 'practice-2') && (await good()),
  );
});
