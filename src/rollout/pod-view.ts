import type { PodFacts, PodView, ReasonCode } from './model.ts';
import { isFinished, podColumns } from './pod-status.ts';
import { type Finding, PASSING_MS } from './reasons/finding.ts';

function stateOf(pod: PodFacts, finding: Finding | undefined, now: number): PodView['state'] {
  if (pod.deletedAt !== undefined) return 'terminating';
  if (isFinished(pod)) return 'finished';
  if (pod.ready) return 'ready';
  return finding !== undefined && isFailure(finding, now) ? 'failing' : 'starting';
}

/** What every pod may show while it starts. */
const ofStarting = new Set<ReasonCode>([
  'UNSCHEDULABLE',
  'SCHEDULING_GATED',
  'SANDBOX_OR_MOUNT',
  'PROXY_NOT_READY',
  'STARTUP_FAILING',
  'READINESS_FAILING',
]);

/** What needs a human, what is an error even if it may pass, and what takes too long for a start. */
const isFailure = ({ code, kind, since }: Finding, now: number) =>
  kind === 'doomed' || (kind === 'transient' && (!ofStarting.has(code) || now - since > PASSING_MS));

/** The container whose log may tell: the one that was found at fault, or else the first that is not ready. */
const containerOf = (pod: PodFacts, finding: Finding | undefined): string | undefined =>
  finding?.container ??
  (pod.ready
    ? undefined
    : pod.containers.find((each) =>
        each.role === 'init' ? each.state.type !== 'terminated' && each.reported : !each.ready,
      )?.name);

/** A pod as the panel shows it. `finding` is the foremost of what was found about it. */
export function podView(pod: PodFacts, current: boolean, finding: Finding | undefined, now: number): PodView {
  const { status, ready, restarts } = podColumns(pod);
  return {
    namespace: pod.namespace,
    name: pod.name,
    uid: pod.uid,
    current,
    state: stateOf(pod, finding, now),
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
