import { createStore, type Store } from '../../src/practice/api/store.ts';
import { createStoreClient } from '../../src/practice/api/store-client.ts';
import { createClock, type PracticeClock } from '../../src/practice/clock.ts';
import { type Controllers, startControllers } from '../../src/practice/controllers/controllers.ts';
import { webhookAdmission } from '../../src/practice/controllers/webhooks.ts';
import type { KubeClient, KubeObject } from '../../src/practice/kube-client.ts';
import { nodeObject } from '../../src/practice/world/nodes.ts';

/** A cluster whose time stands still until a test moves it. */
export interface Bench {
  readonly store: Store;
  readonly client: KubeClient;
  readonly clock: PracticeClock;
  readonly controllers: Controllers;
  /** Lets so many milliseconds pass, with everything that happens in them. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until something holds; fails after half an hour of the cluster's time. */
  until(holds: () => boolean | Promise<boolean>): Promise<void>;
  stop(): void;
}

export async function createBench({ nodes = 3, cpu = '4' } = {}): Promise<Bench> {
  const clock = createClock({ start: Date.parse('2026-03-01T10:00:00Z') });
  const store = createStore({ clock });
  const client = createStoreClient(store);
  for (let index = 0; index < nodes; index += 1) {
    await client.create({ apiVersion: 'v1', resource: 'nodes' }, nodeObject(index, clock.now(), { cpu }));
  }
  const problems: string[] = [];
  const controllers = await startControllers({
    client,
    clock,
    onError: (name, key, message) => problems.push(`${name} ${key}: ${message}`),
  });
  const { caches, connectivity } = controllers;
  store.admit(webhookAdmission({ caches, connectivity, clock }));
  await controllers.settled();

  const tick = async (limit: number): Promise<boolean> => {
    const next = clock.next();
    if (next === undefined || next > limit) return false;
    clock.moveTo(next);
    await controllers.settled();
    return true;
  };
  return {
    store,
    client,
    clock,
    controllers,
    async pass(ms) {
      const end = clock.now() + ms;
      await controllers.settled();
      while (await tick(end));
      clock.moveTo(end);
      await controllers.settled();
    },
    async until(holds) {
      const end = clock.now() + 1_800_000;
      await controllers.settled();
      while (!(await holds())) {
        if (!(await tick(end)))
          throw new Error(`this never came to hold; problems: ${problems.slice(-5).join('; ')}`);
      }
    },
    stop() {
      controllers.stop();
      clock.stop();
    },
  };
}

export const DEPLOYMENTS = (namespace: string) => ({
  apiVersion: 'apps/v1',
  resource: 'deployments',
  namespace,
});
export const PODS = (namespace: string) => ({ apiVersion: 'v1', resource: 'pods', namespace });

export function deployment(
  name: string,
  {
    namespace = 'default',
    replicas = 3,
    image = 'registry.practice/web:1',
    spec = {},
    annotations = {},
    pod = {},
  }: {
    namespace?: string;
    replicas?: number;
    image?: string;
    spec?: Record<string, unknown>;
    annotations?: Record<string, string>;
    pod?: Record<string, unknown>;
  } = {},
): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      ...spec,
      template: {
        metadata: { labels: { app: name }, annotations },
        spec: { containers: [{ name: 'web', image, ports: [{ containerPort: 80 }] }], ...pod },
      },
    },
  };
}
