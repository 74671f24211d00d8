import { describe, expect, test } from 'vitest';
import { createIntern, readNamespaceMeta, readPodMeta } from '../../src/data-plane/read-meta.ts';

const replicaSet = (name: string) => [{ kind: 'ReplicaSet', name, controller: true }];
const read = (metadata: Partial<Parameters<typeof readPodMeta>[0]['metadata']>) =>
  readPodMeta({ metadata: { name: 'p', namespace: 'shop', ...metadata } }, createIntern());
const owner = (metadata: Parameters<typeof read>[0]) => {
  const { ownerKind, ownerName } = read(metadata);
  return `${ownerKind} ${ownerName}`;
};

test('an injected pod is read as the injector marked it', () => {
  const pod = readPodMeta(
    {
      metadata: {
        name: 'web-7d4b9c-x1',
        namespace: 'shop',
        uid: '0-1',
        creationTimestamp: '2026-01-02T03:04:05Z',
        labels: {
          'linkerd.io/control-plane-ns': 'linkerd',
          'linkerd.io/workload-ns': 'shop',
          'linkerd.io/proxy-deployment': 'web',
        },
        annotations: {
          'linkerd.io/created-by': 'linkerd/proxy-injector stable-2.14.10',
          'linkerd.io/proxy-version': 'stable-2.13.7',
          'config.linkerd.io/proxy-version': 'stable-2.13.7',
          'linkerd.io/trust-root-sha256': 'abc',
          'linkerd.io/inject': 'enabled',
        },
        ownerReferences: replicaSet('web-7d4b9c'),
      },
    },
    createIntern(),
  );
  expect(pod).toEqual({
    namespace: 'shop',
    name: 'web-7d4b9c-x1',
    uid: '0-1',
    createdAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    deleting: false,
    ownerKind: 'Deployment',
    ownerName: 'web',
    meshOf: 'linkerd',
    component: '',
    extension: '',
    cni: false,
    proxyVersion: 'stable-2.13.7',
    override: 'stable-2.13.7',
    imageOverride: '',
    trustRoot: 'abc',
    inject: 'enabled',
    createdBy: 'stable-2.14.10',
  });
});

describe('the workload of a pod', () => {
  test.each([
    [
      'a Deployment, by the hash of its template',
      { labels: { 'pod-template-hash': '7d4b9c' }, ownerReferences: replicaSet('web-7d4b9c') },
      'Deployment web',
    ],
    ['a ReplicaSet of its own', { ownerReferences: replicaSet('web-7d4b9c') }, 'ReplicaSet web-7d4b9c'],
    [
      'one whose name ends otherwise',
      { labels: { 'pod-template-hash': 'zzz' }, ownerReferences: replicaSet('web-7d4b9c') },
      'ReplicaSet web-7d4b9c',
    ],
    [
      'a Rollout of Argo',
      { labels: { 'rollouts-pod-template-hash': '7d4b9c' }, ownerReferences: replicaSet('web-7d4b9c') },
      'Rollout web',
    ],
    [
      'a Rollout of Argo that the injector marked',
      { labels: { 'rollouts-pod-template-hash': '7d4b9c', 'linkerd.io/proxy-replicaset': 'web-7d4b9c' } },
      'Rollout web',
    ],
    [
      'a StatefulSet',
      { ownerReferences: [{ kind: 'StatefulSet', name: 'db', controller: true }] },
      'StatefulSet db',
    ],
    [
      'a DaemonSet',
      { ownerReferences: [{ kind: 'DaemonSet', name: 'agent', controller: true }] },
      'DaemonSet agent',
    ],
    ['a Job', { ownerReferences: [{ kind: 'Job', name: 'migrate', controller: true }] }, 'Job migrate'],
    [
      'a Job of a CronJob',
      { ownerReferences: [{ kind: 'Job', name: 'report-29384750', controller: true }] },
      'CronJob report',
    ],
    ['nobody', {}, 'Pod p'],
    [
      'a node',
      { ownerReferences: [{ kind: 'Node', name: 'worker-1', controller: true }] },
      'Other Node/worker-1',
    ],
    [
      'the owner that controls it',
      {
        ownerReferences: [
          { kind: 'Thing', name: 'x' },
          { kind: 'Job', name: 'j', controller: true },
        ],
      },
      'Job j',
    ],
  ] as const)('is %s', (_, metadata, expected) => {
    expect(owner(metadata as Parameters<typeof read>[0])).toBe(expected);
  });
});

test('an image of its own, or a digest, pins a proxy', () => {
  expect(
    read({ annotations: { 'config.linkerd.io/proxy-image': 'registry.corp/proxy' } }).imageOverride,
  ).toBe('registry.corp/proxy');
  expect(
    read({ annotations: { 'linkerd.io/proxy-version': 'stable-2.14.10@sha256:01ab' } }).imageOverride,
  ).toBe('sha256:01ab');
});

describe('metadata is anybody’s text', () => {
  test('escape sequences, line breaks and text that turns around do not get through', () => {
    const pod = read({
      name: 'a\x1b[2Jb',
      annotations: {
        'linkerd.io/proxy-version': 'stable-2.14.10\x1b]0;pwned\x07\nsecond line',
        'config.linkerd.io/proxy-version': '\u202estable',
      },
    });
    expect(pod.name).toBe('ab');
    expect(pod.proxyVersion).toBe('stable-2.14.10 second line');
    expect(pod.override).toBe('stable');
  });

  test('a text of any length is cut', () => {
    expect(
      read({ annotations: { 'linkerd.io/proxy-version': 'x'.repeat(200_000) } }).proxyVersion.length,
    ).toBeLessThan(300);
  });

  test('values that are no text at all do no harm', () => {
    const odd = {
      name: 'p',
      namespace: 7,
      labels: { 'linkerd.io/control-plane-ns': ['linkerd'], 'linkerd.io/proxy-deployment': {} },
      annotations: { 'linkerd.io/proxy-version': null, 'linkerd.io/created-by': 3 },
      ownerReferences: 'none',
      creationTimestamp: 'yesterday',
    };
    const pod = readPodMeta({ metadata: odd as unknown as { name: string } }, createIntern());
    expect(pod).toMatchObject({
      namespace: '',
      meshOf: '',
      proxyVersion: '',
      ownerKind: 'Pod',
      createdAt: 0,
    });
    expect(
      readNamespaceMeta({ metadata: { ...odd, name: 'n' } as unknown as { name: string } }),
    ).toMatchObject({
      name: 'n',
      inject: '',
    });
  });
});

test('a text that comes again is kept once', () => {
  const intern = createIntern();
  const again = ['sta', 'ble'].join('');
  expect(intern('stable')).toBe(intern(again));
  expect(intern(undefined)).toBe('');
});

test('a namespace is read with what it asks of the injector', () => {
  expect(
    readNamespaceMeta({
      metadata: {
        name: 'linkerd',
        labels: { 'linkerd.io/is-control-plane': 'true', 'config.linkerd.io/admission-webhooks': 'disabled' },
        annotations: { 'linkerd.io/inject': 'disabled', 'config.linkerd.io/proxy-version': 'stable-2.13.7' },
      },
    }),
  ).toEqual({
    name: 'linkerd',
    inject: 'disabled',
    override: 'stable-2.13.7',
    extension: '',
    webhooks: false,
    controlPlane: true,
  });
});

test.each([null, 5, 'x', {}, [null], true])(
  'metadata that is something else is as if not there: %j',
  (part) => {
    const strange = { name: 'a', labels: part, annotations: part, ownerReferences: part } as object;
    const object = { metadata: strange } as Parameters<typeof readPodMeta>[0];
    expect(readPodMeta(object, createIntern())).toMatchObject({ meshOf: '', inject: '', proxyVersion: '' });
    expect(readNamespaceMeta(object)).toMatchObject({ name: 'a', inject: '', override: '' });
  },
);
