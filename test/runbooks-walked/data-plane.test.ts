import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Mesh, startMesh, stepsOf, textOf } from './mesh.ts';

const FROM = 'stable-2.13.7';
const TO = 'stable-2.14.10';
let mesh: Mesh;

const app = (kind: string, name: string, spec: object) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: 'nginx:1.27' }] },
    },
    ...spec,
  },
});

beforeAll(async () => {
  mesh = await startMesh(FROM);
  await mesh.apply(
    app('StatefulSet', 'ledger', {
      replicas: 2,
      serviceName: 'ledger',
      updateStrategy: { type: 'OnDelete' },
    }),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'by-hand', namespace: 'shop' },
      spec: { containers: [{ name: 'app', image: 'nginx:1.27' }] },
    },
  );
  await mesh.sh(`kubectl -n shop wait --for=create pod/ledger-1 --timeout=60s
    kubectl -n shop wait --for=condition=Ready pod/by-hand pod/ledger-0 pod/ledger-1 --timeout=60s
    linkerd-${TO} upgrade --crds | kubectl apply --filename -
    linkerd-${TO} upgrade | kubectl apply --filename -
    for each in $(kubectl -n linkerd get deployments -o name); do kubectl -n linkerd rollout status "$each" --timeout=60s; done`);
}, 240_000);
afterAll(() => mesh.stop());

it('brings all proxies to the version of the control plane, also where pods are replaced on deletion only', async () => {
  const ran = await mesh.walk('data-plane');
  expect(stepsOf(ran)).toContain('Replace pods that are replaced on deletion only');
  const survey = ran.find(({ out }) => out.includes('to be made again by their owners'));
  expect(survey?.out).toContain('shop/by-hand has no owner');
  const last = ran.find(({ out }) => out.includes('of them should be new'));
  expect(last?.out).toMatch(
    /shop\/by-hand without an owner .*stable-2\.13\.7\n1 left, 0 of them should be new/,
  );
  const old = await mesh.sh(
    `kubectl get pods -A -l linkerd.io/control-plane-ns -o jsonpath='{range .items[*]}{.metadata.namespace}/{.metadata.name} {.spec.containers[?(@.name=="linkerd-proxy")].image}{"\\n"}{end}' | grep -v ':${TO}$' | grep -v '^linkerd' | cut -d ' ' -f 1`,
  );
  // The Job's pod has ended long ago; nobody restarts it.
  expect(old.split('\n').filter((pod) => !pod.startsWith('billing/'))).toEqual(['shop/by-hand']);
}, 240_000);

it('changes nothing where all is new', async () => {
  const pods = () => mesh.sh('kubectl get pods -A -o name | sort');
  const before = await pods();
  await mesh.walk('data-plane');
  expect(await pods()).toBe(before);
}, 240_000);

it('does not begin while the control plane is half upgraded', async () => {
  await mesh.sh(
    `kubectl -n linkerd set image deployment/linkerd-proxy-injector proxy-injector=cr.l5d.io/linkerd/controller:${FROM}`,
  );
  await expect(mesh.walk('data-plane')).rejects.toThrow(
    `linkerd-config says ${TO}, and the injector is ${FROM}. Finish the upgrade of the control plane first.`,
  );
}, 240_000);

it('says what is pinned', async () => {
  await mesh.sh(
    `kubectl -n linkerd set image deployment/linkerd-proxy-injector proxy-injector=cr.l5d.io/linkerd/controller:${TO}
     kubectl annotate namespace shop config.linkerd.io/proxy-version=${FROM}`,
  );
  const ran = await mesh.walk('data-plane', {
    only: ['Survey the proxies', 'See what a restart does not reach'],
  });
  expect(textOf(ran)).toContain(`shop=${FROM}\n1 pinned`);
}, 240_000);
