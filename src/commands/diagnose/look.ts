/** The evidence of a cluster, read for a command. */
import { collectSnapshot } from '../../cluster/evidence/collect-snapshot.ts';
import { pinnedCluster } from '../../cluster/evidence/pinned.ts';
import { type ObjectPart, objectParts, type Snapshot } from '../../diagnosis/snapshot.ts';
import { toolVersions } from '../../shell/tool-versions.ts';
import { commandEnvironment } from '../command-environment.ts';
import { environmentNow } from '../environment.ts';
import { withCluster } from '../live-cluster.ts';
import type { ClusterOptions } from '../target.ts';
import { OperatorError } from '../trouble.ts';

/** `besides`: parts that are read only where they are asked for. Throws an OperatorError where the cluster cannot be reached, or gave nothing at all. */
export async function look(
  options: ClusterOptions,
  target?: string,
  besides: readonly ObjectPart[] = [],
): Promise<Snapshot> {
  const snapshot = await withCluster(options, (api, pin) =>
    collectSnapshot(api, {
      cluster: pinnedCluster(pin),
      tools: toolVersions(commandEnvironment(environmentNow(), pin.practice)),
      ...(target === undefined ? {} : { walk: { target } }),
      besides,
      signal: new AbortController().signal,
    }),
  );
  return withSomething(snapshot);
}

/** Throws an OperatorError where nothing at all was read: of that nothing can be said. */
export function withSomething(snapshot: Snapshot): Snapshot {
  const reads = objectParts.map((part) => snapshot.objects[part]);
  const [first] = reads;
  if (first?.state === 'unread' && reads.every(({ state }) => state === 'unread')) {
    throw new OperatorError(`Nothing of the cluster could be read. ${first.message}`, {
      fix: 'Look at the API server, or ask for the permission to look.',
    });
  }
  return snapshot;
}
