/** Collecting evidence from a practice cluster: all of it, none of its secrets, and what cannot be had is said. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ClusterApi } from '../../src/cluster/api.ts';
import { type CollectOptions, collectSnapshot } from '../../src/cluster/evidence/collect-snapshot.ts';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { askedParts, noticeParts, objectParts, type Snapshot } from '../../src/diagnosis/snapshot.ts';
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';

const cluster = { name: 'practice', server: 'https://127.0.0.1', uid: 'uid-1', practice: true };
const core = (resource: string, namespace?: string) => ({
  apiVersion: 'v1',
  resource,
  ...(namespace === undefined ? {} : { namespace }),
});
/** Anything that must never be in a snapshot is told by this. */
const secret = 'hush-hush-4711';

const key = `-----BEGIN EC PRIVATE KEY-----\n${Buffer.from(secret).toString('base64')}\n-----END EC PRIVATE KEY-----\n`;
/** A release as Helm keeps it, with what must not be seen and what may. */
function helmRelease(status: string, version: number): string {
  const config = {
    proxy: { cores: 2 },
    identity: { issuer: { tls: { crtPEM: key, keyPEM: key } } },
    prometheus: { remoteWrite: [{ url: `https://me:${secret}@metrics`, password: secret }] },
    proxyInit: { closeWaitTimeoutSecs: null, additionalEnv: [{ name: 'TOKEN', value: secret }] },
  };
  const chart = {
    metadata: { name: 'linkerd-control-plane', version: '1.16.11', appVersion: 'stable-2.14.10' },
  };
  const json = JSON.stringify({ name: 'mesh', version, info: { status }, chart, config, manifest: key });
  return Buffer.from(gzipSync(json).toString('base64')).toString('base64');
}

let practice: Practice;
beforeAll(async () => {
  practice = await startPractice({ mesh: 'stable-2.14.10', speed: 100 });
  const { client } = practice;
  const metadata = (name: string) => ({
    name,
    namespace: 'shop',
    annotations: { 'vault.example.com/token': secret, 'linkerd.io/inject': 'disabled' },
  });
  await client.create(core('pods', 'shop'), {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadata('with-secrets'),
    spec: {
      containers: [
        {
          name: 'main',
          image: 'registry.practice/tool:1',
          args: [`--password=${secret}`],
          command: ['sh', '-c', secret],
          env: [{ name: 'PASSWORD', value: secret }],
        },
      ],
    },
  });
  await client.create(core('configmaps', 'shop'), {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata('settings'),
    data: { password: secret },
  });
  await client.create(core('secrets', 'shop'), {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata('passwords'),
    data: { password: Buffer.from(secret).toString('base64') },
  });
  const helm = (version: number, status: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: {
      name: `sh.helm.release.v1.mesh.v${version}`,
      namespace: 'linkerd',
      labels: { owner: 'helm', name: 'mesh', status, version: String(version) },
    },
    data: { release: helmRelease(status, version) },
  });
  await client.create(core('secrets', 'linkerd'), helm(1, 'superseded'));
  await client.create(core('secrets', 'linkerd'), helm(2, 'superseded'));
  await client.create(core('secrets', 'linkerd'), helm(3, 'pending-upgrade'));
}, 30_000);
afterAll(() => practice.stop());

function opened(kubeconfig = practice.kubeconfig): ClusterApi {
  const api = openClusterApi(kubeconfig, {});
  onTestFinished(() => api.close());
  return api;
}

const collected = (api: ClusterApi, options: Partial<CollectOptions> = {}): Promise<Snapshot> =>
  collectSnapshot(api, { cluster, signal: new AbortController().signal, ...options });

function read(snapshot: Snapshot, part: (typeof objectParts)[number]) {
  const found = snapshot.objects[part];
  if (found.state === 'unread') throw new Error(`${part} was not read: ${found.message}`);
  return found.value;
}

test('every part of a healthy cluster is read, or said to be absent', async () => {
  const snapshot = await collected(opened(), { besides: askedParts });
  const states = objectParts.map((part) => {
    const found = snapshot.objects[part];
    return found.state === 'read' ? 'read' : found.why;
  });
  expect(new Set(states)).toEqual(new Set(['read', 'absent']));
  expect(snapshot.serverVersion).toEqual({ state: 'read', value: expect.stringMatching(/^v1\.\d+/) });
  expect(read(snapshot, 'pods').length).toBeGreaterThan(20);
  expect(read(snapshot, 'servers').length).toBeGreaterThan(0);
  expect(read(snapshot, 'configMaps').map(({ metadata }) => metadata.name)).toContain('linkerd-config');
  for (const part of objectParts) {
    const found = snapshot.objects[part];
    for (const object of found.state === 'read' ? found.value : []) {
      expect(object.apiVersion).not.toBe('');
      expect(object.kind).toMatch(/^[A-Z]/);
      expect(object.metadata.name).not.toBe('');
    }
  }
  expect(snapshot.logs).toEqual({ state: 'read', value: [] });
  expect(snapshot).toMatchObject({ kind: 'handrail/snapshot', version: 1, cluster });
});

test('who may do what is read where it is asked for, and only of what is Linkerd’s', async () => {
  const snapshot = await collected(opened());
  for (const part of askedParts) expect(snapshot.objects[part]).toMatchObject({ why: 'skipped' });
  const roles = read(await collected(opened(), { besides: askedParts }), 'clusterRoles');
  for (const { rules } of roles) expect(JSON.stringify(rules)).toMatch(/linkerd\.io|"\*"/);
});

test('nothing secret gets into it, and certificates do', async () => {
  const snapshot = await collected(opened(), { besides: askedParts });
  const text = JSON.stringify(snapshot);
  expect(text).not.toContain(secret);
  expect(text).not.toContain(Buffer.from(secret).toString('base64'));
  expect(text).not.toContain('PRIVATE KEY');
  expect(text).not.toContain(Buffer.from('PRIVATE KEY').toString('base64').slice(4, 12));
  expect(text).not.toContain('managedFields');
  expect(text).not.toContain('openAPIV3Schema');
  const secrets = new Map(read(snapshot, 'secrets').map((one) => [one.metadata.name, one]));
  expect(secrets.has('passwords')).toBe(false);
  expect(secrets.get('linkerd-config-overrides')?.data).toEqual({ 'linkerd-config-overrides': '***' });
  const issuer = secrets.get('linkerd-identity-issuer')?.data as Record<string, string>;
  expect(issuer['key.pem']).toBe('***');
  expect(Buffer.from(issuer['crt.pem']!, 'base64').toString()).toMatch(/^-----BEGIN CERTIFICATE-----/);
  expect(read(snapshot, 'configMaps').map(({ metadata }) => metadata.name)).not.toContain('settings');
});

test('of a helm release the newest two are kept, with their state and without what is in them', async () => {
  const releases = read(await collected(opened()), 'secrets').filter(
    ({ type }) => type === 'helm.sh/release.v1',
  );
  expect(releases.map(({ metadata }) => metadata.labels?.status)).toEqual(['pending-upgrade', 'superseded']);
  expect(releases[0]).not.toHaveProperty('data');
});

test('of the proxies the settings are kept that stand there literally, of other containers none', async () => {
  const pods = read(await collected(opened()), 'pods');
  const [web] = pods.filter(
    ({ metadata }) => metadata.namespace === 'shop' && metadata.labels?.app === 'web',
  );
  const { containers } = web!.spec as { containers: { name: string; env?: unknown }[] };
  const proxy = containers.find(({ name }) => name === 'linkerd-proxy');
  expect(JSON.stringify(proxy?.env)).toContain('LINKERD2_PROXY_IDENTITY_SVC_ADDR');
  expect(containers.find(({ name }) => name === 'web')).not.toHaveProperty('env');
});

test('how Linkerd was installed: keys that were set, and of their values those that are no secret', async () => {
  const all = read(await collected(opened(), { besides: noticeParts }), 'installations');
  const helm = all.find(({ kind }) => kind === 'HelmRelease');
  expect(helm).toMatchObject({
    metadata: { name: 'mesh', namespace: 'linkerd' },
    chart: { name: 'linkerd-control-plane', version: '1.16.11', appVersion: 'stable-2.14.10' },
    revision: 3,
    status: 'pending-upgrade',
    values: {
      proxy: { cores: 2 },
      identity: { issuer: { tls: { crtPEM: '***', keyPEM: '***' } } },
      prometheus: { remoteWrite: [{ url: '***', password: '***' }] },
    },
  });
  const cli = all.find(({ kind }) => kind === 'Secret');
  expect(cli?.metadata.name).toBe('linkerd-config-overrides');
  expect(Object.keys(cli?.values as object)).toContain('identityTrustAnchorsPEM');
});

test('custom resources are read in a version that is served', async () => {
  const api = opened();
  const definitions = { apiVersion: 'apiextensions.k8s.io/v1', resource: 'customresourcedefinitions' };
  const name = 'servers.policy.linkerd.io';
  const found = await api.get(definitions, name);
  if (!found.ok) throw new Error(found.problem.message);
  const versions = found.value.spec.versions as { name: string; storage: boolean }[];
  const stored = versions.find(({ storage }) => storage)?.name;
  const servers = read(await collected(api), 'servers');
  expect(new Set(servers.map(({ apiVersion }) => apiVersion))).toEqual(
    new Set([`policy.linkerd.io/${stored}`]),
  );
});

test('what may not be seen is named with its permission, and stops nothing', async () => {
  const snapshot = await collected(opened(practice.viewerKubeconfig), { besides: askedParts });
  expect(snapshot.objects.secrets).toEqual({
    state: 'unread',
    why: 'denied',
    message: 'It needs the permission to list secrets in all namespaces.',
  });
  const unread = objectParts.filter((part) => {
    const found = snapshot.objects[part];
    return found.state === 'unread' && found.why !== 'absent';
  });
  expect(unread).toEqual(['secrets', 'installations']);
});

test('who may look into the namespaces of Linkerd alone sees the settings there', async () => {
  const api = opened();
  const asked: string[] = [];
  const narrow = (allowed: (namespace: string) => boolean): ClusterApi => ({
    ...api,
    stream(options) {
      const { resource, namespace } = options.ref;
      if (!['secrets', 'configmaps'].includes(resource)) return api.stream(options);
      asked.push(`${resource} ${namespace ?? 'everywhere'}`);
      if (namespace !== undefined && allowed(namespace)) return api.stream(options);
      const permission = { verb: 'list', resource, ...(namespace === undefined ? {} : { namespace }) };
      return {
        items: new Map(),
        status: { type: 'denied', permission, message: 'no' },
        synced: Promise.resolve(),
        close: () => {},
      };
    },
  });
  const some = await collected(narrow((namespace) => namespace.startsWith('linkerd')));
  expect(read(some, 'configMaps').map(({ metadata }) => metadata.name)).toContain('linkerd-config');
  expect(read(some, 'secrets').map(({ metadata }) => metadata.name)).toContain('linkerd-identity-issuer');
  asked.length = 0;
  const none = await collected(narrow(() => false));
  expect(none.objects.secrets).toMatchObject({
    why: 'denied',
    message: 'It needs the permission to list secrets in all namespaces.',
  });
  // One refusal is enough.
  expect(asked.filter((what) => what.startsWith('secrets linkerd'))).toHaveLength(1);
});

test('a list that hangs is given up after its time, and the rest is there', async () => {
  const api = opened();
  // A list that never comes to its end: as a stream whose first list is not complete.
  const stalled: ClusterApi = {
    ...api,
    stream(options) {
      if (options.ref.resource !== 'apiservices') return api.stream(options);
      let settle = () => {};
      const synced = new Promise<void>((resolve) => {
        settle = resolve;
      });
      return { items: new Map(), status: { type: 'connecting' }, synced, close: () => settle() };
    },
  };
  const snapshot = await collected(stalled, { timeoutMs: 400 });
  expect(snapshot.objects.apiServices).toEqual({
    state: 'unread',
    why: 'timeout',
    message: 'The API server did not list apiservices within 0.4 s.',
  });
  expect(read(snapshot, 'pods').length).toBeGreaterThan(20);
  expect(snapshot.tookMs).toBeLessThan(5000);
});

test('where nothing answers every part says so, and it takes no longer than one', async () => {
  const nowhere = practice.kubeconfig.replace(/https:\/\/127\.0\.0\.1:\d+/, 'https://127.0.0.1:9');
  const snapshot = await collected(opened(nowhere), { timeoutMs: 500 });
  expect(objectParts.map((part) => snapshot.objects[part].state)).not.toContain('read');
  expect(snapshot.objects.pods).toMatchObject({ state: 'unread', why: 'unreachable' });
  expect(snapshot.objects.servers).toMatchObject({ state: 'unread', why: 'skipped' });
  expect(snapshot.logs).toMatchObject({ state: 'unread', why: 'skipped' });
  expect(snapshot.serverVersion).toMatchObject({ state: 'unread', why: 'unreachable' });
});

test('who gives up gets the reason, and no request stays open', async () => {
  const end = new AbortController();
  const reading = collected(opened(), { signal: end.signal });
  end.abort(new Error('the walk went on'));
  await expect(reading).rejects.toThrow('the walk went on');
});

test('a server that dies in between leaves what came before', async () => {
  const mortal = await startPractice({ mesh: 'none', speed: 100 });
  const api = opened(mortal.kubeconfig);
  const dying: ClusterApi = {
    ...api,
    stream(options) {
      if (options.ref.resource !== 'pods') return api.stream(options);
      // Asked for when the server is gone already.
      const gone = openClusterApi(mortal.kubeconfig.replace(/:\d{4,5}\b/, ':9'), {});
      onTestFinished(() => gone.close());
      return gone.stream(options);
    },
  };
  const snapshot = await collected(dying, { timeoutMs: 500 });
  await mortal.stop();
  expect(snapshot.objects.pods).toMatchObject({ state: 'unread', why: 'unreachable' });
  expect(read(snapshot, 'namespaces').length).toBeGreaterThan(3);
});

test('what a container said before it ended is read, without what looks like a secret', async () => {
  const deployments = { apiVersion: 'apps/v1', resource: 'deployments', namespace: 'linkerd' };
  await practice.client.patch(deployments, 'linkerd-identity', 'merge', {
    spec: { template: { metadata: { annotations: { 'practice.handrail.dev/crash': 'identity' } } } },
  });
  const api = opened();
  const talking: ClusterApi = {
    ...api,
    log: async () => ({ ok: true, value: ['starting', `Authorization: Bearer ${secret}`] }),
  };
  await expect
    .poll(async () => (await collected(talking)).logs, { timeout: 15_000 })
    .toMatchObject({ state: 'read', value: [{ namespace: 'linkerd', container: 'identity' }] });
  const { logs } = await collected(talking);
  if (logs.state === 'unread') throw new Error(logs.message);
  expect(logs.value[0]?.lines).toEqual(['starting', 'Authorization: Bearer ***']);
}, 30_000);
