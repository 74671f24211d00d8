import { request } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpClient } from '../../src/practice/http-client.ts';
import type { KubeObject, WatchEvent } from '../../src/practice/kube-client.ts';
import { type Bed, configMap, createBed, pod, serverCrd, TOKEN } from './fixtures.ts';

let bed: Bed;
beforeAll(async () => {
  bed = await createBed(50);
});
afterAll(() => bed.dispose());

type Headers = Record<string, string>;
interface Answer {
  readonly code: number;
  readonly headers: Record<string, unknown>;
  readonly body: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: answers have many shapes
  readonly json: any;
}

function call(
  path: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Headers; body?: unknown } = {},
) {
  const url = new URL(path, bed.api.url);
  const authorization = `Bearer ${TOKEN}`;
  return new Promise<Answer>((resolve, reject) => {
    const sent = request(
      url,
      { method, ca: bed.api.authority, headers: { authorization, ...headers } },
      (message) => {
        const chunks: Buffer[] = [];
        message.on('data', (chunk) => chunks.push(chunk));
        message.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const text = message.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
          const isJson = String(message.headers['content-type']).includes('json');
          resolve({
            code: message.statusCode ?? 0,
            headers: message.headers,
            body: bytes,
            json: isJson && !path.includes('watch=') ? JSON.parse(text.toString()) : undefined,
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

interface Seen {
  readonly type: string;
  readonly object: KubeObject;
}

/** Reads a watch until it has seen enough, or the server ends it. */
function watched(path: string, enough: (events: Seen[]) => boolean, headers: Headers = {}) {
  const events: Seen[] = [];
  const authorization = `Bearer ${TOKEN}`;
  return new Promise<Seen[]>((resolve, reject) => {
    const url = new URL(path, bed.api.url);
    const sent = request(
      url,
      { ca: bed.api.authority, headers: { authorization, ...headers } },
      (message) => {
        let rest = '';
        message.setEncoding('utf8').on('data', (text) => {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) events.push(JSON.parse(line));
          if (!enough(events)) return;
          resolve(events);
          sent.destroy();
        });
        message.on('error', () => resolve(events)).on('end', () => resolve(events));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

describe('the door', () => {
  test('is closed to a missing and to a wrong token', async () => {
    const refused = {
      code: 401,
      json: { kind: 'Status', status: 'Failure', reason: 'Unauthorized', code: 401 },
    };
    expect(await call('/api/v1/pods', { headers: { authorization: '' } })).toMatchObject(refused);
    expect(await call('/api/v1/pods', { headers: { authorization: 'Bearer guess' } })).toMatchObject(refused);
  });
  test('the kubeconfig says that this is a practice cluster', () => {
    expect(bed.api.kubeconfig).toContain('current-context: practice');
    expect(bed.api.kubeconfig).toMatch(
      /extensions:\s+- name: handrail.dev\/practice\s+extension:\s+practice: true/,
    );
  });
  test('only JSON goes out, only known forms come in', async () => {
    const protobuf = 'application/vnd.kubernetes.protobuf';
    expect((await call('/api/v1/pods', { headers: { accept: protobuf } })).code).toBe(406);
    expect((await call('/api/v1/pods', { headers: { accept: `${protobuf},application/json` } })).code).toBe(
      200,
    );
    expect((await call('/openapi/v2', { headers: { accept: 'application/x-unknown' } })).code).toBe(406);
    const patch = { method: 'PATCH', body: {}, headers: { 'content-type': 'text/plain' } };
    expect((await call('/api/v1/namespaces/default/configmaps/x', patch)).code).toBe(415);
    const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: undefined };
    expect((await call('/api/v1/namespaces/default/configmaps', broken)).code).toBe(400);
    expect((await call('/apis/nothing/v1/things')).json).toMatchObject({ code: 404, reason: 'NotFound' });
    expect((await call('/api/v1/nodes', { method: 'POST', body: 7 })).code).toBe(400);
    expect(
      (
        await call('/api/v1/namespaces/default/configmaps?dryRun=Some', {
          method: 'POST',
          body: configMap('x'),
        })
      ).code,
    ).toBe(422);
  });
});

describe('discovery', () => {
  test('in its old form, and in the aggregated ones', async () => {
    const groups = await call('/apis');
    expect(groups.json.groups.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['apps', 'policy', 'discovery.k8s.io']),
    );
    expect((await call('/apis/autoscaling')).json.preferredVersion.version).toBe('v2');
    const apps = (await call('/apis/apps/v1')).json.resources;
    expect(apps).toContainEqual(
      expect.objectContaining({ name: 'deployments/scale', group: 'autoscaling', kind: 'Scale' }),
    );
    for (const version of ['v2', 'v2beta1']) {
      const accept = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList,application/json`;
      const { json, headers } = await call('/apis', { headers: { accept } });
      expect(headers['content-type']).toContain(`v=${version};as=APIGroupDiscoveryList`);
      const found = json.items.find(({ metadata }: KubeObject) => metadata.name === 'apps');
      expect(found.versions[0].resources.map(({ resource }: { resource: string }) => resource)).toContain(
        'deployments',
      );
    }
  });
  test('a custom resource is in discovery and in OpenAPI while its definition exists', async () => {
    const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    expect((await call(crds, { method: 'POST', body: serverCrd() })).code).toBe(201);
    expect((await call('/apis/policy.example.io')).json.versions).toHaveLength(2);
    const index = (await call('/openapi/v3')).json.paths;
    const { serverRelativeURL } = index['apis/policy.example.io/v1beta1'];
    const schemas = Object.keys((await call(serverRelativeURL)).json.components.schemas);
    expect(schemas).toContain('io.example.policy.v1beta1.Server');
    await call(`${crds}/servers.policy.example.io`, { method: 'DELETE' });
    expect((await call('/apis/policy.example.io')).code).toBe(404);
  });
});

describe('lists', () => {
  const pods = '/api/v1/namespaces/default/pods';
  beforeAll(async () => {
    for (const name of ['a', 'b', 'c']) await call(pods, { method: 'POST', body: pod(name, { app: name }) });
  });

  test('come in pages that say how much is left', async () => {
    const first = (await call(`${pods}?limit=2`)).json;
    expect(first.items).toHaveLength(2);
    expect(first.metadata.remainingItemCount).toBe(1);
    const rest = (await call(`${pods}?limit=2&continue=${first.metadata.continue}`)).json;
    expect(rest.items.map(({ metadata }: KubeObject) => metadata.name)).toEqual(['c']);
    expect(rest.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
    expect((await call(`${pods}?continue=nonsense`)).code).toBe(400);
  });
  test('come as tables and as metadata alone', async () => {
    const table = (
      await call(pods, {
        headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' },
      })
    ).json;
    expect(table.kind).toBe('Table');
    expect(table.rows[0].cells.slice(0, 4)).toEqual(['a', '0/1', 'Pending', '0']);
    expect(table.rows[0].object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
    const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
    const partial = (await call(pods, { headers: { accept } })).json;
    expect(partial.kind).toBe('PartialObjectMetadataList');
    expect(partial.items[0].spec).toBeUndefined();
    expect(partial.items[0].metadata.labels).toEqual({ app: 'a' });
  });
  test('deletecollection deletes what is selected', async () => {
    await call(`${pods}?labelSelector=app%3Db`, { method: 'DELETE' });
    expect((await call(pods)).json.items.map(({ metadata }: KubeObject) => metadata.name)).toEqual([
      'a',
      'c',
    ]);
  });
});

describe('watches', () => {
  const maps = '/api/v1/namespaces/default/configmaps';
  test('start with what there is, marked at its end, when they are asked to', async () => {
    const path = `${maps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`;
    const events = await watched(path, (seen) => seen.at(-1)?.type === 'BOOKMARK');
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
    expect(events.at(-1)?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });
  test('go on from a version, in the form asked for, until their time is up', async () => {
    const { resourceVersion } = (await call(maps)).json.metadata;
    await call(maps, { method: 'POST', body: configMap('w') });
    const path = `${maps}?watch=true&resourceVersion=${resourceVersion}&timeoutSeconds=3&allowWatchBookmarks=true`;
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const events = await watched(path, () => false, { accept });
    expect(events.map(({ type, object }) => [type, object.kind])).toEqual([
      ['ADDED', 'Table'],
      ['BOOKMARK', 'ConfigMap'],
    ]);
  });
  test('are told so, with 410 in an event, when they start too far back', async () => {
    bed.store.compact();
    const answer = await call(`${maps}?watch=true&resourceVersion=1`);
    expect(answer.code).toBe(200);
    const { type, object } = JSON.parse(answer.body.toString());
    expect(type).toBe('ERROR');
    expect(object).toMatchObject({
      code: 410,
      reason: 'Expired',
      message: expect.stringContaining('too old resource version: 1 ('),
    });
  });
});

describe('subresources', () => {
  test('status, scale, binding and eviction', async () => {
    const pods = '/api/v1/namespaces/default/pods';
    await call(pods, { method: 'POST', body: pod('bound', { app: 'bound' }) });
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'bound' },
      target: { kind: 'Node', name: 'node-1' },
    };
    expect((await call(`${pods}/bound/binding`, { method: 'POST', body: binding })).code).toBe(201);
    expect((await call(`${pods}/bound/binding`, { method: 'POST', body: binding })).code).toBe(409);
    expect((await call(`${pods}/bound`)).json).toMatchObject({
      spec: { nodeName: 'node-1' },
      status: { conditions: [{ type: 'PodScheduled', status: 'True' }] },
    });
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'b' },
      spec: { selector: { matchLabels: { app: 'bound' } }, minAvailable: 1 },
    };
    await call('/apis/policy/v1/namespaces/default/poddisruptionbudgets', { method: 'POST', body: budget });
    expect(
      (await call(`${pods}/bound/eviction`, { method: 'POST', body: { metadata: { name: 'bound' } } })).json,
    ).toMatchObject({
      code: 429,
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
    });
    expect((await call(`${pods}/bound/portforward`, { method: 'POST' })).json.message).toContain(
      'runs no containers',
    );
  });
});

describe('the client over HTTP', () => {
  test('does what the one in the process does', async () => {
    const client = createHttpClient(bed.api.kubeconfig);
    const ref = { apiVersion: 'v1', resource: 'configmaps', namespace: 'kube-public' };
    const seen: string[] = [];
    const end = new AbortController();
    let wake: () => void = () => undefined;
    const until = async (condition: () => boolean) => {
      while (!condition()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    const onEvent = ({ type, object }: WatchEvent) => {
      seen.push(`${type} ${object.metadata.name}`);
      wake();
    };
    const watching = client.watch(ref, { signal: end.signal }, onEvent);
    await until(() => seen.length === 1);
    await client.create(ref, configMap('m', { a: '1' }));
    await until(() => seen.length === 2);
    await client.patch(ref, 'm', 'merge', { data: { a: '2' } });
    await client.update(ref, { ...(await client.get(ref, 'm'))!, data: { a: '3' } });
    await client.delete(ref, 'm');
    await until(() => seen.length === 5);
    end.abort();
    await watching;
    expect(seen).toEqual(['ADDED kube-root-ca.crt', 'ADDED m', 'MODIFIED m', 'MODIFIED m', 'DELETED m']);
    expect(await client.get(ref, 'm')).toBeUndefined();
    await expect(client.delete(ref, 'm')).rejects.toMatchObject({ status: { code: 404 } });
    expect(
      (
        await client.list(
          { apiVersion: 'v1', resource: 'namespaces' },
          { fieldSelector: 'metadata.name=default' },
        )
      ).items,
    ).toHaveLength(1);
    client.close();
  });
});

describe('5,000 pods', () => {
  beforeAll(() => {
    const info = bed.store.resource('v1', 'pods');
    const environment = Array.from({ length: 20 }, (_, index) => ({
      name: `VALUE_${index}`,
      value: `value ${index}`,
    }));
    for (let index = 0; index < 5000; index++) {
      const containers = ['app', 'proxy'].map((name) => ({
        name,
        image: 'registry.example/app:1',
        env: environment,
      }));
      bed.store.create(info, 'kube-system', pod(`p${index}`, { app: 'load' }, { containers }));
    }
  });
  test('are listed in a moment, whole or packed', async () => {
    const path = '/api/v1/pods?labelSelector=app%3Dload';
    const { items } = (await call(path)).json;
    expect(items).toHaveLength(5000);
    // Against what writing and reading that much JSON costs on this machine at this moment.
    const start = performance.now();
    JSON.parse(JSON.stringify(items));
    const unit = performance.now() - start;
    const began = performance.now();
    const { body } = await call(path);
    expect(performance.now() - began).toBeLessThan(unit * 8 + 100);
    const packed = await call('/api/v1/pods?labelSelector=app%3Dload', {
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.body.length).toBeLessThan(body.length / 5);
    expect(packed.json.items).toHaveLength(5000);
  });
  test('a thousand changes reach a watcher, all of them, in order', async () => {
    const info = bed.store.resource('v1', 'pods');
    const { resourceVersion } = (await call('/api/v1/pods?limit=1')).json.metadata;
    const path = `/api/v1/namespaces/kube-system/pods?watch=true&resourceVersion=${resourceVersion}`;
    const watching = watched(path, (events) => events.length === 1000);
    // The server keeps 50 changes, so the watch must be open before the first.
    await expect.poll(() => bed.store.watchers(info)).toBe(1);
    for (let index = 0; index < 1000; index++) {
      bed.store.patch(
        info,
        'kube-system',
        `p${index}`,
        'merge',
        { status: { phase: 'Running' } },
        { subresource: 'status' },
      );
    }
    expect((await watching).map(({ object }) => object.metadata.name)).toEqual(
      Array.from({ length: 1000 }, (_, index) => `p${index}`),
    );
  });
});
