/** Planted on a cluster with kubectl, collected, and named: what a person would see of `handrail impact`. */
import { afterAll, expect, test } from 'vitest';
import { impactOf } from '../../src/diagnosis/notices/way.ts';
import { startPractice } from '../../src/practice/start-practice.ts';
import { createTools } from '../helpers/kubectl.ts';
import { bundledNotices } from './notices.ts';
import { wholeSnapshot } from './whole-snapshot.ts';

const [from, to] = ['edge-24.2.4', 'edge-25.10.7'] as const;
const practice = await startPractice({ mesh: from, speed: 200 });
const tools = await createTools(practice.kubeconfig);
afterAll(async () => {
  await tools.dispose();
  await practice.stop();
});

async function touched(): Promise<readonly string[]> {
  const snapshot = await wholeSnapshot(practice, { from, target: to });
  return impactOf(snapshot, await bundledNotices(), { from, to }).results.flatMap(({ id, outcome }) => {
    if (outcome.type !== 'touched') return outcome.type === 'not-checked' ? [`${id}: not looked at`] : [];
    return outcome.objects.map(
      ({ subject }) => `${id}: ${subject.kind} ${subject.namespace ?? '-'}/${subject.name}`,
    );
  });
}

/** Linkerd has installed it: so it is with every mesh of this release. */
const gatewayApi = '2.18-gwapi-ownership: CustomResourceDefinition -/httproutes.gateway.networking.k8s.io';

const planted = `
apiVersion: v1
kind: Namespace
metadata: {name: linkerd-jaeger, labels: {linkerd.io/extension: jaeger}}
---
apiVersion: v1
kind: Namespace
metadata: {name: linkerd-multicluster}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: linkerd-service-mirror-east, namespace: linkerd-multicluster}
spec:
  replicas: 0
  selector: {matchLabels: {app: mirror}}
  template:
    metadata: {labels: {app: mirror}}
    spec: {containers: [{name: mirror, image: nginx}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: cleanup, namespace: shop}
spec:
  schedule: "0 4 * * *"
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: cleanup, image: busybox}]}
---
apiVersion: v1
kind: Service
metadata: {name: web-grpc, namespace: shop}
spec:
  selector: {app: web}
  ports: [{port: 50051, appProtocol: kubernetes.io/h2c}]
---
apiVersion: v1
kind: Node
metadata: {name: pi}
spec: {podCIDR: 10.9.0.0/24, podCIDRs: [10.9.0.0/24]}
`;

test('what is planted is named, each by its notice, and nothing else', async () => {
  expect(await touched()).toEqual([gatewayApi]);
  const applied = await tools.kubectl('apply -f -', planted);
  expect(applied.stderr).toBe('');
  const status = JSON.stringify({ status: { nodeInfo: { architecture: 'arm', kernelVersion: '4.19.0' } } });
  const patched = await tools.kubectl([
    'patch',
    'node',
    'pi',
    '--subresource=status',
    '--type=merge',
    `--patch=${status}`,
  ]);
  expect(patched.stderr).toBe('');
  expect(await touched()).toEqual([
    '2.16-shutdown: CronJob shop/cleanup',
    '2.17-mc-local: Namespace -/linkerd-multicluster',
    gatewayApi,
    '2.18-mc-controllers: Deployment linkerd-multicluster/linkerd-service-mirror-east',
    '2.18-appprotocol: Service shop/web-grpc',
    '2.19-jaeger-removed: Namespace -/linkerd-jaeger',
    '2.19-iptables: Node -/pi',
    '2.19-arm: Node -/pi',
  ]);
}, 120_000);
