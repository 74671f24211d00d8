import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ClusterApi } from '../../src/cluster/api.ts';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';
import { eventually, pods } from './follow.ts';

let practice: Practice;
beforeAll(async () => {
  practice = await startPractice({ speed: 50 });
});
afterAll(() => practice.stop());

function opened(kubeconfig = practice.kubeconfig): ClusterApi {
  const api = openClusterApi(kubeconfig, {});
  onTestFinished(() => api.close());
  return api;
}

const deployments = { apiVersion: 'apps/v1', resource: 'deployments', namespace: 'linkerd' };

test('lists, tables and metadata agree on what there is', async () => {
  const api = opened();
  const [full, metadata, table] = await Promise.all([
    api.list(pods),
    api.list(pods, { form: 'metadata' }),
    api.table(pods),
  ]);
  if (!full.ok || !metadata.ok || !table.ok) throw new Error('a list failed');
  const names = full.value.items.map((item) => item.metadata.name).sort();
  expect(names.length).toBeGreaterThan(10);
  expect(metadata.value.items.map((item) => item.metadata.name).sort()).toEqual(names);
  expect(table.value.map((row) => row.Name).sort()).toEqual(names);
  expect(full.value.items[0]).toMatchObject({ kind: 'Pod', apiVersion: 'v1', spec: expect.anything() });
  expect(metadata.value.items[0]).not.toHaveProperty('spec');
});

test('a rollout is followed pod by pod', async () => {
  const statuses: string[] = [];
  const api = opened();
  const changes: string[] = [];
  const stream = api.stream({
    ref: { ...pods, namespace: 'linkerd' },
    form: 'metadata',
    labelSelector: 'linkerd.io/control-plane-component=destination',
    pick: ({ metadata }) => metadata.uid,
    onChange: (key, now) => changes.push(now === undefined ? `-${key}` : `+${key}`),
    onStatus: ({ type }) => statuses.push(type),
  });
  await stream.synced;
  expect(stream.status).toEqual({ type: 'live' });
  const before = [...stream.items.keys()];
  expect(before.length).toBeGreaterThan(0);
  const annotations = { 'kubectl.kubernetes.io/restartedAt': '2030-01-01T00:00:00Z' };
  const template = { metadata: { annotations } };
  const patched = await api.patch(
    deployments,
    'linkerd-destination',
    { spec: { template } },
    { type: 'strategic' },
  );
  expect(patched).toMatchObject({ ok: true });
  await eventually(() => {
    expect(before.filter((key) => stream.items.has(key))).toEqual([]);
    expect(stream.items.size).toBe(before.length);
  }, 20_000);
  for (const key of before) expect(changes.filter((change) => change === `-${key}`)).toHaveLength(1);
  expect(statuses).toEqual(['live']);
});

test('a dry run is judged and nothing is kept', async () => {
  const api = opened();
  const patch = { metadata: { labels: { tried: 'yes' } } };
  const result = await api.patch(deployments, 'linkerd-identity', patch, { type: 'merge', dryRun: true });
  expect(result.ok && result.value.metadata.labels?.tried).toBe('yes');
  const now = await api.get(deployments, 'linkerd-identity');
  expect(now.ok && now.value.metadata.labels?.tried).toBeUndefined();
  const wrong = await api.patch(
    deployments,
    'linkerd-identity',
    { spec: { replicas: -1 } },
    { type: 'merge' },
  );
  expect(wrong).toMatchObject({ ok: false, problem: { type: 'rejected' } });
});

test('the log of a container', async () => {
  const api = opened();
  const list = await api.list({ ...pods, namespace: 'linkerd' });
  if (!list.ok) throw new Error(list.problem.message);
  const [pod] = list.value.items;
  const log = await api.log(
    { namespace: 'linkerd', name: pod!.metadata.name },
    { container: 'linkerd-proxy', lines: 2 },
  );
  expect(log.ok && log.value.length).toBe(2);
  const none = await api.log(
    { namespace: 'linkerd', name: pod!.metadata.name },
    { container: 'nope', lines: 2 },
  );
  expect(none).toMatchObject({
    ok: false,
    problem: { type: 'rejected', message: expect.stringContaining('nope') },
  });
});

test('who may not see Secrets is told so, and sees everything else', async () => {
  const api = opened(practice.viewerKubeconfig);
  const secrets = api.stream({
    ref: { apiVersion: 'v1', resource: 'secrets' },
    form: 'metadata',
    pick: () => 1,
  });
  const all = api.stream({ ref: pods, form: 'metadata', pick: () => 1 });
  await Promise.all([secrets.synced, all.synced]);
  expect(secrets.status).toMatchObject({ type: 'denied', permission: { verb: 'list', resource: 'secrets' } });
  expect(all.status).toEqual({ type: 'live' });
  expect(await api.patch(deployments, 'linkerd-identity', {}, { type: 'merge' })).toMatchObject({
    ok: false,
    problem: {
      type: 'denied',
      permission: { verb: 'patch', resource: 'deployments.apps', namespace: 'linkerd' },
    },
  });
});
