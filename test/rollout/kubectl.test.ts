/** The real kubectl on an API server without controllers: same message, same verdict. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/practice/kube-client.ts';
import { kubectlVerdict } from '../../src/rollout/kubectl-status.ts';
import { readWorkload } from '../../src/rollout/read-workload.ts';
import { type Bed, createBed } from '../practice-api/fixtures.ts';
import { differences } from './kubectl-says.ts';
import { seeded } from './random.ts';
import { randomWorkload } from './random-status.ts';

let bed: Bed;
beforeAll(async () => {
  bed = await createBed();
});
afterAll(() => bed.dispose());

test('kubectl rollout status says the same of 60 random workloads', async () => {
  const random = seeded(20_260_301);
  const workloads = Array.from({ length: 60 }, (_, index) => {
    const { resource, object, status } = randomWorkload(random, `w${index}`);
    const info = bed.store.resource('apps/v1', resource);
    const made = bed.store.create(info, 'default', object as KubeObject);
    const patch = { status: status(made.metadata.generation ?? 0) };
    const name = made.metadata.name;
    return readWorkload(bed.store.patch(info, 'default', name, 'merge', patch, { subresource: 'status' }))!;
  });
  const seen = new Set(workloads.map((each) => kubectlVerdict(each).message.replace(/\d+|"\w+"/g, '#')));
  expect(seen.size).toBeGreaterThanOrEqual(12);
  expect(await differences(bed.tools, workloads)).toEqual([]);
});

test('and of StatefulSets without rollingUpdate, which old servers can hold', async () => {
  const info = bed.store.resource('apps/v1', 'statefulsets');
  const workloads = ['db-1', 'db-2'].map((updateRevision, index) => {
    const object = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: `plain${index}` },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'db' } },
        template: {
          metadata: { labels: { app: 'db' } },
          spec: { containers: [{ name: 'a', image: 'a:1' }] },
        },
      },
    } as KubeObject;
    const made = bed.store.create(info, 'default', object);
    // Past the defaults that the server sets on every write.
    return readWorkload(
      bed.store.mark(info, made, {
        ...made,
        spec: { ...made.spec, updateStrategy: { type: 'RollingUpdate' } },
        status: {
          observedGeneration: made.metadata.generation,
          replicas: 2,
          readyReplicas: 2,
          updatedReplicas: 1,
          currentReplicas: 2,
          currentRevision: 'db-1',
          updateRevision,
        },
      }),
    )!;
  });
  expect(workloads.map((each) => kubectlVerdict(each))).toEqual([
    { done: true, error: false, message: 'statefulset rolling update complete 2 pods at revision db-1...' },
    {
      done: false,
      error: false,
      message: 'waiting for statefulset rolling update to complete 1 pods at revision db-2...',
    },
  ]);
  expect(await differences(bed.tools, workloads)).toEqual([]);
});
