import { entry, record, text, time, whole } from './json.ts';
import type { RevisionFacts } from './model.ts';
import { controllerOf, REVISION, readConditions } from './read-workload.ts';

const POD_HASH = 'controller-revision-hash';

/**
 * What a ReplicaSet or a ControllerRevision says of itself; undefined for any other object, or one without a name.
 * `kind` is for items of a list, which do not carry their own.
 */
export function readRevision(object: unknown, kind?: RevisionFacts['kind']): RevisionFacts | undefined {
  const source = record(object);
  const metadata = record(source.metadata);
  const name = text(metadata.name);
  const known = kind ?? text(source.kind);
  if (name === '' || (known !== 'ReplicaSet' && known !== 'ControllerRevision')) return undefined;
  const owner = controllerOf(metadata);
  const status = record(source.status);
  const replicaSet = known === 'ReplicaSet';
  return {
    kind: known,
    namespace: text(metadata.namespace),
    name,
    uid: text(metadata.uid),
    ownerUid: owner.uid,
    revision: replicaSet ? entry(metadata.annotations, REVISION) : String(whole(source.revision)),
    hash: replicaSet
      ? entry(metadata.labels, 'pod-template-hash')
      : // The pods of a StatefulSet carry the name of the revision, those of a DaemonSet its hash, which is its label too.
        owner.kind === 'StatefulSet'
        ? name
        : entry(metadata.labels, POD_HASH) || name,
    createdAt: time(metadata.creationTimestamp) ?? 0,
    replicas: whole(status.replicas),
    conditions: readConditions(status.conditions),
  };
}
