/** What is never deleted here, whoever asks for it. Pure. */
import type { KubeMeta } from '../../cluster/objects.ts';

/** Where Linkerd's objects are: in a namespace of their own, and what lets the API server in, in its. */
export interface Home {
  readonly namespace: string;
  /** `KEY` or `KEY=VALUE`. */
  readonly label: string;
}

/** With them goes what nobody could bring back. */
const neverKinds: ReadonlySet<string> = new Set([
  'Namespace',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'Node',
]);

/** The identity of the mesh and its settings: without them no tool can go on. */
const neverNames: ReadonlySet<string> = new Set([
  'linkerd-identity-issuer',
  'linkerd-identity-trust-roots',
  'linkerd-config',
  'linkerd-config-overrides',
]);

/** Why the object is left as it is, in one sentence; undefined where it may be deleted. */
export function whyLeft(kind: string, meta: KubeMeta, home: Home): string | undefined {
  const labels = meta.labels ?? {};
  const [key = '', value] = home.label.split('=');
  if (neverKinds.has(kind)) return `A ${kind} is never deleted here.`;
  if ((kind === 'Secret' || kind === 'ConfigMap') && neverNames.has(meta.name))
    return 'It holds the identity or the settings of the mesh, and is never deleted here.';
  const own = labels[key];
  if (own === undefined || (value !== undefined && own !== value))
    return `It does not carry the label ${home.label}.`;
  if (key !== 'linkerd.io/extension' && labels['linkerd.io/extension'] !== undefined)
    return 'It belongs to an extension.';
  if (labels['linkerd.io/cni-resource'] !== undefined) return 'It belongs to the CNI plugin.';
  if (labels['app.kubernetes.io/managed-by'] === 'Helm') return 'It belongs to a Helm release.';
  const { namespace } = meta;
  if (namespace !== undefined && namespace !== home.namespace && namespace !== 'kube-system')
    return `It is in the namespace ${namespace}, not in ${home.namespace}.`;
  return undefined;
}

/** The kinds that Linkerd has ever been made of (2.9 to 2.20), in the order in which they are deleted: what calls a service goes before it. */
export const prunedKinds: readonly (readonly [group: string, kind: string])[] = [
  ['admissionregistration.k8s.io', 'MutatingWebhookConfiguration'],
  ['admissionregistration.k8s.io', 'ValidatingWebhookConfiguration'],
  ['apiregistration.k8s.io', 'APIService'],
  ['batch', 'CronJob'],
  ['batch', 'Job'],
  ['apps', 'Deployment'],
  ['apps', 'StatefulSet'],
  ['apps', 'DaemonSet'],
  ['', 'ReplicationController'],
  ['policy', 'PodDisruptionBudget'],
  ['policy', 'PodSecurityPolicy'],
  ['', 'Service'],
  ['', 'ConfigMap'],
  ['', 'Secret'],
  ['linkerd.io', 'ServiceProfile'],
  ['policy.linkerd.io', 'Server'],
  ['policy.linkerd.io', 'ServerAuthorization'],
  ['policy.linkerd.io', 'AuthorizationPolicy'],
  ['policy.linkerd.io', 'HTTPRoute'],
  ['policy.linkerd.io', 'MeshTLSAuthentication'],
  ['policy.linkerd.io', 'NetworkAuthentication'],
  ['rbac.authorization.k8s.io', 'RoleBinding'],
  ['rbac.authorization.k8s.io', 'Role'],
  ['rbac.authorization.k8s.io', 'ClusterRoleBinding'],
  ['rbac.authorization.k8s.io', 'ClusterRole'],
  ['', 'ServiceAccount'],
  ['apiextensions.k8s.io', 'CustomResourceDefinition'],
];

/** The group and the kind of what would take its resources along. */
export const definitionKind = ['apiextensions.k8s.io', 'CustomResourceDefinition'] as const;
