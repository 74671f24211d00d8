/** A practice cluster in the state that a survey is made for: versions, pins, trust roots and owners of every sort. */
import { type Practice, startPractice } from '../../src/practice/start-practice.ts';

const PODS = (namespace: string) => ({ apiVersion: 'v1', resource: 'pods', namespace });
const DEPLOYMENTS = (namespace: string) => ({ apiVersion: 'apps/v1', resource: 'deployments', namespace });

/** Settles when the condition holds; fails when it does not come to. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`this never came to hold: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export async function startMessyCluster(): Promise<Practice> {
  const practice = await startPractice({ mesh: 'stable-2.13.7', size: 'small', speed: 200 });
  const { client } = practice;
  const podsOf = async (namespace: string, app: string) =>
    (await client.list(PODS(namespace), { labelSelector: `app=${app}` })).items;
  const annotate = (namespace: string, name: string, annotations: Record<string, string>) =>
    client.patch(PODS(namespace), name, 'merge', { metadata: { annotations } });

  // A workload is pinned to an older version, so that its new pods get that.
  await client.patch(DEPLOYMENTS('shop'), 'web', 'merge', {
    spec: { template: { metadata: { annotations: { 'config.linkerd.io/proxy-version': 'stable-2.12.6' } } } },
  });
  // A namespace that joins the mesh later: what runs there has no proxy.
  await client.patch({ apiVersion: 'v1', resource: 'namespaces' }, 'legacy', 'merge', {
    metadata: { annotations: { 'linkerd.io/inject': 'enabled' } },
  });
  const container = { name: 'main', image: 'registry.practice/tool:1' };
  await client.create(PODS('shop'), {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'debug-shell', namespace: 'shop' },
    spec: { containers: [container] },
  });
  await client.create(
    { apiVersion: 'batch/v1', resource: 'jobs', namespace: 'shop' },
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'backfill', namespace: 'shop' },
      spec: {
        template: {
          // The proxy of such a Job would keep it from its end.
          metadata: {
            labels: { app: 'backfill' },
            annotations: { 'practice.handrail.dev/crash': 'linkerd-proxy=0:300' },
          },
          spec: { restartPolicy: 'Never', containers: [container] },
        },
      },
    },
  );
  await until('the pinned pods run', async () => {
    const pods = await podsOf('shop', 'web');
    return (
      pods.length === 2 &&
      pods.every((pod) => pod.metadata.annotations?.['linkerd.io/proxy-version'] === 'stable-2.12.6')
    );
  });
  await until('the job is over', async () =>
    (await podsOf('shop', 'backfill')).some((pod) => pod.status?.phase === 'Succeeded'),
  );
  for (const pod of await podsOf('shop', 'api')) {
    await annotate('shop', pod.metadata.name, { 'linkerd.io/proxy-version': 'stable-2.11.5' });
  }
  const [cart] = await podsOf('shop', 'cart');
  await annotate('shop', cart!.metadata.name, { 'linkerd.io/proxy-version': 'stable-2.14.10' });
  const [invoice] = await podsOf('billing', 'invoices');
  await annotate('billing', invoice!.metadata.name, { 'linkerd.io/trust-root-sha256': 'f00d' });
  return practice;
}
