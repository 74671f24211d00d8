import { describe, expect, test } from 'vitest';
import { failure, json, kubeconfigFor, type Seen } from './fake-server.ts';
import { eventually, follow, followOn, label, pods } from './follow.ts';
import { kubeServer } from './kube-server.ts';

const isWatch = ({ query }: Seen) => query.get('watch') === '1';
const isList = (request: Seen) => !isWatch(request);
const isInitial = ({ query }: Seen) => query.get('sendInitialEvents') === 'true';

describe('what there is, and what changes', () => {
  test('comes by one request where the server has watch-lists', async () => {
    const kube = await kubeServer();
    kube.put('a/one', '1');
    kube.put('b/two', '1');
    const f = follow(kube.server.url, {}, { labelSelector: 'app=x' });
    expect(f.stream.status).toEqual({ type: 'connecting' });
    await f.stream.synced;
    expect(f.stream.status).toEqual({ type: 'live' });
    expect(f.items()).toEqual({ 'a/one': '1', 'b/two': '1' });
    kube.put('a/one', '2');
    kube.put('a/three', '1');
    kube.remove('b/two');
    await eventually(() => expect(f.items()).toEqual(kube.state()));
    expect(f.changes).toEqual(['a/one=1', 'b/two=1', 'a/one=2', 'a/three=1', '-b/two']);
    expect(f.types()).toEqual(['live']);
    expect(kube.server.seen).toHaveLength(1);
    const { path, query } = kube.server.seen[0]!;
    expect(path).toBe('/api/v1/pods');
    expect(Object.fromEntries(query)).toEqual({
      watch: '1',
      sendInitialEvents: 'true',
      allowWatchBookmarks: 'true',
      resourceVersionMatch: 'NotOlderThan',
      labelSelector: 'app=x',
      timeoutSeconds: expect.stringMatching(/^\d+$/),
    });
  });

  test.each(['refused', 'silent'] as const)('comes in pages where watch-lists are %s', async (watchList) => {
    const kube = await kubeServer();
    kube.watchList = watchList;
    kube.pageSize = 2;
    for (const name of ['a', 'b', 'c', 'd', 'e']) kube.put(`ns/${name}`, '1');
    const f = follow(kube.server.url, { limits: { headMs: 100 } });
    await f.stream.synced;
    expect(Object.keys(f.items())).toHaveLength(5);
    const lists = kube.server.seen.filter(isList);
    expect(lists).toHaveLength(3);
    expect(lists[0]!.query.get('limit')).toBe('500');
    expect(lists[0]!.headers['accept-encoding']).toBe('gzip');
    await eventually(() => expect(kube.watches).toBeGreaterThan(0));
    kube.put('ns/a', '2');
    kube.remove('ns/e');
    await eventually(() => expect(f.items()).toEqual(kube.state()));
    expect(f.changes.slice(5)).toEqual(['ns/a=2', '-ns/e']);
    expect(f.types()).toEqual(['live']);
  });

  test('a server that has no watch-lists is asked for one only once', async () => {
    const kube = await kubeServer();
    kube.watchList = 'refused';
    const f = follow(kube.server.url);
    await f.stream.synced;
    const second = followOn(f.api);
    await second.stream.synced;
    expect(kube.server.seen.filter(isInitial)).toHaveLength(1);
  });

  test('a bad selector of one stream does not take watch-lists from the others', async () => {
    const kube = await kubeServer();
    kube.intercept = (request, response) => {
      if (!request.query.has('fieldSelector')) return false;
      failure(400, 'field label not supported: x')(request, response);
      return true;
    };
    const f = follow(kube.server.url, {}, { fieldSelector: 'x=y' });
    f.timing.held = true;
    await f.stream.synced;
    expect(f.stream.status).toMatchObject({
      type: 'stale',
      why: expect.stringContaining('field label not supported: x'),
    });
    const second = followOn(f.api);
    await second.stream.synced;
    expect(second.stream.status).toEqual({ type: 'live' });
    expect(kube.server.seen.filter(isInitial)).toHaveLength(2);
  });

  test('metadata alone is asked for where that is enough', async () => {
    const kube = await kubeServer();
    const f = follow(kube.server.url, {}, { form: 'metadata', ref: { ...pods, namespace: 'linkerd' } });
    await f.stream.synced;
    expect(kube.server.seen[0]!.path).toBe('/api/v1/namespaces/linkerd/pods');
    expect(kube.server.seen[0]!.headers.accept).toBe(
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
    );
  });

  test('what is of no interest is not there, and comes and goes as it becomes so', async () => {
    const kube = await kubeServer();
    kube.put('ns/a', 'no');
    kube.put('ns/b', 'yes');
    const f = follow(
      kube.server.url,
      {},
      {
        pick: (object) => {
          if (label(object) === 'throws') throw new Error('not shaped as it should be');
          return label(object) === 'no' ? undefined : label(object);
        },
      },
    );
    await f.stream.synced;
    kube.put('ns/a', 'yes');
    kube.put('ns/b', 'no');
    kube.put('ns/b', 'no');
    kube.remove('ns/b');
    kube.put('ns/a', 'throws');
    kube.put('ns/c', 'last');
    await eventually(() => expect(f.items()).toEqual({ 'ns/c': 'last' }));
    expect(f.changes).toEqual(['ns/b=yes', 'ns/a=yes', '-ns/b', '-ns/a', 'ns/c=last']);
  });

  test('an object of 1.5 MB', async () => {
    const kube = await kubeServer();
    const f = follow(kube.server.url);
    await f.stream.synced;
    kube.put('ns/large', 'ü'.repeat(750_000));
    await eventually(() => expect(f.items()['ns/large']).toHaveLength(750_000));
    expect(f.items()['ns/large']).toMatch(/^ü+$/);
  });
});

describe('what goes wrong', () => {
  test('a watch that ends goes on where it was, and nothing is told twice', async () => {
    const kube = await kubeServer();
    kube.put('ns/a', '1');
    const f = follow(kube.server.url, { limits: { lastingMs: 0 } });
    await f.stream.synced;
    kube.put('ns/a', '2');
    await eventually(() => expect(f.changes).toHaveLength(2));
    kube.endWatches();
    await eventually(() => expect(kube.watches).toBe(1));
    expect(kube.server.seen.at(-1)!.query.get('resourceVersion')).toBe('3');
    kube.put('ns/b', '1');
    await eventually(() => expect(f.changes).toEqual(['ns/a=1', 'ns/a=2', 'ns/b=1']));
    expect(f.types()).toEqual(['live']);
    expect(f.timing.waits).toEqual([]);
  });

  test('a bookmark moves the place where it goes on', async () => {
    const kube = await kubeServer();
    const f = follow(kube.server.url);
    await f.stream.synced;
    kube.compact();
    kube.bookmark();
    kube.put('ns/a', '1');
    await eventually(() => expect(f.items()).toEqual({ 'ns/a': '1' }));
    kube.server.cut();
    await eventually(() => expect(kube.watches).toBe(1));
    expect(kube.server.seen.filter(isInitial)).toHaveLength(1);
  });

  test('a reset is told as stale since the last word, and is live again', async () => {
    const kube = await kubeServer();
    kube.put('ns/a', '1');
    const f = follow(kube.server.url);
    await f.stream.synced;
    const before = Date.now();
    f.timing.held = true;
    kube.server.cut();
    await eventually(() => expect(f.stream.status.type).toBe('stale'));
    expect(f.stream.status).toMatchObject({ why: expect.stringMatching(/connection to http:.* failed/) });
    expect((f.stream.status as { since: number }).since).toBeLessThanOrEqual(before + 5);
    kube.remove('ns/a');
    kube.put('ns/b', '1');
    expect(f.items()).toEqual({ 'ns/a': '1' });
    f.timing.go();
    await eventually(() => expect(f.items()).toEqual({ 'ns/b': '1' }));
    expect(f.types()).toEqual(['live', 'stale', 'live']);
    expect(f.changes).toEqual(['ns/a=1', '-ns/a', 'ns/b=1']);
  });

  test('a server that is away is asked again after longer and longer waits, at most 10 s', async () => {
    const kube = await kubeServer();
    const f = follow(kube.server.url);
    await f.stream.synced;
    await kube.server.stop();
    await eventually(() => expect(f.timing.waits.length).toBeGreaterThan(9));
    expect(f.timing.waits.slice(0, 4)).toEqual([188, 375, 750, 1500]);
    expect(Math.max(...f.timing.waits)).toBe(7500);
    expect(f.stream.status).toMatchObject({ type: 'stale', why: expect.stringContaining('refused') });
    expect(f.types()).toEqual(expect.arrayContaining(['live', 'stale']));
    await kube.server.start();
    await eventually(() => expect(f.stream.status).toEqual({ type: 'live' }));
  });

  test('a connection that is half gone is noticed by its silence', async () => {
    const kube = await kubeServer();
    kube.put('ns/a', '1');
    const f = follow(kube.server.url, { limits: { idleMs: 80 } });
    await f.stream.synced;
    kube.freeze();
    kube.put('ns/a', '2');
    await eventually(() => expect(f.items()).toEqual({ 'ns/a': '2' }));
    expect(f.types()).toEqual(['live']);
    await eventually(() => expect(kube.server.open).toBe(1));
  });

  test('a server that takes connections and says nothing: stale since it last spoke', async () => {
    const kube = await kubeServer();
    const f = follow(kube.server.url, { limits: { idleMs: 60, headMs: 60 } });
    await f.stream.synced;
    f.timing.held = true;
    const live = Date.now();
    kube.freeze();
    kube.intercept = () => true;
    await eventually(() =>
      expect(f.stream.status).toMatchObject({
        type: 'stale',
        why: expect.stringContaining('no answer within'),
      }),
    );
    expect((f.stream.status as { since: number }).since).toBeLessThanOrEqual(live);
  });

  test('410 as an answer: what vanished meanwhile is told as gone, once; what is unchanged is not told', async () => {
    const kube = await kubeServer();
    for (const name of ['a', 'b', 'c']) kube.put(`ns/${name}`, '1');
    const f = follow(kube.server.url);
    await f.stream.synced;
    f.timing.held = true;
    kube.server.cut();
    await eventually(() => expect(f.stream.status.type).toBe('stale'));
    kube.remove('ns/a');
    kube.put('ns/b', '2');
    kube.put('ns/d', '1');
    kube.compact();
    f.timing.held = false;
    f.timing.go();
    await eventually(() => expect(f.items()).toEqual(kube.state()));
    await eventually(() => expect(f.stream.status.type).toBe('live'));
    expect(f.changes.slice(3).sort()).toEqual(['-ns/a', 'ns/b=2', 'ns/d=1']);
  });

  test.each([
    ['410', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }],
    [
      'a version ahead of a restored server',
      { kind: 'Status', code: 504, reason: 'Timeout', message: 'Too large resource version: 9, current: 1' },
    ],
  ])('an ERROR event with %s lists anew', async (_, status) => {
    const kube = await kubeServer();
    kube.put('ns/a', '1');
    const f = follow(kube.server.url);
    await f.stream.synced;
    kube.write(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
    await eventually(() => expect(kube.server.seen.filter(isInitial)).toHaveLength(2));
    kube.put('ns/b', '1');
    await eventually(() => expect(f.items()).toEqual({ 'ns/a': '1', 'ns/b': '1' }));
    expect(f.changes).toEqual(['ns/a=1', 'ns/b=1']);
    expect(f.types()).toEqual(['live']);
  });

  test('a page that has expired begins the list anew', async () => {
    const kube = await kubeServer();
    kube.watchList = 'refused';
    kube.pageSize = 2;
    for (const name of ['a', 'b', 'c']) kube.put(`ns/${name}`, '1');
    kube.intercept = (request) => {
      if (request.query.has('continue') && kube.server.seen.filter(isList).length === 2) {
        kube.remove('ns/a');
        kube.compact();
      }
      return false;
    };
    const f = follow(kube.server.url);
    await f.stream.synced;
    expect(f.items()).toEqual({ 'ns/b': '1', 'ns/c': '1' });
    expect(f.changes.filter((change) => change.startsWith('-'))).toEqual(['-ns/a']);
  });

  test('429 is given the time it asks for', async () => {
    const kube = await kubeServer();
    let refusals = 2;
    kube.intercept = (request, response) => {
      if (refusals-- <= 0) return false;
      failure(429, 'the server has asked for the client to retry later', { 'retry-after': '7' })(
        request,
        response,
      );
      return true;
    };
    const f = follow(kube.server.url);
    await f.stream.synced;
    expect(f.timing.waits).toEqual([7000, 7000]);
    expect(f.types()).toEqual(['stale', 'live']);
  });

  test.each([
    ['garbage', 'this is no event\n'],
    ['an event of another kind', '{"type":"SURPRISE","object":{}}\n'],
    ['an event without its object', '{"type":"ADDED"}\n'],
    ['an object without a name', '{"type":"ADDED","object":{"metadata":{}}}\n'],
  ])('%s in a watch is no reason to stop', async (_, bytes) => {
    const kube = await kubeServer();
    kube.put('ns/a', '1');
    const f = follow(kube.server.url);
    await f.stream.synced;
    kube.write(bytes);
    await eventually(() => expect(f.types()).toEqual(['live', 'stale', 'live']));
    kube.put('ns/b', '1');
    await eventually(() => expect(f.changes).toEqual(['ns/a=1', 'ns/b=1']));
  });

  test('a line that is cut off is not half an object', async () => {
    const kube = await kubeServer();
    const f = follow(kube.server.url);
    await f.stream.synced;
    kube.write('{"type":"ADDED","object":{"metadata":{"name":"half"');
    kube.endWatches();
    await eventually(() => expect(f.types()).toEqual(['live', 'stale', 'live']));
    expect(f.items()).toEqual({});
  });

  test('a login page is not the API', async () => {
    const kube = await kubeServer();
    kube.intercept = (_, response) => {
      response.end('<html>Please log in</html>');
      return true;
    };
    const f = follow(kube.server.url);
    f.timing.held = true;
    await eventually(() => expect(f.stream.status.type).toBe('stale'));
    kube.intercept = (request, response) => {
      json(200, '{}')(request, response);
      return true;
    };
    f.timing.go();
    await eventually(() => expect(f.timing.waits.length).toBeGreaterThan(1));
    expect(f.items()).toEqual({});
  });
});

test('an answer that is no news does not make what is shown younger', async () => {
  const kube = await kubeServer();
  const f = follow(kube.server.url);
  await f.stream.synced;
  const live = Date.now();
  kube.intercept = (request, response) => {
    failure(503, `not ready, attempt ${kube.server.seen.length}`)(request, response);
    return true;
  };
  kube.server.cut();
  await eventually(() => expect(f.statuses.length).toBeGreaterThan(4));
  for (const status of f.statuses)
    if (status.type === 'stale') expect(status.since).toBeLessThanOrEqual(live);
});

describe('permissions', () => {
  const denies = (kube: Awaited<ReturnType<typeof kubeServer>>, what: (request: Seen) => boolean) => {
    kube.intercept = (request, response) => {
      if (!what(request)) return false;
      failure(403, 'pods is forbidden: User "x"\u001b[31m cannot')(request, response);
      return true;
    };
  };

  test('a list that is denied names the permission, is asked again after 30 s, and stops no other', async () => {
    const kube = await kubeServer();
    kube.put('ns/a', '1');
    denies(kube, ({ path }) => path.includes('/secrets'));
    const f = follow(
      kube.server.url,
      {},
      { ref: { apiVersion: 'v1', resource: 'secrets', namespace: 'ns' } },
    );
    f.timing.held = true;
    const other = followOn(f.api);
    await Promise.all([f.stream.synced, other.stream.synced]);
    expect(f.stream.status).toEqual({
      type: 'denied',
      permission: { verb: 'list', resource: 'secrets', namespace: 'ns' },
      message: 'You may not list secrets in the namespace ns: pods is forbidden: User "x" cannot.',
    });
    expect(other.stream.status).toEqual({ type: 'live' });
    expect(other.items()).toEqual({ 'ns/a': '1' });
    await eventually(() => expect(f.timing.waits).toEqual([30_000]));
    kube.intercept = () => false;
    f.timing.go();
    await eventually(() => expect(f.types()).toEqual(['denied', 'live']));
    expect(f.items()).toEqual({ 'ns/a': '1' });
  });

  test('who may list and not watch has the list, renewed from time to time', async () => {
    const kube = await kubeServer();
    kube.put('ns/a', '1');
    denies(kube, isWatch);
    const f = follow(kube.server.url, {}, { ref: { apiVersion: 'apps/v1', resource: 'deployments' } });
    f.timing.held = true;
    await eventually(() =>
      expect(f.stream.status).toMatchObject({
        type: 'denied',
        permission: { verb: 'watch', resource: 'deployments.apps' },
      }),
    );
    expect(f.items()).toEqual({ 'ns/a': '1' });
    kube.put('ns/b', '1');
    await eventually(() => expect(f.timing.waits).toEqual([30_000]));
    f.timing.go();
    await eventually(() => expect(f.items()).toEqual({ 'ns/a': '1', 'ns/b': '1' }));
    expect(f.changes).toEqual(['ns/a=1', 'ns/b=1']);
  });

  test('a kind that the cluster does not have is told, and looked for again', async () => {
    const kube = await kubeServer();
    kube.intercept = (request, response) => {
      failure(404, 'the server could not find the requested resource')(request, response);
      return true;
    };
    const f = follow(kube.server.url);
    f.timing.held = true;
    await f.stream.synced;
    expect(f.stream.status).toMatchObject({ type: 'stale', why: expect.stringContaining('could not find') });
    kube.intercept = () => false;
    await eventually(() => expect(f.timing.waits).toEqual([30_000]));
    f.timing.go();
    await eventually(() => expect(f.stream.status).toEqual({ type: 'live' }));
  });
});

describe('the end', () => {
  test('closing says so once, lets nobody wait, and leaves no connection', async () => {
    const kube = await kubeServer();
    kube.put('ns/a', '1');
    const f = follow(kube.server.url);
    const other = followOn(f.api);
    await Promise.all([f.stream.synced, other.stream.synced]);
    f.stream.close();
    f.stream.close();
    expect(f.types()).toEqual(['live', 'closed']);
    await eventually(() => expect(kube.server.open).toBe(1));
    kube.put('ns/b', '1');
    await eventually(() => expect(other.items()).toEqual({ 'ns/a': '1', 'ns/b': '1' }));
    expect(f.changes).toEqual(['ns/a=1']);
    f.api.close();
    expect(other.types()).toEqual(['live', 'closed']);
    await eventually(() => expect(kube.server.open).toBe(0));
  });

  test.each(['signing in', 'the answer', 'the list', 'a wait'])('closing during %s', async (when) => {
    const kube = await kubeServer();
    if (when === 'the list') kube.watchList = 'silent';
    if (when === 'the answer') kube.intercept = () => true;
    if (when === 'a wait') await kube.server.stop();
    const f = follow(kube.server.url);
    f.timing.held = true;
    if (when === 'the answer') await eventually(() => expect(kube.server.seen).toHaveLength(1));
    if (when === 'the list') await eventually(() => expect(kube.watches).toBe(1));
    if (when === 'a wait') await eventually(() => expect(f.timing.waits).toHaveLength(1));
    f.api.close();
    await f.stream.synced;
    expect(f.stream.status).toEqual({ type: 'closed' });
    await eventually(() => expect(kube.server.open).toBe(0));
    expect(f.types().at(-1)).toBe('closed');
  });
});

test('a kubeconfig that cannot work is what the stream says', async () => {
  const f = follow('', { kubeconfig: kubeconfigFor('nonsense') });
  f.timing.held = true;
  await eventually(() =>
    expect(f.stream.status).toMatchObject({ type: 'stale', why: expect.stringContaining('nonsense') }),
  );
});
