/** Reads the workloads that can be restarted and the budgets of their pods. */
import type { NamespaceMeta } from '../data-plane/model.ts';
import { readBudget, readRestartTarget } from '../data-plane/read-restart-target.ts';
import type { Budget, RestartTarget } from '../data-plane/restart-plan.ts';
import type { WorkloadKind } from '../rollout/model.ts';
import type { ApiProblem, ApiResult, ClusterApi } from './api.ts';
import type { KubeObject, ResourceRef } from './objects.ts';
import { resourceOf } from './rollouts/rollout-scope.ts';

export interface TargetsRead {
  readonly targets: readonly RestartTarget[];
  readonly budgets: readonly Budget[];
  /** What could not be looked at, with the permission that is missing. */
  readonly unseen: readonly string[];
  /** Set where no workloads could be read at all. */
  readonly problem?: ApiProblem;
}

export interface TargetsQuery {
  /** Empty: all namespaces. */
  readonly namespaces: readonly string[];
  /** A label selector for the workloads. */
  readonly selector: string | undefined;
  /** What is known of the namespaces; one that is not in it could not be read. */
  readonly spaces: readonly NamespaceMeta[];
}

const kinds = Object.keys(resourceOf) as WorkloadKind[];

/** Lists workloads and PodDisruptionBudgets once. What must not be seen is named in `unseen` and never stops the rest. */
export async function readRestartTargets(api: ClusterApi, query: TargetsQuery): Promise<TargetsRead> {
  const spaces = new Map(query.spaces.map((space) => [space.name, space]));
  const places = query.namespaces.length === 0 ? [undefined] : query.namespaces;
  const selected = query.selector === undefined ? {} : { labelSelector: query.selector };
  const unseen: string[] = [];
  const targets: RestartTarget[] = [];
  let problem: ApiProblem | undefined;
  let listed = 0;
  const read = async (place: string | undefined, kind: WorkloadKind) => {
    const ref = { apiVersion: 'apps/v1', resource: resourceOf[kind], ...inside(place) };
    const result = await api.list(ref, selected);
    if (!result.ok) {
      problem ??= result.problem;
      unseen.push(missing(ref, result.problem));
      return;
    }
    listed += 1;
    for (const object of result.value.items) {
      const target = readRestartTarget(object, kind, spaces.get(object.metadata.namespace ?? ''));
      if (target) targets.push(target);
    }
  };
  const budgets: Budget[] = [];
  const readBudgets = async (place: string | undefined) => {
    const ref = { apiVersion: 'policy/v1', resource: 'poddisruptionbudgets', ...inside(place) };
    const result: ApiResult<{ readonly items: readonly KubeObject[] }> = await api.list(ref);
    if (!result.ok) unseen.push(missing(ref, result.problem));
    else budgets.push(...result.value.items.flatMap((object) => readBudget(object) ?? []));
  };
  await Promise.all(
    places.flatMap((place) => [...kinds.map((kind) => read(place, kind)), readBudgets(place)]),
  );
  return { targets, budgets, unseen, ...(listed === 0 && problem ? { problem } : {}) };
}

const inside = (namespace: string | undefined) => (namespace === undefined ? {} : { namespace });

function missing({ resource, namespace }: ResourceRef, problem: ApiProblem): string {
  const what = `${resource} ${namespace === undefined ? 'of all namespaces' : `of the namespace ${namespace}`}`;
  if (problem.type !== 'denied') return `${what}: ${problem.message}`;
  const { permission } = problem;
  const where = permission.namespace === undefined ? '' : ` in ${permission.namespace}`;
  return `${what}: needs the permission to ${permission.verb} ${permission.resource}${where}`;
}
