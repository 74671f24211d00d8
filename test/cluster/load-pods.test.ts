/** The cluster that the figures are measured on is as it says: real objects, as big as those of a mesh. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTools, type Tools } from '../helpers/kubectl.ts';
import { type Load, loadPods } from './load-pods.ts';
import { type ControlPlane, startControlPlane } from './server/start.ts';

let plane: ControlPlane;
let tools: Tools;
let load: Load;
beforeAll(async () => {
  plane = await startControlPlane({ controllers: false });
  tools = await createTools(plane.kubeconfig.text);
  load = await loadPods(plane.kubeconfig.text, { pods: 200, namespaces: 1 });
});
afterAll(async () => {
  await tools?.dispose();
  await plane?.kill();
});

test('pods are of the size of injected ones', () => {
  expect(load.podBytes).toBeGreaterThan(19_000);
  expect(load.podBytes).toBeLessThan(23_000);
});

test('all pods run, with a proxy, and belong to something', async () => {
  const { stdout } = await tools.kubectl(
    '-n team-01 get pods --show-managed-fields -o json -l linkerd.io/control-plane-ns=linkerd',
  );
  const { items } = JSON.parse(stdout);
  expect(items).toHaveLength(200);
  for (const { metadata, status } of items) {
    expect(metadata.ownerReferences).toHaveLength(1);
    expect(status.phase).toBe('Running');
    expect(metadata.managedFields).toHaveLength(2);
  }
  const table = await tools.kubectl('-n team-01 get pods --no-headers');
  expect(table.stdout.trim().split('\n')).toHaveLength(200);
  for (const line of table.stdout.trim().split('\n')) expect(line).toMatch(/\s2\/2\s+Running\s+0\s/);
});

test('workloads are rolled out, in the words of kubectl', async () => {
  expect(load.workloads).toHaveLength(load.pods / 10);
  const status = async (kind: string, name: string) =>
    (await tools.kubectl(`-n team-01 rollout status ${kind}/${name} --watch=false`)).stdout.trim();
  expect(await status('deployment', 'app-01')).toBe('deployment "app-01" successfully rolled out');
  expect(await status('statefulset', 'db-10')).toMatch(/^partitioned roll out complete: 10 new pods/);
});
