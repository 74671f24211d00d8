/** Streams of a real API server, through everything that happens to one. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createCredentialPlugins } from '../../src/cluster/access/credential-plugins.ts';
import type { ClusterApi, StreamOptions } from '../../src/cluster/api.ts';
import { type ApiOptions, openClusterApi } from '../../src/cluster/open-api.ts';
import { createHttpClient } from '../../src/practice/http-client.ts';
import type { KubeClient } from '../../src/practice/kube-client.ts';
import { runCredentialPlugin } from '../../src/shell/credential-plugin.ts';
import { followOn } from '../cluster-api/follow.ts';
import { testTiming } from '../cluster-api/timing.ts';
import { eventually } from './eventually.ts';
import { type ControlPlane, startControlPlane } from './server/start.ts';
import { sharedCluster } from './shared.ts';

const cluster = await sharedCluster();
const maps = (namespace: string) => ({ apiVersion: 'v1', resource: 'configmaps', namespace });

function opened(kubeconfig: string, options: ApiOptions = {}): ClusterApi {
  const api = openClusterApi(kubeconfig, {}, options);
  onTestFinished(() => api.close());
  return api;
}

/** Follows the ConfigMaps of a namespace by their key `value`. */
const followMaps = (api: ClusterApi, namespace: string, options: Partial<StreamOptions<string>> = {}) =>
  followOn(api, {
    ref: maps(namespace),
    fieldSelector: 'metadata.name!=kube-root-ca.crt',
    pick: ({ data }) => data?.value,
    ...options,
  });

function writer(client: KubeClient, namespace: string) {
  const metadata = (name: string) => ({ name, namespace });
  const object = (name: string, value: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(name),
    data: { value },
  });
  return {
    create: (name: string, value: string) => client.create(maps(namespace), object(name, value)),
    change: (name: string, value: string) =>
      client.patch(maps(namespace), name, 'merge', { data: { value } }),
    remove: (name: string) => client.delete(maps(namespace), name),
  };
}

describe('a server as it should be', () => {
  test('what there is comes as one watch-list, and changes after it', async () => {
    const namespace = await cluster.namespace();
    const write = writer(cluster.client, namespace);
    await write.create('a', '1');
    const f = followMaps(opened(cluster.kubeconfig), namespace);
    await f.stream.synced;
    expect(f.items()).toEqual({ [`${namespace}/a`]: '1' });
    await write.change('a', '2');
    await write.create('b', 'x'.repeat(900_000));
    await write.remove('a');
    await eventually(() => f.changes.length === 4, 'three changes');
    expect(Object.keys(f.items())).toEqual([`${namespace}/b`]);
    expect(f.items()[`${namespace}/b`]).toHaveLength(900_000);
    expect(f.types()).toEqual(['live']);
  });

  test('metadata alone, with labels and without managed fields', async () => {
    const namespace = await cluster.namespace();
    await cluster.tools.kubectl(`-n ${namespace} create deployment web --image=nginx:1.27 --replicas=2`);
    const seen: unknown[] = [];
    const f = followOn(opened(cluster.kubeconfig), {
      ref: { apiVersion: 'apps/v1', resource: 'deployments', namespace },
      form: 'metadata',
      pick: (object) => {
        seen.push(object);
        return object.metadata.labels?.app;
      },
    });
    await f.stream.synced;
    expect(f.items()).toEqual({ [`${namespace}/web`]: 'web' });
    expect(seen[0]).toMatchObject({ kind: 'PartialObjectMetadata' });
    expect(seen[0]).not.toHaveProperty('spec');
    expect(seen[0]).not.toHaveProperty('metadata.managedFields');
  });

  test('reads and changes', async () => {
    const namespace = await cluster.namespace();
    const api = opened(cluster.kubeconfig);
    const deployments = { apiVersion: 'apps/v1', resource: 'deployments', namespace };
    await cluster.tools.kubectl(`-n ${namespace} create deployment web --image=nginx:1.27 --replicas=2`);
    await cluster.tools.kubectl(`-n ${namespace} rollout status deployment/web --timeout=30s`);
    const table = await api.table({ apiVersion: 'v1', resource: 'pods', namespace });
    expect(table.ok && table.value.map(({ Ready, Status }) => [Ready, Status])).toEqual([
      ['1/1', 'Running'],
      ['1/1', 'Running'],
    ]);
    const dry = await api.patch(
      deployments,
      'web',
      { spec: { replicas: 9 } },
      { type: 'strategic', dryRun: true },
    );
    expect(dry.ok && dry.value.spec.replicas).toBe(9);
    const kept = await api.get(deployments, 'web');
    expect(kept.ok && kept.value.spec.replicas).toBe(2);
    const problem = async (patch: object) => {
      const result = await api.patch(deployments, 'web', patch, { type: 'merge' });
      return result.ok ? undefined : result.problem;
    };
    expect(await problem({ metadata: { resourceVersion: '1' } })).toMatchObject({ type: 'conflict' });
    expect(await problem({ spec: { replicas: -1 } })).toMatchObject({
      type: 'rejected',
      code: 422,
      reason: 'Invalid',
    });
    expect(await api.get(deployments, 'none')).toMatchObject({ ok: false, problem: { type: 'not-found' } });
  });

  test('a viewer is told which permission is missing, and sees the rest', async () => {
    const api = opened(cluster.viewerKubeconfig);
    const secrets = api.stream({
      ref: { apiVersion: 'v1', resource: 'secrets', namespace: 'default' },
      form: 'metadata',
      pick: () => 1,
    });
    const pods = api.stream({ ref: { apiVersion: 'v1', resource: 'pods' }, form: 'metadata', pick: () => 1 });
    await Promise.all([secrets.synced, pods.synced]);
    expect(pods.status).toEqual({ type: 'live' });
    expect(secrets.status).toMatchObject({
      type: 'denied',
      permission: { verb: 'list', resource: 'secrets', namespace: 'default' },
      message: expect.stringContaining('User "viewer" cannot list resource "secrets"'),
    });
  });
});

describe('a server with troubles', () => {
  let plane: ControlPlane;
  let client: KubeClient & { close(): void };
  beforeAll(async () => {
    plane = await startControlPlane({ controllers: false });
    client = createHttpClient(plane.kubeconfig.text);
  });
  afterAll(async () => {
    client?.close();
    await plane?.kill();
  });

  test('killed and started again: stale meanwhile, and nothing is lost or told twice', async () => {
    const write = writer(client, 'default');
    await write.create('before', '1');
    const f = followMaps(opened(plane.kubeconfig.text), 'default');
    const events = followOn(f.api, {
      ref: { apiVersion: 'v1', resource: 'events' },
      pick: ({ reason }) => reason,
    });
    await Promise.all([f.stream.synced, events.stream.synced]);
    await plane.stopApiServer();
    await eventually(() => f.stream.status.type === 'stale', 'word of the loss');
    await plane.startApiServer();
    await write.change('before', '2');
    await write.create('after', '1');
    await eventually(() => f.items()['default/after'], 'news after the restart');
    expect(f.changes).toEqual(['default/before=1', 'default/before=2', 'default/after=1']);
    expect([f.stream.status.type, f.types()[0]]).toEqual(['live', 'live']);
    await eventually(() => events.stream.status.type === 'live', 'the other stream');
    await Promise.all([write.remove('before'), write.remove('after')]);
  });

  test('what it no longer remembers is listed anew: what vanished is told once', async () => {
    const write = writer(client, 'default');
    for (const name of ['stays', 'goes', 'changes']) await write.create(name, '1');
    const timing = testTiming();
    const f = followMaps(opened(plane.kubeconfig.text, { timing }), 'default');
    await f.stream.synced;
    timing.held = true;
    await plane.stopApiServer();
    await eventually(() => timing.waits.length > 0, 'word of the loss');
    await plane.startApiServer();
    await write.remove('goes');
    await write.change('changes', '2');
    const { metadata } = await write.create('comes', '1');
    const compacted = await fetch(`${plane.storeUrl}/v3/kv/compaction`, {
      method: 'POST',
      body: JSON.stringify({ revision: metadata.resourceVersion, physical: true }),
    });
    expect(compacted.status).toBe(200);
    // What the server itself remembers goes with its process.
    await plane.stopApiServer();
    await plane.startApiServer();
    timing.held = false;
    timing.go();
    await eventually(() => f.items()['default/comes'], 'the new list');
    await eventually(() => f.stream.status.type === 'live', 'life');
    expect(f.changes.slice(3).sort()).toEqual(['-default/goes', 'default/changes=2', 'default/comes=1']);
    expect(f.replayed()).toEqual(f.items());
    await Promise.all(['stays', 'changes', 'comes'].map(write.remove));
  });

  test('frozen: noticed by its silence, and live again when it thaws', async () => {
    const write = writer(client, 'default');
    const f = followMaps(opened(plane.kubeconfig.text, { limits: { idleMs: 500, headMs: 500 } }), 'default');
    await f.stream.synced;
    plane.freezeApiServer();
    await eventually(() => f.stream.status.type === 'stale', 'word of the silence');
    plane.thawApiServer();
    await eventually(() => f.stream.status.type === 'live', 'life');
    await write.create('thawed', '1');
    await eventually(() => f.items()['default/thawed'], 'news');
    await write.remove('thawed');
  });

  test('a token that is no longer good: the plugin is asked again, and the stream goes on', async () => {
    const write = writer(client, 'default');
    const at = (name: string) => join(plane.dataFolder, name);
    const [tokens, mine] = [at('tokens.csv'), at('mine')];
    const accepted = readFileSync(tokens, 'utf8');
    writeFileSync(tokens, `${accepted}first-token,me,me,"system:masters"\n`);
    writeFileSync(mine, 'first-token');
    writeFileSync(
      at('plugin'),
      `#!/bin/sh\necho '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'"$(cat ${mine})"'"}}'\n`,
    );
    chmodSync(at('plugin'), 0o700);
    await plane.stopApiServer();
    await plane.startApiServer();
    const exec = `{exec: {apiVersion: client.authentication.k8s.io/v1, command: ${at('plugin')}, interactiveMode: Never}}`;
    const kubeconfig = plane.kubeconfig.text.replace(/ {2}user:\n {6}token: .*/, `  user: ${exec}`);
    expect(kubeconfig).toContain('exec');
    const plugins = createCredentialPlugins((command) => runCredentialPlugin(command, process.env));
    const f = followMaps(opened(kubeconfig, { plugins }), 'default');
    await f.stream.synced;
    writeFileSync(tokens, `${accepted}second-token,me,me,"system:masters"\n`);
    await plane.stopApiServer();
    await plane.startApiServer();
    await eventually(
      () => f.statuses.some((status) => status.type === 'stale' && status.why.includes('401')),
      'word of the refusal',
    );
    writeFileSync(mine, 'second-token');
    await write.create('renewed', '1');
    await eventually(() => f.items()['default/renewed'], 'news');
    expect(f.stream.status).toEqual({ type: 'live' });
    await write.remove('renewed');
  });
});

test('a server without watch-lists gives pages, and the watch goes on from there', async () => {
  const plane = await startControlPlane({
    controllers: false,
    apiServerFlags: ['--feature-gates=WatchList=false'],
  });
  onTestFinished(() => plane.kill());
  const client = createHttpClient(plane.kubeconfig.text);
  onTestFinished(() => client.close());
  const write = writer(client, 'default');
  for (let index = 0; index < 12; index++) await write.create(`map-${index}`, '1');
  const f = followMaps(opened(plane.kubeconfig.text), 'default');
  await f.stream.synced;
  expect(Object.keys(f.items())).toHaveLength(12);
  await write.change('map-3', '2');
  await write.remove('map-4');
  await eventually(() => f.changes.length === 14, 'two changes');
  expect(f.changes.slice(12)).toEqual(['default/map-3=2', '-default/map-4']);
  expect(f.types()).toEqual(['live']);
});
