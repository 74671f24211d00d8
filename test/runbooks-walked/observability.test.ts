import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mesh, startMesh, stepsOf, textOf } from './mesh.ts';

const dashboard = (name: string, query: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop' },
  data: { 'dashboard.json': JSON.stringify({ panels: [{ targets: [{ expr: query }] }] }, undefined, 2) },
});

describe('on 2.19', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh('edge-25.10.7');
    await mesh.apply(
      dashboard('tcp', 'rate(tcp_connection_duration_ms_sum[5m])'),
      dashboard('by-authority', 'sum(rate(response_total{direction="inbound", authority="web.shop"}[1m]))'),
      dashboard('subscribers', 'sum(ip_port_subscribers)'),
      dashboard('well', 'sum(rate(response_total{deployment="web"}[1m]))'),
    );
  }, 240_000);
  afterAll(() => mesh.stop());

  it('names the dashboards that use names of before, and changes nothing', async () => {
    const ran = await mesh.walk('observability');
    const said = textOf(ran);
    expect(said).toMatch(/configmap shop\/tcp uses a name of before 2\.11\n1 found/);
    expect(said).toMatch(/configmap shop\/by-authority asks for the label authority\n1 found/);
    expect(said).toMatch(/configmap shop\/subscribers uses a name of before 2\.19/);
    expect(said).not.toContain('shop/well');
    expect(said).toMatch(/\d+ proxies send traces to nobody/);
    expect(ran.some(({ role }) => role === 'change')).toBe(false);
  }, 240_000);

  it('fails where a component of the control plane is not there', async () => {
    await mesh.sh(`kubectl -n linkerd patch deployment linkerd-identity --type json --patch \
        '[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"example.com/none:none"},{"op":"replace","path":"/spec/strategy","value":{"type":"Recreate"}}]'
      kubectl -n linkerd wait --for=jsonpath='{.status.unavailableReplicas}'=1 deployment/linkerd-identity --timeout=60s`);
    await expect(mesh.walk('observability', { only: ['See what to be woken for'] })).rejects.toThrow(
      'linkerd-identity: 0 of 1',
    );
  }, 240_000);
});

describe('on 2.14', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh('stable-2.14.10');
  }, 240_000);
  afterAll(() => mesh.stop());

  it('logs more for a while, and puts it back', async () => {
    const ran = await mesh.walk('observability', { parameters: { DEBUG: 'yes' } });
    expect(stepsOf(ran)).not.toContain('Since 2.18');
    expect(stepsOf(ran)).toEqual(expect.arrayContaining(['Log more for a while', 'Put the log level back']));
    const values = await mesh.sh(
      "kubectl -n linkerd get configmap linkerd-config -o jsonpath='{.data.values}'",
    );
    expect(values).toContain('controllerLogLevel: info');
  }, 240_000);
});
