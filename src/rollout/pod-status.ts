import type { ContainerFacts, PodFacts } from './model.ts';

/** `Error`, or `ExitCode:1`, `Signal:9` where the runtime gives no reason. */
function ended({ reason, exitCode, signal }: { reason: string; exitCode: number; signal: number }): string {
  if (reason !== '') return reason;
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`;
}

/** How far the initialisation came, or undefined where it is over. */
function initStatus(containers: readonly ContainerFacts[]): string | undefined {
  for (const [index, { state, role, started, reported }] of containers.entries()) {
    if (!reported) continue;
    if (state.type === 'terminated' && state.exitCode === 0) continue;
    if (role === 'sidecar' && started) continue;
    if (state.type === 'terminated') return `Init:${ended(state)}`;
    if (state.type === 'waiting' && state.reason !== '' && state.reason !== 'PodInitializing')
      return `Init:${state.reason}`;
    return `Init:${index}/${containers.length}`;
  }
  return undefined;
}

/** What the serving containers make of it: the first of them that has something to say. */
function mainStatus(pod: PodFacts, containers: readonly ContainerFacts[], otherwise: string): string {
  let reason = otherwise;
  let running = false;
  for (let index = containers.length - 1; index >= 0; index -= 1) {
    const { state, ready } = containers[index]!;
    if (state.type === 'waiting' && state.reason !== '') reason = state.reason;
    else if (state.type === 'terminated') reason = ended(state);
    else if (state.type === 'running' && ready) running = true;
  }
  if (reason !== 'Completed' || !running) return reason;
  return pod.ready ? 'Running' : 'NotReady';
}

const isTrue = (pod: PodFacts, type: string) =>
  pod.conditions.some((each) => each.type === type && each.status === 'True');

/** True of a pod that ended for good, evicted ones among them. */
export const isFinished = ({ phase }: PodFacts): boolean => phase === 'Succeeded' || phase === 'Failed';

/** The pod in the words of kubectl's STATUS column (Kubernetes `pkg/printers/internalversion/printers.go`, printPod). */
export function podStatus(pod: PodFacts): string {
  const init = pod.containers.filter((each) => each.role !== 'main');
  const main = pod.containers.filter((each) => each.role === 'main');
  const gated = pod.conditions.some(
    (each) => each.type === 'PodScheduled' && each.reason === 'SchedulingGated',
  );
  const first = gated ? 'SchedulingGated' : pod.reason || pod.phase;
  const initial = initStatus(init);
  const status =
    initial === undefined || isTrue(pod, 'Initialized') ? mainStatus(pod, main, initial ?? first) : initial;
  if (pod.deletedAt === undefined) return status;
  if (pod.reason === 'NodeLost') return 'Unknown';
  return isFinished(pod) ? status : 'Terminating';
}

/** `1/2`: those that are ready of all that serve, native sidecars among them. */
export function readyContainers(pod: PodFacts): string {
  const serving = pod.containers.filter((each) => each.role !== 'init');
  const ready = serving.filter(
    (each) => each.ready && (each.role === 'main' ? each.state.type === 'running' : each.started),
  );
  return `${ready.length}/${serving.length}`;
}

/** Restarts of all that serve; while a pod initialises, those of its init containers. */
export function podRestarts(pod: PodFacts): number {
  const initialising =
    initStatus(pod.containers.filter((each) => each.role !== 'main')) !== undefined &&
    !isTrue(pod, 'Initialized');
  const counts = (each: ContainerFacts) => (initialising ? each.role !== 'main' : each.role !== 'init');
  return pod.containers.filter(counts).reduce((sum, each) => sum + each.restarts, 0);
}
