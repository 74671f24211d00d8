import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/practice/kube-client.ts';
import { type Bench, createBench, DEPLOYMENTS, deployment, PODS } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});
afterEach(() => bench.stop());

const get = async (name: string) => (await bench.client.get(DEPLOYMENTS('default'), name))!;
const pods = async () => (await bench.client.list(PODS('default'))).items;
const condition = (object: KubeObject, type: string): Record<string, string> | undefined =>
  object.status?.conditions?.find((each: { type: string }) => each.type === type);
const complete = async (name: string) => {
  const { status, spec, metadata } = await get(name);
  return (
    status?.observedGeneration === metadata.generation &&
    status?.updatedReplicas === spec.replicas &&
    status?.availableReplicas === spec.replicas &&
    status?.replicas === spec.replicas
  );
};
const events = async (reason: string) =>
  (await bench.client.list({ apiVersion: 'v1', resource: 'events' })).items.filter(
    (each) => each.reason === reason,
  );

describe('a Deployment', () => {
  test('comes up, pod by pod, with the conditions and events of a real cluster', async () => {
    await bench.client.create(DEPLOYMENTS('default'), deployment('web'));
    await bench.until(() => complete('web'));
    const web = await get('web');
    expect(web.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1');
    expect(condition(web, 'Available')).toMatchObject({
      status: 'True',
      reason: 'MinimumReplicasAvailable',
      message: 'Deployment has minimum availability.',
    });
    expect(condition(web, 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
    const running = await pods();
    expect(running).toHaveLength(3);
    expect(new Set(running.map((pod) => pod.spec.nodeName)).size).toBe(3);
    expect(running.every((pod) => pod.status.phase === 'Running')).toBe(true);
    for (const reason of [
      'ScalingReplicaSet',
      'SuccessfulCreate',
      'Scheduled',
      'Pulling',
      'Pulled',
      'Created',
      'Started',
    ])
      expect(await events(reason), reason).not.toHaveLength(0);
  });

  test('rolls within its budget, and keeps the old ReplicaSet for a roll-back', async () => {
    const spec = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } };
    await bench.client.create(DEPLOYMENTS('default'), deployment('web', { spec }));
    await bench.until(() => complete('web'));
    const container = { name: 'web', image: 'registry.practice/web:2' };
    await bench.client.patch(DEPLOYMENTS('default'), 'web', 'strategic', {
      spec: { template: { spec: { containers: [container] } } },
    });
    let most = 0;
    let fewest = 9;
    await bench.until(async () => {
      const { status } = await get('web');
      most = Math.max(most, (await pods()).filter((pod) => !pod.metadata.deletionTimestamp).length);
      fewest = Math.min(fewest, status.availableReplicas ?? 0);
      return complete('web');
    });
    expect({ most, fewest }).toEqual({ most: 4, fewest: 3 });
    expect((await get('web')).metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
    const sets = (await bench.client.list({ apiVersion: 'apps/v1', resource: 'replicasets' })).items;
    expect(sets.map((set) => set.spec.replicas).sort()).toEqual([0, 3]);
  });

  test('made again with another selector takes the pods of the one that was deleted without them', async () => {
    const labels = { app: 'web', team: 'platform' };
    const first = deployment('web', {});
    first.spec = {
      ...first.spec,
      selector: { matchLabels: labels },
      template: { ...first.spec.template, metadata: { ...first.spec.template.metadata, labels } },
    };
    await bench.client.create(DEPLOYMENTS('default'), first);
    await bench.until(() => complete('web'));
    const before = (await pods()).map((pod) => pod.metadata.name).sort();
    await bench.client.delete(DEPLOYMENTS('default'), 'web', { propagationPolicy: 'Orphan' });
    await bench.until(async () => (await bench.client.get(DEPLOYMENTS('default'), 'web')) === undefined);
    const second = structuredClone(first);
    second.spec.selector = { matchLabels: { app: 'web' } };
    await bench.client.create(DEPLOYMENTS('default'), second);
    await bench.until(() => complete('web'));
    expect((await pods()).map((pod) => pod.metadata.name).sort()).toEqual(before);
    expect((await bench.client.list({ apiVersion: 'apps/v1', resource: 'replicasets' })).items).toHaveLength(
      1,
    );
  });

  test('with an image that nobody has stops half way, and times out in the words of a real cluster', async () => {
    const spec = { progressDeadlineSeconds: 60 };
    await bench.client.create(DEPLOYMENTS('default'), deployment('web', { spec }));
    await bench.until(() => complete('web'));
    const container = { name: 'web', image: 'example.com/web:none' };
    await bench.client.patch(DEPLOYMENTS('default'), 'web', 'strategic', {
      spec: { template: { spec: { containers: [container] } } },
    });
    await bench.until(
      async () => condition(await get('web'), 'Progressing')?.reason === 'ProgressDeadlineExceeded',
    );
    const web = await get('web');
    expect(condition(web, 'Progressing')?.message).toMatch(
      /^ReplicaSet "web-[a-z0-9]+" has timed out progressing\.$/,
    );
    expect(web.status.availableReplicas).toBe(3);
    const stuck = (await pods()).find((pod) => pod.spec.containers[0].image === container.image)!;
    expect(stuck.status.containerStatuses[0].state.waiting.reason).toMatch(/ImagePullBackOff|ErrImagePull/);
    expect((await events('Failed')).map((each) => each.message)).toContainEqual(
      expect.stringContaining('Failed to pull image "example.com/web:none": rpc error: code = NotFound'),
    );

    // Recovery is not held against it.
    await bench.client.patch(DEPLOYMENTS('default'), 'web', 'strategic', {
      spec: { template: { spec: { containers: [{ name: 'web', image: 'registry.practice/web:1' }] } } },
    });
    await bench.until(() => complete('web'));
    expect(condition(await get('web'), 'Progressing')?.reason).toBe('NewReplicaSetAvailable');
  });

  test('that is paused waits, and goes on when it is resumed', async () => {
    await bench.client.create(DEPLOYMENTS('default'), deployment('web', { spec: { paused: true } }));
    await bench.pass(60_000);
    expect(await pods()).toHaveLength(0);
    expect(condition(await get('web'), 'Progressing')?.reason).toBe('DeploymentPaused');
    await bench.client.patch(DEPLOYMENTS('default'), 'web', 'merge', { spec: { paused: null } });
    await bench.until(() => complete('web'));
  });

  test('of type Recreate never has old and new pods at once', async () => {
    const spec = { strategy: { type: 'Recreate' } };
    await bench.client.create(DEPLOYMENTS('default'), deployment('web', { spec }));
    await bench.until(() => complete('web'));
    await bench.client.patch(DEPLOYMENTS('default'), 'web', 'merge', {
      spec: { template: { metadata: { annotations: { round: '2' } } } },
    });
    await bench.until(async () => {
      const rounds = new Set((await pods()).map((pod) => pod.metadata.annotations?.round));
      expect(rounds.size).toBeLessThan(2);
      return complete('web');
    });
  });

  test('takes its dependents with it', async () => {
    await bench.client.create(DEPLOYMENTS('default'), deployment('web'));
    await bench.until(() => complete('web'));
    await bench.client.delete(DEPLOYMENTS('default'), 'web');
    await bench.until(async () => (await pods()).length === 0);
    expect((await bench.client.list({ apiVersion: 'apps/v1', resource: 'replicasets' })).items).toHaveLength(
      0,
    );
  });

  test('that asks for more than the nodes have is told so', async () => {
    const container = {
      name: 'web',
      image: 'registry.practice/web:1',
      resources: { requests: { cpu: '3' } },
    };
    await bench.client.create(
      DEPLOYMENTS('default'),
      deployment('web', { replicas: 4, pod: { containers: [container] } }),
    );
    await bench.pass(30_000);
    const pending = (await pods()).filter((pod) => pod.spec.nodeName === undefined);
    expect(pending).toHaveLength(1);
    expect(condition(pending[0]!, 'PodScheduled')).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message: expect.stringMatching(/^0\/3 nodes are available: 3 Insufficient cpu\./),
    });
    expect(await events('FailedScheduling')).not.toHaveLength(0);
  });

  test('whose container crashes backs off, longer each time', async () => {
    const annotations = { 'practice.handrail.dev/crash': 'web=3:1' };
    await bench.client.create(DEPLOYMENTS('default'), deployment('web', { replicas: 1, annotations }));
    await bench.until(async () => {
      const [status] = (await pods())[0]?.status?.containerStatuses ?? [];
      return status?.state?.waiting?.reason === 'CrashLoopBackOff' && status.restartCount >= 2;
    });
    const [pod] = await pods();
    const [status] = pod!.status.containerStatuses;
    expect(status.lastState.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    expect(status.state.waiting.message).toMatch(/^back-off \d+s restarting failed container=web pod=web-/);
    expect(await events('BackOff')).not.toHaveLength(0);
  });
});
