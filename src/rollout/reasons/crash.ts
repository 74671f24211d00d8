import type { ContainerFacts, EventFacts, PodFacts } from '../model.ts';
import { exitWords } from './exit-code.ts';
import {
  type Case,
  doomedAfter,
  type Finding,
  isAbout,
  PASSING_MS,
  placedAt,
  podEvents,
  statusPath,
} from './finding.ts';
import { initAdvice } from './init-advice.ts';

/** How a container ended last, where that is what keeps it from running now or made it start anew. */
function ending(container: ContainerFacts) {
  const { state, last } = container;
  if (state.type === 'terminated')
    return state.exitCode === 0 && container.role === 'init' ? undefined : state;
  return last;
}

/** A container that runs so long is not one that crashes at its start; until then it may well end again. */
const STEADY_MS = 60_000;

/** How the container stands: in back-off, ended just now, or running again for less than a minute and not ready yet. */
function standing(container: ContainerFacts, now: number): 'looping' | 'ended' | 'again' | undefined {
  const { state } = container;
  if (state.type === 'waiting') return state.reason === 'CrashLoopBackOff' ? 'looping' : undefined;
  if (state.type === 'terminated') {
    if (state.exitCode !== 0 || state.reason === 'OOMKilled') return 'ended';
    return undefined;
  }
  const ended = container.last;
  const failed = ended !== undefined && (ended.exitCode !== 0 || ended.reason === 'OOMKilled');
  const runs = now - (state.startedAt ?? now);
  return failed && !container.ready && runs < STEADY_MS ? 'again' : undefined;
}

/** Probes fail a few times before the kubelet kills for them; events of that are not older than this when it does. */
const PROBED_MS = 60_000;

/** What a liveness or startup probe said shortly before the container ended: it was killed for it. */
function killedByProbe(pod: PodFacts, container: ContainerFacts, the: Case): EventFacts | undefined {
  const endedAt = ending(container)?.finishedAt;
  if (endedAt === undefined) return undefined;
  return podEvents(pod, the).find(
    (each) =>
      each.reason === 'Unhealthy' &&
      /^(?:Liveness|Startup) probe (?:failed|errored)/.test(each.message) &&
      isAbout(each, container) &&
      each.at >= endedAt - PROBED_MS,
  );
}

/**
 * CRASH_LOOP, OOM_KILLED and INIT_FAILED. A plain init container is always INIT_FAILED, in back-off or not, so that the
 * code does not change with every attempt. Exit code 128, with which runtimes say that they could not start a container,
 * may pass (krane `pod.rb` takes it so) and is given a minute.
 */
export function crashFinding(pod: PodFacts, container: ContainerFacts, the: Case): Finding | undefined {
  const how = standing(container, the.now);
  const ended = ending(container);
  if (how === undefined) return undefined;
  const { name, role } = container;
  const oom = ended?.reason === 'OOMKilled';
  const code = oom ? 'OOM_KILLED' : role === 'init' ? 'INIT_FAILED' : 'CRASH_LOOP';
  const at = how === 'ended' ? undefined : firstBackOff(pod, container, the);
  const since = at ?? ended?.finishedAt ?? placedAt(pod);
  const killed = oom ? undefined : killedByProbe(pod, container, the);
  const signal = container.state.type === 'terminated' ? container.state.signal : 0;
  const exit = ended === undefined ? '' : exitWords(ended.exitCode, signal);
  const words = [
    oom ? 'killed for want of memory' : exit,
    killed && the.normal(killed.message),
    ended?.message,
  ]
    .filter((each) => each !== undefined && each !== '')
    .join(': ');
  // The first time it may do better when it runs again. From the second on it loops, also in the moments in which it runs.
  const { restarts } = container;
  const passing =
    how === 'again' ? restarts < 2 : how === 'ended' && role !== 'init' && restarts === 0 && !oom;
  return {
    code,
    kind: passing
      ? 'transient'
      : ended?.exitCode === 128
        ? doomedAfter(PASSING_MS, placedAt(pod), the.now)
        : 'doomed',
    title: titleOf(code, passing),
    message: the.normal(words) || 'it ends again and again',
    subject: name,
    advice: adviceOf(code, container, ended?.exitCode ?? 0),
    pod: pod.name,
    since,
    evidence: evidenceOf(pod, container, how),
    container: name,
  };
}

function titleOf(code: Finding['code'], passing: boolean): string {
  if (code === 'OOM_KILLED') return 'out of memory';
  if (code === 'INIT_FAILED') return 'init container fails';
  return passing ? 'crashed once' : 'crash loop';
}

function adviceOf(code: Finding['code'], { name }: ContainerFacts, exitCode: number): string {
  if (code === 'OOM_KILLED')
    return name === 'linkerd-proxy'
      ? 'Raise the proxy’s memory limit (config.linkerd.io/proxy-memory-limit).'
      : 'Raise the container’s memory limit, or find what uses so much.';
  const special = initAdvice(name);
  if (special !== undefined) return special;
  if (name === 'linkerd-proxy')
    return 'Read the proxy’s log: it says which setting or certificate it cannot use.';
  if (exitCode === 0) return 'It ends without an error, but is meant to keep running: check its command.';
  return `Read the log of ${name}, that of the container before it too.`;
}

function evidenceOf(pod: PodFacts, container: ContainerFacts, how: 'looping' | 'ended' | 'again'): string {
  const path = statusPath(pod, container);
  const { state, last } = container;
  if (how === 'looping' && state.type === 'waiting') return `${path}.state.waiting.reason=${state.reason}`;
  if (state.type === 'terminated') return `${path}.state.terminated.exitCode=${state.exitCode}`;
  return `${path}.lastState.terminated.exitCode=${last?.exitCode}`;
}

/** When the kubelet first backed off from this container. */
const firstBackOff = (pod: PodFacts, container: ContainerFacts, the: Case): number | undefined =>
  podEvents(pod, the).find(
    (each) => /restarting failed container/.test(each.message) && isAbout(each, container),
  )?.firstAt;
