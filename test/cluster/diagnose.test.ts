/** Diagnosis on a real API server: its lists, its RBAC, its words for what it refuses. */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { collectSnapshot } from '../../src/cluster/evidence/collect-snapshot.ts';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { type ObjectPart, objectParts, type Snapshot } from '../../src/diagnosis/snapshot.ts';
import { controlPlaneManifests } from '../../src/linkerd/control-plane.ts';
import { crdManifests } from '../../src/linkerd/crds.ts';
import type { Manifest } from '../../src/linkerd/manifest.ts';
import { createTools, type Tools } from '../helpers/kubectl.ts';
import { type FakeKubelet, startFakeKubelet } from './kubelet.ts';
import { type ControlPlane, startControlPlane } from './server/start.ts';

const MESH = 'stable-2.14.10';
let own: ControlPlane;
let kubelet: FakeKubelet;
let tools: Tools;

async function kubectl(args: string, stdin?: string): Promise<string> {
  const { code, stdout, stderr } = await tools.kubectl(args, stdin);
  expect(code, stderr).toBe(0);
  return stdout;
}
const apply = (items: readonly Manifest[]) =>
  kubectl('apply -f -', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));

async function collected(
  kubeconfig = own.kubeconfig.text,
  besides: readonly ObjectPart[] = [],
): Promise<Snapshot> {
  const api = openClusterApi(kubeconfig);
  onTestFinished(() => api.close());
  return collectSnapshot(api, {
    cluster: { name: 'real', server: own.url, uid: 'uid', practice: false },
    signal: new AbortController().signal,
    besides,
  });
}
/** What is at least a warning, and known. */
const found = async () =>
  diagnose(await collected()).findings.filter(
    ({ severity, certainty }) => severity !== 'info' && certainty !== 'undetermined',
  );
const codes = async () => (await found()).map(({ code }) => code);

beforeAll(async () => {
  own = await startControlPlane();
  tools = await createTools(own.kubeconfig.text);
  kubelet = await startFakeKubelet(own.kubeconfig.text, { nodes: 3 });
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
  await kubelet?.stop();
  await tools?.dispose();
  await own?.kill();
});

test('every part is read or absent, and a control plane that is well raises no alarm', async () => {
  // Those that only notices and a preflight ask for as well.
  const snapshot = await collected(undefined, objectParts);
  const unread = objectParts.flatMap((part) => {
    const read = snapshot.objects[part];
    return read.state === 'unread' && read.why !== 'absent' ? [`${part}: ${read.message}`] : [];
  });
  expect(unread).toEqual([]);
  expect(snapshot.serverVersion).toMatchObject({ state: 'read' });
  expect(snapshot.tookMs).toBeLessThan(5000);
  await expect.poll(found, { timeout: 20_000 }).toEqual([]);
});

test('somebody of few rights gets what those allow, and every refusal names its permission', async () => {
  const snapshot = await collected(own.viewerKubeconfig.text);
  expect(snapshot.objects.pods.state).toBe('read');
  expect(snapshot.objects.deployments.state).toBe('read');
  expect(snapshot.objects.secrets).toEqual({
    state: 'unread',
    why: 'denied',
    message: 'It needs the permission to list secrets in all namespaces.',
  });
  expect(snapshot.objects.customResourceDefinitions).toMatchObject({
    why: 'denied',
    message: expect.stringContaining('list customresourcedefinitions.apiextensions.k8s.io'),
  });
  expect(snapshot.objects.servers).toMatchObject({ why: 'skipped' });
});

test('an injector that is scaled to nothing', async () => {
  await kubectl('-n linkerd scale deploy/linkerd-proxy-injector --replicas=0');
  await expect.poll(codes, { timeout: 20_000 }).toContain('injector-down');
  await kubectl('-n linkerd scale deploy/linkerd-proxy-injector --replicas=1');
  await expect.poll(codes, { timeout: 30_000 }).not.toContain('injector-down');
});

test('a definition that was deleted', async () => {
  await kubectl('delete customresourcedefinition httproutes.policy.linkerd.io');
  await expect.poll(codes, { timeout: 20_000 }).toContain('crd-missing');
  await apply(crdManifests(MESH));
  await expect.poll(codes, { timeout: 20_000 }).not.toContain('crd-missing');
});

test('a quota that lets no new pod in: the rollout that waits for one is told with the reason', async () => {
  await kubectl('-n linkerd create quota none --hard=pods=0');
  await kubectl('-n linkerd rollout restart deploy/linkerd-identity');
  await expect.poll(codes, { timeout: 20_000 }).toContain('control-plane-stuck');
  const [stuck] = (await found()).filter(({ code }) => code === 'control-plane-stuck');
  expect(JSON.stringify(stuck?.evidence)).toContain('QUOTA_EXCEEDED');
  await kubectl('-n linkerd delete quota none');
});
