/** What could not be looked at, in words for the operator. */
import type { ApiProblem } from '../api.ts';

export const podsOf = (namespace: string | undefined) =>
  namespace === undefined ? 'pods of all namespaces' : `pods of the namespace ${namespace}`;

/** `pods of all namespaces: needs the permission to list pods` */
export function missing(what: string, problem: ApiProblem): string {
  if (problem.type !== 'denied') return `${what}: ${problem.message}`;
  const { verb, resource, namespace } = problem.permission;
  return `${what}: needs the permission to ${verb} ${resource}${namespace === undefined ? '' : ` in ${namespace}`}`;
}
