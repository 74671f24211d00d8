/** The survey on a real API server: phases by field selector, metadata alone, and somebody who may see little. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClusterApi } from '../../src/cluster/api.ts';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { surveyCluster } from '../../src/cluster/survey/survey-source.ts';
import type { KubeObject } from '../../src/practice/kube-client.ts';
import { sharedCluster } from './shared.ts';

const cluster = await sharedCluster();
let namespace: string;
let api: ClusterApi;
let viewer: ClusterApi;
const pods = () => ({ apiVersion: 'v1', resource: 'pods', namespace });

const pod = (
  name: string,
  given: { readonly proxy?: string; readonly hostNetwork?: boolean } = {},
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace,
    labels:
      given.proxy === undefined
        ? {}
        : { 'linkerd.io/control-plane-ns': namespace, 'linkerd.io/proxy-deployment': name },
    annotations: given.proxy === undefined ? {} : { 'linkerd.io/proxy-version': given.proxy },
  },
  spec: {
    ...(given.hostNetwork ? { hostNetwork: true } : {}),
    containers: [{ name: 'main', image: 'registry.practice/main:1' }],
  },
});

beforeAll(async () => {
  // Nothing moves the pods of this namespace: their phases are what is written here.
  namespace = await cluster.namespace({ still: true, annotations: { 'linkerd.io/inject': 'enabled' } });
  const { client } = cluster;
  for (const [name, given, phase] of [
    ['web', { proxy: 'stable-2.14.10' }, 'Running'],
    ['api', { proxy: 'stable-2.13.7' }, 'Running'],
    ['starting', { proxy: 'stable-2.13.7' }, undefined],
    ['finished', { proxy: 'stable-2.12.6' }, 'Succeeded'],
    ['evicted', { proxy: 'stable-2.12.6' }, 'Failed'],
    ['lonely', {}, 'Running'],
    ['exporter', { hostNetwork: true }, 'Running'],
  ] as const) {
    await client.create(pods(), pod(name, given));
    if (phase !== undefined) {
      await client.patch(pods(), name, 'merge', { status: { phase } }, { subresource: 'status' });
    }
  }
  await client.create(
    { apiVersion: 'v1', resource: 'configmaps', namespace },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'linkerd-config', namespace },
      data: { values: 'linkerdVersion: stable-2.14.10\n' },
    },
  );
  api = openClusterApi(cluster.kubeconfig);
  viewer = openClusterApi(cluster.viewerKubeconfig);
});
afterAll(() => {
  api?.close();
  viewer?.close();
});

test('pods are told by version and phase', async () => {
  const { survey } = await surveyCluster(api, { namespaces: [namespace] });
  expect(survey.unseen).toEqual([]);
  expect(survey.controlPlane).toMatchObject({ namespace, version: 'stable-2.14.10', state: 'found' });
  expect(survey.rows.map((row) => `${row.name} ${row.version} ${row.skew} ${row.pods}`)).toEqual([
    'api stable-2.13.7 supported 1',
    'starting stable-2.13.7 supported 1',
    'web stable-2.14.10 current 1',
  ]);
  expect(survey.completed).toBe(2);
  expect(survey.unmeshed).toMatchObject([{ name: 'lonely', kind: 'Pod', asked: 'namespace' }]);
});

test('of all namespaces the same is seen, among others', async () => {
  const { survey, problem } = await surveyCluster(api);
  expect(problem).toBeUndefined();
  expect(survey.rows.filter((row) => row.namespace === namespace)).toHaveLength(3);
});

test('who may not read the configuration sees the rest, and is told what is missing', async () => {
  const { survey, problem } = await surveyCluster(viewer, { namespaces: [namespace] });
  expect(problem).toBeUndefined();
  expect(survey.totals.meshed).toBe(3);
  expect(survey.controlPlane).toMatchObject({ state: 'unseen', version: undefined });
  expect(survey.unseen).toContain(
    `the control plane's version (ConfigMap ${namespace}/linkerd-config): needs the permission to get configmaps in ${namespace}`,
  );
});

test('what a namespace that is not there gives, is its absence', async () => {
  expect((await surveyCluster(api, { namespaces: ['no-such-place'] })).absent).toEqual(['no-such-place']);
});
