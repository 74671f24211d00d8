/** The policies that a snapshot holds. */
import type { ObjectPart, SnapshotObject } from '../snapshot.ts';
import { foreignPolicy } from './foreign-kinds.ts';
import type { PolicySource } from './policy-view.ts';

/** `read` gives undefined for a part that was not read: then a selector of namespaces can often not be decided. */
export const snapshotPolicies = (
  read: (part: ObjectPart) => readonly SnapshotObject[] | undefined,
): PolicySource => ({
  networkPolicies: read('networkPolicies') ?? [],
  namespaces: read('namespaces'),
  foreign: (read('foreignPolicies') ?? []).flatMap((one) => foreignPolicy(one) ?? []),
});
