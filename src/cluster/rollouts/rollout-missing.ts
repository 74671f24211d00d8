/** What was named and is not in sight: because it is not there, or because it may not be seen. */
import type { RolloutIndex } from './rollout-index.ts';
import { kindsOf, type RolloutScope, resourceOf, type WantedWorkload } from './rollout-scope.ts';
import type { StreamState } from './rollout-streams.ts';

/** A workload in a namespace (or in any), or a namespace itself. */
export type MissingThing =
  | (WantedWorkload & { readonly namespace: string | undefined })
  | { readonly kind: 'Namespace'; readonly name: string };

type Wanted = WantedWorkload & { readonly namespace: string | undefined };

/** What is certainly not there. Where a list cannot be seen, or is not there yet, nothing is said. */
export function missingOf(
  scope: RolloutScope,
  index: RolloutIndex,
  streams: readonly StreamState[],
): readonly MissingThing[] {
  const listed = (resource: string, namespace: string | undefined) =>
    streams.some(
      (one) => one.resource === resource && one.namespace === namespace && one.status.type === 'live',
    );
  const named = scope.namespaces === 'all' ? [] : scope.namespaces;
  const gone = named.filter((name) => listed('namespaces', name) && !index.hasNamespace(name));
  const workloads = notInSight(scope, index)
    .filter(({ namespace }) => namespace === undefined || !gone.includes(namespace))
    .filter(({ kind, namespace }) => listed(resourceOf[kind], namespace));
  return [...gone.map((name) => ({ kind: 'Namespace', name }) as const), ...workloads];
}

/** Workloads whose list is denied; where none were named, namespaces in which that is so for every kind of them. */
export function unknownOf(
  scope: RolloutScope,
  index: RolloutIndex,
  streams: readonly StreamState[],
): readonly MissingThing[] {
  // Who may list and not watch sees them all the same.
  const denied = (resource: string, namespace: string | undefined) =>
    streams.some(
      ({ status, ...one }) =>
        one.resource === resource &&
        one.namespace === namespace &&
        status.type === 'denied' &&
        status.permission.verb === 'list',
    );
  if (scope.workloads)
    return notInSight(scope, index).filter(({ kind, namespace }) => denied(resourceOf[kind], namespace));
  const named = scope.namespaces === 'all' ? [] : scope.namespaces;
  return named
    .filter((name) => kindsOf(scope).every((kind) => denied(resourceOf[kind], name)))
    .map((name) => ({ kind: 'Namespace', name }));
}

function notInSight(scope: RolloutScope, index: RolloutIndex): readonly Wanted[] {
  const there = [...index.workloads.values()];
  return (scope.workloads ?? []).flatMap((wanted) =>
    (scope.namespaces === 'all' ? [undefined] : scope.namespaces)
      .filter(
        (namespace) =>
          !there.some(
            (one) =>
              one.kind === wanted.kind &&
              one.name === wanted.name &&
              (namespace === undefined || one.namespace === namespace),
          ),
      )
      .map((namespace) => ({ ...wanted, namespace })),
  );
}
