/** What a pruning is to do, and what it leaves and why. It is written down, so it is data alone. */

/** What names an object in the cluster. */
export interface PrunedObject {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** An object that is to be deleted. */
export interface PruneRow extends PrunedObject {
  /** `ClusterRole.rbac.authorization.k8s.io/linkerd-tap`; with the namespace before the name where it has one. */
  readonly id: string;
  readonly apiVersion: string;
  readonly resource: string;
  readonly uid: string;
  /** Of a definition: how many resources go with it; -1 where they cannot be counted. */
  readonly resources?: number;
}

/** What the operator agrees to. `form` is that of the data: a plan of another is made anew. */
export interface PrunePlan {
  readonly form: 1;
  readonly what: 'plain' | 'definitions';
  /** The label that each of them carries. */
  readonly label: string;
  readonly rows: readonly PruneRow[];
  /** What is not deleted, each with the reason. */
  readonly left: readonly (PrunedObject & { readonly why: string })[];
  /** Sentences: what could not be looked at. */
  readonly unseen: readonly string[];
}

/** `Deployment linkerd/linkerd-web`, `ClusterRole linkerd-tap`. */
export const objectName = ({ kind, namespace, name }: PrunedObject): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** `no resources`, `3 resources`, `resources that cannot be counted`. */
export function resourcesWords(resources: number): string {
  if (resources < 0) return 'resources that cannot be counted';
  return resources === 0 ? 'no resources' : resources === 1 ? '1 resource' : `${resources} resources`;
}
