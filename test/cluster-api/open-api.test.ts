import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ApiOptions, openClusterApi } from '../../src/cluster/open-api.ts';
import {
  type Answer,
  type FakeServer,
  failure,
  fakeServer,
  inTurn,
  json,
  kubeconfigFor,
  reset,
} from './fake-server.ts';
import { eventually, pods } from './follow.ts';
import { testTiming } from './timing.ts';

const deployments = { apiVersion: 'apps/v1', resource: 'deployments', namespace: 'linkerd' };
const object = (name: string, more: object = {}) => ({ metadata: { name, ...more } });
const pod = { apiVersion: 'v1', kind: 'Pod', ...object('a') };

async function opened(answer: Answer, options: ApiOptions = {}) {
  const server = await fakeServer(answer);
  const timing = testTiming();
  const api = openClusterApi(kubeconfigFor(server.url), {}, { timing, ...options });
  onTestFinished(() => api.close());
  return { server, timing, api };
}

const asked = ({ seen }: FakeServer) => seen.map(({ method, path, query }) => `${method} ${path}?${query}`);

describe('reads', () => {
  test('one object, by its place in the API', async () => {
    const { server, api } = await opened(json(200, { ...pod, spec: {} }));
    expect(await api.get(deployments, 'web')).toEqual({ ok: true, value: { ...pod, spec: {} } });
    await api.get({ apiVersion: 'v1', resource: 'nodes' }, 'a node/..');
    expect(asked(server)).toEqual([
      'GET /apis/apps/v1/namespaces/linkerd/deployments/web?',
      'GET /api/v1/nodes/a node/..?',
    ]);
  });

  test('a list in pages of 500, packed for the way, and each item says what it is', async () => {
    const page = (names: string[], next?: string) => {
      const body = JSON.stringify({
        kind: 'DeploymentList',
        apiVersion: 'apps/v1',
        metadata: { resourceVersion: '7', ...(next ? { continue: next } : {}) },
        items: names.map((name) => object(name)),
      });
      const packed: Answer = (_, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
      };
      return packed;
    };
    const { server, api } = await opened(inTurn(page(['a', 'b'], 'next+1'), page(['c'])));
    const result = await api.list(deployments, { labelSelector: 'app in (x,y)', fieldSelector: '' });
    expect(result).toEqual({
      ok: true,
      value: {
        resourceVersion: '7',
        items: ['a', 'b', 'c'].map((name) => ({
          ...object(name),
          apiVersion: 'apps/v1',
          kind: 'Deployment',
        })),
      },
    });
    expect(server.seen.map(({ query }) => Object.fromEntries(query))).toEqual([
      { labelSelector: 'app in (x,y)', limit: '500' },
      { labelSelector: 'app in (x,y)', limit: '500', continue: 'next+1' },
    ]);
    expect(server.seen[0]!.headers['accept-encoding']).toBe('gzip');
  });

  test('a list of metadata, and one without items', async () => {
    const { server, api } = await opened(
      json(200, { kind: 'PartialObjectMetadataList', metadata: { resourceVersion: '7' }, items: null }),
    );
    expect(await api.list(pods, { form: 'metadata' })).toEqual({
      ok: true,
      value: { items: [], resourceVersion: '7' },
    });
    expect(server.seen[0]!.headers.accept).toContain('as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
  });

  test('a list whose next page has expired is begun again', async () => {
    const page = (names: string[], next?: string) =>
      json(200, {
        kind: 'PodList',
        metadata: { resourceVersion: '7', continue: next },
        items: names.map((name) => object(name)),
      });
    const { api } = await opened(
      inTurn(page(['a'], 'x'), failure(410, 'expired'), page(['b'], 'y'), page(['c'])),
    );
    const result = await api.list(pods);
    expect(result.ok && result.value.items.map(({ metadata }) => metadata.name)).toEqual(['b', 'c']);
  });

  test('a table by the names of its columns, without the objects', async () => {
    const table = (cells: unknown[][], next?: string) =>
      json(200, {
        kind: 'Table',
        metadata: { continue: next },
        columnDefinitions: [{ name: 'Name' }, { name: 'Restarts' }, { name: 'Node' }],
        rows: cells.map((each) => ({ cells: each })),
      });
    const { server, api } = await opened(
      inTurn(table([['a\u001b[31mb', 3, null]], 'x'), table([['c', '4 (1m ago)', { odd: true }]])),
    );
    expect(await api.table(pods)).toEqual({
      ok: true,
      value: [
        { Name: 'ab', Restarts: 3, Node: null },
        { Name: 'c', Restarts: '4 (1m ago)', Node: '{"odd":true}' },
      ],
    });
    expect(server.seen[0]!.query.get('includeObject')).toBe('None');
    expect(server.seen[0]!.headers.accept).toContain('as=Table;g=meta.k8s.io;v=v1');
    expect(server.seen[1]!.query.get('continue')).toBe('x');
  });

  test('a server that knows no tables is not taken for an empty cluster', async () => {
    const { api } = await opened(json(200, { kind: 'PodList', metadata: {}, items: [] }));
    expect(await api.table(pods)).toMatchObject({ ok: false });
  });

  test('the last lines of a log, with nothing in them that a terminal would act on', async () => {
    const { server, api } = await opened((_, response) => response.end('one\n\u001b[2Jtwo\u0007\nthree\n'));
    const result = await api.log(
      { namespace: 'ns', name: 'p' },
      { container: 'c', lines: 2, previous: true },
    );
    expect(result).toEqual({ ok: true, value: ['two', 'three'] });
    const { path, query } = server.seen[0]!;
    expect(path).toBe('/api/v1/namespaces/ns/pods/p/log');
    expect(Object.fromEntries(query)).toMatchObject({ container: 'c', tailLines: '2', previous: 'true' });
    server.answer = (_, response) => response.end('');
    expect(await api.log({ namespace: 'ns', name: 'p' }, { container: 'c', lines: 2 })).toEqual({
      ok: true,
      value: [],
    });
    expect(server.seen[1]!.query.has('previous')).toBe(false);
  });

  test('any other path as it is', async () => {
    const { api } = await opened(json(200, '{"gitVersion":"v1.34.1"}'));
    expect(await api.raw('/version')).toEqual({ ok: true, value: '{"gitVersion":"v1.34.1"}' });
  });

  test('many small calls use one connection', async () => {
    const { server, api } = await opened(json(200, pod));
    for (let index = 0; index < 20; index++) expect((await api.get(pods, 'a')).ok).toBe(true);
    expect(server.accepted).toBe(1);
    api.close();
    await eventually(() => expect(server.open).toBe(0));
    expect(await api.get(pods, 'a')).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining('closed') },
    });
  });
});

describe('patches', () => {
  test.each([
    ['strategic', 'application/strategic-merge-patch+json'],
    ['merge', 'application/merge-patch+json'],
    ['json', 'application/json-patch+json'],
  ] as const)('%s', async (type, contentType) => {
    const { server, api } = await opened(json(200, pod));
    const patch = { metadata: { annotations: { 'ü/x': 'y' } } };
    expect(await api.patch(deployments, 'web', patch, { type, dryRun: true })).toMatchObject({ ok: true });
    const [request] = server.seen;
    expect(request).toMatchObject({
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/linkerd/deployments/web',
    });
    expect(request!.headers['content-type']).toBe(contentType);
    expect(JSON.parse(request!.body)).toEqual(patch);
    expect(Object.fromEntries(request!.query)).toEqual({ fieldManager: 'handrail', dryRun: 'All' });
    await api.patch(deployments, 'web', patch, { type, fieldManager: 'x' });
    expect(Object.fromEntries(server.seen[1]!.query)).toEqual({ fieldManager: 'x' });
  });

  test('are not sent twice where nobody knows whether the first was taken', async () => {
    const { server, api } = await opened(inTurn(reset, json(200, pod)));
    const result = await api.patch(pods, 'a', {}, { type: 'merge' });
    expect(result).toMatchObject({ ok: false, problem: { type: 'unreachable' } });
    server.answer = failure(500, 'etcdserver: request timed out');
    expect(await api.patch(pods, 'a', {}, { type: 'merge' })).toMatchObject({ ok: false });
    expect(server.seen).toHaveLength(2);
  });

  test('are sent again where the server says that it did not look at the first', async () => {
    const { server, timing, api } = await opened(
      inTurn(failure(429, 'too many requests', { 'retry-after': '3' }), json(200, pod)),
    );
    expect(await api.patch(pods, 'a', {}, { type: 'merge' })).toMatchObject({ ok: true });
    expect(server.seen).toHaveLength(2);
    expect(timing.waits).toEqual([3000]);
  });
});

describe('what goes wrong', () => {
  test.each([
    [
      403,
      { type: 'denied', permission: { verb: 'get', resource: 'deployments.apps', namespace: 'linkerd' } },
    ],
    [404, { type: 'not-found', message: 'because of it.' }],
    [409, { type: 'conflict', message: 'because of it.' }],
    [422, { type: 'rejected', code: 422, reason: 'Invalid', message: 'because of it.' }],
    [400, { type: 'rejected', code: 400 }],
    [401, { type: 'unreachable', signIn: true, fix: expect.stringContaining('Log in') }],
    [302, { type: 'unreachable' }],
  ])('%i', async (code, problem) => {
    const { server, api } = await opened(
      failure(code, 'because\u001b[31m of it', { location: '/login' }, { reason: 'Invalid' }),
    );
    const result = await api.get(deployments, 'web');
    expect(result).toMatchObject({ ok: false, problem });
    expect(!result.ok && result.problem.message).toContain('because of it');
    expect(server.seen.every(({ path }) => path.endsWith('/web'))).toBe(true);
  });

  test('permissions are named as `kubectl auth can-i` asks for them', async () => {
    const { api } = await opened(failure(403, 'no'));
    const permissions = [
      await api.log({ namespace: 'ns', name: 'p' }, { container: 'c', lines: 1 }),
      await api.list(pods),
      await api.table(deployments),
      await api.patch(deployments, 'x', {}, { type: 'merge' }),
    ].map((result) => !result.ok && result.problem.type === 'denied' && result.problem.permission);
    expect(permissions).toEqual([
      { verb: 'get', resource: 'pods/log', namespace: 'ns' },
      { verb: 'list', resource: 'pods' },
      { verb: 'list', resource: 'deployments.apps', namespace: 'linkerd' },
      { verb: 'patch', resource: 'deployments.apps', namespace: 'linkerd' },
    ]);
  });

  test.each([
    ['a reset', reset],
    ['503', failure(503, 'starting')],
    ['429', failure(429, 'busy')],
  ])('%s passes when it is tried again', async (_, answer) => {
    const { api, timing } = await opened(inTurn(answer, answer, json(200, pod)));
    expect(await api.get(pods, 'a')).toMatchObject({ ok: true });
    expect(timing.waits).toEqual([188, 375]);
  });

  test('5xx to the end of patience', async () => {
    const { server, api } = await opened(failure(500, 'etcd is away'));
    expect(await api.get(pods, 'a')).toMatchObject({
      ok: false,
      problem: { type: 'unreachable', message: expect.stringContaining('500: etcd is away') },
    });
    expect(server.seen).toHaveLength(4);
  });

  test.each([
    ['a login page', '<html>'],
    ['no object', '[]'],
    ['null', 'null'],
    ['something else', '{}'],
  ])('%s in place of an object', async (_, body) => {
    const { api } = await opened(json(200, body));
    const problem = {
      type: 'unreachable',
      message: expect.stringContaining('does not speak the Kubernetes API'),
    };
    expect(await api.get(pods, 'a')).toMatchObject({ ok: false, problem });
    expect(await api.list(pods)).toMatchObject({ ok: false, problem });
    expect(await api.table(pods)).toMatchObject({ ok: false, problem });
  });

  test('an answer that breaks off, and one that is not what it says', async () => {
    const { server, api } = await opened((_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"metadata"');
      setImmediate(() => response.socket?.destroy());
    });
    expect(await api.get(pods, 'a')).toMatchObject({ ok: false, problem: { type: 'unreachable' } });
    server.answer = (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('not packed');
    expect(await api.list(pods)).toMatchObject({ ok: false, problem: { type: 'unreachable' } });
  });

  test('closing ends what is under way', async () => {
    const { server, api } = await opened(() => {});
    const waiting = api.get(pods, 'a');
    await eventually(() => expect(server.seen).toHaveLength(1));
    api.close();
    expect(await waiting).toMatchObject({ ok: false, problem: { type: 'unreachable' } });
    await eventually(() => expect(server.open).toBe(0));
  });

  test('closing ends a wait for a busy server', async () => {
    const { server, timing, api } = await opened(failure(429, 'busy', { 'retry-after': '60' }));
    timing.held = true;
    const waiting = api.list(pods);
    await eventually(() => expect(timing.waits).toEqual([60_000]));
    api.close();
    expect(await waiting).toMatchObject({ ok: false, problem: { type: 'unreachable' } });
    expect(server.seen).toHaveLength(1);
  });
});
