/** The cluster, as far as the plan of an upgrade has to know of it. */
import { collectSnapshot } from '../../cluster/evidence/collect-snapshot.ts';
import { pathFactsOf, pathParts } from '../../diagnosis/path-facts.ts';
import { createView } from '../../diagnosis/view.ts';
import type { PathFacts } from '../../linkerd/path/model.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import { toolVersions } from '../../shell/tool-versions.ts';
import { commandEnvironment } from '../command-environment.ts';
import { environmentNow } from '../environment.ts';
import { withCluster } from '../live-cluster.ts';
import type { ClusterOptions } from '../target.ts';

/** What was seen. `from` is undefined where no control plane was found, or none that says its version. */
export interface PlannedCluster {
  readonly name: string;
  readonly practice: boolean;
  readonly from: string | undefined;
  readonly facts: PathFacts;
  /** Other control planes of the cluster: the plan is about the one that most pods belong to. */
  readonly others: readonly string[];
  /** Why the control plane may not have been seen; undefined where everything could be read. */
  readonly unseen: string | undefined;
}

/** Throws an OperatorError where the cluster cannot be reached. */
export async function readCluster(options: ClusterOptions): Promise<PlannedCluster> {
  const snapshot = await withCluster(options, (api, { name, server, uid, practice }) =>
    collectSnapshot(api, {
      cluster: { name: stripToLine(name), server: stripToLine(server), uid, practice },
      tools: toolVersions(commandEnvironment(environmentNow(), practice)),
      only: pathParts,
      signal: new AbortController().signal,
    }),
  );
  const view = createView(snapshot);
  const { name, practice } = snapshot.cluster;
  const { controlPlane, controlPlanes } = view.survey;
  return {
    name,
    practice,
    ...pathFactsOf(view),
    others: controlPlanes.filter((one) => one !== controlPlane).map((one) => stripToLine(one.namespace)),
    unseen: (view.unread('configMaps') ?? view.unread('pods'))?.message,
  };
}
