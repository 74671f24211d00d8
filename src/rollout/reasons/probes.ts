import type { ContainerFacts, EventFacts, PodFacts } from '../model.ts';
import {
  type Case,
  doomedAfter,
  eventEvidence,
  type Finding,
  isAbout,
  PASSING_MS,
  podEvents,
  statusPath,
} from './finding.ts';

export const PROXY = 'linkerd-proxy';

/** Why a container that runs does not serve yet: PROXY_NOT_READY, STARTUP_FAILING, LIVENESS_KILLED, READINESS_FAILING. */
export function probeFinding(pod: PodFacts, container: ContainerFacts, the: Case): Finding | undefined {
  const { state, name, role } = container;
  if (name === PROXY && state.type === 'waiting' && state.reason === 'PostStartHookError')
    return awaitFailed(pod, container, the);
  if (state.type !== 'running' || role === 'init' || container.ready) return undefined;
  const since = state.startedAt ?? pod.createdAt;
  const unhealthy = podEvents(pod, the).filter((each) => isAbout(each, container));
  const told = (pattern: RegExp) =>
    unhealthy.find((each) => pattern.test(each.message) && each.at >= since && each.reason === 'Unhealthy');
  const grace = container.initialDelaySeconds * 1000 + PASSING_MS;
  const waited = the.now - since > grace;
  const common = {
    subject: name,
    pod: pod.name,
    since,
    evidence: `${statusPath(pod, container)}.ready=false`,
    container: name,
  };
  const by = (event: EventFacts | undefined, words: string) => ({
    message: event === undefined ? words : the.normal(probeWords(event.message)),
    evidence: event === undefined ? common.evidence : eventEvidence(event),
  });
  if (name === PROXY) {
    const event = told(/probe failed/);
    if (event === undefined && !waited && container.restarts === 0) return undefined;
    return {
      ...common,
      ...by(event, 'it runs and does not become ready'),
      code: 'PROXY_NOT_READY',
      kind: doomedAfter(grace, since, the.now),
      title: 'proxy not ready',
      advice: proxyAdvice,
    };
  }
  // Where it was killed and runs again, the event is a little older than the end of the run before.
  const from = Math.min(since, (container.last?.finishedAt ?? since) - PASSING_MS);
  const killed = unhealthy.find(
    (each) => each.reason === 'Unhealthy' && liveness.test(each.message) && each.at >= from,
  );
  if (killed !== undefined) {
    return {
      ...common,
      ...by(killed, ''),
      code: 'LIVENESS_KILLED',
      kind: 'transient',
      title: 'liveness probe kills it',
      advice: `Look at the liveness probe of ${name} and at its log: it is slow to answer, or hangs.`,
    };
  }
  const startup = told(/^Startup probe failed/);
  if (!container.started && (startup !== undefined || waited)) {
    return {
      ...common,
      ...by(startup, 'it runs and has not started'),
      code: 'STARTUP_FAILING',
      kind: 'transient',
      title: 'startup probe fails',
      advice: `Look at the startup probe of ${name} and at its log.`,
    };
  }
  // A container that runs, has started, and is not ready: only its readiness probe can say so, with or without an event.
  const readiness = told(/^Readiness probe failed/);
  if (readiness === undefined && !waited) return undefined;
  return {
    ...common,
    ...by(readiness, 'it runs and is not ready'),
    code: 'READINESS_FAILING',
    kind: 'transient',
    title: 'readiness probe fails',
    advice: `Look at the readiness probe of ${name}, at its log, and at what it depends on.`,
  };
}

const liveness = /^Liveness probe (?:failed|errored)/;

const proxyAdvice =
  'A proxy is ready once it has its identity: look at linkerd-identity and linkerd-destination, and at the way to them (network policies, DNS).';

/** linkerd-await gave up: since 2.11 the proxy's post-start hook holds back the other containers until it is ready. */
const awaitFailed = (pod: PodFacts, container: ContainerFacts, the: Case): Finding => ({
  code: 'PROXY_NOT_READY',
  kind: 'doomed',
  title: 'proxy not ready',
  message: the.normal(
    (container.state.type === 'waiting' && container.state.message) ||
      'linkerd-await waited in vain for the proxy',
  ),
  subject: PROXY,
  advice: proxyAdvice,
  pod: pod.name,
  since: container.last?.finishedAt ?? pod.createdAt,
  evidence: `${statusPath(pod, container)}.state.waiting.reason=PostStartHookError`,
  container: PROXY,
});

const probeWords = (message: string) =>
  message.replace(/^(?:Readiness|Liveness|Startup) probe (?:failed|errored): ?/, '') || message;

/** READINESS_FAILING of a pod whose containers are all ready: a readiness gate is closed. */
export function readinessGateFinding(pod: PodFacts): Finding | undefined {
  const condition = pod.conditions.find((each) => each.type === 'Ready');
  if (condition?.status !== 'False' || condition.reason !== 'ReadinessGatesNotReady') return undefined;
  return {
    code: 'READINESS_FAILING',
    kind: 'transient',
    title: 'readiness gate closed',
    message: condition.message,
    subject: '',
    advice: 'The controller that sets this condition (a load balancer’s, mostly) has to open the gate.',
    pod: pod.name,
    since: condition.changedAt ?? pod.createdAt,
    evidence: `Pod/${pod.name} status.conditions[Ready].reason=${condition.reason}`,
  };
}
