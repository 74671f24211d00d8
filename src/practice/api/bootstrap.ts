import type { KubeObject } from '../kube-client.ts';
import type { Json } from './json.ts';
import type { Objects } from './objects.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const EVERYTHING = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
];
const LOOK = ['get', 'list', 'watch'];
/** A managed control plane: it is none of the nodes, so what comes from it comes from outside. */
const API_SERVER = '10.0.255.1';
const COMMON = ['configmaps', 'endpoints', 'events', 'pods', 'pods/log', 'services', 'serviceaccounts'];

function role(name: string, rules: Json): KubeObject {
  const metadata = { name, labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } };
  return { apiVersion: RBAC, kind: 'ClusterRole', metadata, rules };
}

/** Puts in what an API server makes by itself when it starts on an empty database. */
export function bootstrap(store: Objects): void {
  const make = (
    apiVersion: string,
    resource: string,
    object: Omit<KubeObject, 'apiVersion'>,
    namespace?: string,
  ) => store.create(store.resource(apiVersion, resource), namespace, { apiVersion, ...object } as KubeObject);

  for (const name of ['kube-system', 'default', 'kube-public', 'kube-node-lease']) {
    make('v1', 'namespaces', { kind: 'Namespace', metadata: { name } });
  }
  const ports = [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }];
  const kubernetes = { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } };
  make(
    'v1',
    'services',
    { kind: 'Service', metadata: kubernetes, spec: { clusterIP: '10.96.0.1', ports } },
    'default',
  );
  const port = { name: 'https', port: 6443, protocol: 'TCP' };
  const endpoints = { subsets: [{ addresses: [{ ip: API_SERVER }], ports: [port] }] };
  const mirrored = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  make(
    'v1',
    'endpoints',
    { kind: 'Endpoints', metadata: { name: 'kubernetes', labels: mirrored }, ...endpoints },
    'default',
  );
  const slice = { name: 'kubernetes', labels: { 'kubernetes.io/service-name': 'kubernetes' } };
  make(
    'discovery.k8s.io/v1',
    'endpointslices',
    {
      kind: 'EndpointSlice',
      metadata: slice,
      addressType: 'IPv4',
      endpoints: [{ addresses: [API_SERVER], conditions: { ready: true } }],
      ports: [port],
    },
    'default',
  );
  // Extension API servers, and `linkerd check`, read the front proxy's certificate here.
  const authentication = {
    kind: 'ConfigMap',
    metadata: { name: 'extension-apiserver-authentication' },
    data: {
      'client-ca-file': '',
      'requestheader-allowed-names': '["front-proxy-client"]',
      'requestheader-client-ca-file': '',
      'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
      'requestheader-group-headers': '["X-Remote-Group"]',
      'requestheader-username-headers': '["X-Remote-User"]',
    },
  };
  make('v1', 'configmaps', authentication, 'kube-system');

  const apps = {
    apiGroups: ['apps', 'batch', 'networking.k8s.io', 'policy', 'discovery.k8s.io'],
    resources: ['*'],
  };
  const roles = [
    role('cluster-admin', EVERYTHING),
    role('admin', [
      { apiGroups: [''], resources: [...COMMON, 'secrets'], verbs: ['*'] },
      { ...apps, verbs: ['*'] },
    ]),
    role('edit', [
      { apiGroups: [''], resources: [...COMMON, 'secrets'], verbs: ['*'] },
      { ...apps, verbs: ['*'] },
    ]),
    role('view', [
      { apiGroups: [''], resources: COMMON, verbs: LOOK },
      { ...apps, verbs: LOOK },
    ]),
  ];
  for (const each of roles) make(RBAC, 'clusterroles', each);
  make(RBAC, 'clusterrolebindings', {
    kind: 'ClusterRoleBinding',
    metadata: { name: 'cluster-admin', labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'Group', name: 'system:masters', apiGroup: 'rbac.authorization.k8s.io' }],
  });
  for (const [name, value] of [
    ['system-cluster-critical', 2_000_000_000],
    ['system-node-critical', 2_000_001_000],
  ] as const) {
    make('scheduling.k8s.io/v1', 'priorityclasses', { kind: 'PriorityClass', metadata: { name }, value });
  }
}
