/** Which rollouts are watched. */
import type { WorkloadKind } from '../../rollout/model.ts';

export interface WantedWorkload {
  readonly kind: WorkloadKind;
  readonly name: string;
}

/** Which workloads. Those named are looked for in each of the namespaces. */
export interface RolloutScope {
  readonly namespaces: readonly string[] | 'all';
  readonly workloads?: readonly WantedWorkload[];
  /** A label selector for the workloads themselves. */
  readonly selector?: string;
}

export const resourceOf = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
} as const satisfies Record<WorkloadKind, string>;

/** The kinds that can be in the scope. */
export function kindsOf({ workloads }: RolloutScope): readonly WorkloadKind[] {
  const all = Object.keys(resourceOf) as WorkloadKind[];
  return workloads ? all.filter((kind) => workloads.some((one) => one.kind === kind)) : all;
}

/** One workload alone is asked for by its name, for which less has to be allowed. */
export function onlyName({ workloads }: RolloutScope, kind: WorkloadKind): string | undefined {
  const named = workloads?.filter((one) => one.kind === kind) ?? [];
  return named.length === 1 ? `metadata.name=${named[0]!.name}` : undefined;
}

export function inScope<T extends { readonly kind: WorkloadKind; readonly name: string }>(
  { workloads }: RolloutScope,
  facts: T | undefined,
): T | undefined {
  if (!facts || !workloads) return facts;
  return workloads.some(({ kind, name }) => kind === facts.kind && name === facts.name) ? facts : undefined;
}
