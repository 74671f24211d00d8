import type { Manifest } from './manifest.ts';

/** One rule: API groups, resources and verbs, each a list separated by spaces; `-` is the core group. */
type Rule = readonly [groups: string, resources: string, verbs: string];

const watch = 'list get watch';

/** What each role may do: the gist of the real ones, so that `auth can-i` and reviews show something true. */
const rules: Readonly<Record<string, readonly Rule[]>> = {
  'linkerd-linkerd-identity': [
    ['authentication.k8s.io', 'tokenreviews', 'create'],
    ['-', 'events', 'create patch'],
  ],
  'linkerd-linkerd-destination': [
    ['apps', 'replicasets', watch],
    ['batch', 'jobs', watch],
    ['-', 'pods endpoints services nodes namespaces', watch],
    ['linkerd.io', 'serviceprofiles', watch],
    ['discovery.k8s.io', 'endpointslices', watch],
  ],
  'linkerd-policy': [
    ['-', 'pods', watch],
    ['apps', 'deployments', 'get'],
    ['policy.linkerd.io', '*', watch],
    ['coordination.k8s.io', 'leases', 'create get patch'],
  ],
  'linkerd-linkerd-proxy-injector': [
    ['-', 'events', 'create patch'],
    ['-', 'namespaces replicationcontrollers pods', watch],
    ['apps', 'deployments replicasets daemonsets statefulsets', watch],
    ['batch', 'cronjobs jobs', watch],
  ],
  'linkerd-heartbeat': [
    ['-', 'namespaces', 'list'],
    ['linkerd.io', 'serviceprofiles', 'list'],
  ],
  'linkerd-linkerd-tap-admin': [['tap.linkerd.io', '*', 'watch']],
  'linkerd-linkerd-viz-tap-admin': [['tap.linkerd.io', '*', 'watch']],
  'linkerd-tap-injector': [['-', 'namespaces', watch]],
};

/** A role that is known by name only reads what a dashboard or a mirror reads. */
const readOnly: readonly Rule[] = [['-', 'pods services namespaces', watch]];

/** Bindings whose role has another name than they. */
const roleOfBinding: Readonly<Record<string, string>> = {
  'linkerd-destination-policy': 'linkerd-policy',
  'linkerd-destination-remote-discovery': 'remote-discovery',
  'linkerd-linkerd-tap-auth-delegator': 'system:auth-delegator',
  'linkerd-linkerd-viz-tap-auth-delegator': 'system:auth-delegator',
  'linkerd-linkerd-tap-auth-reader': 'extension-apiserver-authentication-reader',
  'linkerd-linkerd-viz-tap-auth-reader': 'extension-apiserver-authentication-reader',
  'linkerd-linkerd-web-admin': 'linkerd-linkerd-tap-admin',
  'linkerd-linkerd-viz-web-admin': 'linkerd-linkerd-viz-tap-admin',
};

const list = (text: string): string[] => text.split(' ').map((one) => (one === '-' ? '' : one));

interface RbacContext {
  readonly namespace: string;
  readonly labels: Record<string, string>;
  /** The service account that a binding names. */
  readonly subject: string;
}

/** A Role, ClusterRole, RoleBinding, ClusterRoleBinding or ServiceAccount. */
export function rbacManifest(kind: string, name: string, context: RbacContext): Manifest {
  const cluster = kind.startsWith('Cluster');
  // Reading how the API server authenticates aggregated APIs is granted where that is written.
  const namespace = name.endsWith('tap-auth-reader') ? 'kube-system' : context.namespace;
  const metadata = { name, ...(cluster ? {} : { namespace }), labels: { ...context.labels } };
  if (kind === 'ServiceAccount') return { apiVersion: 'v1', kind, metadata };
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  if (kind.endsWith('Binding')) {
    const role = roleOfBinding[name] ?? name;
    const roleKind = cluster ? 'ClusterRole' : 'Role';
    return {
      apiVersion,
      kind,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: roleKind, name: role },
      subjects: [{ kind: 'ServiceAccount', name: context.subject, namespace: context.namespace }],
    };
  }
  const own: readonly Rule[] =
    kind === 'Role' && name === 'linkerd-heartbeat'
      ? [['-', 'configmaps', 'get']]
      : name === 'ext-namespace-metadata-linkerd-config'
        ? [['-', 'configmaps', 'get']]
        : name === 'remote-discovery'
          ? [['-', 'secrets', watch]]
          : (rules[name] ?? readOnly);
  return {
    apiVersion,
    kind,
    metadata,
    rules: own.map(([groups, resources, verbs]) => ({
      apiGroups: list(groups),
      resources: list(resources),
      verbs: list(verbs),
    })),
  };
}
