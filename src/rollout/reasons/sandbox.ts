import type { ContainerFacts, PodFacts } from '../model.ts';
import {
  type Case,
  doomedAfter,
  eventEvidence,
  type Finding,
  PASSING_MS,
  placedAt,
  podEvents,
} from './finding.ts';

const reasons = new Set([
  'FailedCreatePodSandBox',
  'FailedCreatePodSandbox',
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'NetworkNotReady',
]);

/** True of a container that has not begun, for no reason of its own. */
const isIdle = ({ state, restarts }: ContainerFacts) =>
  state.type === 'waiting' &&
  restarts === 0 &&
  (state.reason === '' || state.reason === 'ContainerCreating' || state.reason === 'PodInitializing');

/** The kubelet tries, and tells, at least every two minutes: what it told before that is over. */
const STALE_MS = 5 * 60_000;

/** Volumes are mounted before the sandbox is made, and with the sandbox comes the address. */
const isPrepared = (pod: PodFacts) =>
  (pod.ip !== '' && !pod.hostNetwork) ||
  pod.conditions.some((each) => each.type === 'PodReadyToStartContainers' && each.status === 'True');

/** SANDBOX_OR_MOUNT: the pod has a node, and neither its network nor its volumes came to be. */
export function sandboxFinding(pod: PodFacts, the: Case): Finding | undefined {
  if (pod.node === '' || isPrepared(pod) || !pod.containers.every(isIdle)) return undefined;
  const event = podEvents(pod, the).find((each) => reasons.has(each.reason));
  if (event === undefined || the.now - event.at > STALE_MS) return undefined;
  const since = Math.min(event.firstAt, event.at);
  const mount = !/SandBox|Sandbox|Network/.test(event.reason);
  const volume = /(?:volume|volumes) "?\[?([\w.-]+)/.exec(event.message)?.[1] ?? '';
  return {
    code: 'SANDBOX_OR_MOUNT',
    kind: /failed to sync \S+ cache/.test(event.message)
      ? 'transient'
      : doomedAfter(PASSING_MS, Math.max(since, placedAt(pod)), the.now),
    title: mount ? 'volume cannot be mounted' : 'pod network cannot be set up',
    message: the.normal(event.message),
    subject: mount ? volume : '',
    advice: mount
      ? 'Look at the volume and the object behind it: a Secret or ConfigMap that is missing, or a disk still attached elsewhere.'
      : 'Look at the CNI plugin on the node, linkerd-cni among them where it is used.',
    pod: pod.name,
    since,
    evidence: eventEvidence(event),
  };
}
