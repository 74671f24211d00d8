/** Faults that are really there: on a practice cluster over HTTP, one after the other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClusterApi } from '../../src/cluster/api.ts';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { beyondTheTool, ownChecks } from '../../src/cluster/own-checks/run.ts';
import type { CheckLine } from '../../src/linkerd/check-report.ts';
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';
import { systemClock } from '../../src/state/kind.ts';

let practice: Practice;
let api: ClusterApi;
beforeAll(async () => {
  practice = await startPractice({ mesh: 'stable-2.14.10', speed: 500 });
  api = openClusterApi(practice.kubeconfig);
});
afterAll(async () => {
  api.close();
  await practice.stop();
});

const signal = new AbortController().signal;
async function bad(options: { waitMs?: number; dataPlane?: string } = {}): Promise<readonly CheckLine[]> {
  const { checks } = await ownChecks(api, {
    proxy: true,
    pre: false,
    waitMs: 0,
    clock: systemClock,
    signal,
    ...options,
  });
  return checks.filter(({ result }) => result !== 'success');
}
const deployments = { apiVersion: 'apps/v1', resource: 'deployments' };
const pods = { apiVersion: 'v1', resource: 'pods' };

/** Sets the image of one container of a Deployment. */
async function setImage(namespace: string, name: string, container: string, image: string): Promise<string> {
  const before = await api.get({ ...deployments, namespace }, name);
  if (!before.ok) throw new Error(before.problem.message);
  const containers: { name: string; image: string }[] = before.value.spec.template.spec.containers;
  const patched = await api.patch(
    { ...deployments, namespace },
    name,
    { spec: { template: { spec: { containers: [{ name: container, image }] } } } },
    { type: 'strategic' },
  );
  if (!patched.ok) throw new Error(patched.problem.message);
  return containers.find((one) => one.name === container)!.image;
}

test('a control plane whose new pod cannot start is told with its reason, which the tool passes over', async () => {
  const image = await setImage(
    'linkerd',
    'linkerd-identity',
    'identity',
    'cr.l5d.io/linkerd/controller:nope',
  );
  await expect
    .poll(
      async () =>
        (await bad())
          .map(({ result, description, error }) => `${result}: ${description}: ${error}`)
          .join('\n'),
      { timeout: 20_000 },
    )
    .toMatch(/error: linkerd-identity is rolled out: .*\n.*(?:pull|nope)/i);
  const more = await beyondTheTool(api, { clock: systemClock, signal });
  expect(more.filter(({ result }) => result === 'error').map(({ description }) => description)).toEqual([
    'linkerd-identity is rolled out',
    'control plane workloads are of the configured version',
  ]);
  await setImage('linkerd', 'linkerd-identity', 'identity', image);
  // What comes up meanwhile is waited for.
  expect(await bad({ waitMs: 30_000 })).toEqual([]);
}, 60_000);

test('pods that came up without a proxy are a warning', async () => {
  const ref = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    resource: 'mutatingwebhookconfigurations',
  };
  const name = 'linkerd-proxy-injector-webhook-config';
  const hook = (await practice.client.get(ref, name))!;
  await practice.client.delete(ref, name);
  const list = await practice.client.list({ ...pods, namespace: 'shop' });
  const victim = list.items.find(({ metadata }) => metadata.labels?.['linkerd.io/proxy-deployment'])!;
  await practice.client.delete({ ...pods, namespace: 'shop' }, victim.metadata.name);
  await expect
    .poll(async () => (await bad()).map(({ description }) => description), { timeout: 20_000 })
    .toEqual(
      expect.arrayContaining([
        'control plane MutatingWebhookConfigurations exist',
        'pods of injected namespaces have a proxy',
      ]),
    );
  const unmeshed = (await bad()).find(({ description }) => description.startsWith('pods of injected'));
  expect(unmeshed).toMatchObject({ result: 'warning', error: expect.stringMatching(/^shop\/\S+: 1 pod/) });
  expect((await bad({ dataPlane: 'billing' })).map(({ description }) => description)).not.toContain(
    'pods of injected namespaces have a proxy',
  );
  const { resourceVersion: _, uid: __, ...metadata } = hook.metadata;
  await practice.client.create(ref, { ...hook, metadata });
}, 60_000);

test('a proxy that does not come up is a failure; an application that does not is none', async () => {
  const namespace = 'shop';
  const list = await practice.client.list({ ...deployments, namespace });
  const app = list.items.find(({ spec }) => spec.template.spec.containers.length === 1)!;
  const [container] = app.spec.template.spec.containers;
  await setImage(namespace, app.metadata.name, container.name, 'registry.example/none:at-all');
  await expect
    .poll(
      async () => {
        const table = await api.table({ ...pods, namespace });
        return table.ok && table.value.some(({ Status }) => /Pull/.test(String(Status)));
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  const ready = (lines: readonly CheckLine[]) =>
    lines.find(({ description }) => description === 'data plane proxies are ready');
  expect(ready(await bad())).toBeUndefined();
  const annotations = { 'config.linkerd.io/proxy-image': 'registry.example/no-proxy' };
  const patched = await api.patch(
    { ...deployments, namespace },
    app.metadata.name,
    { spec: { template: { metadata: { annotations } } } },
    { type: 'strategic' },
  );
  expect(patched.ok).toBe(true);
  await expect
    .poll(async () => ready(await bad())?.error, { timeout: 20_000 })
    .toMatch(/^shop\/\S+: its proxy waits: (?:ErrImagePull|ImagePullBackOff)/);
}, 60_000);
