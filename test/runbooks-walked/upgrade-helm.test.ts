/** The control plane goes back by Helm as long as that is safe, and no longer. */
import { afterEach, expect, test } from 'vitest';
import { type ChartRepository, serveCharts } from '../../src/practice/charts/serve-charts.ts';
import { type Mesh, startMesh, textOf } from './mesh.ts';

let mesh: Mesh | undefined;
let charts: ChartRepository | undefined;
afterEach(async () => {
  await mesh?.stop();
  await charts?.close();
});

const before = ['Survey the mesh', 'Find the charts', 'Look at the values', 'Look at the Gateway API'];
const upgrade = 'Upgrade the control plane';

async function begin(FROM: string, TO: string, HOP: string) {
  mesh = await startMesh(FROM, { helm: true });
  charts = await serveCharts();
  const parameters = { FROM, TO, HOP, CHARTS: charts.url };
  const walk = (only: readonly string[], undo: readonly string[] = []) =>
    mesh!.walk('upgrade-helm', { parameters, only: [...before, ...only], undo });
  return { mesh: mesh!, walk };
}

test('it is taken back before proxies are new, and goes forward again', async () => {
  const { mesh, walk } = await begin('stable-2.13.7', 'stable-2.14.10', '13 14');
  const ran = await walk(['Update the CRDs', upgrade], [upgrade]);
  expect(await mesh.sh('helm history linkerd-control-plane -n linkerd')).toMatch(
    /Install complete[\s\S]+Upgrade complete[\s\S]+Rollback to 1[\s\S]+Upgrade complete/,
  );
  const image = await mesh.sh(
    `kubectl -n linkerd get deployment linkerd-identity -o jsonpath='{.spec.template.spec.containers[0].image}'`,
  );
  expect(image).toMatch(/:stable-2\.14\.10$/);
  // The definitions of the new version stayed where they were.
  const versions = `kubectl get crd httproutes.policy.linkerd.io -o jsonpath='{.spec.versions[*].name}'`;
  expect(await mesh.sh(versions)).toContain('v1beta3');
  expect(textOf(ran)).not.toContain('PRIVATE KEY');

  await mesh.sh(
    'kubectl -n shop rollout restart deployment/web && kubectl -n shop rollout status deployment/web',
  );
  await expect(walk([upgrade], [upgrade])).rejects.toThrow('an older control plane is not made for them');
}, 240_000);

test('it is not taken back where definitions would go with it', async () => {
  const { mesh, walk } = await begin('stable-2.10.2', 'stable-2.11.5', '10 11');
  await expect(walk([upgrade], [upgrade])).rejects.toThrow('servers.policy.linkerd.io');
  expect(await mesh.sh('kubectl get crd servers.policy.linkerd.io -o name')).toContain('servers');
}, 240_000);
