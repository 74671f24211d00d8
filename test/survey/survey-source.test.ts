import { createHash } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import type { Permission } from '../../src/cluster/api.ts';
import type { KubeObject } from '../../src/cluster/objects.ts';
import { surveyCluster } from '../../src/cluster/survey/survey-source.ts';
import { surveyFindings } from '../../src/data-plane/findings.ts';
import { type FakeCluster, fakeApi } from './fake-api.ts';
import { controlPlanePod, linkerdConfig, namespace, PEM, pod, trustRoots } from './objects.ts';

const root = createHash('sha256').update(PEM).digest('hex');
const job = (name: string) => ({ apiVersion: 'batch/v1', kind: 'Job', name, uid: 'j', controller: true });

const namespaces = [
  namespace('linkerd', {}, { 'linkerd.io/is-control-plane': 'true' }),
  namespace('shop', { 'linkerd.io/inject': 'enabled' }),
  namespace('legacy'),
];
const meshed = [
  controlPlanePod('identity', 'stable-2.14.10'),
  controlPlanePod('destination', 'stable-2.14.10'),
  pod('shop/web', { version: 'stable-2.14.10', annotations: { 'linkerd.io/trust-root-sha256': root } }),
  pod('shop/api', { version: 'stable-2.13.7', annotations: { 'linkerd.io/trust-root-sha256': 'before' } }),
  pod('shop/cart'),
  pod('shop/migrate', { version: 'stable-2.12.6', owner: job('migrate'), phase: 'Succeeded' }),
  pod('shop/evicted', { version: 'stable-2.12.6', phase: 'Failed' }),
  pod('shop/debug', { version: 'stable-2.13.7', owner: null }),
  pod('legacy/reports'),
];
const configMaps = [linkerdConfig('stable-2.14.10'), trustRoots()];
const cluster = (given: Partial<FakeCluster> & { readonly pods?: readonly KubeObject[] } = {}) =>
  fakeApi({ objects: { namespaces, pods: given.pods ?? meshed, configmaps: configMaps }, ...given });
const codes = (survey: Parameters<typeof surveyFindings>[0]) =>
  surveyFindings(survey).map(({ code }) => code);

test('a whole cluster is surveyed, and nothing stays open', async () => {
  const api = cluster();
  const { survey, problem, absent, controlPlane, pods } = await surveyCluster(api);
  expect(problem).toBeUndefined();
  expect(absent).toEqual([]);
  expect(survey.unseen).toEqual([]);
  expect(pods).toHaveLength(meshed.length);
  expect(controlPlane).toMatchObject({ version: 'stable-2.14.10', state: 'found', trustRoot: root });
  expect(survey.totals).toEqual({
    namespaces: 3,
    pods: 7,
    meshed: 5,
    controlPlane: 2,
    extension: 0,
    dataPlane: 3,
    behind: 2,
    old: 0,
    ahead: 0,
    otherTrustRoot: 1,
    unmeshed: 1,
  });
  expect(survey.completed).toBe(2);
  expect(survey.unmeshed.map((row) => row.name)).toEqual(['cart']);
  expect(survey.bare).toHaveLength(1);
  expect(codes(survey)).toEqual(['other-trust-root', 'proxies-behind', 'unmeshed', 'bare-pods', 'completed']);
  expect(api.open()).toBe(0);
});

test('pods on the host network are not expected to have a proxy', async () => {
  const pods = [
    pod('shop/exporter', { spec: { hostNetwork: true } }),
    pod('shop/exporter', { spec: { hostNetwork: true } }),
    pod('shop/cart'),
  ];
  const { survey, hostNetwork } = await surveyCluster(cluster({ objects: { namespaces, pods } }));
  expect(survey.unmeshed.map((row) => row.name)).toEqual(['cart']);
  expect(survey.totals.unmeshed).toBe(1);
  expect([...hostNetwork]).toEqual(['shop/Deployment/exporter']);
});

test('where single pods may not be seen, those without a proxy are still told', async () => {
  const denied = ({ verb, resource }: Permission) => verb === 'get' && resource === 'pods';
  const { survey } = await surveyCluster(cluster({ denied }));
  expect(survey.unmeshed.map((row) => row.name)).toEqual(['cart']);
});

test('of pods only metadata is asked for, but for those without their proxy', async () => {
  const api = cluster();
  await surveyCluster(api);
  const asked = api.asked.filter((what) => what.includes('pods'));
  expect(asked.slice(0, 2)).toEqual(['stream pods', 'stream pods']);
  // And one pod in full of the one workload without its proxy.
  expect(asked.slice(2)).toEqual([expect.stringMatching(/^get pods shop\/cart-/)]);
});

test('named namespaces are looked at alone, with the control plane that they belong to', async () => {
  const api = cluster();
  const { survey, pods } = await surveyCluster(api, { namespaces: ['shop'] });
  expect(new Set(pods.map((each) => each.namespace))).toEqual(new Set(['shop']));
  expect(survey.controlPlane).toMatchObject({
    version: 'stable-2.14.10',
    running: [{ version: 'stable-2.14.10', pods: 2 }],
  });
  expect(survey.totals).toMatchObject({ namespaces: 1, pods: 4, controlPlane: 0 });
  expect(api.asked).not.toContain('list namespaces');
});

test('a namespace that is not there is told', async () => {
  expect((await surveyCluster(cluster(), { namespaces: ['shop', 'shpo'] })).absent).toEqual(['shpo']);
});

describe('what may not be seen is named with its permission, and the rest is shown', () => {
  const denying = (verb: string, resource: string) => (asked: Permission) =>
    asked.verb === verb && asked.resource === resource;

  test('namespaces', async () => {
    const { survey } = await surveyCluster(cluster({ denied: denying('list', 'namespaces') }));
    expect(survey.unseen).toEqual(['annotations of namespaces: needs the permission to list namespaces']);
    expect(survey.totals.meshed).toBe(5);
    expect(survey.unmeshed).toEqual([]);
    expect(codes(survey)).toContain('unseen');
  });

  test('the configuration of the control plane: its pods tell the version', async () => {
    const { survey } = await surveyCluster(cluster({ denied: denying('get', 'configmaps') }));
    expect(survey.unseen).toEqual([
      "the control plane's version (ConfigMap linkerd/linkerd-config): needs the permission to get configmaps in linkerd",
      'the trust anchors (ConfigMap linkerd/linkerd-identity-trust-roots): needs the permission to get configmaps in linkerd',
    ]);
    expect(survey.controlPlane?.version).toBe('stable-2.14.10');
    expect(survey.totals).toMatchObject({ behind: 2, otherTrustRoot: 0 });
  });

  test('pods of one namespace of two', async () => {
    const denied = ({ resource, namespace: of }: Permission) => resource === 'pods' && of === 'legacy';
    const { survey, problem } = await surveyCluster(cluster({ denied }), { namespaces: ['shop', 'legacy'] });
    expect(problem).toBeUndefined();
    expect(survey.unseen).toEqual([
      'pods of the namespace legacy: needs the permission to list pods in legacy',
    ]);
    expect(survey.totals.pods).toBe(4);
  });

  test('pods of the control plane’s namespace, where another was named', async () => {
    const denied = ({ resource, namespace: of }: Permission) => resource === 'pods' && of === 'linkerd';
    const { survey } = await surveyCluster(cluster({ denied }), { namespaces: ['shop'] });
    expect(survey.unseen).toEqual([
      'pods of the namespace linkerd: needs the permission to list pods in linkerd',
    ]);
    expect(survey.controlPlane?.version).toBe('stable-2.14.10');
  });

  test('no pods at all: then it is said that nothing was seen', async () => {
    const { problem, survey } = await surveyCluster(
      cluster({ denied: ({ resource }) => resource === 'pods' }),
    );
    expect(problem?.type).toBe('denied');
    expect(survey.unseen).toEqual(['pods of all namespaces: needs the permission to list pods']);
  });

  test('everything', async () => {
    const { problem, survey } = await surveyCluster(cluster({ denied: () => true }), {
      namespaces: ['shop'],
    });
    expect(problem?.type).toBe('denied');
    expect(survey.unseen).toHaveLength(5);
  });
});

describe('control planes', () => {
  test('none: no mesh, and nothing is claimed', async () => {
    const api = fakeApi({ objects: { namespaces: [namespace('legacy')], pods: [pod('legacy/reports')] } });
    const { survey, controlPlane } = await surveyCluster(api);
    expect(controlPlane).toBeUndefined();
    expect(survey.controlPlanes).toEqual([]);
    expect(surveyFindings(survey)).toEqual([]);
  });

  test('one without pods in the mesh is found where it usually is', async () => {
    const api = fakeApi({ objects: { namespaces: [], pods: [], configmaps: configMaps } });
    expect((await surveyCluster(api)).controlPlane?.version).toBe('stable-2.14.10');
  });

  test('one that is gone while pods belong to it', async () => {
    const api = fakeApi({ objects: { namespaces, pods: [pod('shop/web', { version: 'stable-2.14.10' })] } });
    const { survey } = await surveyCluster(api);
    expect(survey.controlPlane).toMatchObject({ state: 'missing', version: undefined });
    expect(codes(survey)).toEqual(['control-plane-missing', 'version-unknown']);
  });

  test('two, each with its own proxies', async () => {
    const of = { 'linkerd.io/control-plane-ns': 'linkerd-b' };
    const api = fakeApi({
      objects: {
        namespaces,
        pods: [
          ...meshed,
          controlPlanePod('identity', 'edge-24.2.4', 'linkerd-b'),
          pod('b/web', { version: 'edge-24.2.4', labels: of }),
        ],
        configmaps: [...configMaps, linkerdConfig('edge-24.2.4', 'linkerd-b')],
      },
    });
    const { survey } = await surveyCluster(api);
    expect(survey.controlPlanes.map((one) => `${one.namespace} ${one.version}`)).toEqual([
      'linkerd stable-2.14.10',
      'linkerd-b edge-24.2.4',
    ]);
    expect(survey.rows.filter((row) => row.namespace === 'b')).toMatchObject([
      { skew: 'current', meshOf: 'linkerd-b' },
    ]);
    expect(codes(survey)).toContain('several-control-planes');
  });

  test('an upgrade that stopped halfway: new configuration, old pods', async () => {
    const api = fakeApi({
      objects: {
        namespaces,
        pods: [
          controlPlanePod('identity', 'stable-2.13.7'),
          controlPlanePod('destination', 'stable-2.14.10'),
        ],
        configmaps: configMaps,
      },
    });
    const { survey } = await surveyCluster(api);
    const [finding] = surveyFindings(survey);
    expect(finding).toMatchObject({ code: 'upgrade-half-done', level: 'problem' });
    expect(finding?.items).toEqual(
      expect.arrayContaining(['1 pod of stable-2.13.7', '1 pod of stable-2.14.10']),
    );
    expect(survey.totals.behind).toBe(0);
  });

  test('a pod of the control plane that was evicted does not make an upgrade half done', async () => {
    const evicted = { ...controlPlanePod('identity', 'stable-2.13.7'), status: { phase: 'Failed' } };
    for (const options of [{}, { namespaces: ['shop'] }]) {
      const { survey } = await surveyCluster(cluster({ pods: [...meshed, evicted] }), options);
      expect(survey.controlPlane?.running).toEqual([{ version: 'stable-2.14.10', pods: 2 }]);
      expect(codes(survey)).not.toContain('upgrade-half-done');
    }
  });

  test('pods that claim to belong to any number of control planes, and to names that are none, cost a few requests', async () => {
    const claims = Array.from({ length: 50 }, (_, index) =>
      pod('shop/web', {
        version: 'x',
        labels: { 'linkerd.io/control-plane-ns': index % 2 ? `fake-${index}` : `F.${index}` },
      }),
    );
    const api = fakeApi({ objects: { namespaces, pods: claims } });
    const { survey } = await surveyCluster(api);
    expect(survey.totals.meshed).toBe(50);
    expect(api.asked.filter((what) => what.startsWith('get configmaps')).length).toBeLessThanOrEqual(16);
    expect(api.asked.join()).not.toContain('F.');
  });
});

test('a cluster that goes away before the first list is complete is given up after a while', async () => {
  vi.useFakeTimers();
  try {
    const api = cluster({ away: true });
    const surveyed = surveyCluster(api);
    await vi.advanceTimersByTimeAsync(60_000);
    const { problem } = await surveyed;
    expect(problem).toMatchObject({ type: 'unreachable', message: 'the server does not answer' });
    expect(api.open()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('a survey that is no longer wanted ends', async () => {
  const api = cluster({ away: true });
  const abort = new AbortController();
  const surveyed = surveyCluster(api, { signal: abort.signal });
  abort.abort();
  expect((await surveyed).problem?.type).toBe('unreachable');
  expect(api.open()).toBe(0);
});
