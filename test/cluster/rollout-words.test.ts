/** What we say of workloads and pods is what kubectl and a real server say of them, whatever their status. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpClient } from '../../src/practice/http-client.ts';
import type { KubeClient, KubeObject } from '../../src/practice/kube-client.ts';
import { podColumns } from '../../src/rollout/pod-status.ts';
import { readPod } from '../../src/rollout/read-pod.ts';
import { readWorkload } from '../../src/rollout/read-workload.ts';
import { createTools, type Tools } from '../helpers/kubectl.ts';
import { differences } from '../rollout/kubectl-says.ts';
import type { Json } from '../rollout/objects.ts';
import { seeded } from '../rollout/random.ts';
import { randomPod } from '../rollout/random-pod.ts';
import { randomWorkload } from '../rollout/random-status.ts';
import { type ControlPlane, startControlPlane } from './server/start.ts';

let plane: ControlPlane;
let client: KubeClient & { close(): void };
let tools: Tools;
beforeAll(async () => {
  // Controllers would write statuses of their own.
  plane = await startControlPlane({ controllers: false });
  client = createHttpClient(plane.kubeconfig.text);
  tools = await createTools(plane.kubeconfig.text);
});
afterAll(async () => {
  client.close();
  await tools.dispose();
  await plane.kill();
});

/** Does it for all of them, twenty at a time. */
async function forAll<T, R>(values: readonly T[], act: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < values.length; start += 20)
    results.push(...(await Promise.all(values.slice(start, start + 20).map(act))));
  return results;
}

async function write(
  resource: string,
  apiVersion: string,
  object: Json,
  status: (generation: number) => Json,
) {
  const ref = { apiVersion, resource, namespace: 'default' };
  const made = await client.create(ref, object as KubeObject);
  const patch = { status: status(made.metadata.generation ?? 0) };
  return client.patch(ref, made.metadata.name, 'merge', patch, { subresource: 'status' });
}

test('kubectl rollout status says the same of 400 random workloads', async () => {
  const random = seeded(36);
  const wanted = Array.from({ length: 400 }, (_, index) => randomWorkload(random, `w${index}`));
  const workloads = await forAll(wanted, async ({ resource, object, status }) =>
    readWorkload(await write(resource, 'apps/v1', object, status)),
  );
  expect(
    await differences(
      tools,
      workloads.filter((each) => each !== undefined),
    ),
  ).toEqual([]);
});

test('kubectl get pods shows the same of 300 random pods', async () => {
  const random = seeded(1);
  const wanted = Array.from({ length: 300 }, (_, index) => randomPod(random, `p${index}`));
  const pods = await forAll(
    wanted,
    async ({ object, status }) => readPod(await write('pods', 'v1', object, () => status))!,
  );
  const { stdout } = await tools.kubectl('get pods --no-headers');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/).slice(0, 4).join(' '));
  const ours = pods.map((each) => {
    const { ready, status, restarts } = podColumns(each);
    return `${each.name} ${ready} ${status} ${restarts}`;
  });
  expect(ours.sort()).toEqual(lines.sort());
});
