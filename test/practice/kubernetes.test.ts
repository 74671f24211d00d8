import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubernetesFor } from '../../src/practice/kubernetes.ts';
import { askForKubernetes, kubernetesNow } from '../../src/practice/kubernetes-now.ts';
import { problemWith, STANDARD } from '../../src/practice/practice-settings.ts';
import { practiceWithKubectl } from '../linkerd-cli/helpers.ts';
import { kubectlOn } from './kubectl.ts';

type Cluster = Awaited<ReturnType<typeof practiceWithKubectl>>;
const PRUNE = ['apply', '--prune', '-l', 'linkerd.io/control-plane-ns=linkerd'];
const clusterWide = [
  'rbac.authorization.k8s.io/v1/clusterrole',
  'rbac.authorization.k8s.io/v1/clusterrolebinding',
  'apiregistration.k8s.io/v1/apiservice',
].map((kind) => `--prune-allowlist=${kind}`);

describe('Kubernetes 1.21', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await practiceWithKubectl({ mesh: 'none', kubernetes: 21 });
  }, 60_000);
  afterAll(() => cluster.stop());

  const kubectl = async (...args: string[]) => {
    const { code, out, err } = await cluster.kubectl(args);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${err}`);
    return out;
  };
  const apply = async (version: string, verb: string, args: readonly string[]) => {
    const { out, code, err } = await cluster.linkerd(version, [verb]);
    if (code !== 0) throw new Error(err);
    const applied = await cluster.kubectl([...args, '-f', '-'], out);
    if (applied.code !== 0) throw new Error(applied.err);
    return applied.out;
  };

  test('says so, and serves both versions of what has two', async () => {
    expect(await kubectl('version')).toContain('Server Version: v1.21.2');
    const served = (await kubectl('api-versions')).split('\n');
    expect(served).toEqual(
      expect.arrayContaining(['apiextensions.k8s.io/v1beta1', 'apiextensions.k8s.io/v1', 'batch/v1beta1']),
    );
    expect(served).not.toContain('autoscaling/v2');
    expect(await kubectl('api-resources', '--api-group=policy', '-o', 'name')).toContain(
      'podsecuritypolicies.policy',
    );
  });

  test('takes Linkerd 2.9 as its own tool prints it, and prunes what 2.10 and 2.11 leave behind', async () => {
    const installed = await apply('stable-2.9.4', 'install', ['apply']);
    expect(installed).toContain('podsecuritypolicy.policy/linkerd-linkerd-control-plane created');
    expect(installed).toContain(
      'customresourcedefinition.apiextensions.k8s.io/serviceprofiles.linkerd.io created',
    );
    // What was written in one version is read in the other.
    const crd = ['serviceprofiles.linkerd.io', '-o', 'json'];
    const current = JSON.parse(
      await kubectl('get', 'customresourcedefinitions.v1.apiextensions.k8s.io', ...crd),
    );
    expect(current.spec.versions).toMatchObject([
      { name: 'v1alpha1', schema: { openAPIV3Schema: { type: 'object' } } },
      { name: 'v1alpha2', storage: true },
    ]);
    const old = JSON.parse(
      await kubectl('get', 'customresourcedefinitions.v1beta1.apiextensions.k8s.io', ...crd),
    );
    expect(old.spec).toMatchObject({
      version: 'v1alpha1',
      validation: { openAPIV3Schema: { type: 'object' } },
    });
    expect(old.spec.versions[0]).not.toHaveProperty('schema');
    const injector = ['linkerd-proxy-injector-webhook-config', '-o', 'json'];
    const hook = JSON.parse(
      await kubectl('get', 'mutatingwebhookconfigurations.v1.admissionregistration.k8s.io', ...injector),
    );
    expect(hook.webhooks[0]).toMatchObject({ timeoutSeconds: 30, matchPolicy: 'Exact' });

    expect(await apply('stable-2.9.4', 'upgrade', PRUNE)).not.toContain('pruned');
    const namespaced = await apply('stable-2.10.2', 'upgrade', PRUNE);
    expect(namespaced).toContain('deployment.apps/linkerd-web pruned');
    expect(namespaced).toContain(
      'customresourcedefinition.apiextensions.k8s.io/serviceprofiles.linkerd.io configured',
    );
    expect(await apply('stable-2.10.2', 'upgrade', [...PRUNE, ...clusterWide])).toContain(
      'apiservice.apiregistration.k8s.io/v1alpha1.tap.linkerd.io pruned',
    );
    expect(await apply('stable-2.11.5', 'upgrade', PRUNE)).toContain(
      'deployment.apps/linkerd-controller pruned',
    );
  }, 60_000);

  test('is upgraded while it runs: kubelets follow, watches of what is gone end, nothing that is stored is lost', async () => {
    const real = await kubectlOn(cluster.practice.kubeconfig);
    const gone = real.start('get', 'podsecuritypolicies', '--watch', '-o', 'name');
    const stays = real.start('get', 'cronjobs.v1.batch', '-A', '--watch', '-o', 'name');
    await Promise.all([once(gone.stdout!, 'data'), once(stays.stdout!, 'data')]);

    const ended = once(gone, 'exit');
    expect(await askForKubernetes(cluster.kubeconfig, 25)).toBe('1.25');
    await ended;
    expect(stays.exitCode).toBeNull();
    stays.kill();
    real.remove();

    expect(await kubernetesNow(cluster.kubeconfig)).toBe('1.25');
    expect(await kubectl('get', 'nodes')).toContain('v1.25.2');
    expect(await kubectl('-n', 'linkerd', 'get', 'cronjobs')).toContain('linkerd-heartbeat');
    const missing = await cluster.kubectl(['get', 'podsecuritypolicies']);
    expect(missing.err).toContain('the server could not find the requested resource');
    const late = await cluster.linkerd('stable-2.11.5', ['upgrade']);
    const refused = await cluster.kubectl(
      // What kubectl remembers of the server is older than the upgrade.
      ['apply', '--cache-dir', join(cluster.folder, 'cache'), '-f', '-'],
      late.out,
    );
    expect(refused.err).toContain('no matches for kind "CronJob" in version "batch/v1beta1"');
  }, 60_000);

  test('does not go back, and does not become what nobody knows', async () => {
    await expect(askForKubernetes(cluster.kubeconfig, 21)).rejects.toThrow('no cluster goes back to 1.21');
    await expect(askForKubernetes(cluster.kubeconfig, 99)).rejects.toThrow('The newest Kubernetes');
    expect(await askForKubernetes(cluster.kubeconfig, 25)).toBe('1.25');
  });
});

test('below 1.29 a native sidecar is no sidecar', async () => {
  const cluster = await practiceWithKubectl({ mesh: 'none', kubernetes: 28 });
  try {
    const pod = (extra: object) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'app', namespace: 'default' },
        spec: {
          containers: [{ name: 'app', image: 'nginx' }],
          initContainers: [{ name: 'side', image: 'busybox', restartPolicy: 'Always', ...extra }],
        },
      });
    const probed = await cluster.kubectl(
      ['apply', '-f', '-'],
      pod({ startupProbe: { exec: { command: ['true'] } } }),
    );
    expect(probed.err).toContain(
      'spec.initContainers[0].startupProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    );
    expect((await cluster.kubectl(['apply', '-f', '-'], pod({}))).code).toBe(0);
    const side = ['get', 'pod', 'app', '-o', 'jsonpath={.spec.initContainers[0].restartPolicy}'];
    expect((await cluster.kubectl(side)).out).toBe('');
  } finally {
    await cluster.stop();
  }
}, 30_000);

describe('a Kubernetes that suits the mesh', () => {
  test.each([
    ['none', 35],
    ['stable-2.9.4', 21],
    ['stable-2.11.5', 23],
    ['stable-2.13.7', 35],
    ['edge-26.6.3', 35],
  ])('for %s is 1.%i', (mesh, minor) => {
    expect(kubernetesFor(mesh)).toBe(minor);
  });

  test.each([
    ['stable-2.9.4', 35, 'Kubernetes 1.35 does not have what Linkerd stable-2.9.4 is made of: webhooks'],
    ['stable-2.11.5', 25, 'CronJobs of batch/v1beta1'],
    ['edge-26.6.3', 30, 'Linkerd edge-26.6.3 needs Kubernetes 1.31 or newer.'],
    ['stable-2.13.7', 40, 'cannot play Kubernetes 1.40'],
  ])('%s on 1.%i is refused', (mesh, kubernetes, message) => {
    expect(problemWith({ ...STANDARD, mesh, kubernetes })?.message).toContain(message);
  });
});
