import type { PodFacts, WorkloadFacts } from '../model.ts';
import type { Case, Finding } from './finding.ts';

/** So long after its grace period a pod should be gone. */
const OVERDUE_MS = 30_000;

/** Pods that leave hold the rollout up where a new one cannot come before the old one went. */
const holdsUp = ({ kind, strategy }: WorkloadFacts) => kind !== 'Deployment' || strategy === 'Recreate';

/** The API sets deletionTimestamp to the moment when the grace period ends, not to that of the request. */
const overdue = (pod: PodFacts, now: number): boolean =>
  pod.deletedAt !== undefined && now > pod.deletedAt + OVERDUE_MS;

/** NODE_NOT_READY: the pod's node is gone from the kubelet's side, or it does not finish what it was told. */
export function nodeFinding(pod: PodFacts, the: Case): Finding | undefined {
  const notReady = pod.node !== '' && the.evidence.nodesReady.get(pod.node) === false;
  const lost = pod.reason === 'NodeLost';
  if (!notReady && !lost) return undefined;
  if (pod.deletedAt === undefined ? pod.ready : !overdue(pod, the.now)) return undefined;
  const condition = pod.conditions.find((each) => each.type === 'Ready');
  const blocking = pod.deletedAt === undefined || holdsUp(the.evidence.workload);
  return {
    code: 'NODE_NOT_READY',
    kind: blocking ? 'doomed' : 'transient',
    title: 'node not ready',
    message: `node ${pod.node || 'unknown'} is not ready`,
    subject: pod.node,
    advice: 'Look at the node and its kubelet; drain or remove it if it does not come back.',
    pod: pod.name,
    since: pod.deletedAt ?? condition?.changedAt ?? pod.createdAt,
    evidence: lost
      ? `Pod/${pod.name} status.reason=NodeLost`
      : `Node/${pod.node} status.conditions[Ready].status!=True`,
  };
}

/** TERMINATION_STUCK: a pod that is being deleted should be gone by now; its finalizers are named. */
export function terminationFinding(pod: PodFacts, the: Case): Finding | undefined {
  if (!overdue(pod, the.now) || nodeFinding(pod, the) !== undefined) return undefined;
  const finalizers = pod.finalizers.join(', ');
  return {
    code: 'TERMINATION_STUCK',
    kind: holdsUp(the.evidence.workload) ? 'doomed' : 'transient',
    title: 'does not terminate',
    message: finalizers === '' ? 'still there after its grace period' : `held by finalizers: ${finalizers}`,
    subject: finalizers,
    advice:
      finalizers === ''
        ? 'Look at the container runtime and kubelet of its node, and at processes that ignore SIGTERM.'
        : 'Whoever set the finalizers has to take them off.',
    pod: pod.name,
    since: pod.deletedAt ?? pod.createdAt,
    evidence: `Pod/${pod.name} metadata.deletionTimestamp${finalizers === '' ? '' : ', metadata.finalizers'}`,
  };
}
