import { type RunningApi, startApi } from '../../src/practice/api/server.ts';
import { createStore, type Store } from '../../src/practice/api/store.ts';
import type { KubeObject } from '../../src/practice/kube-client.ts';
import { createTools, type Tools } from '../helpers/kubectl.ts';

export const TOKEN = 'practice-token';

export interface Bed {
  readonly store: Store;
  readonly api: RunningApi;
  readonly tools: Tools;
  dispose(): Promise<void>;
}

/** An API server with nothing behind it, and real tools on it. */
export async function createBed(history?: number): Promise<Bed> {
  const store = createStore(history === undefined ? {} : { history });
  store.hooks.garbageCollection = false;
  const api = await startApi({ store, token: TOKEN, viewerToken: 'viewer-token', clock: Date });
  const tools = await createTools(api.kubeconfig);
  return {
    store,
    api,
    tools,
    async dispose() {
      await api.close();
      await tools.dispose();
    },
  };
}

export function pod(name: string, labels: Record<string, string> = {}, spec: object = {}): KubeObject {
  const containers = [{ name: 'main', image: 'registry.example/app:1' }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: { containers, ...spec } };
}

export function configMap(name: string, data: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

export function deployment(name: string, spec: object = {}): KubeObject {
  const labels = { app: name };
  const containers = [{ name: 'web', image: 'nginx:1.25', ports: [{ containerPort: 80 }] }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
      ...spec,
    },
  };
}

export const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx:1.25
        ports: [{containerPort: 80}]
        env: [{name: MODE, value: plain}]
---
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web, labels: {app: web}}
data: {greeting: hello}
`;

const schema = (properties: object, required: string[] = []) => ({
  openAPIV3Schema: {
    type: 'object',
    required: ['spec'],
    properties: { spec: { type: 'object', properties, required } },
  },
});

/** A definition with an older version that is served, and a newer one that is stored. */
export const serverCrd = (stored = 'v1beta1'): KubeObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'servers.policy.example.io' },
  spec: {
    group: 'policy.example.io',
    scope: 'Namespaced',
    names: { kind: 'Server', plural: 'servers', singular: 'server', shortNames: ['srv'] },
    versions: [
      { name: 'v1alpha1', served: true, storage: false, schema: schema({ port: { type: 'integer' } }) },
      {
        name: stored,
        served: true,
        storage: true,
        schema: schema(
          { port: { type: 'integer', minimum: 1 }, mode: { type: 'string', enum: ['open', 'shut'] } },
          ['port'],
        ),
        additionalPrinterColumns: [{ name: 'Port', type: 'integer', jsonPath: '.spec.port' }],
      },
    ],
  },
});
