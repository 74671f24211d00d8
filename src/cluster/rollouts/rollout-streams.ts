/** Which lists are followed to watch rollouts, and what is said of those that cannot be. */

import { injectsInto } from '../../linkerd/who-gets-proxies.ts';
import { readEvent } from '../../rollout/read-event.ts';
import { readPod } from '../../rollout/read-pod.ts';
import { readRevision } from '../../rollout/read-revision.ts';
import { readWorkload } from '../../rollout/read-workload.ts';
import type { ClusterApi, ObjectForm, ObjectStream, Permission, StreamStatus } from '../api.ts';
import type { KubeObject } from '../objects.ts';
import type { RolloutIndex } from './rollout-index.ts';
import { inScope, kindsOf, onlyName, type RolloutScope, resourceOf } from './rollout-scope.ts';

/** How it stands with one list. */
export interface StreamState {
  /** `deployments`, `pods`, ... */
  readonly resource: string;
  /** Absent: in all namespaces, or of what has none. */
  readonly namespace?: string;
  readonly status: StreamStatus;
}

/** One list that is followed. */
export interface Followed {
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly stream: ObjectStream<unknown>;
}

/** Opens every list that the scope needs. `changed` is called after the index was told of a change, `status` after a stream's changed. */
export function openStreams(
  api: ClusterApi,
  scope: RolloutScope,
  index: RolloutIndex,
  { changed, status }: { readonly changed: () => void; readonly status: () => void },
): readonly Followed[] {
  const follow = <T>(
    apiVersion: string,
    resource: string,
    namespace: string | undefined,
    rest: {
      readonly pick: (object: KubeObject) => T | undefined;
      readonly put: (now: T | undefined, before: T | undefined) => void;
      readonly form?: ObjectForm;
      readonly labelSelector?: string | undefined;
      readonly fieldSelector?: string | undefined;
    },
  ): Followed => ({
    resource,
    namespace,
    stream: api.stream<T>({
      ref: {
        apiVersion,
        resource,
        ...(namespace === undefined || resource === 'namespaces' ? {} : { namespace }),
      },
      form: rest.form ?? 'full',
      pick: rest.pick,
      ...(rest.labelSelector === undefined ? {} : { labelSelector: rest.labelSelector }),
      ...(rest.fieldSelector === undefined ? {} : { fieldSelector: rest.fieldSelector }),
      onChange(_, now, before) {
        rest.put(now, before);
        changed();
      },
      onStatus: status,
    }),
  });
  const wanted = kindsOf(scope);
  const inOne = (namespace: string | undefined): Followed[] => [
    ...wanted.map((kind) =>
      follow('apps/v1', resourceOf[kind], namespace, {
        pick: (object) => inScope(scope, readWorkload(object, kind)),
        put: (now, before) => index.workload(now, before),
        labelSelector: scope.selector,
        fieldSelector: onlyName(scope, kind),
      }),
    ),
    ...(wanted.includes('Deployment')
      ? [
          follow('apps/v1', 'replicasets', namespace, {
            pick: (object) => readRevision(object, 'ReplicaSet'),
            put: (now, before) => index.revision(now, before),
          }),
        ]
      : []),
    ...(wanted.some((kind) => kind !== 'Deployment')
      ? [
          follow('apps/v1', 'controllerrevisions', namespace, {
            pick: (object) => readRevision(object, 'ControllerRevision'),
            put: (now, before) => index.revision(now, before),
          }),
        ]
      : []),
    follow('v1', 'pods', namespace, { pick: readPod, put: (now, before) => index.pod(now, before) }),
    // What goes wrong is a warning; all other events are more by far and tell nothing here.
    follow('v1', 'events', namespace, {
      pick: readEvent,
      put: (now, before) => index.event(now, before),
      fieldSelector: 'type=Warning',
    }),
    follow('v1', 'namespaces', namespace, {
      form: 'metadata',
      pick: ({ metadata }) => ({
        name: metadata.name,
        inject: metadata.annotations?.['linkerd.io/inject'] ?? '',
        injected: injectsInto(metadata.labels ?? {}),
      }),
      put: (now, before) => index.namespace(now, before),
      fieldSelector: namespace === undefined ? undefined : `metadata.name=${namespace}`,
    }),
  ];
  return [
    ...(scope.namespaces === 'all' ? inOne(undefined) : scope.namespaces.flatMap(inOne)),
    follow('v1', 'nodes', undefined, {
      pick: (object) => ({ name: object.metadata.name, ready: isReady(object) }),
      put: (now, before) => index.node(now, before),
    }),
  ];
}

/** The node's condition Ready, as the node controller and the kubelet keep it. */
function isReady(node: KubeObject): boolean {
  const conditions: unknown = node.status?.conditions;
  if (!Array.isArray(conditions)) return false;
  return conditions.some((one) => one?.type === 'Ready' && one?.status === 'True');
}

/** What could not be looked at, with the permission that is missing: `events (list events in shop)`. Each is told once. */
export function unseenOf(streams: readonly StreamState[]): readonly string[] {
  const denied = streams.flatMap(({ resource, status }) =>
    status.type === 'denied' ? [`${resource} (${permissionText(status.permission)})`] : [],
  );
  return [...new Set(denied)];
}

function permissionText({ verb, resource, namespace }: Permission): string {
  return `${verb} ${resource}${namespace === undefined ? '' : ` in ${namespace}`}`;
}
