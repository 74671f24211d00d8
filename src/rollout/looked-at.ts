import type { Membership } from './membership.ts';
import type { PodFacts, RolloutEvidence } from './model.ts';
import { isFinished } from './pod-status.ts';

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;

/** What was looked at to find out why a rollout waits, what showed nothing, and what could not be seen. */
export function lookedAt(evidence: RolloutEvidence, members: Membership): readonly string[] {
  const { workload, events, nodesReady, unseen } = evidence;
  const { newPods, oldPods, current } = members;
  const conditions = workload.conditions.map((each) => `${each.type}=${each.status} ${each.reason}`.trim());
  const dead = newPods.filter((pod) => isFinished(pod));
  const notReady = newPods.filter((pod) => !pod.ready && !isFinished(pod));
  return [
    `${workload.kind}/${workload.name}: ${conditions.length === 0 ? 'it has no conditions' : conditions.join(', ')}`,
    current === undefined ? 'its current revision was not found' : `${current.kind}/${current.name}`,
    `${plural(newPods.length, 'new pod')}, ${notReady.length} of them not ready, and ${plural(oldPods.length, 'old pod')}`,
    ...(dead.length === 0 ? [] : [`${plural(dead.length, 'new pod')} ended: ${endings(dead)}`]),
    // The API server keeps events for an hour, unless told otherwise: that there is none proves nothing.
    `${plural(events.length, 'event')} of the last hour`,
    ...(nodesReady.size === 0 ? [] : [plural(nodesReady.size, 'node')]),
    ...unseen.map((each) => `not seen: ${each}`),
  ];
}

/** How pods ended, each way once. */
const endings = (pods: readonly PodFacts[]) =>
  [
    ...new Set(
      pods.map((pod) => (pod.message === '' ? pod.reason : `${pod.reason}: ${pod.message}`) || pod.phase),
    ),
  ]
    .slice(0, 3)
    .join('; ');
