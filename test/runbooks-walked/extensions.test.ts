import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveCharts } from '../../src/practice/charts/serve-charts.ts';
import { type Mesh, startMesh, stepsOf, textOf } from './mesh.ts';

const imagesOf = (mesh: Mesh, namespace: string) =>
  mesh.sh(
    `kubectl -n ${namespace} get deployments -o jsonpath='{range .items[*].spec.template.spec.containers[*]}{.image}{"\\n"}{end}' | grep linkerd/ | sed 's/.*://' | sort -u`,
  );

const upgradeControlPlane = (mesh: Mesh, to: string) =>
  mesh.sh(`linkerd-${to} upgrade --crds | kubectl apply --filename -
    linkerd-${to} upgrade | kubectl apply --filename -
    for each in $(kubectl -n linkerd get deployments -o name); do kubectl -n linkerd rollout status "$each" --timeout=60s; done`);

describe('extensions that the CLI installed', () => {
  const [FROM, TO] = ['stable-2.13.7', 'stable-2.14.10'];
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh(FROM);
    await mesh.sh(`for each in multicluster jaeger; do linkerd-${FROM} $each install | kubectl apply --filename -; done
      linkerd-${FROM} install-cni | kubectl apply --filename -
      kubectl -n linkerd-cni rollout status daemonset/linkerd-cni --timeout=60s
      kubectl -n linkerd-viz create configmap left-behind
      kubectl -n linkerd-viz label configmap left-behind linkerd.io/extension=viz`);
  }, 240_000);
  afterAll(() => mesh.stop());

  it('before the control plane only the CNI plugin is upgraded', async () => {
    const ran = await mesh.walk('extensions', { parameters: { TO } });
    expect(textOf(ran)).toContain('CNI plugin: cli, viz: cli, multicluster: cli, jaeger: cli');
    expect(
      await mesh.sh("kubectl -n linkerd-cni get daemonset linkerd-cni -o jsonpath='{..image}'"),
    ).toContain('cni-plugin:v1.3.0');
    expect(await imagesOf(mesh, 'linkerd-viz')).toBe(FROM);
    expect(await imagesOf(mesh, 'linkerd-jaeger')).toBe(FROM);
    expect(stepsOf(ran).at(-1)).toBe('Go on with the control plane');
  }, 240_000);

  it('after it all others, and what viz has left behind is pruned', async () => {
    await upgradeControlPlane(mesh, TO);
    const ran = await mesh.walk('extensions', { parameters: { TO } });
    expect(stepsOf(ran)).not.toContain('Upgrade the CNI plugin with the CLI');
    expect(await imagesOf(mesh, 'linkerd-viz')).toBe(TO);
    expect(await imagesOf(mesh, 'linkerd-jaeger')).toBe(TO);
    expect(await mesh.sh('kubectl -n linkerd-viz get configmap left-behind --ignore-not-found')).toBe('');
    expect(textOf(ran)).not.toContain('PRIVATE KEY');
  }, 240_000);
});

describe('jaeger before 2.19', () => {
  const [FROM, TO] = ['edge-25.4.4', 'edge-25.10.7'];
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh(FROM);
    await mesh.sh(`linkerd-${FROM} jaeger install | kubectl apply --filename -`);
  }, 240_000);
  afterAll(() => mesh.stop());

  it('is taken out with the tool that still knows it', async () => {
    const ran = await mesh.walk('extensions', { parameters: { TO } });
    expect(stepsOf(ran)).toContain('Take the jaeger extension out with the CLI');
    const left = await mesh.sh(`kubectl get namespace linkerd-jaeger --ignore-not-found -o name
      kubectl get mutatingwebhookconfigurations -o name | grep jaeger || true`);
    expect(left).toBe('');
  }, 240_000);

  it('is not passed over where it was left until the control plane is new', async () => {
    await mesh.sh(`linkerd-${FROM} jaeger install | kubectl apply --filename -`);
    await upgradeControlPlane(mesh, TO);
    await expect(mesh.walk('extensions', { parameters: { TO } })).rejects.toThrow(
      `The jaeger extension is still there, and ${TO} has no tool for it.`,
    );
  }, 240_000);
});

describe('extensions that Helm installed', () => {
  const [FROM, TO] = ['stable-2.13.7', 'stable-2.14.10'];
  let mesh: Mesh;
  let charts: Awaited<ReturnType<typeof serveCharts>>;
  beforeAll(async () => {
    charts = await serveCharts();
    mesh = await startMesh(FROM);
    await mesh.sh(`linkerd-${FROM} viz uninstall | kubectl delete --filename - --ignore-not-found
      kubectl wait --for=delete namespace/linkerd-viz --timeout=60s
      for each in viz multicluster jaeger; do
        helm install linkerd-$each linkerd-$each --repo ${charts.url} --devel --version $(helm show chart linkerd-$each --repo ${charts.url} --version '<30.12.0' | sed -n 's/^version: //p') \
          --namespace linkerd-$each --create-namespace
        kubectl label namespace linkerd-$each linkerd.io/extension=$each
      done`);
  }, 240_000);
  afterAll(async () => {
    await mesh?.stop();
    await charts?.close();
  });

  it('are upgraded by Helm, to the chart of the release', async () => {
    expect(await imagesOf(mesh, 'linkerd-viz')).toBe(FROM);
    await upgradeControlPlane(mesh, TO);
    const ran = await mesh.walk('extensions', { parameters: { TO, CHARTS: charts.url } });
    expect(textOf(ran)).toContain('CNI plugin: no, viz: helm, multicluster: helm, jaeger: helm');
    for (const each of ['linkerd-viz', 'linkerd-jaeger']) expect(await imagesOf(mesh, each)).toBe(TO);
    expect(await mesh.sh('helm list --namespace linkerd-viz')).toMatch(
      /linkerd-viz-30\.12\.11\s+stable-2\.14\.10/,
    );
  }, 240_000);
});
