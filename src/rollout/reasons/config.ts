import type { ContainerFacts, PodFacts } from '../model.ts';
import {
  type Case,
  doomedAfter,
  type Finding,
  PASSING_MS,
  placedAt,
  podEvents,
  statusPath,
} from './finding.ts';

const titles: Readonly<Record<string, string>> = {
  CreateContainerConfigError: 'container configuration is wrong',
  CreateContainerError: 'container cannot be created',
  RunContainerError: 'container cannot be started',
  PreCreateHookError: 'pre-create hook fails',
  PreStartHookError: 'pre-start hook fails',
  PostStartHookError: 'post-start hook fails',
};

/** True of a container that its configuration keeps from running. */
const isMisconfigured = ({ state }: ContainerFacts): boolean =>
  state.type === 'waiting' && Object.hasOwn(titles, state.reason);

/** CONFIG_ERROR. That the kubelet's cache of a Secret or ConfigMap is not filled yet passes (krane `pod.rb`); exit code 128 may. */
export function configFinding(pod: PodFacts, container: ContainerFacts, the: Case): Finding | undefined {
  const { state, name } = container;
  if (state.type !== 'waiting' || !isMisconfigured(container)) return undefined;
  const event = podEvents(pod, the).find((each) =>
    /^FailedPostStartHook|^FailedPreStopHook/.test(each.reason),
  );
  const message = state.message || (event?.message ?? '');
  const since = placedAt(pod);
  const cache = /failed to sync \S+ cache/.test(message);
  const unstarted = state.reason === 'RunContainerError' && container.last?.exitCode === 128;
  return {
    code: 'CONFIG_ERROR',
    kind: cache ? 'transient' : unstarted ? doomedAfter(PASSING_MS, since, the.now) : 'doomed',
    title: cache ? 'waits for the kubelet’s cache' : titles[state.reason]!,
    message: the.normal(message) || state.reason,
    subject: name,
    advice: adviceOf(message, cache),
    pod: pod.name,
    since: container.last?.finishedAt ?? since,
    evidence: `${statusPath(pod, container)}.state.waiting.reason=${state.reason}`,
    container: name,
  };
}

function adviceOf(message: string, cache: boolean): string {
  if (cache) return 'This passes when the kubelet has read the object; if not, look at the node.';
  if (/(?:secret|configmap) "[^"]*" not found/i.test(message))
    return 'Create the missing object, or correct its name in the pod template.';
  if (/couldn.t find key|references non-existent/i.test(message))
    return 'Add the key to the object, or correct it in the pod template.';
  if (/runAsNonRoot/i.test(message))
    return 'Set runAsUser to a user that is not root, or use an image that has one.';
  return 'Correct this in the pod template.';
}
