import { expect, test } from 'vitest';
import type { Behaviour, ContainerSpec } from '../../src/practice/controllers/behaviour.ts';
import { createCache } from '../../src/practice/controllers/cache.ts';
import { inMesh } from '../../src/practice/controllers/mesh-network.ts';
import type { KubeObject } from '../../src/practice/kube-client.ts';

const alone: Behaviour = { pullMs: 0, readyMs: 100, stopMs: 0 };
const web: ContainerSpec = {
  name: 'web',
  image: 'registry.practice/web:1',
  ports: [{ name: 'http', containerPort: 8080 }],
  readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
};
const pod = (proxy = true): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
  spec: { nodeName: 'one', containers: [...(proxy ? [{ name: 'linkerd-proxy', image: 'x' }] : []), web] },
});
const policy = (kind: string, name: string, spec: unknown): KubeObject => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind,
  metadata: { name, namespace: 'shop' },
  spec,
});
const pods = (...all: KubeObject[]) => {
  const cache = createCache({ apiVersion: 'v1', resource: 'pods', kind: 'Pod', namespaced: true });
  all.forEach((object, index) => {
    const metadata = { ...object.metadata, resourceVersion: String(index + 1) };
    cache.take({ type: 'ADDED', object: { ...object, metadata } });
  });
  return cache;
};
const having =
  (...all: KubeObject[]) =>
  (kind: string) =>
    all.filter((each) => each.kind === kind);

const server = policy('Server', 'web', { podSelector: { matchLabels: { app: 'web' } }, port: 'http' });
const route = policy('HTTPRoute', 'web', { parentRefs: [{ kind: 'Server', name: 'web' }] });
const granted = (kind: string, name: string, ...by: string[]) =>
  policy('AuthorizationPolicy', 'a', {
    targetRef: { kind, name },
    requiredAuthenticationRefs: by.map((each) => ({ kind: each, name: 'b' })),
  });

test.each([
  ['a Server alone lets probes through', [server], undefined],
  ['a route takes them away', [server, route], 403],
  [
    'members of the mesh are no help',
    [server, route, granted('Server', 'web', 'MeshTLSAuthentication')],
    403,
  ],
  ['a network is', [server, route, granted('HTTPRoute', 'web', 'NetworkAuthentication')], undefined],
  ['everybody in the namespace is', [server, route, granted('Namespace', 'shop')], undefined],
  ['another Server’s is none', [server, route, granted('Server', 'api', 'NetworkAuthentication')], 403],
])('%s', (_, objects, status) => {
  expect(inMesh(pod(), web, alone, pods(), having(...objects)).probeStatus).toBe(status);
  expect(inMesh(pod(false), web, alone, pods(), having(...objects))).toBe(alone);
});

test('the validator ends well where the plugin is ready on the node', () => {
  const validator: ContainerSpec = { name: 'linkerd-network-validator', image: 'x' };
  const plugin = (node: string, status: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `cni-${node}`, namespace: 'linkerd-cni', labels: { 'k8s-app': 'linkerd-cni' } },
    spec: { nodeName: node },
    status: { conditions: [{ type: 'Ready', status }] },
  });
  const ending = (...all: KubeObject[]) => inMesh(pod(), validator, alone, pods(...all), having()).exit?.code;
  expect(ending(plugin('one', 'True'))).toBeUndefined();
  expect(ending(plugin('one', 'False'))).toBe(95);
  expect(ending(plugin('two', 'True'))).toBe(95);
  expect(ending()).toBe(95);
});
