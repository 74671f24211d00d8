/** Hops by Helm on which something can be lost: extensions that are installed anew, one that ends, and definitions that leave their chart. */
import { afterEach, describe, expect, test } from 'vitest';
import { expectUpgraded, type HelmWorld, helmWorld } from './helm-hop.ts';

let world: HelmWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const link = `
apiVersion: multicluster.linkerd.io/v1alpha1
kind: Link
metadata: {name: west, namespace: linkerd-multicluster}
spec: {targetClusterName: west, clusterCredentialsSecret: cluster-credentials-west}
---
apiVersion: v1
kind: Secret
metadata: {name: cluster-credentials-west, namespace: linkerd-multicluster}
type: mirror.linkerd.io/remote-kubeconfig
stringData: {kubeconfig: "token of the west"}
`;

describe('by Helm', () => {
  test('from 2.11 to 2.12 extensions are installed anew, and the Links of multicluster are there again', async () => {
    world = await helmWorld('stable-2.11.5');
    const { sh, charts } = world;
    await sh(
      `helm install linkerd-multicluster linkerd-multicluster --repo ${charts} --version 2.11.5 --set custom=1`,
    );
    await sh(`helm install tracing linkerd-jaeger --repo ${charts} --version 2.11.5`);
    await sh(`kubectl apply -f - <<'END'\n${link}\nEND`);
    const { code, stdout } = await world.walkHelm('stable-2.12.6');
    expect(code, stdout.slice(-6000)).toBe(0);
    expect(stdout).not.toContain('token of the west');
    await expectUpgraded(world, 'stable-2.12.6');
    const releases = await sh(`helm list -A --no-headers | awk '{ print $2 "/" $1 }' | sort`);
    expect(releases.trim().split('\n')).toEqual([
      'linkerd-jaeger/linkerd-jaeger',
      'linkerd-multicluster/linkerd-multicluster',
      'linkerd-viz/linkerd-viz',
      'linkerd/linkerd-control-plane',
      'linkerd/linkerd-crds',
    ]);
    const of = 'kubectl -n linkerd-multicluster get';
    expect(await sh(`${of} links.multicluster.linkerd.io west -o jsonpath={.spec.targetClusterName}`)).toBe(
      'west',
    );
    expect(await sh(`${of} secret cluster-credentials-west -o jsonpath={.data.kubeconfig} | base64 -d`)).toBe(
      'token of the west',
    );
    expect(await sh('helm get values linkerd-multicluster -n linkerd-multicluster')).toContain('custom: 1');
    expect(await sh('kubectl -n linkerd get secret extensions-before-2.12 --ignore-not-found')).toBe('');
  }, 600_000);

  test('from 2.18 to 2.19 jaeger goes, and routes stay', async () => {
    world = await helmWorld('edge-25.4.4');
    const { sh, charts } = world;
    await sh('kubectl create namespace linkerd-jaeger');
    await sh('kubectl label namespace linkerd-jaeger linkerd.io/extension=jaeger');
    await sh(
      `helm install tracing linkerd-jaeger --repo ${charts} --version 2025.4.4 -n linkerd-jaeger --wait`,
    );
    await sh(`kubectl apply -f - <<'END'
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec: {}
END`);
    const { code, stdout } = await world.walkHelm('edge-25.10.7');
    expect(code, stdout.slice(-6000)).toBe(0);
    expect(await sh('helm list -n linkerd-jaeger -q')).toBe('');
    expect(await sh('kubectl -n shop get httproutes.gateway.networking.k8s.io -o name')).toContain('/web');
    await sh('kubectl delete namespace linkerd-jaeger');
    await expectUpgraded(world, 'edge-25.10.7');
  }, 600_000);

  test('a definition that Helm would delete stops the upgrade before anything is done', async () => {
    world = await helmWorld('edge-25.4.4');
    const { sh } = world;
    await sh('kubectl annotate crd httproutes.gateway.networking.k8s.io helm.sh/resource-policy-');
    const { code, stdout } = await world.walkHelm('edge-25.10.7');
    expect(code).not.toBe(0);
    expect(stdout).toContain('1 would be deleted with all their resources');
    expect(await sh('helm list -A --no-headers')).not.toContain('edge-25.10.7');
  }, 200_000);

  test('two hops at once are refused, and so is a mesh of the tool', async () => {
    world = await helmWorld('stable-2.13.7');
    const far = await world.walkHelm('edge-24.2.4');
    expect(far.code).not.toBe(0);
    expect(far.stdout).toContain('skips a major version');
    await world.sh('kubectl -n linkerd create secret generic linkerd-config-overrides');
    const other = await world.walkHelm('stable-2.14.10');
    expect(other.code).not.toBe(0);
    expect(other.stdout).toContain('installed with the linkerd tool');
  }, 200_000);
});
