import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mesh, startMesh, stepsOf, textOf } from './mesh.ts';

/** A cluster that is linked to itself by an older tool: `west` is the cluster that it leads to and the one that it stands in. */
async function linked(mesh: Mesh, by: string, version: string): Promise<void> {
  await mesh.sh(`linkerd-${by} multicluster install | kubectl apply --filename -
    linkerd-${by} multicluster link --cluster-name west | kubectl apply --filename -
    linkerd-${version} multicluster install | kubectl apply --filename -
    kubectl -n linkerd-multicluster rollout status deployment/linkerd-gateway --timeout=60s
    kubectl -n linkerd-multicluster rollout status deployment/linkerd-service-mirror-west --timeout=60s`);
  await mesh.apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'cart-west',
      namespace: 'shop',
      labels: { 'mirror.linkerd.io/mirrored-service': 'true', 'mirror.linkerd.io/cluster-name': 'west' },
    },
    spec: { ports: [{ port: 80 }] },
  });
}

const parametersOf = (mesh: Mesh) => ({
  LINK: 'west',
  TARGET: 'practice',
  TARGET_KUBECONFIG: mesh.kubeconfig,
});
const createdBy = (mesh: Mesh) =>
  mesh.sh(
    `kubectl -n linkerd-multicluster get links.multicluster.linkerd.io west -o jsonpath='{.metadata.annotations.linkerd\\.io/created-by}'`,
  );
const addressOf = (mesh: Mesh) =>
  mesh.sh(`kubectl -n shop get service cart-west -o jsonpath='{.spec.clusterIP}'`);

describe('a link of 2.13 on 2.14', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh('stable-2.14.10');
    await linked(mesh, 'stable-2.13.7', 'stable-2.14.10');
  }, 240_000);
  afterAll(() => mesh.stop());

  it('is made again with its controller, and what is mirrored stays as it is', async () => {
    const address = await addressOf(mesh);
    expect(await createdBy(mesh)).toBe('linkerd/cli stable-2.13.7');
    const ran = await mesh.walk('multicluster', { parameters: parametersOf(mesh) });
    expect(await createdBy(mesh)).toBe('linkerd/cli stable-2.14.10');
    expect(await addressOf(mesh)).toBe(address);
    expect(textOf(ran)).toMatch(/west\s+True\s+1/);
    expect(textOf(ran)).toContain('0 left of another version');
    // The destination service of 2.14 has credentials of its own.
    expect(await mesh.sh('kubectl -n linkerd get secret cluster-credentials-west -o name')).toBe(
      'secret/cluster-credentials-west',
    );
    expect(stepsOf(ran)).not.toContain('Let the extension run the controller');
  }, 240_000);

  it('is not made while the cluster that it leads to has an older extension', async () => {
    await mesh.sh('linkerd-stable-2.13.7 multicluster install | kubectl apply --filename -');
    await expect(mesh.walk('multicluster', { parameters: parametersOf(mesh) })).rejects.toThrow(
      'The gateway of west is of stable-2.13.7, its control plane of stable-2.14.10. Upgrade the extension there first.',
    );
  }, 240_000);
});

describe('a pair of clusters of two releases', () => {
  let here: Mesh;
  let there: Mesh;
  beforeAll(async () => {
    [here, there] = await Promise.all([startMesh('edge-24.11.8'), startMesh('edge-25.4.4')]);
  }, 240_000);
  afterAll(() => Promise.all([here?.stop(), there?.stop()]));

  it.each([
    [
      'the receiving one is behind',
      'This cluster: edge-25.4.4. west: edge-24.11.8.\n',
      'west is behind this cluster. Upgrade it first',
      true,
    ],
    [
      'this one is behind',
      'This cluster: edge-24.11.8. west: edge-25.4.4.\n',
      'This cluster is behind west.',
      false,
    ],
  ])('is brought to one release first: %s', async (_, told, why, turned) => {
    const [from, to] = turned ? [there, here] : [here, there];
    const walk = from.walk('multicluster', { parameters: { ...parametersOf(to) } });
    await expect(walk).rejects.toThrow(told);
    await expect(walk).rejects.toThrow(why);
  });
});

describe('a link of 2.17 on 2.18', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh('edge-25.4.4');
    await linked(mesh, 'edge-24.11.8', 'edge-25.4.4');
  }, 240_000);
  afterAll(() => mesh.stop());

  it('gets a controller of the extension, and the one of the link goes', async () => {
    const address = await addressOf(mesh);
    const ran = await mesh.walk('multicluster', { parameters: parametersOf(mesh) });
    expect(stepsOf(ran)).not.toContain('Make the link and its controller again');
    expect(await createdBy(mesh)).toBe('linkerd/cli edge-25.4.4');
    const controllers = await mesh.sh(
      'kubectl -n linkerd-multicluster get deployments -l mirror.linkerd.io/cluster-name=west -o name',
    );
    expect(controllers).toBe('deployment.apps/controller-west');
    expect(await addressOf(mesh)).toBe(address);
  }, 240_000);

  it('is the same when the runbook is walked again', async () => {
    const ran = await mesh.walk('multicluster', { parameters: parametersOf(mesh) });
    expect(stepsOf(ran)).not.toContain('Take the old controller away');
    expect(textOf(ran)).toMatch(/west\s+True\s+1/);
  }, 240_000);
});
