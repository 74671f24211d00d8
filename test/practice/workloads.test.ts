import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nextRun } from '../../src/practice/controllers/cron-job.ts';
import type { KubeObject, ResourceRef } from '../../src/practice/kube-client.ts';
import { type Bench, createBench, PODS } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});
afterEach(() => bench.stop());

const ref = (apiVersion: string, resource: string): ResourceRef => ({
  apiVersion,
  resource,
  namespace: 'default',
});
const SETS = ref('apps/v1', 'statefulsets');
const DAEMONS = ref('apps/v1', 'daemonsets');
const JOBS = ref('batch/v1', 'jobs');
const pods = async () =>
  (await bench.client.list(PODS('default'))).items.filter(
    (pod) => pod.metadata.deletionTimestamp === undefined,
  );
const ready = (pod: KubeObject) =>
  pod.status?.conditions?.some(
    (each: Record<string, string>) => each.type === 'Ready' && each.status === 'True',
  );

const template = (name: string, pod: Record<string, unknown> = {}, annotations = {}) => ({
  metadata: { labels: { app: name }, annotations },
  spec: { containers: [{ name: 'main', image: 'registry.practice/main:1' }], ...pod },
});
const workload = (kind: string, name: string, spec: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: 'default' },
  spec: { selector: { matchLabels: { app: name } }, template: template(name), ...spec },
});
const round = (value: string) => ({ spec: { template: { metadata: { annotations: { round: value } } } } });

describe('a StatefulSet', () => {
  const create = async (spec: Record<string, unknown> = {}) => {
    await bench.client.create(
      SETS,
      workload('StatefulSet', 'db', { replicas: 3, serviceName: 'db', ...spec }),
    );
    await bench.until(async () => (await bench.client.get(SETS, 'db'))?.status?.readyReplicas === 3);
  };

  test('starts its pods in order, each after the one before is ready', async () => {
    await bench.client.create(SETS, workload('StatefulSet', 'db', { replicas: 3, serviceName: 'db' }));
    await bench.until(async () => {
      const sorted = (await pods()).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
      expect(sorted.map((pod) => pod.metadata.name)).toEqual(
        ['db-0', 'db-1', 'db-2'].slice(0, sorted.length),
      );
      expect(sorted.slice(0, -1).every(ready)).toBe(true);
      return sorted.length === 3 && sorted.every(ready);
    });
  });

  test('holds back what is below its partition, and ends the update when it is lifted', async () => {
    await create({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
    await bench.client.patch(SETS, 'db', 'merge', round('2'));
    const rounds = async () => (await pods()).map((pod) => pod.metadata.annotations?.round ?? '1').join();
    await bench.until(async () => (await rounds()) === '1,1,2');
    await bench.pass(60_000);
    expect(await rounds()).toBe('1,1,2');
    const { status } = (await bench.client.get(SETS, 'db'))!;
    expect(status).toMatchObject({ replicas: 3, updatedReplicas: 1, currentReplicas: 2 });
    expect(status.currentRevision).not.toBe(status.updateRevision);

    await bench.client.patch(SETS, 'db', 'merge', {
      spec: { updateStrategy: { rollingUpdate: { partition: 0 } } },
    });
    await bench.until(async () => {
      const { status: now } = (await bench.client.get(SETS, 'db'))!;
      return now.currentRevision === now.updateRevision && now.readyReplicas === 3;
    });
    expect(await rounds()).toBe('2,2,2');
  });

  test('with OnDelete waits for somebody to delete the pod', async () => {
    await create({ updateStrategy: { type: 'OnDelete' } });
    await bench.client.patch(SETS, 'db', 'merge', round('2'));
    await bench.pass(60_000);
    expect((await bench.client.get(SETS, 'db'))?.status.updatedReplicas).toBeUndefined();
    await bench.client.delete(PODS('default'), 'db-1');
    await bench.until(async () => (await bench.client.get(SETS, 'db'))?.status.updatedReplicas === 1);
  });
});

describe('a DaemonSet', () => {
  test('has one pod on every node, and replaces them one by one', async () => {
    await bench.client.create(DAEMONS, workload('DaemonSet', 'agent'));
    const done = async () => {
      const { status, metadata } = (await bench.client.get(DAEMONS, 'agent'))!;
      return (
        status?.observedGeneration === metadata.generation &&
        status.numberAvailable === 3 &&
        status.updatedNumberScheduled === 3
      );
    };
    await bench.until(done);
    expect((await pods()).map((pod) => pod.spec.nodeName).sort()).toEqual([
      'practice-1',
      'practice-2',
      'practice-3',
    ]);
    await bench.client.patch(DAEMONS, 'agent', 'merge', round('2'));
    let fewest = 3;
    await bench.until(async () => {
      fewest = Math.min(fewest, (await pods()).filter(ready).length);
      return done();
    });
    expect(fewest).toBe(2);
    expect((await pods()).every((pod) => pod.metadata.annotations?.round === '2')).toBe(true);
  });
});

describe('a Job', () => {
  const job = (pod: Record<string, unknown> = {}, annotations = {}): KubeObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once', namespace: 'default' },
    spec: { backoffLimit: 1, template: template('once', { restartPolicy: 'Never', ...pod }, annotations) },
  });
  const condition = async (type: string) =>
    (await bench.client.get(JOBS, 'once'))?.status?.conditions?.find(
      (each: { type: string }) => each.type === type,
    );

  test('runs to its end', async () => {
    await bench.client.create(JOBS, job());
    await bench.until(async () => (await condition('Complete')) !== undefined);
    expect((await bench.client.get(JOBS, 'once'))?.status).toMatchObject({ succeeded: 1 });
    expect((await pods())[0]?.status.phase).toBe('Succeeded');
  });

  test('gives up after its back-off limit', async () => {
    await bench.client.create(JOBS, job({}, { 'practice.handrail.dev/crash': 'main=2' }));
    await bench.until(async () => (await condition('Failed'))?.reason === 'BackoffLimitExceeded');
    expect((await pods()).filter((pod) => pod.status.phase === 'Failed')).toHaveLength(2);
  });

  test('never ends with an old-style proxy beside it, and does with a native sidecar', async () => {
    const proxy = { name: 'linkerd-proxy', image: 'cr.l5d.io/linkerd/proxy:stable-2.14.10' };
    const main = { name: 'main', image: 'registry.practice/main:1' };
    await bench.client.create(JOBS, job({ containers: [proxy, main] }));
    await bench.pass(300_000);
    expect(await condition('Complete')).toBeUndefined();
    await bench.client.delete(JOBS, 'once');
    await bench.until(async () => (await pods()).length === 0);
    await bench.client.create(
      JOBS,
      job({ containers: [main], initContainers: [{ ...proxy, restartPolicy: 'Always' }] }),
    );
    await bench.until(async () => (await condition('Complete')) !== undefined);
  });
});

test('a CronJob knows when its schedule comes next', () => {
  const at = (text: string) => Date.parse(`2026-03-01T${text}Z`);
  const next = (schedule: string, from: string) => new Date(nextRun(schedule, at(from)) ?? 0).toISOString();
  expect(next('*/15 * * * *', '10:01:00')).toBe('2026-03-01T10:15:00.000Z');
  expect(next('30 2 * * *', '02:30:00')).toBe('2026-03-02T02:30:00.000Z');
  expect(next('0 9 * * 1-5', '10:00:00')).toBe('2026-03-02T09:00:00.000Z');
  expect(next('@monthly', '10:00:00')).toBe('2026-04-01T00:00:00.000Z');
  expect(nextRun('61 * * * *', 0)).toBeUndefined();
  expect(nextRun('0 0 30 2 *', 0)).toBeUndefined();
});
