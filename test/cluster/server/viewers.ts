import type { KubeClient } from '../../../src/practice/kube-client.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const LOOK = ['get', 'list', 'watch'];

/** What somebody of the group `viewers` may do: less than the cluster role `view`, which many teams hand out. */
const RULES = [
  {
    apiGroups: [''],
    resources: ['namespaces', 'nodes', 'pods', 'pods/log', 'services', 'endpoints', 'events'],
    verbs: LOOK,
  },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions'],
    verbs: LOOK,
  },
];

/** Gives the group `viewers` its rights. */
export async function letViewersLook(client: KubeClient): Promise<void> {
  const metadata = { name: 'viewers' };
  await client.create(
    { apiVersion: RBAC, resource: 'clusterroles' },
    { apiVersion: RBAC, kind: 'ClusterRole', metadata, rules: RULES },
  );
  await client.create(
    { apiVersion: RBAC, resource: 'clusterrolebindings' },
    {
      apiVersion: RBAC,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'viewers' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'viewers' }],
    },
  );
}
