import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';
import { type Kubectl, kubectlOn } from './kubectl.ts';

let practice: Practice;
let kubectl: Kubectl;
beforeAll(async () => {
  practice = await startPractice({ mesh: 'stable-2.13.7', size: 'small', speed: 20 });
  kubectl = await kubectlOn(practice.kubeconfig);
});
afterAll(async () => {
  kubectl.remove();
  await practice.stop();
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('this never came to hold');
    await sleep(50);
  }
}
const images = (namespace: string, label: string) =>
  kubectl.ok(
    '-n',
    namespace,
    'get',
    'pods',
    '-l',
    label,
    '-o',
    'jsonpath={.items[*].spec.containers[*].image}',
  );

describe.sequential('the real kubectl', () => {
  test('sees everything up', async () => {
    const out = await kubectl.ok('get', 'pods', '-A');
    expect(out).toMatch(/^linkerd\s+linkerd-destination-\S+\s+4\/4\s+Running\s+0\s+(3d|2d23h)$/m);
    expect(out).toMatch(/^shop\s+orders-db-0\s+2\/2\s+Running\s+0\s+(3d|2d23h)$/m);
    expect(out).toMatch(/^billing\s+migrate-schema-\S+\s+0\/1\s+Completed/m);
    expect(await kubectl.ok('get', 'nodes')).toMatch(/^practice-1\s+Ready\s+<none>/m);
    expect(
      await kubectl.ok('-n', 'linkerd', 'wait', '--for=condition=Available', 'deploy', '--all'),
    ).toContain('deployment.apps/linkerd-identity condition met');
  });

  test('restarts, follows, lists and undoes a rollout', async () => {
    await kubectl.ok('-n', 'shop', 'rollout', 'restart', 'deploy/api');
    const status = await kubectl.ok('-n', 'shop', 'rollout', 'status', 'deploy/api', '--timeout=30s');
    expect(status).toContain('Waiting for deployment "api" rollout to finish: ');
    expect(status).toContain('deployment "api" successfully rolled out');
    await kubectl.ok('-n', 'shop', 'set', 'image', 'deploy/api', 'api=registry.practice/shop/api:2.0.0');
    await kubectl.ok('-n', 'shop', 'rollout', 'status', 'deploy/api', '--timeout=30s');
    expect(
      (await kubectl.ok('-n', 'shop', 'rollout', 'history', 'deploy/api')).match(/^[123] /gm),
    ).toHaveLength(3);
    await kubectl.ok('-n', 'shop', 'rollout', 'undo', 'deploy/api');
    await kubectl.ok('-n', 'shop', 'rollout', 'status', 'deploy/api', '--timeout=30s');
    await until(async () => !(await images('shop', 'app=api')).includes('2.0.0'));
  });

  test('follows a StatefulSet and a DaemonSet, and undoes the latter', async () => {
    await kubectl.ok('-n', 'shop', 'rollout', 'restart', 'sts/orders-db');
    expect(await kubectl.ok('-n', 'shop', 'rollout', 'status', 'sts/orders-db', '--timeout=30s')).toContain(
      'partitioned roll out complete: 2 new pods have been updated...',
    );
    const image = 'log-shipper=registry.practice/logging/log-shipper:2.0.0';
    await kubectl.ok('-n', 'logging', 'set', 'image', 'ds/log-shipper', image);
    expect(
      await kubectl.ok('-n', 'logging', 'rollout', 'status', 'ds/log-shipper', '--timeout=30s'),
    ).toContain('daemon set "log-shipper" successfully rolled out');
    await kubectl.ok('-n', 'logging', 'rollout', 'undo', 'ds/log-shipper');
    await kubectl.ok('-n', 'logging', 'rollout', 'status', 'ds/log-shipper', '--timeout=30s');
    expect(await images('logging', 'app=log-shipper')).not.toContain('2.0.0');
  });

  test('watches pods come when a Deployment is scaled, and go', async () => {
    const watch = kubectl.start('-n', 'shop', 'get', 'pods', '-l', 'app=cart', '-w', '--no-headers');
    let seen = '';
    watch.stdout?.on('data', (chunk) => {
      seen += chunk;
    });
    await until(async () => (seen.match(/Running/g) ?? []).length >= 2);
    await kubectl.ok('-n', 'shop', 'scale', 'deploy/cart', '--replicas=4');
    await until(async () => new Set(seen.match(/^cart-\S+(?=\s+2\/2\s+Running)/gm)).size === 4);
    expect(seen).toMatch(/Pending/);
    await kubectl.ok('-n', 'shop', 'scale', 'deploy/cart', '--replicas=1');
    await until(async () => new Set(seen.match(/^cart-\S+(?=.*Terminating)/gm)).size === 3);
    watch.kill();
    await kubectl.ok(
      '-n',
      'shop',
      'wait',
      '--for=jsonpath={.status.readyReplicas}=1',
      'deploy/cart',
      '--timeout=20s',
    );
  });

  test('is told why an image does not come, and that the rollout took too long', async () => {
    await kubectl.ok(
      '-n',
      'legacy',
      'patch',
      'deploy/reports',
      '-p',
      '{"spec":{"progressDeadlineSeconds":60}}',
    );
    await kubectl.ok('-n', 'legacy', 'set', 'image', 'deploy/reports', 'reports=example.com/reports:none');
    const short = await kubectl.run('-n', 'legacy', 'rollout', 'status', 'deploy/reports', '--timeout=1s');
    expect(short).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('timed out waiting for the condition'),
    });
    const late = await kubectl.run('-n', 'legacy', 'rollout', 'status', 'deploy/reports', '--timeout=30s');
    expect(late).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('deployment "reports" exceeded its progress deadline'),
    });
    const listed = await kubectl.ok('-n', 'legacy', 'get', 'pods', '--no-headers');
    const pod = /^(reports-\S+)\s+0\/1\s+(ErrImagePull|ImagePullBackOff)/m.exec(listed)?.[1] ?? listed;
    const described = await kubectl.ok('-n', 'legacy', 'describe', 'pod', pod);
    expect(described).toMatch(/Warning\s+Failed.*Failed to pull image "example.com\/reports:none"/);
    expect(described).toMatch(/Warning\s+Failed.*Error: ImagePullBackOff/);
    await kubectl.ok('-n', 'legacy', 'rollout', 'undo', 'deploy/reports');
    await kubectl.ok('-n', 'legacy', 'rollout', 'status', 'deploy/reports', '--timeout=30s');
  });

  test('reads logs of a container, timed, and of its last crash', async () => {
    const log = await kubectl.ok('-n', 'shop', 'logs', 'deploy/web', '-c', 'linkerd-proxy', '--timestamps');
    expect(log).toMatch(/^\d{4}-\d\d-\d\dT\S+Z .*Certified identity id=default\.shop\.serviceaccount/m);
    expect(
      (await kubectl.ok('-n', 'shop', 'logs', 'deploy/web', '-c', 'web', '--tail=2')).trim().split('\n'),
    ).toHaveLength(2);
    const crash =
      '{"spec":{"template":{"metadata":{"annotations":{"practice.handrail.dev/crash":"reports=3"}}}}}';
    await kubectl.ok('-n', 'legacy', 'patch', 'deploy/reports', '-p', crash);
    let pod = '';
    await until(async () => {
      const out = await kubectl.ok('-n', 'legacy', 'get', 'pods', '--no-headers');
      pod = /^(\S+)\s.*CrashLoopBackOff/m.exec(out)?.[1] ?? '';
      return pod !== '';
    });
    expect(await kubectl.ok('-n', 'legacy', 'logs', pod, '--previous')).toContain('exit=3');
    await kubectl.ok('-n', 'legacy', 'rollout', 'undo', 'deploy/reports');
  });

  test('makes a Job of a CronJob, and waits for it', async () => {
    await kubectl.ok('-n', 'billing', 'create', 'job', 'now', '--from=cronjob/nightly-report');
    await kubectl.ok('-n', 'billing', 'wait', '--for=condition=Complete', 'job/now', '--timeout=20s');
    await kubectl.ok('-n', 'billing', 'delete', 'job', 'now');
    await until(async () => !(await kubectl.ok('-n', 'billing', 'get', 'pods')).includes('now-'));
  });

  test('drains a node as far as the budgets let it', async () => {
    const drained = await kubectl.ok(
      'drain',
      'practice-3',
      '--ignore-daemonsets',
      '--delete-emptydir-data',
      '--timeout=40s',
    );
    expect(drained).toContain('node/practice-3 drained');
    const left = await kubectl.ok(
      'get',
      'pods',
      '-A',
      '--field-selector',
      'spec.nodeName=practice-3',
      '-o',
      'name',
    );
    expect(
      left
        .trim()
        .split('\n')
        .every((name) => /kube-proxy|log-shipper|migrate-schema|now/.test(name)),
    ).toBe(true);
    await kubectl.ok('uncordon', 'practice-3');
    for (const deploy of ['api', 'web'])
      await kubectl.ok('-n', 'shop', 'rollout', 'status', `deploy/${deploy}`, '--timeout=30s');
  });

  test('deletes a namespace with everything in it', async () => {
    await kubectl.ok('delete', 'namespace', 'shop', '--timeout=30s');
    expect((await kubectl.run('get', 'namespace', 'shop')).stderr).toContain('(NotFound)');
    expect(await kubectl.ok('get', 'pods,deploy,sts,rs,endpoints', '-A')).not.toMatch(/^shop /m);
  });
});
