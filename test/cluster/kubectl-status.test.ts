/** What we say of a rollout is what the real `kubectl rollout status` says of it, on a real API server: same message, same verdict. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpClient } from '../../src/practice/http-client.ts';
import type { KubeObject } from '../../src/practice/kube-client.ts';
import { kubectlVerdict } from '../../src/rollout/kubectl-status.ts';
import type { WorkloadFacts } from '../../src/rollout/model.ts';
import { readWorkload } from '../../src/rollout/read-workload.ts';
import { createTools } from '../helpers/kubectl.ts';
import { differences } from '../rollout/kubectl-says.ts';
import { seeded } from '../rollout/random.ts';
import { randomWorkload } from '../rollout/random-status.ts';
import { type ControlPlane, startControlPlane } from './server/start.ts';

let plane: ControlPlane;
beforeAll(async () => {
  // Nobody else writes a status here.
  plane = await startControlPlane({ controllers: false });
});
afterAll(() => plane?.kill());

test('of 500 random workloads, with every message that kubectl has', async () => {
  const client = createHttpClient(plane.kubeconfig.text);
  const tools = await createTools(plane.kubeconfig.text);
  const random = seeded(20_261_121);
  const make = async (index: number): Promise<WorkloadFacts> => {
    const { resource, object, status } = randomWorkload(random, `w${index}`);
    const ref = { apiVersion: 'apps/v1', resource, namespace: 'default' };
    const { metadata } = await client.create(ref, object as KubeObject);
    const patch = { status: status(metadata.generation ?? 0) };
    return readWorkload(await client.patch(ref, metadata.name, 'merge', patch, { subresource: 'status' }))!;
  };
  const workloads: WorkloadFacts[] = [];
  for (let start = 0; start < 500; start += 25)
    workloads.push(...(await Promise.all(Array.from({ length: 25 }, (_, index) => make(start + index)))));

  const seen = new Set(workloads.map((each) => kubectlVerdict(each).message.replace(/\d+|"\w+"/g, '#')));
  expect(seen.size).toBeGreaterThanOrEqual(12);
  // In four parts at a time: kubectl is a process each.
  const parts = [0, 1, 2, 3].map((part) => workloads.filter((_, index) => index % 4 === part));
  const found = await Promise.all(parts.map((part) => differences(tools, part)));
  expect(found.flat()).toEqual([]);
  await tools.dispose();
  client.close();
});
