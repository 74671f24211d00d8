import type { RolloutPhase } from '../model.ts';
import { creationFindings } from './creation.ts';
import type { Case, Finding } from './finding.ts';
import { learnPullTrouble } from './image.ts';
import { nodeFinding, terminationFinding } from './leaving.ts';
import { newPodFindings } from './new-pod.ts';
import { oldPodFindings } from './old-pods.ts';
import { unmeshedFindings } from './unmeshed.ts';

/** A controller that works takes notice within seconds. */
const NOTICE_MS = 30_000;

/** CONTROLLER_NOT_OBSERVING: the spec has changed, and no controller has noticed for half a minute. */
function observingFindings({ evidence: { workload, lastProgressAt }, now }: Case): readonly Finding[] {
  const restarted = Date.parse(workload.restartedAt);
  const since = Math.max(lastProgressAt, workload.createdAt, Number.isNaN(restarted) ? 0 : restarted);
  if (now - since <= NOTICE_MS) return [];
  return [
    {
      code: 'CONTROLLER_NOT_OBSERVING',
      kind: 'doomed',
      title: 'no controller takes notice',
      message: `generation ${workload.generation}, observed ${workload.observedGeneration}`,
      subject: '',
      advice: 'Look whether kube-controller-manager runs and can reach the API server.',
      pod: undefined,
      since,
      evidence: `${workload.kind}/${workload.name} metadata.generation=${workload.generation}, status.observedGeneration=${workload.observedGeneration}`,
    },
  ];
}

/** Everything that the rules find, by the phase: a rollout that is over has nothing to wait for. */
export function findAll(the: Case, phase: RolloutPhase): readonly Finding[] {
  const { newPods, oldPods } = the.members;
  switch (phase) {
    case 'TERMINATING':
    case 'SCALED_TO_ZERO':
      return [];
    case 'DONE':
    case 'DONE_PARTITION_HELD':
      return unmeshedFindings(the);
    case 'NOT_OBSERVED':
      return [...observingFindings(the), ...unmeshedFindings(the)];
    case 'PAUSED':
    case 'MANUAL':
    case 'PROGRESSING':
    case 'STUCK':
      for (const pod of newPods) learnPullTrouble(pod, the);
      return [
        ...creationFindings(the),
        ...newPods.flatMap((pod) => newPodFindings(pod, the)),
        ...oldPods.flatMap((pod) => nodeFinding(pod, the) ?? terminationFinding(pod, the) ?? []),
        ...oldPodFindings(the),
        ...unmeshedFindings(the),
      ];
  }
}
