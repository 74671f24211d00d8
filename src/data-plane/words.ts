/** How workloads, versions and counts are written in sentences and tables. */
import type { OwnerKind } from './model.ts';

/** `1 pod`, `12 pods`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const SHORT: Readonly<Record<OwnerKind, string>> = {
  Deployment: 'deploy',
  Rollout: 'rollout',
  StatefulSet: 'sts',
  DaemonSet: 'ds',
  ReplicaSet: 'rs',
  ReplicationController: 'rc',
  Job: 'job',
  CronJob: 'cronjob',
  Pod: 'pod',
  Other: '',
};

/** As kubectl takes it: `deploy/web`. An owner of another kind has its kind in its name. */
export function workloadName({ kind, name }: { readonly kind: OwnerKind; readonly name: string }): string {
  return kind === 'Other' ? name : `${SHORT[kind]}/${name}`;
}
