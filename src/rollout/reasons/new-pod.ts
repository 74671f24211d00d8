import type { ContainerFacts, PodFacts } from '../model.ts';
import { configFinding } from './config.ts';
import { crashFinding } from './crash.ts';
import type { Case, Finding } from './finding.ts';
import { imageFinding } from './image.ts';
import { nodeFinding, terminationFinding } from './leaving.ts';
import { PROXY, probeFinding, readinessGateFinding } from './probes.ts';
import { sandboxFinding } from './sandbox.ts';
import { schedulingFinding } from './scheduling.ts';

/** What keeps one container from serving: the first rule that fits. */
function containerFinding(pod: PodFacts, container: ContainerFacts, the: Case): Finding | undefined {
  const probe = probeFinding(pod, container, the);
  // A container that runs again after it ended: what its probes say is nearer to the cause than that it ended.
  if (probe !== undefined && (container.name === PROXY || container.state.type === 'running')) {
    const stronger = probe.code === 'PROXY_NOT_READY' || probe.code === 'LIVENESS_KILLED';
    if (stronger || container.last === undefined) return probe;
  }
  return (
    imageFinding(pod, container, the) ??
    crashFinding(pod, container, the) ??
    configFinding(pod, container, the) ??
    probe
  );
}

/** What keeps the containers of a pod from serving, one finding for each container at most. */
export const containerFindings = (pod: PodFacts, the: Case): readonly Finding[] =>
  pod.containers.flatMap((container) => containerFinding(pod, container, the) ?? []);

/** MIN_READY_WAIT: ready, and not yet for as long as it takes to count as available. */
function minReadyFinding(pod: PodFacts, { evidence: { workload }, now }: Case): Finding | undefined {
  const { readySince } = pod;
  if (workload.minReadySeconds <= 0 || !pod.ready || readySince === undefined) return undefined;
  if (now - readySince >= workload.minReadySeconds * 1000) return undefined;
  return {
    code: 'MIN_READY_WAIT',
    kind: 'benign',
    title: 'must stay ready a while',
    message: `counts as available after ${workload.minReadySeconds} s of being ready`,
    subject: '',
    advice: '',
    pod: pod.name,
    since: readySince,
    evidence: `Pod/${pod.name} is ready, spec.minReadySeconds=${workload.minReadySeconds}`,
  };
}

/** All that is to be said of a pod of the current revision. Pods that ended (evicted ones too) are replaced and say nothing. */
export function newPodFindings(pod: PodFacts, the: Case): readonly Finding[] {
  const leaving = nodeFinding(pod, the) ?? terminationFinding(pod, the);
  if (leaving !== undefined) return [leaving];
  if (pod.deletedAt !== undefined || pod.phase === 'Succeeded' || pod.phase === 'Failed') return [];
  if (pod.ready) {
    const wait = minReadyFinding(pod, the);
    return wait === undefined ? [] : [wait];
  }
  const scheduling = schedulingFinding(pod, the);
  if (scheduling !== undefined) return [scheduling];
  const containers = containerFindings(pod, the);
  if (containers.length > 0) return containers;
  const rest = sandboxFinding(pod, the) ?? readinessGateFinding(pod);
  return rest === undefined ? [] : [rest];
}
