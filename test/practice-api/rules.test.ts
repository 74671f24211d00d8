import { describe, expect, test } from 'vitest';
import { listRules } from '../../src/practice/api/list-rules.ts';
import { jsonPatch, mergePatch } from '../../src/practice/api/patch-json.ts';
import { strategicPatch } from '../../src/practice/api/patch-strategic.ts';
import { parseLabelSelector } from '../../src/practice/api/selectors.ts';
import { createStore } from '../../src/practice/api/store.ts';
import { createStoreClient } from '../../src/practice/api/store-client.ts';
import type { KubeObject, WatchEvent } from '../../src/practice/kube-client.ts';
import { configMap, deployment, pod, serverCrd } from './fixtures.ts';

const cluster = (history?: number) => {
  const store = createStore(history === undefined ? {} : { history });
  const find = (resource: string, apiVersion = 'v1') => store.resource(apiVersion, resource);
  return {
    store,
    find,
    maps: find('configmaps'),
    pods: find('pods'),
    deployments: find('deployments', 'apps/v1'),
  };
};
const refusal = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    const { status } = error as { status: { code: number; reason: string; message: string } };
    return status;
  }
  throw new Error('it was not refused');
};

describe('label selectors', () => {
  const labelled = (labels: Record<string, string>) =>
    ({ metadata: { name: 'x', labels } }) as unknown as KubeObject;
  test.each([
    ['app=web', { app: 'web' }, true],
    ['app==web', { app: 'api' }, false],
    ['app!=web', {}, true],
    ['app in (web, api),tier', { app: 'api', tier: 'x' }, true],
    ['app in (web, api),tier', { app: 'api' }, false],
    ['app notin (web)', { app: 'web' }, false],
    ['app notin (web)', {}, true],
    [
      'linkerd.io/control-plane-ns,!linkerd.io/cni-resource',
      { 'linkerd.io/control-plane-ns': 'linkerd' },
      true,
    ],
    ['!app', { app: 'web' }, false],
  ])('%s on %j: %s', (selector, labels, expected) => {
    expect(parseLabelSelector(selector)?.(labelled(labels))).toBe(expected);
  });
  test('one that cannot be read is a bad request', () => {
    expect(refusal(() => parseLabelSelector('a b c'))).toMatchObject({ code: 400, reason: 'BadRequest' });
  });
});

describe('patches', () => {
  const rules = listRules(createStore().resource('apps/v1', 'deployments'));
  const inPod = (containers: unknown[]) => ({ spec: { template: { spec: { containers } } } });
  const containers = (object: KubeObject) => object.spec.template.spec.containers;

  test('merge: null removes, lists are replaced', () => {
    expect(mergePatch({ a: 1, b: { c: [1, 2], d: 3 } }, { a: null, b: { c: [3] } })).toEqual({
      b: { c: [3], d: 3 },
    });
  });
  test('json: all operations, escaped names, and a test that refuses all', () => {
    const target = { a: { 'x/y': 1 }, list: [1, 2] };
    const operations = [
      { op: 'replace', path: '/a/x~1y', value: 2 },
      { op: 'add', path: '/list/-', value: 3 },
      { op: 'remove', path: '/list/0' },
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'move', from: '/list', path: '/moved' },
    ];
    expect(jsonPatch(target, operations)).toEqual({ a: { 'x/y': 2 }, b: { 'x/y': 2 }, moved: [2, 3] });
    expect(refusal(() => jsonPatch(target, [{ op: 'test', path: '/list/0', value: 9 }]))).toMatchObject({
      code: 422,
    });
    expect(target.list).toEqual([1, 2]);
  });
  test('strategic: lists merge by their key, and new items come first, as on a real server', () => {
    const live = inPod([
      { name: 'a', image: '1' },
      { name: 'b', image: '1' },
    ]);
    const patched = strategicPatch(
      live,
      inPod([
        { name: 'c', image: '3' },
        { name: 'b', image: '2' },
      ]),
      rules,
    );
    expect(containers(patched)).toEqual([
      { name: 'c', image: '3' },
      { name: 'a', image: '1' },
      { name: 'b', image: '2' },
    ]);
  });
  test('strategic: the directives', () => {
    const live = inPod([{ name: 'a' }, { name: 'b' }]);
    expect(containers(strategicPatch(live, inPod([{ name: 'a', $patch: 'delete' }]), rules))).toEqual([
      { name: 'b' },
    ]);
    expect(containers(strategicPatch(live, inPod([{ name: 'z' }, { $patch: 'replace' }]), rules))).toEqual([
      { name: 'z' },
    ]);
    const ordered = {
      spec: { template: { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } } },
    };
    expect(
      containers(strategicPatch(live, ordered, rules)).map(({ name }: { name: string }) => name),
    ).toEqual(['b', 'a']);
    const strategy = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    const recreate = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    expect(strategicPatch(strategy, recreate, rules)).toEqual({ spec: { strategy: { type: 'Recreate' } } });
    const finalized = { metadata: { finalizers: ['a', 'b'] } };
    const removal = { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } };
    expect(strategicPatch(finalized, removal, rules)).toEqual({ metadata: { finalizers: ['b'] } });
  });
});

describe('server-side apply', () => {
  const apply = (data: Record<string, string> | undefined, fieldManager: string, force = false) => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', ...(data && { data }) };
    return [body, { fieldManager, force }] as const;
  };
  test('a manager takes back what it no longer says, unless another says it too', () => {
    const { store, maps } = cluster();
    const send = (data: Record<string, string> | undefined, manager: string, force = false) => {
      const [body, options] = apply(data, manager, force);
      return store.patch(maps, 'default', 'm', 'apply', body, options);
    };
    send({ a: '1', b: '1' }, 'one');
    send({ b: '1', c: '1' }, 'two');
    expect(send({}, 'one').data).toEqual({ b: '1', c: '1' });
    expect(send(undefined, 'two').data ?? {}).toEqual({});
  });
  test('another value is a conflict that names the owner and the field; force takes it', () => {
    const { store, maps } = cluster();
    const send = (value: string, manager: string, force = false) => {
      const [body, options] = apply({ a: value }, manager, force);
      return store.patch(maps, 'default', 'm', 'apply', body, options);
    };
    send('1', 'one');
    expect(refusal(() => send('2', 'two'))).toEqual({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "one": .data.a',
    });
    const taken = send('2', 'two', true);
    expect(taken.data).toEqual({ a: '2' });
    expect((taken.metadata.managedFields as { manager: string }[]).map(({ manager }) => manager)).toEqual([
      'two',
    ]);
    expect(send('2', 'two').metadata.resourceVersion).toBe(taken.metadata.resourceVersion);
  });
  test('lists with keys are merged item by item, and an item that nobody wants goes', () => {
    const { store, deployments } = cluster();
    const body = (ports: object[]) => ({
      ...deployment('web'),
      spec: {
        ...deployment('web').spec,
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: 'x:1', ports }] },
        },
      },
    });
    store.patch(
      deployments,
      'default',
      'web',
      'apply',
      body([{ containerPort: 80 }, { containerPort: 81 }]),
      { fieldManager: 'm' },
    );
    const next = store.patch(
      deployments,
      'default',
      'web',
      'apply',
      body([{ containerPort: 81, name: 'x' }]),
      { fieldManager: 'm' },
    );
    expect(next.spec.template.spec.containers[0].ports).toEqual([
      { containerPort: 81, name: 'x', protocol: 'TCP' },
    ]);
  });
});

describe('writing', () => {
  test('an old version is a conflict, an identical object is no change, a dry run leaves no trace', () => {
    const { store, maps } = cluster();
    const made = store.create(maps, 'default', configMap('m', { a: '1' }));
    const stale = { ...made, data: { a: '2' }, metadata: { ...made.metadata, resourceVersion: '1' } };
    expect(refusal(() => store.update(maps, 'default', stale))).toMatchObject({
      code: 409,
      reason: 'Conflict',
    });
    expect(store.update(maps, 'default', made).metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    store.update(maps, 'default', { ...made, data: { a: '3' } }, { dryRun: true });
    store.delete(maps, 'default', 'm', { dryRun: true });
    store.create(maps, 'default', configMap('n'), { dryRun: true });
    expect(store.get(maps, 'default', 'm').data).toEqual({ a: '1' });
    expect(store.peek(maps, 'default', 'n')).toBeUndefined();
  });
  test('the generation counts changes of the spec, and status has its own door', () => {
    const { store, deployments } = cluster();
    const made = store.create(deployments, 'default', deployment('web'));
    const labelled = store.update(deployments, 'default', {
      ...made,
      metadata: { ...made.metadata, labels: { a: 'b' } },
    });
    expect(labelled.metadata.generation).toBe(1);
    const reported = store.update(
      deployments,
      'default',
      { ...labelled, spec: {}, status: { replicas: 1 } },
      { subresource: 'status' },
    );
    expect(reported).toMatchObject({
      status: { replicas: 1 },
      spec: { replicas: 2 },
      metadata: { generation: 1 },
    });
    const scaled = store.update(deployments, 'default', {
      ...reported,
      spec: { ...reported.spec, replicas: 9 },
      status: {},
    });
    expect(scaled).toMatchObject({
      status: { replicas: 1 },
      spec: { replicas: 9 },
      metadata: { generation: 2 },
    });
  });
  test('what is incomplete or immutable is refused with its field', () => {
    const { store, deployments, pods } = cluster();
    expect(refusal(() => store.create(pods, 'default', pod('Bad_Name'))).message).toContain(
      'metadata.name: Invalid value: "Bad_Name"',
    );
    expect(
      refusal(() => store.create(deployments, 'default', deployment('web', { selector: undefined }))).message,
    ).toContain('spec.selector: Required value');
    const made = store.create(pods, 'default', pod('p'));
    const moved = { ...made, spec: { ...made.spec, hostNetwork: true } };
    expect(refusal(() => store.update(pods, 'default', moved))).toMatchObject({
      code: 422,
      message: expect.stringContaining('pod updates may not change fields'),
    });
  });
  test('admission changes what is stored, and its refusal is the answer', () => {
    const { store, pods, maps } = cluster();
    store.admit(({ object, operation, dryRun }) => {
      if (object.kind === 'Pod' && operation === 'CREATE')
        object.metadata.annotations = { injected: String(dryRun) };
      if (object.kind === 'ConfigMap') throw new Error('no maps here');
    });
    expect(store.create(pods, 'default', pod('p')).metadata.annotations).toEqual({ injected: 'false' });
    expect(() => store.create(maps, 'default', configMap('m'))).toThrow('no maps here');
  });
});

describe('deleting', () => {
  test('finalizers hold an object until the last is gone', () => {
    const { store, maps } = cluster();
    const held = { ...configMap('m'), metadata: { name: 'm', finalizers: ['example.io/wait'] } };
    store.create(maps, 'default', held);
    const marked = store.delete(maps, 'default', 'm');
    expect(marked.metadata.deletionTimestamp).toBeDefined();
    store.patch(maps, 'default', 'm', 'merge', { metadata: { finalizers: null } });
    expect(store.peek(maps, 'default', 'm')).toBeUndefined();
  });
  test('a pod on a node waits for its kubelet, a pod on none does not', () => {
    const { store, pods } = cluster();
    store.create(pods, 'default', pod('placed', {}, { nodeName: 'node-1' }));
    store.create(pods, 'default', pod('loose'));
    expect(store.delete(pods, 'default', 'placed').metadata).toMatchObject({
      deletionGracePeriodSeconds: 30,
    });
    store.delete(pods, 'default', 'loose');
    expect(store.list(pods).items.map(({ metadata }) => metadata.name)).toEqual(['placed']);
    store.delete(pods, 'default', 'placed', { gracePeriodSeconds: 0 });
    expect(store.list(pods).items).toEqual([]);
  });
  test('a namespace takes its content with it, refuses more, and goes when the last object does', () => {
    const { store, pods, maps, find } = cluster();
    const namespaces = find('namespaces');
    store.create(namespaces, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    store.create(maps, 'shop', configMap('m'));
    store.create(pods, 'shop', pod('p', {}, { nodeName: 'node-1' }));
    store.delete(namespaces, undefined, 'shop');
    expect(store.get(namespaces, undefined, 'shop').status.phase).toBe('Terminating');
    expect(store.list(maps, { namespace: 'shop' }).items).toEqual([]);
    expect(refusal(() => store.create(maps, 'shop', configMap('n')))).toMatchObject({
      code: 403,
      message: expect.stringContaining('because it is being terminated'),
    });
    store.delete(pods, 'shop', 'p', { gracePeriodSeconds: 0 });
    expect(store.peek(namespaces, undefined, 'shop')).toBeUndefined();
  });
  test('the wrong object is not deleted, and a definition takes its objects along', () => {
    const { store, maps, find } = cluster();
    store.create(maps, 'default', configMap('m'));
    expect(
      refusal(() => store.delete(maps, 'default', 'm', { preconditions: { uid: 'other' } })),
    ).toMatchObject({ code: 409 });
    const crds = find('customresourcedefinitions', 'apiextensions.k8s.io/v1');
    store.create(crds, undefined, serverCrd());
    const servers = find('servers', 'policy.example.io/v1beta1');
    const seen: string[] = [];
    store.watch(servers, {}, ({ type }) => seen.push(type));
    store.create(servers, 'default', {
      apiVersion: 'policy.example.io/v1beta1',
      kind: 'Server',
      metadata: { name: 's' },
      spec: { port: 1 },
    });
    store.delete(crds, undefined, 'servers.policy.example.io');
    expect(seen).toEqual(['ADDED', 'DELETED']);
    expect(refusal(() => find('servers', 'policy.example.io/v1beta1'))).toMatchObject({ code: 404 });
  });
});

describe('watching', () => {
  test('a watcher sees objects enter and leave its selection', () => {
    const { store, pods } = cluster();
    const seen: string[] = [];
    store.watch(pods, { labelSelector: 'app=web' }, ({ type, object }) =>
      seen.push(`${type} ${object.metadata.name}`),
    );
    const label = (name: string, app: string | null) =>
      store.patch(pods, 'default', name, 'merge', { metadata: { labels: { app } } });
    store.create(pods, 'default', pod('p'));
    label('p', 'web');
    store.patch(pods, 'default', 'p', 'merge', { metadata: { annotations: { x: 'y' } } });
    label('p', null);
    label('p', 'web');
    store.delete(pods, 'default', 'p');
    expect(seen).toEqual(['ADDED p', 'MODIFIED p', 'DELETED p', 'ADDED p', 'DELETED p']);
  });
  test('history is replayed from a version, and too old a version is gone', () => {
    const { store, maps } = cluster(4);
    const { resourceVersion } = store.list(maps);
    for (const name of ['a', 'b', 'c']) store.create(maps, 'default', configMap(name));
    const seen: string[] = [];
    store.watch(maps, { since: Number(resourceVersion) }, ({ object }) => seen.push(object.metadata.name));
    expect(seen).toEqual(['a', 'b', 'c']);
    for (let count = 0; count < 20; count++) store.create(maps, 'default', configMap(`m${count}`));
    expect(
      refusal(() => store.watch(maps, { since: Number(resourceVersion) }, () => undefined)),
    ).toMatchObject({
      code: 410,
      message: expect.stringMatching(/^too old resource version: \d+ \(\d+\)$/),
    });
  });
  test('the client in the process gives copies, in order, outside the write', async () => {
    const { store, maps } = cluster();
    const client = createStoreClient(store);
    const ref = { apiVersion: 'v1', resource: 'configmaps', namespace: 'default' };
    const events: WatchEvent[] = [];
    const end = new AbortController();
    const watching = client.watch(ref, { signal: end.signal }, (event) => events.push(event));
    const made = await client.create(ref, configMap('m', { a: '1' }));
    made.data = { a: 'spoilt' };
    await client.delete(ref, 'm');
    await Promise.resolve();
    end.abort();
    await watching;
    expect(events.map(({ type, object }) => [type, object.metadata.name, object.data?.a])).toEqual([
      ['ADDED', 'kube-root-ca.crt', undefined],
      ['ADDED', 'm', '1'],
      ['DELETED', 'm', '1'],
    ]);
    expect(await client.get(ref, 'm')).toBeUndefined();
    expect(store.peek(maps, 'default', 'm')).toBeUndefined();
  });
});
