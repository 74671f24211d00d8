import type { PodFacts, PodView } from './model.ts';
import { isFinished, podColumns } from './pod-status.ts';
import type { Finding } from './reasons/finding.ts';

function stateOf(pod: PodFacts, finding: Finding | undefined): PodView['state'] {
  if (pod.deletedAt !== undefined) return 'terminating';
  if (isFinished(pod)) return 'finished';
  if (pod.ready) return 'ready';
  return finding !== undefined && isFailure(finding) ? 'failing' : 'starting';
}

/** What needs a human, and what is an error even if it may pass. */
const isFailure = ({ code, kind }: Finding) =>
  kind === 'doomed' || (kind === 'transient' && code !== 'UNSCHEDULABLE' && code !== 'SCHEDULING_GATED');

/** The container whose log may tell: the one that was found at fault, or else the first that is not ready. */
const containerOf = (pod: PodFacts, finding: Finding | undefined): string | undefined =>
  finding?.container ??
  (pod.ready
    ? undefined
    : pod.containers.find((each) =>
        each.role === 'init' ? each.state.type !== 'terminated' && each.reported : !each.ready,
      )?.name);

/** A pod as the panel shows it. `finding` is the foremost of what was found about it. */
export function podView(pod: PodFacts, current: boolean, finding: Finding | undefined): PodView {
  const { status, ready, restarts } = podColumns(pod);
  return {
    namespace: pod.namespace,
    name: pod.name,
    uid: pod.uid,
    current,
    state: stateOf(pod, finding),
    status,
    readyContainers: ready,
    restarts,
    createdAt: pod.createdAt,
    readySince: pod.readySince,
    proxyVersion: pod.proxyVersion,
    meshed: pod.meshed,
    node: pod.node,
    container: containerOf(pod, finding),
    code: finding?.code,
  };
}
