/** The API server calls our injector, and says why it could not: the messages that an operator will read. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { configureMissingInjector, type Injector, startInjector } from './injector.ts';
import { sharedCluster } from './shared.ts';

const cluster = await sharedCluster();
const { kubectl } = cluster.tools;
let namespace: string;
let controlPlane: string;
let injector: Injector;

beforeAll(async () => {
  namespace = await cluster.namespace({ annotations: { 'linkerd.io/inject': 'enabled' } });
  controlPlane = await cluster.namespace();
  injector = await startInjector(cluster.kubeconfig, {
    namespaces: [namespace],
    controlPlane,
    timeoutSeconds: 1,
  });
});
afterAll(() => injector?.stop());

let number = 0;
async function tryPod(): Promise<string> {
  number += 1;
  const { code, stdout, stderr } = await kubectl([
    ...['-n', namespace, 'run', `pod-${number}`, '--image=nginx:1.27'],
  ]);
  return code === 0 ? stdout.trim() : stderr.trim();
}
/** What the API server knows of a webhook it learns a moment after it was changed. */
const until = (pattern: RegExp) =>
  eventually(async () => pattern.exec(await tryPod())?.[0], `an answer like ${pattern}`);

test('a Deployment in an injected namespace gets proxies, which know their workload', async () => {
  await until(/^pod\/pod-\d+ created$/);
  await eventually(() => injector.calls() > 0, 'a call');
  await kubectl(`-n ${namespace} create deployment web --image=nginx:1.27 --replicas=2`);
  expect(await kubectl(`-n ${namespace} rollout status deployment/web --timeout=30s`)).toMatchObject({
    code: 0,
  });
  const { stdout } = await kubectl(`-n ${namespace} get pods -l app=web -o json`);
  const { items } = JSON.parse(stdout);
  expect(items).toHaveLength(2);
  for (const { metadata, spec, status } of items) {
    expect(metadata.labels['linkerd.io/control-plane-ns']).toBe(controlPlane);
    expect(metadata.labels['linkerd.io/proxy-deployment']).toBe('web');
    expect(metadata.annotations['linkerd.io/proxy-version']).toBe('stable-2.14.10');
    expect(spec.containers.map((each: { name: string }) => each.name)).toEqual(['linkerd-proxy', 'nginx']);
    expect(status.containerStatuses.every((each: { ready: boolean }) => each.ready)).toBe(true);
  }
});

test('an injector that hangs', async () => {
  injector.mode = 'hang';
  const call = `failed calling webhook "linkerd-proxy-injector.linkerd.io": failed to call webhook: Post "https://linkerd-proxy-injector.${controlPlane}.svc:443/?timeout=1s":`;
  expect(await tryPod()).toContain(`${call} context deadline exceeded`);
  injector.mode = 'inject';
  expect(await tryPod()).toMatch(/created$/);
});

test('an injector that answers with an error', async () => {
  injector.mode = 'error';
  expect(await tryPod()).toContain(
    'failed calling webhook "linkerd-proxy-injector.linkerd.io": failed to call webhook: an error on the server',
  );
  injector.mode = 'deny';
  expect(await tryPod()).toContain(
    'admission webhook "linkerd-proxy-injector.linkerd.io" denied the request: pods like this one are not let in',
  );
  injector.mode = 'inject';
});

test('an injector whose certificate is not trusted', async () => {
  await injector.trust(false);
  await until(/tls: failed to verify certificate: x509: certificate signed by unknown authority/);
  await injector.trust(true);
  await until(/created$/);
});

test('an injector without a pod behind its Service', async () => {
  await injector.reachable(false);
  await until(/no endpoints available for service "linkerd-proxy-injector"/);
  await injector.reachable(true);
  await until(/created$/);
});

test('an injector whose Service is gone, as its workload reports it', async () => {
  const own = await cluster.namespace();
  const missing = await configureMissingInjector(cluster.client, [own], 'linkerd-is-gone');
  // Pods are let in until the API server has heard of the webhook.
  await eventually(
    async () => (await kubectl(`-n ${own} run trial --image=nginx:1.27 --dry-run=server`)).code === 1,
    'a webhook in force',
  );
  await kubectl(`-n ${own} create deployment web --image=nginx:1.27`);
  const deployments = { apiVersion: 'apps/v1', resource: 'deployments', namespace: own };
  const failure = await eventually(async () => {
    const deployment = await cluster.client.get(deployments, 'web');
    return deployment?.status?.conditions?.find((each: { type: string }) => each.type === 'ReplicaFailure');
  }, 'a ReplicaFailure');
  expect(failure.message).toBe(
    'Internal error occurred: failed calling webhook "linkerd-proxy-injector.linkerd.io": failed to call webhook: ' +
      'Post "https://linkerd-proxy-injector.linkerd-is-gone.svc:443/?timeout=10s": service "linkerd-proxy-injector" not found',
  );
  await missing.remove();
  expect(await kubectl(`-n ${own} rollout status deployment/web --timeout=40s`)).toMatchObject({ code: 0 });
});
