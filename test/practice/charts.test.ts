/** The charts of the practice cluster, rendered by the real helm: the same objects as the tool's, and the real charts' words. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { controlPlaneManifests } from '../../src/linkerd/control-plane.ts';
import { crdManifests } from '../../src/linkerd/crds.ts';
import { type ExtensionName, extensionManifests } from '../../src/linkerd/extensions.ts';
import { factsOf, knownVersions } from '../../src/linkerd/facts.ts';
import type { Manifest } from '../../src/linkerd/manifest.ts';
import { createTrust, type Trust } from '../../src/linkerd/pki.ts';
import { allCharts, type ChartId, chartsOf } from '../../src/practice/charts/chart-versions.ts';
import { helmMesh } from '../../src/practice/charts/helm-mesh.ts';
import { type ChartRepository, serveCharts } from '../../src/practice/charts/serve-charts.ts';
import { createTools, type Tools } from '../helpers/kubectl.ts';

let charts: ChartRepository;
let tools: Tools;
let trust: Trust;
let identity: object;
beforeAll(async () => {
  charts = await serveCharts();
  tools = await createTools('');
  trust = await createTrust();
  const { anchorPem: identityTrustAnchorsPEM, issuer } = trust;
  const tls = { crtPEM: issuer.certPem, keyPEM: issuer.keyPem };
  identity = { identityTrustAnchorsPEM, global: { identityTrustAnchorsPEM }, identity: { issuer: { tls } } };
});
afterAll(async () => {
  await charts?.close();
  await tools?.dispose();
});

const template = ({ name, version }: ChartId, values: object, ...more: readonly string[]) => {
  const from = [
    'template',
    'mesh',
    name,
    '--repo',
    charts.url,
    '--version',
    version,
    '--namespace',
    'linkerd',
  ];
  return tools.helm([...from, '--kube-version', '1.31', '--values', '-', ...more], JSON.stringify(values));
};

async function rendered(chart: ChartId, values: object, ...more: readonly string[]): Promise<Manifest[]> {
  const { code, stdout, stderr } = await template(chart, values, ...more);
  expect(code, `${chart.name} ${chart.version}: ${stderr}`).toBe(0);
  const documents = parseAllDocuments(stdout).map((one) => one.toJS() as Manifest | null);
  return documents.filter((one) => one !== null);
}

const names = (manifests: readonly Manifest[]) =>
  manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
const images = (manifests: readonly Manifest[]) =>
  JSON.stringify(manifests)
    .match(/"image":"[^"]+"/g)
    ?.sort() ?? [];
const coreOf = (release: string) =>
  chartsOf(release).find(({ part }) => part === 'everything' || part === 'control-plane')!;

/** What the tool prints and a chart does not have: its own Secret, what only a value asks for, and since 2.12 the namespace. */
const ofTheTool = (major: number) => (one: Manifest) =>
  one.metadata.name === 'linkerd-config-overrides' ||
  one.kind === 'PodSecurityPolicy' ||
  (one.kind === 'Namespace' && major >= 12);

/** One of each shape: shared values, one chart, two, and the newest. */
const sample = ['stable-2.9.5', 'stable-2.11.5', 'stable-2.14.10', 'edge-26.6.3'];

describe.each(knownVersions)('the charts of %s', (release) => {
  const { major, crds } = factsOf(release);

  it('bring the objects and the images that the tool prints', async () => {
    for (const ha of [false, true]) {
      const printed = await controlPlaneManifests(release, { ha });
      const expected = [
        ...printed.filter((one) => !ofTheTool(major)(one)),
        ...(major < 12 ? crdManifests(release) : []),
      ];
      const values = { ...identity, ...(ha ? { enablePodAntiAffinity: true, controllerReplicas: 3 } : {}) };
      const got = await rendered(coreOf(release), values);
      expect(names(got)).toEqual(names(expected));
      expect(images(got)).toEqual(images(expected));
      expect(JSON.stringify(got)).not.toMatch(/stand-in|linkerd\/cli|\{\{/i);
    }
  });

  it.runIf(sample.includes(release))(
    'keep the key out of what everybody may read, and make new certificates each time',
    async () => {
      const [one, two] = [
        await rendered(coreOf(release), identity),
        await rendered(coreOf(release), identity),
      ];
      const named = (all: readonly Manifest[], name: string) =>
        all.find(({ metadata }) => metadata.name === name)!;
      expect(named(one, 'linkerd-config').data.values).toContain(`linkerdVersion: ${release}`);
      expect(named(one, 'linkerd-config').data.values).not.toContain('PRIVATE KEY');
      const key = named(one, 'linkerd-identity-issuer').data['key.pem'];
      expect(Buffer.from(key, 'base64').toString()).toBe(trust.issuer.keyPem);
      const injector = 'linkerd-proxy-injector-k8s-tls';
      expect(named(one, injector).data['tls.crt']).not.toBe(named(two, injector).data['tls.crt']);
      const [webhook] = named(one, 'linkerd-proxy-injector-webhook-config').webhooks;
      expect(webhook.clientConfig.caBundle).toBe(named(one, injector).data['tls.crt']);
    },
  );

  it.runIf(sample.includes(release))(
    'refuse to be rendered without an identity, in the words of the real ones',
    async () => {
      const { code, stderr } = await template(coreOf(release), {});
      expect(code).not.toBe(0);
      expect(stderr).toContain('Please provide the identity trust anchors');
      const { stderr: second } = await template(coreOf(release), {
        identityTrustAnchorsPEM: 'PEM',
        global: { identityTrustAnchorsPEM: 'PEM' },
      });
      expect(second).toContain('Please provide the identity issuer certificate');
    },
  );

  it.runIf(major >= 12)(
    'bring the definitions, and those of the Gateway API as the release does',
    async () => {
      const chart = chartsOf(release).find(({ part }) => part === 'crds')!;
      const got = await rendered(chart, {});
      const own = crds.map(({ name }) => `CustomResourceDefinition ${name}`);
      const gateway = got.filter(({ metadata }) => metadata.name.includes('.gateway.'));
      expect(names(got)).toEqual(expect.arrayContaining(own));
      expect(gateway.length > 0).toBe(major >= 14 && major <= 18);
      const keep = gateway.map(({ metadata }) => metadata.annotations?.['helm.sh/resource-policy']);
      expect(new Set(keep)).toEqual(new Set(gateway.length === 0 ? [] : [major >= 18 ? 'keep' : undefined]));
    },
  );

  it('bring the extensions of the release', async () => {
    for (const chart of chartsOf(release).filter(({ name }) => /-(viz|multicluster|jaeger)$/.test(name))) {
      const expected = await extensionManifests(chart.part as ExtensionName, release);
      const got = await rendered(chart, {});
      expect(names(got)).toEqual(names(expected.filter(({ kind }) => kind !== 'Namespace' || major < 12)));
      expect(images(got)).toEqual(images(expected));
    }
  });
});

it('lists every chart once, and for each its release', async () => {
  const index = await (await fetch(`${charts.url}/index.yaml`)).text();
  for (const { release, version } of allCharts()) {
    expect(index).toContain(`appVersion: ${release}`);
    expect(index).toContain(version);
  }
  const ids = allCharts().map(({ name, version }) => `${name}-${version}`);
  expect(new Set(ids).size).toBe(ids.length);
  expect((await fetch(`${charts.url}/linkerd-crds-9.9.9.tgz`)).status).toBe(404);
});

it('a pinned image stays where values pin it, as the real charts have it', async () => {
  const pinned = { ...identity, policyController: { image: { version: 'stable-2.12.6' } } };
  expect(images(await rendered(coreOf('stable-2.13.7'), pinned)).join(' ')).toContain(
    'policy-controller:stable-2.12.6',
  );
});

it('a mesh that Helm installed carries its marks, but for what Helm did not make', async () => {
  const all = (await helmMesh('stable-2.14.10', { ha: false, from: new Date() })).flat();
  const unmarked = all.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'] !== 'Helm');
  expect(names(unmarked)).toEqual([
    'Namespace linkerd',
    'Namespace linkerd-viz',
    'Secret sh.helm.release.v1.linkerd-control-plane.v1',
    'Secret sh.helm.release.v1.linkerd-crds.v1',
    'Secret sh.helm.release.v1.linkerd-viz.v1',
  ]);
  expect(JSON.stringify(all)).not.toContain('linkerd/cli');
});
