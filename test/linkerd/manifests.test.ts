import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { controlPlaneManifests } from '../../src/linkerd/control-plane.ts';
import { crdManifests } from '../../src/linkerd/crds.ts';
import { type ExtensionName, extensionManifests } from '../../src/linkerd/extensions.ts';
import { factsOf, knownVersions, UnknownVersionError } from '../../src/linkerd/facts.ts';
import type { Manifest } from '../../src/linkerd/manifest.ts';
import { createTrust, type Trust } from '../../src/linkerd/pki.ts';

let trust: Trust;
beforeAll(async () => {
  trust = await createTrust();
});

const names = (objects: Readonly<Record<string, readonly string[]>>): string[] =>
  Object.entries(objects).flatMap(([kind, list]) => list.map((name) => `${kind}/${name}`));
const namesOf = (manifests: readonly Manifest[]): string[] =>
  manifests.map((one) => `${one.kind}/${one.metadata.name}`);
const images = (list: { name: string; image: string }[] | undefined): string[][] =>
  (list ?? []).map(({ name, image }) => [name, image]);
const pem = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

function find(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind}/${name}`);
  return found;
}

describe.each(knownVersions)('Linkerd %s', (version) => {
  const facts = factsOf(version);

  it('has the objects of the real one, default and high availability', async () => {
    const plain = await controlPlaneManifests(version, { trust });
    expect(namesOf(plain).sort()).toEqual(names(facts.objects).sort());
    const ha = await controlPlaneManifests(version, { trust, ha: true });
    expect(namesOf(ha).sort()).toEqual([...names(facts.objects), ...names(facts.haObjects)].sort());
  });

  it('has its containers, images and replicas', async () => {
    for (const ha of [false, true]) {
      const manifests = await controlPlaneManifests(version, { trust, ha });
      for (const fact of facts.workloads.filter(({ kind }) => kind === 'Deployment')) {
        const { spec } = find(manifests, 'Deployment', fact.name);
        expect(spec.replicas).toBe(ha ? (fact.haReplicas ?? fact.replicas) : fact.replicas);
        expect(images(spec.template.spec.containers)).toEqual(fact.containers);
        expect(images(spec.template.spec.initContainers)).toEqual(fact.init);
        expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
      }
    }
  });

  it('has its CRDs with the versions served and stored', () => {
    const crds = crdManifests(version);
    expect(crds.map(({ metadata }) => metadata.name)).toEqual(facts.crds.map(({ name }) => name));
    for (const [index, crd] of crds.entries()) {
      const versions = crd.spec.versions as { name: string; storage: boolean; served: boolean }[];
      expect(versions.map(({ name }) => name)).toEqual(facts.crds[index]!.versions);
      expect(versions.filter(({ storage }) => storage).map(({ name }) => name)).toEqual([
        facts.crds[index]!.storage,
      ]);
      expect(versions.find(({ storage }) => storage)?.served).toBe(true);
    }
  });

  it('has the objects and images of its extensions', async () => {
    for (const [name, fact] of Object.entries(facts.extensions)) {
      const manifests = await extensionManifests(name as ExtensionName, version);
      expect(namesOf(manifests).sort()).toEqual(names(fact.objects).sort());
      for (const workload of fact.workloads) {
        const { spec } = find(manifests, workload.kind, workload.name);
        expect(images(spec.template.spec.containers)).toEqual(workload.containers);
        expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
      }
    }
  });

  it('has a webhook for every certificate, and the API server is given that certificate', async () => {
    const manifests = await controlPlaneManifests(version, { trust });
    const hooks = manifests.filter(({ kind }) => kind.endsWith('WebhookConfiguration'));
    expect(hooks.length).toBeGreaterThan(1);
    for (const hook of hooks) {
      const [webhook] = hook.webhooks;
      const { service, caBundle } = webhook.clientConfig;
      const secret = find(manifests, 'Secret', `${service.name}-k8s-tls`);
      expect(pem(secret.data['tls.crt'])).toBe(pem(caBundle));
      expect(new X509Certificate(pem(caBundle)).checkHost(`${service.name}.linkerd.svc`)).toBeDefined();
      expect(namesOf(manifests)).toContain(`Service/${service.name}`);
    }
  });

  it('says its version in linkerd-config and keeps the private key out of it', async () => {
    const manifests = await controlPlaneManifests(version, { trust });
    const text: string = find(manifests, 'ConfigMap', 'linkerd-config').data.values;
    const values = parse(text);
    expect((values.global ?? values).linkerdVersion).toBe(version);
    expect((values.global ?? values).identityTrustAnchorsPEM).toBe(trust.anchorPem);
    expect(text).not.toContain('PRIVATE KEY');
    const stored = parse(
      pem(find(manifests, 'Secret', 'linkerd-config-overrides').data['linkerd-config-overrides']),
    );
    const again = await controlPlaneManifests(version, { trust, overrides: stored });
    expect(find(again, 'ConfigMap', 'linkerd-config').data.values).toBe(text);
  });
});

describe('a control plane', () => {
  it('keeps the identity it is given and makes new webhook certificates each time', async () => {
    const [first, second] = [
      await controlPlaneManifests('stable-2.14.10', { trust }),
      await controlPlaneManifests('stable-2.14.10', { trust }),
    ];
    const issuer = (manifests: Manifest[]) => find(manifests, 'Secret', 'linkerd-identity-issuer').data;
    expect(issuer(first)).toEqual(issuer(second));
    expect(pem(issuer(first)['crt.pem'])).toBe(trust.issuer.certPem);
    const hook = (manifests: Manifest[]) => find(manifests, 'Secret', 'linkerd-proxy-injector-k8s-tls').data;
    expect(hook(first)).not.toEqual(hook(second));
    const checksum = (manifests: Manifest[]) =>
      find(manifests, 'Deployment', 'linkerd-destination').spec.template.metadata.annotations[
        'checksum/config'
      ];
    expect(checksum(first)).not.toBe(checksum(second));
  });

  it('comes in an order in which every object can be applied', async () => {
    const kinds = (await controlPlaneManifests('stable-2.14.10', { trust })).map(({ kind }) => kind);
    expect(kinds[0]).toBe('Namespace');
    expect(kinds.lastIndexOf('ServiceAccount')).toBeLessThan(kinds.indexOf('Deployment'));
    expect(kinds.lastIndexOf('ConfigMap')).toBeLessThan(kinds.indexOf('Deployment'));
  });

  it('closes its webhooks on failure in a high-availability install only', async () => {
    const policy = async (ha: boolean) =>
      find(
        await controlPlaneManifests('stable-2.14.10', { trust, ha }),
        'MutatingWebhookConfiguration',
        'linkerd-proxy-injector-webhook-config',
      ).webhooks[0].failurePolicy;
    expect(await policy(false)).toBe('Ignore');
    expect(await policy(true)).toBe('Fail');
  });

  it('lives in another namespace when told', async () => {
    const manifests = await controlPlaneManifests('stable-2.14.10', { trust, namespace: 'mesh' });
    const others = manifests.filter(({ metadata }) => ![undefined, 'mesh'].includes(metadata.namespace));
    expect(namesOf(others)).toEqual([]);
    expect(namesOf(manifests)).toContain('Namespace/mesh');
  });

  it('of an unknown version is an error that names the known ones', async () => {
    await expect(controlPlaneManifests('stable-2.14.99', { trust })).rejects.toThrow(UnknownVersionError);
    expect(() => factsOf('toString')).toThrow('stable-2.14.10');
  });
});

describe('the Gateway API', () => {
  it('is printed by 2.18 and later only where Linkerd manages it', () => {
    const routes = (gatewayApi: boolean) =>
      crdManifests('edge-25.4.4', { gatewayApi }).filter(({ metadata }) =>
        metadata.name.endsWith('gateway.networking.k8s.io'),
      );
    expect(routes(false)).toEqual([]);
    expect(routes(true)).toHaveLength(4);
    expect(routes(true)[0]?.metadata.annotations).toMatchObject({ 'helm.sh/resource-policy': 'keep' });
  });
});
