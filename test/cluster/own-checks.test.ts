/** Handrail's own checks against a control plane of Linkerd on a real API server: definitions, EndpointSlices, tables as they really are. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClusterApi } from '../../src/cluster/api.ts';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { ownChecks } from '../../src/cluster/own-checks/run.ts';
import { controlPlaneManifests } from '../../src/linkerd/control-plane.ts';
import { crdManifests } from '../../src/linkerd/crds.ts';
import type { Manifest } from '../../src/linkerd/manifest.ts';
import { systemClock } from '../../src/state/kind.ts';
import { createTools, type Tools } from '../helpers/kubectl.ts';
import { type FakeKubelet, startFakeKubelet } from './kubelet.ts';
import { type ControlPlane, startControlPlane } from './server/start.ts';

const MESH = 'stable-2.14.10';
let own: ControlPlane;
let kubelet: FakeKubelet;
let tools: Tools;
let api: ClusterApi;

async function kubectl(args: string, stdin?: string): Promise<string> {
  const { code, stdout, stderr } = await tools.kubectl(args, stdin);
  expect(code, stderr).toBe(0);
  return stdout;
}
const apply = (items: readonly Manifest[]) =>
  kubectl('apply -f -', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));

async function checked(waitMs = 0, of = api) {
  const options = { proxy: true, pre: false, waitMs, clock: systemClock };
  const { checks } = await ownChecks(of, { ...options, signal: new AbortController().signal });
  return checks.filter(({ result }) => result !== 'success');
}

beforeAll(async () => {
  own = await startControlPlane();
  tools = await createTools(own.kubeconfig.text);
  kubelet = await startFakeKubelet(own.kubeconfig.text, { nodes: 3 });
  api = openClusterApi(own.kubeconfig.text);
  await apply(crdManifests(MESH));
  const manifests = await controlPlaneManifests(MESH);
  const isWebhook = ({ kind }: Manifest) => kind.endsWith('WebhookConfiguration');
  await apply(manifests.filter((one) => !isWebhook(one)));
  const deployments = 'deploy/linkerd-destination deploy/linkerd-identity deploy/linkerd-proxy-injector';
  await kubectl(`-n linkerd wait --for=condition=Available ${deployments} --timeout=60s`);
  // Nothing answers at the addresses of these pods, so the API server is to ask nobody while pods are made.
  await apply(manifests.filter(isWebhook));
}, 120_000);

afterAll(async () => {
  api?.close();
  await kubelet?.stop();
  await tools?.dispose();
  await own?.kill();
});

test('a control plane that is well gives no warning', async () => {
  expect(await checked(20_000)).toEqual([]);
});

test('what was deleted is named', async () => {
  await kubectl('delete crd servers.policy.linkerd.io');
  await kubectl('delete validatingwebhookconfiguration linkerd-sp-validator-webhook-config');
  await kubectl('-n linkerd delete service linkerd-policy-validator');
  const named = async () => (await checked()).map(({ description, error }) => `${description}: ${error}`);
  await expect
    .poll(named, { timeout: 20_000 })
    .toEqual([
      'control plane CustomResourceDefinitions exist: missing servers.policy.linkerd.io',
      'control plane ValidatingWebhookConfigurations exist: missing linkerd-sp-validator-webhook-config',
      'policy-validator webhook is answered: There is no Service linkerd/linkerd-policy-validator.',
    ]);
});

test('somebody who may see little is told which permissions are missing', async () => {
  const viewer = openClusterApi(own.viewerKubeconfig.text);
  try {
    const bad = await checked(0, viewer);
    expect(bad.filter(({ result }) => result === 'error')).toEqual([]);
    expect(bad.length).toBeGreaterThan(5);
    for (const { error } of bad) expect(error).toMatch(/^Not permitted: (?:get|list) \S+/);
  } finally {
    viewer.close();
  }
});
