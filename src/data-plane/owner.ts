/** Which workload a pod belongs to in the end, as far as its metadata tells. */
import type { OwnerKind } from './model.ts';

export interface OwnedMeta {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly controller?: boolean;
  }[];
}

/** The labels by which the proxy injector names a pod's owner (linkerd2, pkg/k8s/labels.go). */
const PROXY_LABELS: readonly (readonly [label: string, kind: OwnerKind])[] = [
  ['linkerd.io/proxy-deployment', 'Deployment'],
  ['linkerd.io/proxy-statefulset', 'StatefulSet'],
  ['linkerd.io/proxy-daemonset', 'DaemonSet'],
  ['linkerd.io/proxy-cronjob', 'CronJob'],
  ['linkerd.io/proxy-job', 'Job'],
  ['linkerd.io/proxy-replicationcontroller', 'ReplicationController'],
  ['linkerd.io/proxy-replicaset', 'ReplicaSet'],
];

export interface Owner {
  readonly kind: OwnerKind;
  readonly name: string;
}

/** The labels of the injector first, else the controlling owner reference; a pod without either is its own owner. */
export function ownerOf(meta: OwnedMeta): Owner {
  const labels = meta.labels ?? {};
  for (const [label, kind] of PROXY_LABELS) {
    const name = labels[label];
    if (typeof name === 'string' && name !== '') return parentOf({ kind, name }, labels);
  }
  const references = Array.isArray(meta.ownerReferences) ? meta.ownerReferences : [];
  const owner = references.find((one) => one?.controller === true) ?? references[0];
  if (typeof owner?.kind !== 'string' || typeof owner.name !== 'string')
    return { kind: 'Pod', name: meta.name };
  switch (owner.kind) {
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicationController':
    case 'Job':
      return parentOf({ kind: owner.kind, name: owner.name }, labels);
    default:
      return { kind: 'Other', name: `${owner.kind}/${owner.name}` };
  }
}

/** A ReplicaSet is named after its Deployment and the template's hash; a Job of a CronJob after the minute that it was due. */
function parentOf(owner: Owner, labels: Readonly<Record<string, string>>): Owner {
  if (owner.kind === 'ReplicaSet') {
    const rollout = withoutSuffix(owner.name, labels['rollouts-pod-template-hash']);
    if (rollout !== undefined) return { kind: 'Rollout', name: rollout };
    const deployment = withoutSuffix(owner.name, labels['pod-template-hash']);
    if (deployment !== undefined) return { kind: 'Deployment', name: deployment };
  }
  if (owner.kind === 'Job') {
    // Minutes since the epoch have eight digits until the year 2160 (kubernetes, pkg/controller/cronjob/utils.go, getJobName).
    const cron = /^(.+)-\d{8}$/.exec(owner.name)?.[1];
    if (cron !== undefined) return { kind: 'CronJob', name: cron };
  }
  return owner;
}

function withoutSuffix(name: string, hash: string | undefined): string | undefined {
  return hash && name.length > hash.length + 1 && name.endsWith(`-${hash}`)
    ? name.slice(0, -hash.length - 1)
    : undefined;
}
