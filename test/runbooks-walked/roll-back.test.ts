import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveCharts } from '../../src/practice/charts/serve-charts.ts';
import { identityFiles, type Mesh, startMesh, stepsOf, textOf } from './mesh.ts';

const proxies = (mesh: Mesh) =>
  mesh.sh(
    `kubectl get pods -A -l 'linkerd.io/control-plane-ns,!linkerd.io/extension' --field-selector status.phase=Running \
      -o jsonpath='{range .items[*]}{.spec.initContainers[?(@.name=="linkerd-proxy")].image}{.spec.containers[?(@.name=="linkerd-proxy")].image}{"\\n"}{end}' | sed 's/.*://' | sort -u`,
  );

describe('where the definitions store what the older release cannot read', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh('stable-2.14.10');
  }, 240_000);
  afterAll(() => mesh.stop());

  it('is refused before anything is changed, with the definition and the version', async () => {
    const state = () =>
      mesh.sh(
        'readlink "$(command -v linkerd)"; kubectl get pods -A -o name | sort; kubectl get customresourcedefinitions -o yaml',
      );
    const before = await state();
    await expect(mesh.walk('roll-back', { parameters: { TO: 'stable-2.13.7' } })).rejects.toThrow(
      /Going back to stable-2\.13\.7 is blocked:\n {2}httproutes\.policy\.linkerd\.io: resources may be stored as v1beta3, which the older release cannot read/,
    );
    expect(await state()).toBe(before);
  }, 240_000);

  it.each([
    [
      'stable-2.12.6',
      'That is 2 major versions back. No more than one is known to work: go forward instead.',
    ],
    ['edge-24.2.4', 'edge-24.2.4 is not before stable-2.14.10: there is nothing to go back to.'],
  ])('is refused to %s', async (TO, why) => {
    await expect(mesh.walk('roll-back', { parameters: { TO } })).rejects.toThrow(why);
  });
});

describe('where they do not', () => {
  const [FROM, TO] = ['edge-25.10.7', 'edge-25.4.4'];
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh(FROM);
  }, 240_000);
  afterAll(() => mesh.stop());

  it('tool, control plane and proxies go back, and the definitions stay', async () => {
    const definitions = () =>
      mesh.sh(
        'kubectl get customresourcedefinitions -o jsonpath=\'{range .items[*]}{.metadata.name}={.metadata.resourceVersion}{"\\n"}{end}\'',
      );
    const before = await definitions();
    const ran = await mesh.walk('roll-back', { parameters: { TO }, undo: ['Take the tool back'] });
    expect(await mesh.sh('linkerd version --short')).toBe(`${TO}\n${TO}`);
    expect(await proxies(mesh)).toBe(TO);
    expect(await definitions()).toBe(before);
    expect(textOf(ran)).not.toContain('PRIVATE KEY');
  }, 240_000);
});

describe('a mesh of Helm’s', () => {
  const [FROM, TO] = ['edge-25.10.7', 'edge-25.4.4'];
  let mesh: Mesh;
  let charts: Awaited<ReturnType<typeof serveCharts>>;
  beforeAll(async () => {
    charts = await serveCharts();
    mesh = await startMesh('none');
    await mesh.sh(`cd ${mesh.folder}
      ${identityFiles(365)}
      helm install linkerd-crds linkerd-crds --repo ${charts.url} --version 2025.4.4 --namespace linkerd --create-namespace
      helm install linkerd-control-plane linkerd-control-plane --repo ${charts.url} --version 2025.4.4 --namespace linkerd \
        --set-file identityTrustAnchorsPEM=ca.crt --set-file identity.issuer.tls.crtPEM=issuer.crt --set-file identity.issuer.tls.keyPEM=issuer.key
      for each in $(kubectl -n linkerd get deployments -o name); do kubectl -n linkerd rollout status "$each" --timeout=60s; done
      helm upgrade linkerd-crds linkerd-crds --repo ${charts.url} --version 2025.10.7 --namespace linkerd --set installGatewayAPI=true
      helm upgrade linkerd-control-plane linkerd-control-plane --repo ${charts.url} --version 2025.10.7 --namespace linkerd --reuse-values --set linkerdVersion=${FROM}
      for each in $(kubectl -n linkerd get deployments -o name); do kubectl -n linkerd rollout status "$each" --timeout=60s; done`);
  }, 240_000);
  afterAll(async () => {
    await mesh?.stop();
    await charts?.close();
  });

  it('goes back by a rollback of the control plane’s release alone', async () => {
    const ran = await mesh.walk('roll-back', { parameters: { TO } });
    expect(stepsOf(ran)).not.toContain('Take the tool back');
    expect(await mesh.sh('helm list --namespace linkerd')).toMatch(
      /linkerd-control-plane\s+linkerd\s+3\s.*edge-25\.4\.4[\s\S]*linkerd-crds\s+linkerd\s+2\s.*edge-25\.10\.7/,
    );
  }, 240_000);
});
