/** One resource in one version, as discovery names it and the store keeps it. */
export interface ResourceInfo {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
  /** Where its objects are kept: versions of one resource, and the two names of Event, share one place. */
  readonly storage: string;
  /** The version in which objects of this place are kept: the newest, where versions are written differently. */
  readonly keptAs?: string;
  /** The first and the last Kubernetes 1.N that serve a built-in resource; without them, any. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly custom: boolean;
  /** The definition a custom resource comes from, with the schema of this version. */
  readonly crd?: { readonly name: string; readonly schema: unknown; readonly columns: readonly Column[] };
}

/** A printed column of a custom resource. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly priority?: number;
  readonly description?: string;
}

/** Every verb of a resource that can be read and written, as discovery lists them. */
export const ALL_VERBS = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
] as const;

/** `group/version` as objects write it: the core group has no group. */
export const groupVersion = (info: { readonly group: string; readonly version: string }) =>
  info.group ? `${info.group}/${info.version}` : info.version;

// group/version, then lines of: plural Kind scope(ns|cluster|review) short names, categories, subresources; then the first and the last
// Kubernetes 1.N that serve them (Kubernetes, "Deprecated API Migration Guide"). Of one resource the version in which it is kept comes first.
const TABLE: readonly (readonly [string, string, number?, number?])[] = [
  [
    'v1',
    `bindings Binding ns-create
     componentstatuses ComponentStatus cluster-read cs
     configmaps ConfigMap ns cm
     endpoints Endpoints ns ep
     events Event ns ev
     limitranges LimitRange ns limits
     namespaces Namespace cluster ns - status,finalize
     nodes Node cluster no - status,proxy
     persistentvolumeclaims PersistentVolumeClaim ns pvc - status
     persistentvolumes PersistentVolume cluster pv - status
     pods Pod ns po all status,log,exec,attach,portforward,eviction,binding,ephemeralcontainers,resize,proxy
     podtemplates PodTemplate ns
     replicationcontrollers ReplicationController ns rc all status,scale
     resourcequotas ResourceQuota ns quota - status
     secrets Secret ns
     serviceaccounts ServiceAccount ns sa - token
     services Service ns svc all status,proxy`,
  ],
  [
    'apps/v1',
    `controllerrevisions ControllerRevision ns
     daemonsets DaemonSet ns ds all status
     deployments Deployment ns deploy all status,scale
     replicasets ReplicaSet ns rs all status,scale
     statefulsets StatefulSet ns sts all status,scale`,
  ],
  ['batch/v1', 'cronjobs CronJob ns cj all status', 21],
  ['batch/v1', 'jobs Job ns - all status'],
  ['batch/v1beta1', 'cronjobs CronJob ns cj all status', 8, 24],
  ['policy/v1', 'poddisruptionbudgets PodDisruptionBudget ns pdb - status', 21],
  ['policy/v1beta1', 'poddisruptionbudgets PodDisruptionBudget ns pdb - status', 5, 24],
  ['policy/v1beta1', 'podsecuritypolicies PodSecurityPolicy cluster psp', 10, 24],
  [
    'rbac.authorization.k8s.io/v1',
    `clusterrolebindings ClusterRoleBinding cluster
     clusterroles ClusterRole cluster
     rolebindings RoleBinding ns
     roles Role ns`,
  ],
  [
    'rbac.authorization.k8s.io/v1beta1',
    `clusterrolebindings ClusterRoleBinding cluster
     clusterroles ClusterRole cluster
     rolebindings RoleBinding ns
     roles Role ns`,
    8,
    21,
  ],
  [
    'networking.k8s.io/v1',
    `ingressclasses IngressClass cluster
     ingresses Ingress ns ing - status`,
    19,
  ],
  ['networking.k8s.io/v1', 'networkpolicies NetworkPolicy ns netpol'],
  ['discovery.k8s.io/v1', 'endpointslices EndpointSlice ns', 21],
  ['discovery.k8s.io/v1beta1', 'endpointslices EndpointSlice ns', 16, 24],
  [
    'admissionregistration.k8s.io/v1',
    `mutatingwebhookconfigurations MutatingWebhookConfiguration cluster - api-extensions
     validatingwebhookconfigurations ValidatingWebhookConfiguration cluster - api-extensions`,
  ],
  [
    'admissionregistration.k8s.io/v1',
    `validatingadmissionpolicies ValidatingAdmissionPolicy cluster - api-extensions status
     validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding cluster - api-extensions`,
    30,
  ],
  [
    'admissionregistration.k8s.io/v1beta1',
    `mutatingwebhookconfigurations MutatingWebhookConfiguration cluster - api-extensions
     validatingwebhookconfigurations ValidatingWebhookConfiguration cluster - api-extensions`,
    9,
    21,
  ],
  [
    'apiextensions.k8s.io/v1',
    'customresourcedefinitions CustomResourceDefinition cluster crd,crds api-extensions status',
  ],
  [
    'apiextensions.k8s.io/v1beta1',
    'customresourcedefinitions CustomResourceDefinition cluster crd,crds api-extensions status',
    7,
    21,
  ],
  ['apiregistration.k8s.io/v1', 'apiservices APIService cluster - api-extensions status'],
  ['apiregistration.k8s.io/v1beta1', 'apiservices APIService cluster - api-extensions status', 7, 21],
  ['coordination.k8s.io/v1', 'leases Lease ns'],
  ['autoscaling/v2', 'horizontalpodautoscalers HorizontalPodAutoscaler ns hpa all status', 23],
  ['autoscaling/v2beta2', 'horizontalpodautoscalers HorizontalPodAutoscaler ns hpa all status', 12, 25],
  ['autoscaling/v1', 'horizontalpodautoscalers HorizontalPodAutoscaler ns hpa all status'],
  [
    'storage.k8s.io/v1',
    `csidrivers CSIDriver cluster
     csinodes CSINode cluster
     csistoragecapacities CSIStorageCapacity ns
     storageclasses StorageClass cluster sc
     volumeattachments VolumeAttachment cluster - - status`,
  ],
  ['scheduling.k8s.io/v1', 'priorityclasses PriorityClass cluster pc'],
  ['node.k8s.io/v1', 'runtimeclasses RuntimeClass cluster', 20],
  ['events.k8s.io/v1', 'events Event ns ev', 19],
  [
    'authorization.k8s.io/v1',
    `localsubjectaccessreviews LocalSubjectAccessReview ns-create
     selfsubjectaccessreviews SelfSubjectAccessReview cluster-create
     selfsubjectrulesreviews SelfSubjectRulesReview cluster-create
     subjectaccessreviews SubjectAccessReview cluster-create`,
  ],
  ['authentication.k8s.io/v1', 'tokenreviews TokenReview cluster-create'],
  ['authentication.k8s.io/v1', 'selfsubjectreviews SelfSubjectReview cluster-create', 28],
  [
    'certificates.k8s.io/v1',
    'certificatesigningrequests CertificateSigningRequest cluster csr - status,approval',
    19,
  ],
];

const words = (text: string | undefined) => (text && text !== '-' ? text.split(',') : []);

function verbsOf(scope: string): readonly string[] {
  if (scope.endsWith('-create')) return ['create'];
  return scope.endsWith('-read') ? ['get', 'list'] : ALL_VERBS;
}

function parseLine(
  group: string,
  version: string,
  line: string,
  window: Pick<ResourceInfo, 'since' | 'until'>,
): ResourceInfo {
  const [plural = '', kind = '', scope = '', short, categories, subresources] = line.trim().split(/\s+/);
  return {
    group,
    version,
    plural,
    kind,
    singular: kind.toLowerCase(),
    namespaced: scope.startsWith('ns'),
    shortNames: words(short),
    categories: words(categories),
    verbs: verbsOf(scope),
    subresources: words(subresources),
    storage: group === 'events.k8s.io' ? '/events' : `${group}/${plural}`,
    ...window,
    custom: false,
  };
}

const parsed: readonly ResourceInfo[] = TABLE.flatMap(([gv, lines, since, until]) => {
  const slash = gv.indexOf('/');
  const group = slash < 0 ? '' : gv.slice(0, slash);
  return lines.split('\n').map((line) => parseLine(group, gv.slice(slash + 1), line, { since, until }));
});
const first = new Map(parsed.toReversed().map((info) => [info.storage, groupVersion(info)]));

/** Every built-in resource of any Kubernetes that kubectl, helm and linkerd use, preferred versions first. */
export const BUILTIN: readonly ResourceInfo[] = parsed.map((info) => ({
  ...info,
  keptAs: first.get(info.storage) ?? groupVersion(info),
}));
