import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { parseCheckOutput } from '../../src/linkerd/check-output.ts';
import type { Manifest } from '../../src/linkerd/manifest.ts';
import { createServingCertificate, createTrust } from '../../src/linkerd/pki.ts';
import type { KubeObject, ResourceRef } from '../../src/practice/kube-client.ts';
import { practiceWithKubectl } from './helpers.ts';
import { standInsBelow, walkRunbook } from './walk.ts';

const FROM = 'stable-2.13.7';
const TO = 'stable-2.14.10';
let cluster: Awaited<ReturnType<typeof practiceWithKubectl>>;
beforeAll(async () => {
  cluster = await practiceWithKubectl({ mesh: FROM });
}, 60_000);
afterAll(() => cluster.stop());

const secrets: ResourceRef = { apiVersion: 'v1', resource: 'secrets', namespace: 'linkerd' };
const documents = (yaml: string): Manifest[] => parseAllDocuments(yaml).map((one) => one.toJS() as Manifest);
const yamlOf = (manifests: readonly Manifest[]): string =>
  manifests.map((one) => `---\n${stringify(one)}`).join('');
const check = async (version: string, ...extra: string[]) => {
  const outcome = await cluster.linkerd(version, [
    'check',
    '-o',
    'json',
    '--wait',
    '0',
    '--expected-version',
    version,
    ...extra,
  ]);
  return { ...outcome, checks: parseCheckOutput(outcome.out).checks };
};
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Runs with an object changed, and puts it back. */
async function withObject(
  ref: ResourceRef,
  name: string,
  change: (object: KubeObject) => void,
  body: () => Promise<void>,
): Promise<void> {
  const { client } = cluster.practice;
  const before = (await client.get(ref, name))!;
  const changed = structuredClone(before);
  change(changed);
  await client.update(ref, changed);
  try {
    await body();
  } finally {
    const now = (await client.get(ref, name))!;
    await client.update(ref, {
      ...before,
      metadata: { ...before.metadata, resourceVersion: now.metadata.resourceVersion! },
    });
  }
}

describe('check', () => {
  it('prints tables as the tool does, and says where hints are', async () => {
    const outcome = await cluster.linkerd(TO, ['check', '--crds', '--wait', '0']);
    expect(outcome.out).toBe(
      'kubernetes-api\n--------------\n√ can initialize the client\n√ can query the Kubernetes API\n\n' +
        'linkerd-crd\n-----------\n× control plane CustomResourceDefinitions exist\n' +
        '    CRD httproutes.policy.linkerd.io is missing version v1beta3, missing httproutes.gateway.networking.k8s.io\n' +
        '    see https://linkerd.io/2.14/checks/#l5d-existence-crd for hints\n\nStatus check results are ×\n',
    );
    expect(outcome.code).toBe(1);
    const short = await cluster.linkerd(FROM, [
      'check',
      '-o',
      'short',
      '--wait',
      '0',
      '--expected-version',
      FROM,
    ]);
    expect(short.out).toBe('Status check results are √\n');
  });

  it('refuses contradictions and formats it does not have', async () => {
    expect((await cluster.linkerd(TO, ['check', '--pre', '--proxy'])).err).toBe(
      '--pre and --proxy flags are mutually exclusive\n',
    );
    expect((await cluster.linkerd(TO, ['check', '-o', 'xml'])).err).toBe(
      "Invalid output type 'xml'. Supported output types are: json, table, short\n",
    );
  });

  it('finds a namespace that is taken before an install', async () => {
    const outcome = await cluster.linkerd(FROM, ['check', '--pre', '--wait', '0']);
    expect(outcome.code).toBe(1);
    expect(outcome.out).toContain('The "linkerd" namespace already exists');
  });

  it('stops at an issuer that has run out', async () => {
    const old = await createTrust({ from: new Date('2020-01-01T00:00:00Z'), issuerDays: 30 });
    await withObject(
      secrets,
      'linkerd-identity-issuer',
      (secret) => {
        secret.data = { 'crt.pem': base64(old.issuer.certPem), 'key.pem': base64(old.issuer.keyPem) };
      },
      async () => {
        const { code, checks } = await check(FROM);
        expect(code).toBe(1);
        expect(checks.map(({ category }) => category)).not.toContain('linkerd-webhooks-and-apisvc-tls');
        const failed = checks.filter(({ result }) => result === 'error');
        expect(failed).toHaveLength(1);
        expect(failed[0]).toMatchObject({
          description: 'issuer cert is within its validity period',
          error: 'issuer certificate is not valid anymore. Expired on 2020-01-30T23:59:00Z',
        });
      },
    );
  });

  it('sees a webhook whose certificate is not the one the API server trusts', async () => {
    const other = await createServingCertificate('linkerd-proxy-injector', 'linkerd');
    await withObject(
      secrets,
      'linkerd-proxy-injector-k8s-tls',
      (secret) => {
        secret.data = { 'tls.crt': base64(other.certPem), 'tls.key': base64(other.keyPem) };
      },
      async () => {
        const { code, checks } = await check(FROM);
        expect(code).toBe(1);
        expect(
          checks.filter(({ result }) => result === 'error').map(({ description }) => description),
        ).toEqual(['proxy-injector webhook has valid cert']);
      },
    );
  });
});

describe('upgrade', () => {
  it('refuses a mesh without stored overrides: Helm owns it, or they were lost', async () => {
    const { client } = cluster.practice;
    const secret = (await client.get(secrets, 'linkerd-config-overrides'))!;
    await client.delete(secrets, 'linkerd-config-overrides');
    const outcome = await cluster.linkerd(FROM, ['upgrade']);
    expect(outcome).toMatchObject({ code: 1, out: '' });
    expect(outcome.err).toContain('Could not find the linkerd-config-overrides secret.');
    expect((await cluster.linkerd(FROM, ['prune'])).err).toContain('installed via the CLI');
    const { resourceVersion: _version, uid: _uid, ...metadata } = secret.metadata;
    await client.create(secrets, { ...secret, metadata });
  });

  it('keeps what was set, for the next upgrade too', async () => {
    const { out } = await cluster.linkerd(FROM, ['upgrade', '--set', 'proxy.logLevel=debug', '--ha']);
    const all = documents(out);
    const overrides = all.find(({ metadata }) => metadata.name === 'linkerd-config-overrides')!;
    const stored = Buffer.from(overrides.data['linkerd-config-overrides'], 'base64').toString();
    expect(stored).toContain('logLevel: debug');
    expect(
      all.find(({ kind, metadata }) => metadata.name === 'linkerd-destination' && kind === 'Deployment')!.spec
        .replicas,
    ).toBe(3);
    expect(all.filter(({ kind }) => kind === 'PodDisruptionBudget')).toHaveLength(3);
  });

  it('is not what install is for', async () => {
    const outcome = await cluster.linkerd(FROM, ['install']);
    expect(outcome).toMatchObject({ code: 1, out: '' });
    expect(outcome.err).toContain(
      'Reason: ConfigMap/linkerd-config already exists.\nRun the command `linkerd upgrade`',
    );
  });

  it('to 2.18 and later asks for the Gateway API', async () => {
    const outcome = await cluster.linkerd('edge-25.4.4', ['upgrade', '--crds']);
    expect(outcome).toMatchObject({ code: 1, out: '' });
    expect(outcome.err).toContain('The Gateway API CRDs must be installed prior to installing Linkerd.');
  });
});

describe('inject', () => {
  it('asks for a proxy and takes the wish back, byte for byte of meaning', async () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'app', image: 'a:1' }] },
        },
      },
    };
    const injected = await cluster.linkerd(FROM, ['inject', '-'], stringify(deployment));
    expect(injected.err).toContain('deployment "web" injected');
    expect(documents(injected.out)[0]!.spec.template.metadata.annotations).toEqual({
      'linkerd.io/inject': 'enabled',
    });
    const manual = await cluster.linkerd(FROM, ['inject', '--manual', '-'], stringify(deployment));
    const names = documents(manual.out)[0]!.spec.template.spec.containers.map(
      ({ name }: { name: string }) => name,
    );
    expect(names).toEqual(['linkerd-proxy', 'app']);
    const back = await cluster.linkerd(FROM, ['uninject', '-'], manual.out);
    expect(documents(back.out)[0]!.spec.template.spec.containers).toEqual(
      deployment.spec.template.spec.containers,
    );
  });
});

describe('an upgrade that stopped in the middle', () => {
  it('passes check, shows in the images, and the pitfall mends it', async () => {
    await cluster.kubectl(['apply', '-f', '-'], (await cluster.linkerd(TO, ['upgrade', '--crds'])).out);
    const rendered = documents((await cluster.linkerd(TO, ['upgrade'])).out);
    const half = rendered.filter(
      ({ metadata }) =>
        !['linkerd-destination', 'linkerd-proxy-injector'].includes(metadata.name) ||
        metadata.namespace === undefined,
    );
    // Secrets of webhooks are applied with the pods that use them; the configuration went first.
    const applied = await cluster.kubectl(['apply', '-f', '-'], yamlOf(half));
    expect(applied.code).toBe(0);
    await cluster.kubectl([
      '-n',
      'linkerd',
      'rollout',
      'status',
      'deployment/linkerd-identity',
      '--timeout=60s',
    ]);
    expect((await cluster.linkerd(TO, ['version'])).out).toContain(`Server version: ${TO}`);
    const { code, checks } = await check(TO);
    expect(code).toBe(0);
    expect(checks.filter(({ result }) => result === 'warning').map(({ description }) => description)).toEqual(
      expect.arrayContaining(['control plane proxies are up-to-date']),
    );
    const images = () =>
      cluster.kubectl([
        '-n',
        'linkerd',
        'get',
        'deploy',
        'linkerd-destination',
        '-o',
        'jsonpath={.spec.template.spec.containers[0].image}',
      ]);
    expect((await images()).out).toContain(FROM);

    const bin = await standInsBelow(cluster.folder, TO);
    const environment = { ...cluster.environment, PATH: `${bin}:${process.env.PATH}` };
    await walkRunbook('pitfalls/interrupted-upgrade.md', { parameters: { TO }, environment });
    expect((await images()).out).toContain(TO);

    await walkRunbook('pitfalls/data-plane-behind.md', {
      parameters: { TO, NAMESPACE: 'shop' },
      environment,
    });
    const { out } = await cluster.kubectl([
      '-n',
      'shop',
      'get',
      'pods',
      '-l',
      'linkerd.io/control-plane-ns',
      '-o',
      'yaml',
    ]);
    expect(out).toContain(`proxy:${TO}`);
  }, 120_000);
});
