/** The control plane of the tests is a real one, and the kubelet of the practice cluster moves pods on it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpClient } from '../../src/practice/http-client.ts';
import type { KubeObject } from '../../src/practice/kube-client.ts';
import { createTools } from '../helpers/kubectl.ts';
import { eventually } from './eventually.ts';
import { kubernetesVersion } from './server/build.js';
import { type ControlPlane, startControlPlane } from './server/start.ts';
import { sharedCluster } from './shared.ts';

const cluster = await sharedCluster();
const { kubectl } = cluster.tools;

describe('the shared control plane', () => {
  test('is of the version that was asked for, and ready', async () => {
    const { stdout } = await kubectl('version -o json');
    expect(JSON.parse(stdout).serverVersion.gitVersion).toBe(kubernetesVersion());
    expect((await kubectl('get --raw /readyz')).stdout).toBe('ok');
  });

  test('rolls a Deployment out, with pods that come up', async () => {
    const namespace = await cluster.namespace();
    await kubectl(`-n ${namespace} create deployment web --image=nginx:1.27 --replicas=3`);
    const { code, stdout } = await kubectl(`-n ${namespace} rollout status deployment/web --timeout=30s`);
    expect({ code, last: stdout.trim().split('\n').at(-1) }).toEqual({
      code: 0,
      last: 'deployment "web" successfully rolled out',
    });
    const pods = await kubectl(`-n ${namespace} get pods --no-headers`);
    expect(pods.stdout.trim().split('\n')).toHaveLength(3);
    expect(pods.stdout).toMatch(/^web-\S+\s+1\/1\s+Running\s+0\s+/m);
  });

  test('deletes pods that are told to stop, and puts others in their place', async () => {
    const namespace = await cluster.namespace();
    await kubectl(`-n ${namespace} create deployment web --image=nginx:1.27`);
    await kubectl(`-n ${namespace} rollout status deployment/web --timeout=30s`);
    const name = async () =>
      (await kubectl(`-n ${namespace} get pods -o jsonpath={.items[*].metadata.name}`)).stdout;
    const before = await name();
    expect(await kubectl(`-n ${namespace} delete pod ${before} --timeout=20s`)).toMatchObject({ code: 0 });
    await kubectl(`-n ${namespace} rollout status deployment/web --timeout=30s`);
    const after = await name();
    expect(after).toMatch(/^web-\S+$/);
    expect(after).not.toBe(before);
  });

  test('says that a rollout with an image that no registry has is past its deadline', async () => {
    const namespace = await cluster.namespace();
    const manifest = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace },
      spec: {
        progressDeadlineSeconds: 5,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: 'nginx:does-not-exist' }] },
        },
      },
    };
    await kubectl('apply -f -', JSON.stringify(manifest));
    const { code, stderr } = await kubectl(`-n ${namespace} rollout status deployment/web --timeout=30s`);
    expect({ code, stderr: stderr.trim() }).toEqual({
      code: 1,
      stderr: 'error: deployment "web" exceeded its progress deadline',
    });
    const deployments = { apiVersion: 'apps/v1', resource: 'deployments', namespace };
    const deployment = await cluster.client.get(deployments, 'web');
    expect(conditionOf(deployment, 'Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: expect.stringMatching(/^ReplicaSet "web-[a-z0-9]+" has timed out progressing\.$/),
    });
    expect((await kubectl(`-n ${namespace} get pods --no-headers`)).stdout).toMatch(
      /^web-\S+\s+0\/1\s+(ErrImagePull|ImagePullBackOff)\s/,
    );
  });

  test('has pods that end up in a crash loop when their annotation asks for it', async () => {
    const namespace = await cluster.namespace();
    const overrides = JSON.stringify({
      apiVersion: 'v1',
      metadata: { annotations: { 'practice.handrail.dev/crash': 'web=137' } },
    });
    await kubectl(['-n', namespace, 'run', 'web', '--image=nginx:1.27', `--overrides=${overrides}`]);
    const pods = { apiVersion: 'v1', resource: 'pods', namespace };
    const waiting = await eventually(async () => {
      const [status] = (await cluster.client.get(pods, 'web'))?.status?.containerStatuses ?? [];
      return status?.state?.waiting?.reason === 'CrashLoopBackOff' ? status : undefined;
    }, 'a crash loop');
    expect(waiting.lastState.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  test('has the logs of containers, of the run before, and why there are none', async () => {
    const namespace = await cluster.namespace();
    const run = (name: string, image: string, annotations = {}) =>
      kubectl([
        ...['-n', namespace, 'run', name, `--image=${image}`],
        `--overrides=${JSON.stringify({ apiVersion: 'v1', metadata: { annotations } })}`,
      ]);
    await run('well', 'nginx:1.27');
    await run('ill', 'nginx:1.27', { 'practice.handrail.dev/crash': 'ill=3' });
    await run('absent', 'nginx:does-not-exist');
    await kubectl(`-n ${namespace} wait --for=condition=Ready pod/well --timeout=20s`);
    expect((await kubectl(`-n ${namespace} logs well`)).stdout).toMatch(
      /^level=info msg="starting" component=well$/m,
    );
    await eventually(
      async () => (await kubectl(`-n ${namespace} get pod ill`)).stdout.includes('CrashLoopBackOff'),
      'a crash loop',
    );
    expect((await kubectl(`-n ${namespace} logs ill --previous --tail=1`)).stdout.trim()).toBe(
      'level=fatal msg="cannot go on" component=ill exit=3',
    );
    const why = 'container "absent" in pod "absent" is waiting to start: trying and failing to pull image';
    await eventually(
      async () => (await kubectl(`-n ${namespace} logs absent`)).stderr.includes(why),
      'the reason why there is no log',
    );
  });

  test('lets a viewer see pods, and no Secrets', async () => {
    const viewer = await createTools(cluster.viewerKubeconfig);
    expect(await viewer.kubectl('get pods -A')).toMatchObject({ code: 0 });
    const secrets = await viewer.kubectl('get secrets -A');
    expect(secrets.code).toBe(1);
    expect(secrets.stderr).toContain('(Forbidden): secrets is forbidden: User "viewer" cannot list');
    const change = await viewer.kubectl('create namespace mine');
    expect(change.stderr).toContain('Forbidden');
    await viewer.dispose();
  });
});

describe('a control plane without controllers', () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane({ controllers: false });
  });
  afterAll(() => plane?.kill());

  test('comes back with its data after it was killed, under the same address', async () => {
    const client = createHttpClient(plane.kubeconfig.text);
    const maps = { apiVersion: 'v1', resource: 'configmaps', namespace: 'default' };
    const heard: string[] = [];
    const aborter = new AbortController();
    const watching = client.watch(maps, { signal: aborter.signal }, ({ type, object }) => {
      heard.push(`${type} ${object.metadata.name}`);
    });
    const made = await client.create(maps, configMap('before'));
    await plane.stopApiServer();
    await expect(client.get(maps, 'before')).rejects.toThrow(/ECONNREFUSED|ECONNRESET|socket hang up/);
    await plane.startApiServer();
    expect((await client.get(maps, 'before'))?.metadata.uid).toBe(made.metadata.uid);
    // The watch that was cut goes on where it was.
    await client.create(maps, configMap('after'));
    await eventually(() => heard.includes('ADDED after'), 'news after the restart');
    expect(heard.filter((each) => each.endsWith('before'))).toEqual(['ADDED before']);
    aborter.abort();
    await watching;
    client.close();
  });

  test('answers nothing while it is frozen', async () => {
    const client = createHttpClient(plane.kubeconfig.text);
    const maps = { apiVersion: 'v1', resource: 'configmaps', namespace: 'default' };
    await client.create(maps, configMap('ice'));
    plane.freezeApiServer();
    let answered = false;
    const answer = client.get(maps, 'ice').finally(() => {
      answered = true;
    });
    // etcd goes on; only a server that is really stopped stays silent while another process answers many times.
    for (let turn = 0; turn < 5; turn += 1) await kubectl('get --raw /readyz');
    expect(answered).toBe(false);
    plane.thawApiServer();
    expect((await answer)?.metadata.name).toBe('ice');
    client.close();
  });

  test('keeps a status that a test gives to an object', async () => {
    const client = createHttpClient(plane.kubeconfig.text);
    const deployments = { apiVersion: 'apps/v1', resource: 'deployments', namespace: 'default' };
    const template = {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'nginx' }] },
    };
    await client.create(deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template },
    });
    const status = { observedGeneration: 1, replicas: 3, updatedReplicas: 2 };
    await client.patch(deployments, 'web', 'merge', { status }, { subresource: 'status' });
    const tools = await createTools(plane.kubeconfig.text);
    const { stdout } = await tools.kubectl('rollout status deployment/web --watch=false');
    expect(stdout.trim()).toBe(
      'Waiting for deployment "web" rollout to finish: 2 out of 3 new replicas have been updated...',
    );
    await tools.dispose();
    client.close();
  });
});

const configMap = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

function conditionOf(object: KubeObject | undefined, type: string): unknown {
  return (object?.status?.conditions ?? []).find((each: { type: string }) => each.type === type);
}
