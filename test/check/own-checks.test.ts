/** Handrail's own checks on a practice cluster over HTTP: each holds, is seen to fail, and tells what it may not look at. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterApi } from '../../src/cluster/api.ts';
import type { KubeObject } from '../../src/cluster/objects.ts';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { rolloutsNow } from '../../src/cluster/own-checks/rollouts-now.ts';
import { type OwnCheckOptions, ownChecks } from '../../src/cluster/own-checks/run.ts';
import { createServingCertificate, createTrust } from '../../src/linkerd/pki.ts';
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';
import { systemClock } from '../../src/state/kind.ts';
import { type Alteration, altered } from './altered-api.ts';

const MESH = 'stable-2.13.7';
let practice: Practice;
let api: ClusterApi;
beforeAll(async () => {
  practice = await startPractice({ mesh: MESH, ha: true, speed: 1000 });
  api = openClusterApi(practice.kubeconfig);
});
afterAll(async () => {
  api.close();
  await practice.stop();
});

async function checked(of: ClusterApi, options: Partial<OwnCheckOptions> = {}) {
  const { checks, success } = await ownChecks(of, {
    proxy: true,
    pre: false,
    waitMs: 0,
    clock: systemClock,
    signal: new AbortController().signal,
    ...options,
  });
  return { success, checks, bad: checks.filter(({ result }) => result !== 'success') };
}
const base64 = (text: string) => Buffer.from(text).toString('base64');
const day = 86_400_000;

test('nothing is found on a mesh that is well', async () => {
  const { bad, success, checks } = await checked(api);
  expect(bad).toEqual([]);
  expect(success).toBe(true);
  expect(checks.length).toBeGreaterThan(40);
});

/** Alters one object of a resource, by name. */
const object =
  (
    resource: string,
    name: string,
    change: (object: KubeObject) => KubeObject | undefined,
  ): Alteration['alter'] =>
  (of, found) =>
    of === resource && found.metadata.name === name ? change(found) : found;
const withData = (found: KubeObject, key: string, value: string): KubeObject => ({
  ...found,
  data: { ...found.data, [key]: value },
});
const withHook = (found: KubeObject, change: object): KubeObject => ({
  ...found,
  webhooks: [{ ...found.webhooks[0], ...change }],
});
const injector = 'linkerd-proxy-injector-webhook-config';

describe('a fault is named', () => {
  const faults: [string, () => Promise<Alteration['alter']>, string, RegExp][] = [
    [
      'a definition is missing',
      async () => object('customresourcedefinitions', 'servers.policy.linkerd.io', () => undefined),
      'error: control plane CustomResourceDefinitions exist',
      /^missing servers\.policy\.linkerd\.io$/,
    ],
    [
      'a definition is too old',
      async () =>
        object('customresourcedefinitions', 'httproutes.policy.linkerd.io', (crd) => ({
          ...crd,
          spec: { ...crd.spec, versions: [{ name: 'v1alpha1' }] },
        })),
      'error: control plane CustomResourceDefinitions exist',
      /^CRD httproutes\.policy\.linkerd\.io is missing version v1beta/,
    ],
    [
      'a definition is not established',
      async () =>
        object('customresourcedefinitions', 'servers.policy.linkerd.io', (crd) => ({
          ...crd,
          status: { conditions: [{ type: 'NamesAccepted', status: 'False', reason: 'KindConflict' }] },
        })),
      'error: control plane CustomResourceDefinitions are established',
      /its names are not accepted \(KindConflict\)/,
    ],
    [
      'the configuration is gone',
      async () => object('configmaps', 'linkerd-config', () => undefined),
      "error: 'linkerd-config' config map exists",
      /linkerd\/linkerd-config is not there/,
    ],
    [
      'an upgrade stopped halfway',
      async () =>
        object('configmaps', 'linkerd-config', (map) =>
          withData(map, 'values', String(map.data.values).replaceAll(MESH, 'stable-2.14.10')),
        ),
      'error: control plane workloads are of the configured version',
      /linkerd-config says stable-2\.14\.10.*\n.*linkerd-destination.*stable-2\.13\.7/s,
    ],
    [
      'a webhook is gone',
      async () => object('mutatingwebhookconfigurations', injector, () => undefined),
      'error: control plane MutatingWebhookConfigurations exist',
      /^missing linkerd-proxy-injector-webhook-config$/,
    ],
    [
      'the API server trusts another certificate than the webhook has',
      async () => {
        const { certPem } = await createServingCertificate('linkerd-proxy-injector', 'linkerd');
        const changed = {
          clientConfig: { caBundle: base64(certPem), service: { name: 'x', namespace: 'y' } },
        };
        return object('mutatingwebhookconfigurations', injector, (found) =>
          withHook(found, {
            clientConfig: { ...found.webhooks[0].clientConfig, caBundle: changed.clientConfig.caBundle },
          }),
        );
      },
      'error: proxy-injector webhook has valid cert',
      /not signed by the caBundle/,
    ],
    [
      'the webhook has no bundle',
      async () =>
        object('mutatingwebhookconfigurations', injector, (found) =>
          withHook(found, { clientConfig: { service: found.webhooks[0].clientConfig.service } }),
        ),
      'error: proxy-injector webhook has valid cert',
      /trusts nobody there/,
    ],
    [
      'the certificate of the webhook is for another host',
      async () => {
        const { certPem } = await createServingCertificate('somebody-else', 'linkerd');
        return (resource, found) => {
          if (resource === 'secrets' && found.metadata.name === 'linkerd-sp-validator-k8s-tls') {
            return withData(found, 'tls.crt', base64(certPem));
          }
          if (found.metadata.name !== 'linkerd-sp-validator-webhook-config') return found;
          const [{ clientConfig }] = found.webhooks;
          return withHook(found, { clientConfig: { ...clientConfig, caBundle: base64(certPem) } });
        };
      },
      'error: sp-validator webhook has valid cert',
      /not for linkerd-sp-validator\.linkerd\.svc/,
    ],
    [
      'the certificate of the webhook ends soon',
      async () => {
        const { certPem } = await createServingCertificate('linkerd-policy-validator', 'linkerd', {
          days: 9,
        });
        return object('secrets', 'linkerd-policy-validator-k8s-tls', (found) =>
          withData(found, 'tls.crt', base64(certPem)),
        );
      },
      'warning: policy-validator cert is valid for at least 60 days',
      /ends in 8 days/,
    ],
    [
      'nobody answers for the webhook',
      async () => (resource, found) =>
        resource === 'endpointslices' && found.metadata.name.startsWith('linkerd-proxy-injector')
          ? { ...found, endpoints: [{ addresses: ['10.0.0.9'], conditions: { ready: false } }] }
          : found,
      'error: proxy-injector webhook is answered',
      /has no ready endpoint/,
    ],
    [
      'the service of the webhook is gone',
      async () => object('services', 'linkerd-sp-validator', () => undefined),
      'error: sp-validator webhook is answered',
      /There is no Service linkerd\/linkerd-sp-validator/,
    ],
    [
      'somebody opened the injector',
      async () =>
        object('mutatingwebhookconfigurations', injector, (found) =>
          withHook(found, { failurePolicy: 'Ignore' }),
        ),
      'warning: proxy-injector webhook fails as it was configured',
      /pods come up without a proxy/,
    ],
    [
      'the injector is asked about kube-system',
      async () =>
        object('mutatingwebhookconfigurations', injector, (found) => {
          const { namespaceSelector: _, ...rest } = found.webhooks[0];
          return { ...found, webhooks: [rest] };
        }),
      'warning: pod injection disabled on kube-system',
      /admission-webhooks=disabled/,
    ],
    [
      'the issuer has ended',
      async () => {
        const { issuer, anchorPem } = await createTrust({
          from: new Date(Date.now() - 30 * day),
          issuerDays: 20,
        });
        return withTrust(issuer.certPem, anchorPem);
      },
      'error: issuer cert is within its validity period',
      /identity\.linkerd\.cluster\.local has ended on 20/,
    ],
    [
      'the issuer ends soon',
      async () => {
        const { issuer, anchorPem } = await createTrust({ issuerDays: 20 });
        return withTrust(issuer.certPem, anchorPem);
      },
      'warning: issuer cert is valid for at least 60 days',
      /ends in 19 days/,
    ],
    [
      'the anchors have ended',
      async () => {
        const { anchorPem } = await createTrust({ from: new Date(Date.now() - 30 * day), anchorDays: 20 });
        return withTrust(undefined, anchorPem);
      },
      'error: trust anchors are within their validity period',
      /root\.linkerd\.cluster\.local has ended/,
    ],
    [
      'the issuer is of another mesh',
      async () => withTrust((await createTrust()).issuer.certPem, undefined),
      'error: issuer cert is issued by the trust anchor',
      /None of the trust anchors has signed it/,
    ],
    [
      'the issuer is no certificate',
      async () => withTrust('nonsense', undefined),
      'error: issuer cert is within its validity period',
      /no PEM certificate/,
    ],
  ];

  test.each(faults)('%s', async (_, alteration, wanted, text) => {
    const alter = await alteration();
    const { bad } = await checked(altered(api, alter ? { alter } : {}), { proxy: false });
    const found = bad.find((line) => `${line.result}: ${line.description}` === wanted);
    expect(found, JSON.stringify(bad, undefined, 1)).toBeDefined();
    expect(found?.error).toMatch(text);
    expect(found?.hint).toMatch(/^https:\/\/linkerd\.io\/2(?:\.1\d)?\/checks\/#l5d-/);
  });
});

function withTrust(issuer: string | undefined, anchors: string | undefined): Alteration['alter'] {
  return (_, found) => {
    const { name } = found.metadata;
    if (name === 'linkerd-identity-issuer' && issuer !== undefined) {
      return withData(found, 'crt.pem', base64(issuer));
    }
    return name === 'linkerd-identity-trust-roots' && anchors !== undefined
      ? withData(found, 'ca-bundle.crt', anchors)
      : found;
  };
}

describe('what may not be looked at is said, with the permission, and stops nothing else', () => {
  test.each([
    ['secrets', 'issuer cert is issued by the trust anchor', 'get secrets in linkerd'],
    ['configmaps', "'linkerd-config' config map exists", 'get configmaps in linkerd'],
    [
      'customresourcedefinitions',
      'control plane CustomResourceDefinitions exist',
      'get customresourcedefinitions',
    ],
    [
      'mutatingwebhookconfigurations',
      'control plane MutatingWebhookConfigurations exist',
      'list mutatingwebhookconfigurations',
    ],
    ['services', 'proxy-injector webhook is answered', 'get services in linkerd'],
    ['endpointslices', 'proxy-injector webhook is answered', 'list endpointslices in linkerd'],
    ['deployments', 'control plane workloads are rolled out', 'list deployments in linkerd'],
    ['pods', 'control plane proxies are up-to-date', 'list pods in linkerd'],
    ['namespaces', 'control plane Namespace exists', 'get namespaces'],
  ])('%s', async (resource, description, permission) => {
    const { checks, bad, success } = await checked(altered(api, { denied: [resource] }));
    const found = bad.find((line) => line.description === description);
    expect(found?.result, JSON.stringify(bad, undefined, 1)).toBe('unseen');
    expect(found?.error).toContain(permission);
    expect(bad.filter(({ result }) => result === 'error')).toEqual([]);
    expect(success).toBe(true);
    expect(checks.some(({ category }) => category === 'linkerd-identity')).toBe(true);
  });

  test('somebody who may not see Secrets, on the real API', async () => {
    const viewer = openClusterApi(practice.viewerKubeconfig);
    try {
      const { bad, success } = await checked(viewer);
      expect(success).toBe(true);
      expect(new Set(bad.map(({ error }) => error))).toEqual(
        new Set(['Not permitted: get secrets in linkerd.']),
      );
    } finally {
      viewer.close();
    }
  });
});

test('a cluster that does not answer is one failure, and not fifty', async () => {
  const gone = openClusterApi(practice.kubeconfig.replace(practice.url, 'https://127.0.0.1:9'));
  const aborted = AbortSignal.timeout(50);
  const { checks, success } = await checked(
    {
      ...gone,
      raw: async () => ({
        ok: false,
        problem: { type: 'unreachable', message: 'Nobody answers at 127.0.0.1:9.', fix: 'Start it.' },
      }),
      get: async () => ({
        ok: false,
        problem: { type: 'unreachable', message: 'Nobody answers at 127.0.0.1:9.', fix: 'Start it.' },
      }),
    },
    { signal: aborted },
  );
  gone.close();
  expect(success).toBe(false);
  expect(checks).toMatchObject([
    { description: 'can query the Kubernetes API', result: 'error', error: 'Nobody answers at 127.0.0.1:9.' },
  ]);
});

test('once it is ended nothing more is waited for', async () => {
  const stopped = rolloutsNow(api, 'linkerd', systemClock, AbortSignal.abort());
  expect(await stopped).toEqual({ type: 'unseen', why: 'It was ended.' });
});

test('where there is no control plane, that is all there is to say', async () => {
  const alter: Alteration['alter'] = (_, found) =>
    found.metadata.namespace === 'linkerd' || found.metadata.name === 'linkerd' ? undefined : found;
  const { bad } = await checked(altered(api, { alter }));
  expect(bad).toMatchObject([
    { description: 'control plane Namespace exists', error: 'There is no namespace linkerd.' },
  ]);
});

test('before an installation the namespace must not be there', async () => {
  expect((await checked(api, { pre: true })).bad).toMatchObject([
    { description: 'control plane namespace does not already exist', result: 'error' },
    { description: 'can create what an installation needs', result: 'unseen' },
  ]);
});

test('it is told what is looked at, category by category', async () => {
  const told: [string, number][] = [];
  await checked(api, { onCategory: (lines, now) => told.push([now, lines.length]) });
  expect(told.map(([name]) => name)).toEqual(
    expect.arrayContaining(['kubernetes-api', 'linkerd-identity', 'linkerd-data-plane', 'extensions']),
  );
  expect(told.map(([, count]) => count)).toEqual(told.map(([, count]) => count).toSorted((a, b) => a - b));
});

test('compared with a version that was named', async () => {
  const { bad } = await checked(api, { expectedVersion: 'stable-2.14.10' });
  const named = bad.map(({ description, result }) => `${result}: ${description}`);
  expect(named).toEqual(
    expect.arrayContaining([
      'warning: control plane is up-to-date',
      'warning: control plane proxies are up-to-date',
      'warning: data plane is up-to-date',
    ]),
  );
  expect(bad.every(({ result }) => result === 'warning')).toBe(true);
});
